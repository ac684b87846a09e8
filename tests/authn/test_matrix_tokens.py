"""Session tokens through the whole pipeline: any bit of one changed, cut, or spelled otherwise."""

import base64
from dataclasses import replace

import pytest
from botocore.credentials import Credentials

from authn.clients import Sent
from authn.in_process import InProcess, query
from authn.rows import presigned
from authn.test_matrix import refusal
from doorward.authn.errors import Family
from doorward.server.pipeline import Refusal

WHO = query("sts", "Action=GetCallerIdentity&Version=2011-06-15", Credentials("", ""))
GET = Sent("GET", "/reports/a.txt", service="s3", family=Family.S3)
REQUESTS = {
    "query service, header": (WHO, "InvalidClientTokenId"),
    "query service, url": (presigned(WHO), "InvalidClientTokenId"),
    "s3, header": (GET, "InvalidToken"),
    "s3, url": (presigned(GET), "InvalidToken"),
    "s3, version 2": (replace(GET, how="version 2"), "InvalidToken"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = InProcess(tmp_path_factory.mktemp("tokens"))
    yield made
    made.close()


def with_token(house: InProcess, sent: Sent, token: str):
    """*sent*, rightly signed with the secret of the session and *token* in place of its own."""
    session = house.session
    return replace(sent, by=Credentials(session.access_key, session.secret_key, token)).signed()


def flipped(token: str) -> list[str]:
    """*token* with one bit of its bytes changed, each in turn."""
    raw = base64.b64decode(token)
    found = []
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        found.append(base64.b64encode(changed).decode())
    return found


@pytest.mark.parametrize(("sent", "code"), REQUESTS.values(), ids=REQUESTS)
def test_no_token_with_one_bit_changed_opens(house, sent, code):
    token = house.session.token
    # Each bit for one way to send it, every seventh for the others.
    tokens = flipped(token)[:: 1 if sent is WHO else 7]

    assert house.believed(with_token(house, sent, token)).caller.session
    for changed in tokens:
        assert refusal(house, with_token(house, sent, changed)) == code


@pytest.mark.parametrize(("sent", "code"), REQUESTS.values(), ids=REQUESTS)
def test_no_token_that_is_cut_doubled_or_respelled_opens(house, sent, code):
    token, other = house.session.token, house.other_session.token
    spelled = token.rstrip("=")
    found = [
        *(token[:end] for end in range(1, len(token), 5)),
        token + "=",
        token + token,
        token[: len(token) // 2] + other[len(token) // 2 :],
        spelled + "A",
        token.swapcase(),
        token.replace("+", "-").replace("/", "_") + "-",
        "A" * len(token),
        "x",
    ]
    for changed in found:
        assert refusal(house, with_token(house, sent, changed)) == code


def test_a_character_of_the_token_in_its_other_case_is_another_token(house):
    token = house.session.token
    for at, character in enumerate(token):
        if character.isalpha():
            changed = token[:at] + character.swapcase() + token[at + 1 :]
            assert refusal(house, with_token(house, WHO, changed)) == "InvalidClientTokenId"


def test_an_encoded_message_is_no_session_token(house):
    message = house.running.tokens.seal_message(b"{}", "123456789012")

    assert refusal(house, with_token(house, WHO, message)) == "InvalidClientTokenId"


def test_the_token_of_another_server_does_not_open_here(house, tmp_path):
    other = InProcess(tmp_path)
    try:
        request = replace(WHO, by=other.session).signed()
    finally:
        other.close()

    assert refusal(house, request) == "InvalidClientTokenId"


def test_two_tokens_in_one_request_are_refused(house):
    request = replace(WHO, by=house.session).signed()
    for token in (house.session.token, house.other_session.token):
        again = [*request.headers, ("x-amz-security-token", token)]
        with pytest.raises(Refusal):
            house.believed(replace(request, headers=again))
