"""Tokens of OIDC issuers: which ones prove somebody."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authn.issuer import NOW, Documents, Issuer, encoded, pem
from doorward.authn import oidc, oidc_jwks
from doorward.authn.oidc_keys import IssuerKeys
from doorward.base.errors import AwsError

URL = "https://issuer.example"
ISSUER = Issuer(URL)
AUDIENCE = "sts.amazonaws.com"
ISSUED = int(NOW.timestamp())


def proved(token, issuer=ISSUER, client_ids=(AUDIENCE,), now=NOW, keys=()):
    found = IssuerKeys(Documents(issuer.documents(*keys)))
    return oidc.verify(
        oidc.parse(token), client_ids=client_ids, thumbprints=(), keys=found, now=now
    )


def refused(token, **more):
    with pytest.raises(AwsError) as caught:
        proved(token, **more)
    return caught.value


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_a_token_signed_with_a_key_of_the_issuer_proves_its_subject(alg):
    issuer = Issuer(URL, alg)

    identity = proved(issuer.token(sub="alice"), issuer)

    assert (identity.subject, identity.audience, identity.issuer) == ("alice", AUDIENCE, URL)


CLAIMS = [
    # claims changed                                  code                      begins with
    ({"aud": "somebody-else"}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": [AUDIENCE, "other"]}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": []}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": [1]}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": {"a": AUDIENCE}}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": AUDIENCE.upper()}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"azp": "app"}, "InvalidIdentityToken", "Incorrect token audience"),  # azp comes before aud
    ({"azp": ""}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"azp": [AUDIENCE]}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"aud": ...}, "InvalidIdentityToken", "Missing a required claim: aud"),
    ({"iss": ...}, "InvalidIdentityToken", "Missing a required claim: iss"),
    ({"sub": ...}, "InvalidIdentityToken", "Missing a required claim: sub"),
    ({"exp": ...}, "InvalidIdentityToken", "Missing a required claim: exp"),
    ({"iat": ...}, "InvalidIdentityToken", "Missing a required claim: iat"),
    ({"sub": ""}, "InvalidIdentityToken", "The ID Token"),
    ({"sub": "x" * 256}, "InvalidIdentityToken", "The ID Token"),
    ({"sub": 7}, "InvalidIdentityToken", "The ID Token"),
    ({"iss": [URL]}, "InvalidIdentityToken", "The ID Token"),
    ({"exp": ISSUED - 300}, "ExpiredTokenException", "Token expired: current date/time"),
    ({"exp": str(ISSUED + 60)}, "InvalidIdentityToken", "The ID Token"),
    ({"exp": ISSUED + 60.5}, "InvalidIdentityToken", "The ID Token"),
    ({"exp": True}, "InvalidIdentityToken", "The ID Token"),
    ({"exp": None}, "InvalidIdentityToken", "The ID Token"),
    ({"exp": 10**4000}, "InvalidIdentityToken", "The ID Token"),
    ({"iat": -(10**4000)}, "InvalidIdentityToken", "The ID Token"),
    ({"sub": "\ud800"}, "InvalidIdentityToken", "The ID Token"),
    ({"other": {"\udfff": 1}}, "InvalidIdentityToken", "The ID Token"),
    ({"iat": ISSUED + 301}, "InvalidIdentityToken", "Token is not yet valid"),
    ({"nbf": ISSUED + 301}, "InvalidIdentityToken", "Token is not yet valid"),
    ({"nbf": "now"}, "InvalidIdentityToken", "The ID Token"),
    ({"iat": ISSUED - 441398}, "ExpiredTokenException", "Token too old: 441398"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "code", "begins"), CLAIMS)
def test_a_claim_that_is_missing_wrong_or_of_another_type_is_refused(changed, code, begins):
    error = refused(ISSUER.token(**changed))

    assert error.code == code
    assert error.message.startswith(begins)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": [AUDIENCE]},
        {"aud": "other", "azp": AUDIENCE},
        {"exp": ISSUED - 299},
        {"iat": ISSUED + 300, "nbf": ISSUED + 300},
    ],
)
def test_the_limits_are_where_aws_has_them(changed):
    assert proved(ISSUER.token(**changed)).audience == AUDIENCE


def test_without_client_ids_the_trust_policy_alone_judges_the_audience():
    assert proved(ISSUER.token(aud="anything"), client_ids=None).audience == "anything"
    assert refused(ISSUER.token(), client_ids=()).message == "Incorrect token audience"


def test_an_algorithm_of_none_or_of_a_shared_secret_is_refused():
    claims = encoded(ISSUER.claims())
    public = json.dumps(ISSUER.jwk()).encode()
    for alg, signature in (("none", b""), ("None", b""), ("NONE", b""), ("HS256", None)):
        signed = f"{encoded({'alg': alg, 'kid': 'one'})}.{claims}"
        mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()
        token = f"{signed}.{encoded(signature if signature is not None else mac)}"

        assert refused(token).code == "InvalidIdentityToken"


@pytest.mark.parametrize("alg", ["PS256", "EdDSA", "RSA1_5", "rs256", "", None, 1, ["RS256"]])
def test_an_algorithm_that_aws_does_not_take_is_refused(alg):
    head, body, signature = ISSUER.token().split(".")
    del head
    token = f"{encoded({'alg': alg, 'kid': 'one'})}.{body}.{signature}"

    assert refused(token).message == oidc.MALFORMED


def test_a_key_serves_only_the_algorithm_that_it_names():
    rs512 = Issuer(URL, "RS512")  # the same key id, another algorithm, and so no key for it

    assert refused(rs512.token(), issuer=ISSUER).code == "InvalidIdentityToken"


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_key_of_less_than_2048_bits_is_not_used():
    weak = Issuer(URL, "weak")
    weak.alg = "RS256"

    assert refused(weak.token(), issuer=weak).code == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "changed",
    [
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"alg": "HS256"},
        {"alg": ["RS256"]},
        {"e": "AQ"},
        {"n": "AA"},
        {"kid": 1},
    ],
)
def test_a_key_that_is_not_for_verifying_is_passed_over(changed):
    class Odd(Issuer):
        def jwk(self):
            return {**super().jwk(), **changed}

    assert refused(ISSUER.token(), issuer=Odd(URL)).code == "InvalidIdentityToken"


def test_only_keys_of_the_algorithm_and_the_key_id_are_suitable():
    one, two = Issuer(URL, "RS256"), Issuer(URL, "ES256", kid="two")
    free = {name: value for name, value in one.jwk(kid="three").items() if name != "alg"}
    document = json.dumps({"keys": [one.jwk(), two.jwk(), free]}).encode()

    def suitable(kid, alg):
        return [key.id for key in oidc_jwks.suitable(oidc_jwks.read(document), kid, alg)]

    assert suitable("one", "RS256") == ["one"]
    assert suitable("one", "RS512") == suitable("one", "ES256") == suitable("one", "HS256") == []
    assert suitable("three", "RS512") == ["three"]
    assert suitable(None, "RS256") == ["one", "three"]
    assert suitable(None, "ES256") == ["two"]


def test_a_key_in_the_head_of_a_token_is_not_looked_at():
    other = Issuer(URL, number=1)
    header = {"jwk": other.jwk(), "jku": f"{URL}/mine", "x5u": f"{URL}/mine", "x5c": ["AA=="]}

    assert refused(other.token(header=header)).code == "InvalidIdentityToken"
    assert proved(ISSUER.token(header=header)).subject == "somebody"


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"b64": True}, {"enc": "A128GCM"}])
def test_a_head_that_must_be_understood_is_refused(header):
    head, body, signature = ISSUER.token().split(".")
    del head
    token = f"{encoded({'alg': 'RS256', 'kid': 'one', **header})}.{body}.{signature}"

    assert refused(token).code == "InvalidIdentityToken"


def test_a_token_without_a_key_id_may_be_signed_with_any_key_of_its_kind():
    other = Issuer(URL, "ES256", kid="two")
    token = other.token(header={"kid": ...})

    assert proved(token, keys=[other.jwk()]).subject == "somebody"
    assert refused(ISSUER.token(header={"kid": "three"})).code == "InvalidIdentityToken"


def test_a_signature_in_der_is_refused():
    issuer = Issuer(URL, "ES256")
    head, body, signature = issuer.token().split(".")
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    raw = base64.urlsafe_b64decode(signature + "==")
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))

    assert refused(f"{head}.{body}.{encoded(der)}", issuer=issuer).code == "InvalidIdentityToken"
    assert refused(f"{head}.{body}.{encoded(bytes(64))}", issuer=issuer)


GOOD = ISSUER.token()
CODES = {"InvalidIdentityToken", "ExpiredTokenException", "IDPCommunicationError"}


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("ABCdef019-_.=+/ \n"))
def test_a_token_with_any_character_changed_proves_nobody(place, character):
    token = GOOD[:place] + character + GOOD[place + 1 :]
    if token == GOOD:
        return

    assert refused(token).code in CODES


HEAD, BODY, SIGNATURE = GOOD.split(".")
TWICE = b'{"alg":"RS256","alg":"none"}'
ODD = (b'{"sub":NaN}', b"[" * 5000, b"\xff", b"{}" * 2)


@pytest.mark.parametrize(
    "token",
    [
        "....",
        "not-a-token",
        f"{HEAD}.{BODY}",
        f"{GOOD}.{SIGNATURE}",
        f"{HEAD}..{SIGNATURE}",
        f"{HEAD}.{BODY}=.{SIGNATURE}",
        f" {GOOD}",
        f"{encoded([1])}.{BODY}.{SIGNATURE}",
        f"{encoded(TWICE)}.{BODY}.{SIGNATURE}",
        *(f"{HEAD}.{encoded(odd)}.{SIGNATURE}" for odd in ODD),
        json.dumps({"payload": BODY, "protected": HEAD, "signature": SIGNATURE}),
    ],
)
def test_what_is_no_token_is_refused_in_the_words_of_aws(token):
    assert refused(token).message == oidc.MALFORMED


def test_a_token_grows_too_old_while_the_clock_goes_on():
    token = ISSUER.token()

    assert proved(token, now=NOW + timedelta(seconds=3899)).subject == "somebody"
    assert refused(token, now=NOW + timedelta(seconds=3900)).code == "ExpiredTokenException"


def test_a_private_key_among_the_published_ones_is_not_used():
    from joserfc import jwk

    class Careless(Issuer):
        def jwk(self):
            private = jwk.import_key(pem(self.key), "RSA").as_dict(private=True)
            return {**private, "kid": "one"}

    assert refused(ISSUER.token(), issuer=Careless(URL)).code == "InvalidIdentityToken"
