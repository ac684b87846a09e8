"""SAML responses: which ones are believed, and what is read of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authn import saml_idp as idp
from authn.saml_idp import ACS, AWS, ENTITY, NOW, PROVIDER, ROLE
from doorward.authn import saml
from doorward.authn.saml_conditions import Unnamed
from doorward.authn.saml_keys import name_qualifier, of_attributes
from doorward.base.errors import AwsError

FAR = datetime(2126, 1, 1, tzinfo=UTC)
KEY = idp.key_pair(7)[0]
PEM = idp.private_pem(KEY)
UUID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def provider(*certificates, entity=ENTITY, **more):
    given = certificates or (idp.key_pair()[1],)
    return saml.Provider(
        {entity: [idp.der(one) for one in given]}, **({"valid_until": FAR, "uuid": UUID} | more)
    )


def verified(text, now=NOW, **more):
    return saml.verify(text, provider(**more), now)


def refused(text, now=NOW, **more):
    with pytest.raises(AwsError) as caught:
        saml.verify(text, more.pop("known", None) or provider(**more), now)
    return caught.value


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_an_assertion_or_a_response_signed_by_the_provider_is_believed(kind):
    known = provider(idp.key_pair(0, kind)[1])
    inner = idp.assertion()
    for text in (
        idp.response(idp.signed(inner, kind=kind)),
        idp.signed(idp.response(inner), kind=kind),
        idp.signed(idp.response(idp.signed(inner, kind=kind)), kind=kind),
    ):
        found = saml.verify(idp.encoded(text), known, NOW)

        assert (found.issuer, found.id) == (ENTITY, "_a1")
        assert found.subject == ("alice", "persistent", ACS)
        assert found.attributes.session_name == "alice@example.com"
        assert found.attributes.roles == {(ROLE, PROVIDER)}


def test_any_of_the_providers_keys_may_have_signed_and_no_other():
    two = provider(idp.key_pair(0)[1], idp.key_pair(1)[1])
    text = idp.encoded(idp.response(idp.signed(idp.assertion(), number=1)))

    assert saml.verify(text, two, NOW).id == "_a1"
    assert refused(text).message == "Response signature invalid"


def test_the_certificate_in_a_message_is_not_believed():
    text = idp.response(idp.signed(idp.assertion(), number=2))
    assert "X509Certificate" in text

    assert refused(idp.encoded(text)).message == "Response signature invalid"


def test_what_nobody_signed_is_refused():
    assert refused(idp.encoded(idp.response(idp.assertion()))).code == "InvalidIdentityToken"


def test_a_signature_with_sha_1_is_refused():
    text = idp.encoded(idp.response(idp.signed(idp.assertion(), weak=True)))

    assert refused(text).message == "Response signature invalid"


def test_the_issuer_must_be_one_of_the_providers_entities():
    error = refused(idp.login(), entity="https://other.example")

    assert error.message == "Issuer not present in specified provider"


def test_the_key_of_one_entity_does_not_sign_for_another():
    known = saml.Provider(
        {ENTITY: [idp.der(idp.key_pair(0)[1])], "https://b.example": [idp.der(idp.key_pair(1)[1])]},
        FAR,
    )
    text = idp.response(idp.signed(idp.assertion(issuer="https://b.example"), number=0))

    assert refused(idp.encoded(text), known=known).message == "Response signature invalid"


def test_a_response_of_one_entity_does_not_vouch_for_an_assertion_of_another():
    known = saml.Provider(
        {ENTITY: [idp.der(idp.key_pair(0)[1])], "https://b.example": [idp.der(idp.key_pair(1)[1])]},
        FAR,
        private_keys=(PEM,),
    )
    inner = idp.assertion(issuer="https://b.example")
    for one in (inner, idp.encrypted(inner, KEY)):
        text = idp.signed(idp.response(one))
        assert refused(idp.encoded(text), known=known).message == "Response signature invalid"

        both = idp.signed(idp.response(one, issuer="https://b.example"), number=1)
        assert saml.verify(idp.encoded(both), known, NOW).issuer == "https://b.example"


@pytest.mark.parametrize(
    ("destination", "taken"), [(ACS, True), ("", True), ("https://other.example/saml", False)]
)
def test_a_response_that_was_sent_elsewhere_is_refused(destination, taken):
    text = idp.response(idp.assertion()).replace(" ID=", f' Destination="{destination}" ID=', 1)
    text = idp.encoded(idp.signed(text))

    if taken:
        assert verified(text).id == "_a1"
    else:
        assert refused(text).code == "InvalidIdentityToken"


MINUTE = timedelta(minutes=1)
TIMES = [
    # changed                                            code
    ({"issued": NOW - 5 * MINUTE}, "ExpiredTokenException"),
    ({"issued": NOW + 2 * MINUTE}, "InvalidIdentityToken"),
    ({"ends": NOW}, "ExpiredTokenException"),
    ({"now": NOW + 2 * MINUTE, "issued": NOW}, "InvalidIdentityToken"),  # NotBefore
    ({"session_ends": NOW}, "ExpiredTokenException"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "code"), TIMES)
def test_an_assertion_is_good_for_a_short_time(changed, code):
    error = refused(idp.login(**changed))

    assert error.code == code
    if code == "ExpiredTokenException":
        assert error.message == "Token must be redeemed within 5 minutes of issuance"


def test_an_assertion_is_redeemed_within_five_minutes():
    text = idp.login(ends=NOW + timedelta(hours=1), session_ends=NOW + timedelta(hours=8))

    found = verified(text, NOW + 5 * MINUTE - timedelta(seconds=1))

    assert found.session_until == NOW + timedelta(hours=8)
    assert found.usable_until > NOW + 5 * MINUTE
    assert refused(text, NOW + 5 * MINUTE).code == "ExpiredTokenException"


RECIPIENTS = [
    ("https://signin.aws.amazon.com/saml", True),
    ("https://eu-west-1.signin.aws.amazon.com/saml", True),
    (f"https://signin.aws.amazon.com/saml/acs/{UUID}", True),
    (f"https://eu-west-1.signin.aws.amazon.com/saml/acs/{UUID}", True),
    ("https://signin.aws.amazon.com/saml/acs/OTHER", False),
    ("http://signin.aws.amazon.com/saml", False),
    ("https://signin.aws.amazon.com/saml/", False),
    ("https://signin.aws.amazon.com.evil.example/saml", False),
    ("https://evil.example/signin.aws.amazon.com/saml", False),
    ("https://a.b.signin.aws.amazon.com/saml", False),
    ("https://doorward.example/saml", False),
    ("", False),
]


@pytest.mark.parametrize(("recipient", "taken"), RECIPIENTS)
def test_an_assertion_is_taken_at_the_urls_of_aws_and_our_own(recipient, taken):
    text = idp.login(recipient=recipient)

    if taken:
        assert verified(text).subject.recipient == recipient
    else:
        assert refused(text).code == "InvalidIdentityToken"


def test_an_url_that_the_server_was_told_is_a_recipient_and_an_audience():
    own = "https://doorward.example/saml"
    text = idp.login(recipient=own, audience=own)

    assert verified(text, recipients=(own,)).subject.recipient == own
    assert refused(text).code == "InvalidIdentityToken"


def test_an_assertion_for_another_audience_is_refused():
    error = refused(idp.login(audience="https://other.example"))

    assert error.message == "Response does not contain the required audience."


def test_metadata_that_are_over_stop_working():
    assert refused(idp.login(), valid_until=NOW).code == "InvalidIdentityToken"


def changed(old, new):
    inner = idp.assertion()
    assert inner.count(old) == 1, inner.count(old)
    return idp.encoded(idp.response(idp.signed(inner.replace(old, new))))


BEARER = 'Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"'
AUDIENCE = "<saml:Audience>urn:amazon:webservices</saml:Audience>"
SHAPES = [
    (' Version="2.0" Issue', ' Version="1.1" Issue'),
    (BEARER, BEARER.replace("bearer", "sender-vouches")),
    (f' Recipient="{ACS}"', ""),
    (f"<saml:AudienceRestriction>{AUDIENCE}</saml:AudienceRestriction>", ""),
    (AUDIENCE, ""),
    ("<saml:AudienceRestriction>", "<saml:Unknown/><saml:AudienceRestriction>"),
    (f'<saml:AuthnStatement AuthnInstant="{idp.at(NOW)}"/>', ""),
    ("<saml:Subject>", "<saml:Subject/><saml:Subject>"),
    ("</saml:Subject>", "<saml:SubjectConfirmation/></saml:Subject>"),
    (f'IssueInstant="{idp.at(NOW)}"', 'IssueInstant="yesterday"'),
    (f'IssueInstant="{idp.at(NOW)}"', 'IssueInstant="2026-11-25T06:35:00"'),
    ("<saml:Issuer>", "<saml:Issuer>x</saml:Issuer><saml:Issuer>"),
    (f"{ROLE},{PROVIDER}", f"{ROLE}"),
    (f"{ROLE},{PROVIDER}", f"{ROLE},{PROVIDER},{ROLE}"),
]


@pytest.mark.parametrize(("old", "new"), SHAPES)
def test_an_assertion_of_another_shape_is_refused_even_if_signed(old, new):
    assert refused(changed(old, new)).code == "InvalidIdentityToken"


def test_an_assertion_without_a_name_is_of_nobody():
    for text in (
        idp.login(name=None),
        idp.login(name=""),
        changed("<saml:Subject>", "<saml:Subject><saml:NameID>bob</saml:NameID>"),
        changed("<saml:Subject>", "<saml:Subject><saml:EncryptedID/>"),
    ):
        with pytest.raises(Unnamed):
            verified(text)


def test_a_response_without_success_is_refused():
    text = idp.response(idp.signed(idp.assertion()), status="Responder")

    assert refused(idp.encoded(text)).code == "InvalidIdentityToken"


FACTS = [
    # attribute          values                sentence, or None where it is fine
    ("RoleSessionName", ["x" * 65], "RoleSessionName in AuthnResponse must match"),
    ("RoleSessionName", ["a"], "RoleSessionName in AuthnResponse must match"),
    ("RoleSessionName", ["al ice"], "RoleSessionName in AuthnResponse must match"),
    ("RoleSessionName", [], "RoleSessionName must have one value"),
    ("RoleSessionName", ["alice", "bob"], "RoleSessionName must have one value"),
    ("SourceIdentity", ["aws:alice"], "Source Identity must match"),
    ("SourceIdentity", ["x" * 65], "Source Identity must match"),
    ("SessionDuration", ["899"], "SessionDuration must be"),
    ("SessionDuration", ["43201"], "SessionDuration must be"),
    ("SessionDuration", ["1e3"], "SessionDuration must be"),
    ("PrincipalTag:team", ["red", "blue"], "The session tag team is invalid."),
    ("PrincipalTag:", ["red"], "The session tag  is invalid."),
    ("PrincipalTag:aws:x", ["red"], "The session tag aws:x is invalid."),
]


@pytest.mark.parametrize(("name", "values", "sentence"), FACTS)
def test_facts_of_the_session_that_aws_does_not_take_are_refused(name, values, sentence):
    given = {AWS + name: values}
    session = None if name == "RoleSessionName" else "alice"

    error = refused(idp.login(attributes=given, session_name=session))

    assert error.code == "InvalidIdentityToken"
    assert error.message.startswith(sentence)


def test_the_session_name_is_required():
    error = refused(idp.login(session_name=None))

    assert error.message == "RoleSessionName is required in AuthnResponse"


def test_an_attribute_of_aws_that_is_there_twice_is_refused():
    given = {AWS + "RoleSessionName": ["bob"]}

    assert refused(idp.login(attributes=given)).code == "InvalidIdentityToken"


def test_roles_tags_and_the_rest_are_read():
    given = {
        AWS + "PrincipalTag:Team": ["red"],
        AWS + "TransitiveTagKeys": ["Team"],
        AWS + "SourceIdentity": ["alice"],
        AWS + "SessionDuration": ["900"],
    }
    found = verified(idp.login(attributes=given, role=f" {PROVIDER} , {ROLE} ")).attributes

    assert found.roles == {(ROLE, PROVIDER)}  # in either order
    assert (found.tags, found.transitive) == ({"Team": "red"}, ("Team",))
    assert (found.source_identity, found.duration_seconds) == ("alice", 900)


def test_formats_of_names_lose_the_prefix_of_saml_2_only():
    old = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

    assert verified(idp.login(format=old)).subject.kind == old


def test_the_name_qualifier_is_that_of_the_documented_example():
    found = name_qualifier("https://example.com/saml", "123456789012", "MySAMLIdP")

    assert found == "1uAJanUnBc2XeUkHURMht+xam2c="


def test_attributes_become_keys_of_one_value_or_many():
    edu = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
    found = of_attributes(
        {
            edu + "1": ("member", "staff"),
            edu + "6": ("alice@example.com",),
            edu + "5": ("staff", "member"),  # a key of one value with two: no key
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname": ("Liddell",),
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": ("S-1",),
            "unknown": ("x",),
        }
    )

    assert found == {
        "saml:edupersonaffiliation": ("member", "staff"),
        "saml:edupersonprincipalname": "alice@example.com",
        "saml:surname": "Liddell",
        "saml:primarygroupsid": "S-1",
        "saml:uid": "S-1",
    }


def test_an_encrypted_assertion_is_opened_with_any_of_the_providers_keys():
    text = idp.encoded(idp.response(idp.encrypted(idp.signed(idp.assertion()), KEY)))
    other = idp.private_pem(idp.key_pair(8)[0])

    assert verified(text, private_keys=[other, PEM], encrypted_only=True).id == "_a1"
    for keys in ([], [other]):
        assert refused(text, private_keys=keys).message == "Response signature invalid"


def test_an_encrypted_assertion_must_be_signed_inside_or_outside():
    inner = idp.encrypted(idp.assertion(), KEY)

    assert refused(idp.encoded(idp.response(inner)), private_keys=[PEM])
    outside = idp.encoded(idp.signed(idp.response(inner)))
    assert verified(outside, private_keys=[PEM]).id == "_a1"


def test_cbc_is_only_opened_under_a_signature():
    inner = idp.encrypted(idp.signed(idp.assertion()), KEY, mode="cbc")

    assert refused(idp.encoded(idp.response(inner)), private_keys=[PEM])
    outside = idp.encoded(idp.signed(idp.response(inner)))
    assert verified(outside, private_keys=[PEM]).id == "_a1"


def test_keys_wrapped_by_pkcs_1_are_refused():
    inner = idp.encrypted(idp.signed(idp.assertion()), KEY, transport="pkcs1")

    assert refused(idp.encoded(idp.signed(idp.response(inner))), private_keys=[PEM])


def test_an_assertion_in_the_clear_is_refused_where_encryption_is_required():
    assert refused(idp.login(), private_keys=[PEM], encrypted_only=True)


@pytest.mark.parametrize("text", ["", "AA", "!!!!", "PG5vPg==", "PHg+PC94Pg=="])
def test_what_is_no_response_is_refused(text):
    assert refused(text).code == "InvalidIdentityToken"


DOCUMENT = idp.response(idp.signed(idp.assertion()))


@given(st.integers(0, len(DOCUMENT) - 1), st.sampled_from("Aa0<>&;\"'= \n\0é"))
def test_no_changed_character_makes_another_assertion(place, character):
    text = DOCUMENT[:place] + character + DOCUMENT[place + 1 :]
    try:
        found = saml.verify(idp.encoded(text), provider(), NOW)
    except (AwsError, Unnamed):
        return

    assert found == saml.verify(idp.encoded(DOCUMENT), provider(), NOW)
