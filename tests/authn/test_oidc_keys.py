"""Keys of issuers: kept, fetched again, and not fetched too often."""

import json
import threading
from datetime import timedelta

import pytest

from authn.issuer import DISCOVERY, NOW, Documents, Issuer
from doorward.authn.oidc_fetch import Unpinned, Unreachable, Unusable
from doorward.authn.oidc_keys import IssuerKeys
from doorward.base.errors import AwsError

URL = "https://issuer.example"
ISSUER = Issuer(URL)
FETCHED = [URL + DISCOVERY, f"{URL}/jwks"]


@pytest.fixture
def network():
    return Documents(ISSUER.documents())


@pytest.fixture
def keys(network):
    return IssuerKeys(network)


def ask(keys, kid="one", now=NOW, alg="RS256", thumbprints=()):
    return [key.id for key in keys.suitable(URL, thumbprints, kid, alg, now)]


def refusal(keys, **more):
    with pytest.raises(AwsError) as caught:
        ask(keys, **more)
    return caught.value


def test_keys_are_fetched_once_and_kept_for_an_hour(network, keys):
    for minutes in (0, 10, 59):
        assert ask(keys, now=NOW + timedelta(minutes=minutes)) == ["one"]
    assert network.asked == FETCHED

    ask(keys, now=NOW + timedelta(minutes=60))
    assert network.asked == FETCHED * 2


def test_old_keys_are_not_used_when_the_issuer_is_gone(network, keys):
    ask(keys)
    network.documents.clear()

    assert refusal(keys, now=NOW + timedelta(hours=1)).code == "IDPCommunicationError"


def test_an_unknown_key_id_has_the_keys_fetched_again(network, keys):
    ask(keys)
    new = Issuer(URL, kid="two", number=2)
    network.documents |= ISSUER.documents(new.jwk())

    assert ask(keys, "two", NOW + timedelta(seconds=11)) == ["two"]


def test_unknown_key_ids_do_not_have_them_fetched_again_and_again(network, keys):
    for number in range(50):
        with pytest.raises(AwsError):
            ask(keys, f"unknown-{number}", NOW + timedelta(milliseconds=number))

    assert network.asked == FETCHED
    assert ask(keys) == ["one"]


def test_an_issuer_that_fails_is_left_alone_for_a_while(network, keys):
    network.documents.clear()
    for _ in range(5):
        assert refusal(keys).code == "IDPCommunicationError"
    assert len(network.asked) == 1


def test_changed_thumbprints_have_the_keys_fetched_again(network, keys):
    ask(keys, thumbprints=["a" * 40])
    ask(keys, thumbprints=["b" * 40])

    assert network.asked == FETCHED * 2


KEY = "Couldn't retrieve verification key from your identity provider,  please reference"
FAILURES = [
    (Unreachable(), "IDPCommunicationError", "The identity provider"),
    (Unusable(), "InvalidIdentityToken", KEY),
    (Unpinned(), "InvalidIdentityToken", "OpenIDConnect provider's HTTPS certificate doesn't"),
]


@pytest.mark.parametrize(("failure", "code", "begins"), FAILURES)
@pytest.mark.parametrize("document", FETCHED)
def test_what_cannot_be_fetched_is_refused_in_words(network, keys, document, failure, code, begins):
    network.documents[document] = failure

    error = refusal(keys)

    assert error.code == code
    assert error.message.startswith(begins)


DISCOVERIES = [
    b"",
    b"[]",
    b"{}",
    json.dumps({"issuer": URL}).encode(),
    json.dumps({"issuer": URL + "/", "jwks_uri": f"{URL}/jwks"}).encode(),
    json.dumps({"issuer": "https://other.example", "jwks_uri": f"{URL}/jwks"}).encode(),
    json.dumps({"issuer": URL, "jwks_uri": 7}).encode(),
    b'{"issuer": "x", "issuer": "https://issuer.example", "jwks_uri": "https://issuer.example/jwks"}',
]


@pytest.mark.parametrize("document", DISCOVERIES)
def test_a_discovery_document_that_is_not_the_issuers_is_refused(network, keys, document):
    network.documents[FETCHED[0]] = document

    assert refusal(keys).message.startswith(KEY)


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [1, null]}', b'{"keys": [{}]}'],
)
def test_a_document_without_keys_is_refused(network, keys, document):
    network.documents[FETCHED[1]] = document

    assert refusal(keys).message.startswith(KEY)


def test_more_than_a_hundred_keys_of_a_kind_are_refused(network, keys):
    many = [ISSUER.jwk(kid=f"key-{number}") for number in range(101)]
    network.documents[FETCHED[1]] = json.dumps({"keys": many}).encode()
    assert refusal(keys, kid="key-1").message.startswith(KEY)

    network.documents[FETCHED[1]] = json.dumps({"keys": many[:100]}).encode()
    assert ask(keys, "key-1", NOW + timedelta(seconds=11)) == ["key-1"]


def test_many_who_ask_at_once_have_the_keys_fetched_once(network, keys):
    found = []
    threads = [threading.Thread(target=lambda: found.append(ask(keys))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [["one"]] * 8
    assert network.asked == FETCHED
