"""Session tokens and encoded messages."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authn.clients import ACCOUNT, NOW, SESSION, TOKENS
from doorward.authn.caller import Session, SessionKind
from doorward.authn.token import InvalidToken, Tokens

WORD = st.text(max_size=20)
SESSIONS = st.builds(
    Session,
    kind=st.sampled_from(SessionKind),
    access_key_id=WORD,
    secret=WORD,
    account=WORD,
    principal_id=st.none() | WORD,
    principal_name=WORD,
    session_name=WORD,
    issued_at=st.just(NOW),
    expires_at=st.just(NOW + timedelta(hours=1)),
    mfa_at=st.none() | st.just(NOW),
    tags=st.lists(st.tuples(WORD, WORD), max_size=3).map(tuple),
    transitive=st.lists(WORD, max_size=2).map(tuple),
    source_identity=st.none() | WORD,
    policies=st.lists(WORD, max_size=2).map(tuple),
    policy_arns=st.lists(WORD, max_size=2).map(tuple),
    scoped=st.booleans(),
    chained=st.booleans(),
    context=st.lists(st.tuples(WORD, st.lists(WORD, max_size=2).map(tuple)), max_size=2).map(tuple),
)


@given(SESSIONS)
def test_a_session_comes_out_as_it_went_in(session):
    assert TOKENS.open(TOKENS.seal(session)) == session


def test_every_flipped_bit_of_a_token_is_refused():
    token = TOKENS.seal(SESSION)
    raw = base64.b64decode(token)

    for place in range(len(raw)):
        for bit in range(8):
            flipped = raw[:place] + bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :]
            with pytest.raises(InvalidToken):
                TOKENS.open(base64.b64encode(flipped).decode())


def test_every_flipped_bit_of_a_tokens_spelling_is_refused():
    token = TOKENS.seal(SESSION).encode()

    for place in range(len(token)):
        for bit in range(8):
            flipped = bytearray(token)
            flipped[place] ^= 1 << bit
            with pytest.raises(InvalidToken):
                TOKENS.open(flipped.decode("latin-1"))


def test_a_token_cut_off_or_prolonged_is_refused():
    token = TOKENS.seal(SESSION)

    for changed in [token[:end] for end in range(len(token))] + [token + "=", token + "A", "\n"]:
        with pytest.raises(InvalidToken):
            TOKENS.open(changed)


def test_a_token_of_another_key_is_refused():
    with pytest.raises(InvalidToken):
        TOKENS.open(Tokens(b"x" * 32).seal(SESSION))


def test_a_token_does_not_show_what_it_holds():
    raw = base64.b64decode(TOKENS.seal(SESSION))

    assert SESSION.secret.encode() not in raw
    assert SESSION.principal_name.encode() not in raw


def test_two_tokens_of_one_session_differ():
    assert TOKENS.seal(SESSION) != TOKENS.seal(SESSION)


def test_a_token_can_be_made_at_least_so_long():
    token = TOKENS.seal(SESSION, at_least=3000)

    assert len(token) >= 3000
    assert TOKENS.open(token) == SESSION


def test_an_expired_token_still_opens():
    over = replace(SESSION, expires_at=NOW - timedelta(days=1))

    assert TOKENS.open(TOKENS.seal(over)) == over


def test_a_message_is_read_by_its_account_only():
    text = TOKENS.seal_message(b"why", ACCOUNT)

    assert TOKENS.open_message(text, ACCOUNT) == b"why"
    with pytest.raises(InvalidToken):
        TOKENS.open_message(text, "210987654321")


def test_a_message_is_no_session_token_and_the_other_way_round():
    with pytest.raises(InvalidToken):
        TOKENS.open(TOKENS.seal_message(b"x", ""))
    with pytest.raises(InvalidToken):
        TOKENS.open_message(TOKENS.seal(SESSION), ACCOUNT)
