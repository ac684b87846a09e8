"""Proofs of possession: what holds, and everything that must not."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from doorward.authn import dpop
from doorward.authn.dpop import InvalidProof, encoded

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1:4566/v1/token"
KEY = ec.derive_private_key(7, ec.SECP256R1())


def jwk(key=KEY, **other):
    numbers = key.public_key().public_numbers()
    point = {"x": encoded(numbers.x.to_bytes(32)), "y": encoded(numbers.y.to_bytes(32))}
    return {"kty": "EC", "crv": "P-256"} | point | other


def header(**other):
    return {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk()} | other


def claims(**other):
    return {"htm": "POST", "htu": URL, "iat": int(NOW.timestamp()), "jti": "1"} | other


def signed(head=None, body=None, key=KEY):
    head, body = (
        encoded(json.dumps(part).encode())
        for part in (header() if head is None else head, claims() if body is None else body)
    )
    r, s = decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(SHA256())))
    return f"{head}.{body}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"


def verified(token, now=NOW, url=URL, method="POST"):
    return dpop.verify(token, method=method, url=url, now=now)


def test_a_proof_holds_for_its_request_and_names_its_key():
    proof = verified(signed())

    assert proof.thumbprint == dpop.thumbprint(jwk())
    assert proof.expires_at >= NOW + dpop.SKEW
    assert verified(signed()).id == proof.id
    assert verified(signed(body=claims(jti="2"))).id != proof.id
    assert verified(signed(), url=URL.replace("http:", "https:"))  # a proxy speaks HTTPS for us


def test_the_thumbprint_is_that_of_rfc_7638():
    key = {"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "kid": "left out"}
    named = b'{"crv":"P-256","kty":"EC","x":"a","y":"b"}'

    assert dpop.thumbprint(key) == encoded(hashlib.sha256(named).digest())


@pytest.mark.parametrize(
    "token",
    [
        signed(header(alg="none")),
        signed(header(alg="HS256")),
        signed(header(typ="JWT")),
        signed(header(crit=["x"])),
        signed(header(jwk=jwk(crv="P-384"))),
        signed(header(jwk=jwk(kty="OKP"))),
        signed(header(jwk=jwk(d="AA"))),
        signed(header(jwk=jwk(x=encoded(bytes(32))))),  # not on the curve
        signed(header(jwk=jwk(x=encoded(bytes(31))))),
        signed(header(jwk=jwk(x=1))),
        signed(header(jwk="key")),
        signed({}),
        signed([]),
        signed(key=ec.derive_private_key(8, ec.SECP256R1())),
        signed(body=claims(htm="GET")),
        signed(body=claims(htu=URL + "?a=b")),
        signed(body=claims(htu="ftp" + URL[4:])),
        signed(body=claims(htu=None)),
        signed(body=claims(iat="now")),
        signed(body=claims(iat=1e300)),
        signed(body=claims(iat=NOW.timestamp() - 301)),
        signed(body=claims(iat=NOW.timestamp() + 301)),
        signed(body=claims(jti="")),
        signed(body=claims(jti=1)),
        signed(body=claims(jti="\ud800")),
        signed(body={}),
        signed() + "=",
        signed() + ".a",
        signed().rpartition(".")[0],
        signed().rpartition(".")[0] + ".",
        "",
        "..",
        "a.b.c",
        "é.é.é",
        "a" * 5_000,
    ],
)
def test_what_does_not_hold_is_refused(token):
    with pytest.raises(InvalidProof):
        verified(token)


def test_a_signature_made_with_the_public_key_as_a_secret_is_refused():
    head = encoded(json.dumps(header(alg="HS256")).encode())
    body = encoded(json.dumps(claims()).encode())
    mac = hmac.digest(json.dumps(jwk()).encode(), f"{head}.{body}".encode(), "sha256")

    with pytest.raises(InvalidProof):
        verified(f"{head}.{body}.{encoded(mac)}")


def test_a_proof_lives_five_minutes_either_way():
    for off, holds in [(-300, True), (300, True), (-301, False), (301, False)]:
        now = NOW + timedelta(seconds=off)
        if holds:
            assert verified(signed(), now)
        else:
            with pytest.raises(InvalidProof):
                verified(signed(), now)


@given(st.integers(0, len(signed()) - 1), st.sampled_from("AZaz09-_.=+/ \né"))
def test_no_character_can_be_changed(place, other):
    token = signed()
    changed = token[:place] + other + token[place + 1 :]
    if changed != token:
        with pytest.raises(InvalidProof):
            verified(changed)


@given(st.text(max_size=200))
def test_any_text_is_refused_and_nothing_worse(text):
    with pytest.raises(InvalidProof):
        verified(text)
