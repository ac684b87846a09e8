"""AssumeRoleWithSAML: whom an assertion names, and what the role's trust policy says to it."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from authn import saml_idp as idp
from authn.saml_idp import ACS, AWS, ENTITY, NOW, PROVIDER, ROLE
from doorward.authn.caller import SessionKind
from doorward.authz.explain import denial
from doorward.authz.subject import ANONYMOUS
from doorward.base.errors import AwsError
from doorward.services.iam.saml_providers import (
    create_saml_provider,
    delete_saml_provider,
    get_saml_provider,
    update_saml_provider,
)
from doorward.services.sts.assume_role_with_saml import assume_role_with_saml, presented
from doorward.services.sts.service import sts
from services.sts.people import make_role
from services.support import ACCOUNT, OTHER_ACCOUNT, accesses

QUALIFIER = idp.qualifier()


def trust(*actions, provider=PROVIDER, **condition):
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithSAML", *actions],
        "Condition": condition or {"StringEquals": {"saml:aud": ACS}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Caller:
    """Somebody without a key who comes with a response."""

    def __init__(self, world, **more):
        self.ctx = replace(world.anonymous(), **more)

    def verified(self, text, role_arn=ROLE, provider=PROVIDER):
        given = {"RoleArn": role_arn, "PrincipalArn": provider, "SAMLAssertion": text}
        return presented(self.ctx, given)()

    def decisions(self, text, **more):
        given = self.verified(text, **more)
        found = accesses(sts, "AssumeRoleWithSAML", self.ctx, **given)
        return {access.action: self.ctx.authorize(access) for access in found}

    def allowed(self, text, **more):
        return all(decision.allowed for decision in self.decisions(text, **more).values())

    def assume(self, text, **more):
        found = self.verified(text)["SAMLAssertion"]
        return assume_role_with_saml(
            self.ctx, role_arn=ROLE, principal_arn=PROVIDER, saml_assertion=found, **more
        )

    def session(self, text, **more):
        return self.ctx.tokens.open(self.assume(text, **more)["Credentials"]["SessionToken"])


@pytest.fixture
def caller(world):
    create_saml_provider(world.root(), name="idp", saml_metadata_document=idp.metadata())
    return Caller(world)


def refusal(call, *arguments, **parameters):
    with pytest.raises(AwsError) as caught:
        call(*arguments, **parameters)
    return caught.value


def make(world, document=None, **more):
    return make_role(world, "staff", document or trust(), **more)


def test_somebody_of_the_provider_that_the_role_trusts_may_have_it(world, caller):
    make(world)

    assert caller.allowed(idp.login())


CONDITIONS = [
    ({"StringEquals": {"saml:iss": ENTITY}}, True),
    ({"StringEquals": {"saml:iss": "https://other.example"}}, False),
    ({"StringEquals": {"saml:sub": "alice", "saml:sub_type": "persistent"}}, True),
    ({"StringEquals": {"saml:sub": "bob"}}, False),
    ({"StringEquals": {"saml:doc": f"{ACCOUNT}/idp"}}, True),
    ({"StringEquals": {"saml:namequalifier": QUALIFIER}}, True),
    ({"StringEquals": {"saml:eduPersonPrincipalName": "alice@example.com"}}, True),
    ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff"}}, True),
    ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "guest"}}, False),
    ({"StringEquals": {"sts:RoleSessionName": "alice@example.com"}}, True),
    ({"StringEquals": {"saml:mail": "alice@example.com"}}, False),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_what_the_assertion_says_are_conditions_of_trust(world, caller, condition, expected):
    make(world, trust(**condition))
    edu = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
    given = {edu + "6": ["alice@example.com"], edu + "1": ["member", "staff"]}

    assert caller.allowed(idp.login(attributes=given)) is expected


def test_the_role_must_be_one_that_the_assertion_names(world, caller):
    make(world)
    other = ROLE.replace("staff", "admin")
    make_role(world, "admin", trust())

    error = refusal(caller.verified, idp.login(), other)

    assert (error.code, error.message) == (
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithSAML",
    )
    assert refusal(caller.verified, idp.login(role=None)).code == "AccessDenied"


def test_an_assertion_that_names_nobody_is_denied(world, caller):
    make(world)

    assert refusal(caller.verified, idp.login(name=None)).code == "AccessDenied"


def test_a_role_that_does_not_trust_the_provider_or_does_not_exist_is_denied_alike(world, caller):
    make(world, trust(provider=f"arn:aws:iam::{ACCOUNT}:saml-provider/other"))
    ghost = ROLE.replace("staff", "ghost")
    for role_arn in (ROLE, ghost):
        text = idp.login(role=f"{role_arn},{PROVIDER}")
        given = caller.verified(text, role_arn)
        (access,) = accesses(sts, "AssumeRoleWithSAML", caller.ctx, **given)

        error = denial(caller.ctx.authorize(access), ANONYMOUS, access)
        assert error.message == "Not authorized to perform sts:AssumeRoleWithSAML"


@pytest.mark.parametrize(
    "provider_arn",
    [
        PROVIDER.replace("idp", "other"),
        PROVIDER.replace(ACCOUNT, OTHER_ACCOUNT),
        PROVIDER.replace("arn:aws:", "arn:aws-cn:"),
        PROVIDER.replace("saml-provider", "oidc-provider"),
        PROVIDER.replace("idp", "x/idp"),
        "idp",
    ],
)
def test_a_provider_that_the_account_does_not_have_is_refused(caller, provider_arn):
    error = refusal(caller.verified, idp.login(), provider=provider_arn)

    assert (error.code, error.message) == (
        "InvalidIdentityToken",
        "Specified provider doesn't exist.",
    )


def test_a_deleted_provider_and_replaced_metadata_count_at_once(world, caller):
    make(world)
    other = idp.metadata(idp.key_pair(1)[1])
    update_saml_provider(world.root(), saml_provider_arn=PROVIDER, saml_metadata_document=other)
    assert refusal(caller.verified, idp.login()).message == "Response signature invalid"

    delete_saml_provider(world.root(), saml_provider_arn=PROVIDER)
    assert refusal(caller.verified, idp.login()).message == "Specified provider doesn't exist."


def test_the_session_says_who_it_is(world, caller):
    role = make(world)

    output = caller.assume(idp.login())
    session = caller.ctx.tokens.open(output["Credentials"]["SessionToken"])

    assert {name: output[name] for name in ("Subject", "SubjectType", "Issuer", "Audience")} == {
        "Subject": "alice",
        "SubjectType": "persistent",
        "Issuer": ENTITY,
        "Audience": ACS,
    }
    assert output["NameQualifier"] == QUALIFIER
    assert output["AssumedRoleUser"] == {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/alice@example.com",
        "AssumedRoleId": f"{role.id}:alice@example.com",
    }
    assert session.kind is SessionKind.ROLE
    assert dict(session.context) == {
        "saml:namequalifier": (QUALIFIER,),
        "saml:sub": ("alice",),
        "saml:sub_type": ("persistent",),
    }


def test_tags_and_source_identity_need_leave_of_their_own_and_go_into_the_session(world, caller):
    given = {
        AWS + "PrincipalTag:Team": ["red"],
        AWS + "TransitiveTagKeys": ["Team"],
        AWS + "SourceIdentity": ["alice"],
    }
    make(world)
    found = caller.decisions(idp.login(attributes=given))
    assert {action for action, decision in found.items() if not decision.allowed} == {
        "sts:TagSession",
        "sts:SetSourceIdentity",
    }

    arn = ROLE.replace("staff", "tagged")
    condition = {"StringEquals": {"aws:RequestTag/Team": "red", "sts:SourceIdentity": "alice"}}
    make_role(world, "tagged", trust("sts:TagSession", "sts:SetSourceIdentity", **condition))
    text = idp.login(attributes=given, role=f"{arn},{PROVIDER}")
    assert caller.allowed(text, role_arn=arn)
    session = caller.session(idp.login(attributes=given))
    assert (session.tags, session.transitive) == ((("Team", "red"),), ("Team",))
    assert session.source_identity == "alice"


HOUR = timedelta(hours=1)
DURATIONS = [
    # asked  in the assertion                                       lasts
    (3600, {}, HOUR),
    (7200, {}, 2 * HOUR),
    (3600, {"attributes": {AWS + "SessionDuration": ["900"]}}, HOUR / 4),
    (900, {"attributes": {AWS + "SessionDuration": ["7200"]}}, HOUR / 4),  # only ever shorter
    (3600, {"session_ends": NOW + HOUR / 2}, HOUR / 2),
    (3600, {"session_ends": NOW + 9 * HOUR}, HOUR),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "given", "lasts"), DURATIONS)
def test_the_session_lasts_no_longer_than_asked_and_the_assertion_allows(
    world, caller, asked, given, lasts
):
    make(world, max_session_duration=7200)

    session = caller.session(idp.login(**given), duration_seconds=asked)

    assert session.expires_at == NOW + lasts


def test_longer_than_the_role_allows_is_refused(world, caller):
    make(world)

    error = refusal(caller.assume, idp.login(), duration_seconds=3601)

    assert error.message == (
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    )


def test_an_assertion_works_once(world, caller):
    make(world)
    caller.assume(idp.login())

    error = refusal(caller.assume, idp.login())  # signed anew, but the same id
    assert error.code == "InvalidIdentityToken"
    assert caller.assume(idp.login(id="_a2"))


def test_an_assertion_that_was_refused_may_be_tried_again(world, caller):
    make(world)
    refusal(caller.assume, idp.login(), duration_seconds=43200)

    assert caller.assume(idp.login())


def test_what_was_used_is_remembered_until_it_would_be_too_old(world, caller):
    make(world)
    caller.assume(idp.login())
    for minutes in (1, 4, 4.98):
        later = Caller(world, now=NOW + timedelta(minutes=minutes))
        assert refusal(later.assume, idp.login(ends=NOW + HOUR)).code == "InvalidIdentityToken"


def test_a_response_that_was_not_verified_is_worth_nothing(world, caller):
    make(world)
    given = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": idp.login()}

    assert refusal(accesses, sts, "AssumeRoleWithSAML", caller.ctx, **given)
    error = refusal(
        assume_role_with_saml,
        caller.ctx,
        role_arn=ROLE,
        principal_arn=PROVIDER,
        saml_assertion=idp.login(),
    )
    assert error.code == "InvalidIdentityToken"


def test_required_encryption_is_required(world, caller):
    key = idp.key_pair(7)[0]
    update_saml_provider(
        world.root(),
        saml_provider_arn=PROVIDER,
        assertion_encryption_mode="Required",
        add_private_key=idp.private_pem(key),
    )
    make(world)

    sealed = idp.encoded(idp.response(idp.encrypted(idp.signed(idp.assertion()), key)))
    assert caller.allowed(sealed)
    assert refusal(caller.verified, idp.login()).code == "InvalidIdentityToken"


def test_a_context_provider_says_for_whom_the_session_acts(world, caller):
    key = idp.key_pair(7)[0]
    context = {"SubjectSourceKey": "uid", "SubjectTypeSourceKey": "kind"}
    update_saml_provider(
        world.root(),
        saml_provider_arn=PROVIDER,
        context_provider=context,
        add_private_key=idp.private_pem(key),
    )
    make(world)
    given = {"uid": ["alice"], "kind": ["user"]}

    output = caller.assume(idp.login(attributes=given))

    (hashes,) = get_saml_provider(world.root(), saml_provider_arn=PROVIDER)["SAMLKeyHashes"]
    assert output["TrustedIdentityPropagationContext"] == {
        "OriginIdentity": {
            "Subject": "alice",
            "SubjectType": "user",
            "Issuer": hashes["KeyHashes"][0],
            "FederatedProviderArn": PROVIDER,
        }
    }
    text = idp.assertion(id="_a2", attributes=given)
    sealed = idp.encoded(idp.response(idp.encrypted(idp.signed(text), key)))
    output = caller.assume(sealed)
    assert "TrustedIdentityPropagationContext" not in output  # what was encrypted is not told
    session = caller.ctx.tokens.open(output["Credentials"]["SessionToken"])
    assert dict(session.context)["aws:originidentity/subject"] == ("alice",)


def test_a_server_without_the_extra_says_so(world, caller, monkeypatch):
    make(world)
    for name in ("doorward.authn.saml", "doorward.authn.saml_metadata"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delattr(f"{name}", raising=False)

    refused = refusal(caller.verified, idp.login())
    assert "doorward[saml]" in refused.message
    error = refusal(
        create_saml_provider, world.root(), name="new", saml_metadata_document=idp.metadata()
    )
    assert (error.code, "doorward[saml]" in error.message) == ("InvalidInput", True)


def test_no_library_of_federation_is_imported_before_it_is_needed():
    """Starting must not become slower for those who federate nobody."""
    code = (
        "import sys; from doorward.server.dispatch import registry; import doorward.server.app; "
        "registry(); print([one for one in ('lxml', 'signxml', 'joserfc') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_url_of_our_own_is_taken_where_the_server_was_told(world, caller):
    own = "https://doorward.example/saml"
    make(world, trust(StringEquals={"saml:aud": own}))
    text = idp.login(recipient=own)

    assert refusal(caller.verified, text).code == "InvalidIdentityToken"
    assert Caller(world, assertion_consumers=(own,)).allowed(text)
