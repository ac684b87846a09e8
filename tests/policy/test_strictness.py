import pytest

from doorward.policy.errors import (
    InvalidJson,
    InvalidValue,
    MissingElement,
    PolicySyntaxError,
    UnknownElement,
)
from doorward.policy.parse import parse


def sid(written):
    return f'{{"Statement":[{{"Effect":"Deny","Sid":"{written}"}}]}}'


def statement(element, value):
    return f'{{"Statement":[{{"Effect":"Deny","{element}":{value}}}]}}'


CHARACTERS = [
    # as written        read as, None where it is refused
    ("é",               "é"),
    ("\u00ff",          "\u00ff"),
    ("\u0100",          None),    # beyond Latin-1: only as an escape
    ("\\u0100",         "\u0100"),
    ("\\ud83d\\udd11",  "\U0001f511"),
    ("\\ud83d",         None),
    ("\\udd11",         None),
    ("\\ud83d\\u0041",  None),
    ("\ud83d",          None),
    ("\x7f",            "\x7f"),
    ("\x00",            None),
    ("\\u0000",         "\x00"),
    ("\\x41",           None),
    ("\\u00g0",         None),
    ("\\",              None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "read"), CHARACTERS)
def test_strings_hold_the_characters_that_policies_may_have(written, read):
    if read is not None:
        assert parse(sid(written)).statements[0].sid.value == read
        return
    with pytest.raises(InvalidJson):
        parse(sid(written))


VALUES = [
    # element         value                         accepted
    ("Resource",      '["*", null]',                True),   # observed on AWS
    ("NotResource",   "[null]",                     True),
    ("Resource",      "null",                       False),
    ("Action",        '["*", null]',                False),
    ("Action",        '[["*"]]',                    False),
    ("Action",        "true",                       False),
    ("Principal",     '{"AWS": null}',              False),
    ("Principal",     '{"AWS": [null]}',            False),
    ("Principal",     '{"aws": "*"}',               False),
    ("Principal",     '{"*": "*"}',                 False),
    ("Principal",     '"123456789012"',             False),
    ("Principal",     '["*"]',                      False),
    ("Condition",     "null",                       False),
    ("Condition",     '{"Bool": {"a:b": [true]}}',  True),
    ("Condition",     '{"Bool": {"a:b": [null]}}',  False),
    ("Condition",     '{"Bool": {"a:b": [[]]}}',    False),
    ("Condition",     '{"Bool": {"a:b": 01}}',      False),
    ("Condition",     '{"Bool": {"a:b": -Infinity}}', False),
]  # fmt: skip


@pytest.mark.parametrize(("element", "value", "accepted"), VALUES)
def test_elements_take_values_of_their_own_kind(element, value, accepted):
    text = statement(element, value)

    if accepted:
        assert parse(text).statements
        return
    with pytest.raises(PolicySyntaxError):
        parse(text)


KINDS = [
    # text                                          kind            says
    ("{",                                           InvalidJson,    ("problem", "expected a key in double quotes")),
    ('{"Comment":1,"Statement":[]}',                UnknownElement, ("element", "Comment")),
    ('{"Statement":[{}]}',                          MissingElement, ("element", "Effect")),
    ('{"Statement":[{"Effect":"Permit"}]}',         InvalidValue,   ("value", "Permit")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "fact"), KINDS)
def test_an_error_is_of_a_kind_that_can_be_told_apart(text, kind, fact):
    with pytest.raises(kind) as caught:
        parse(text)

    assert getattr(caught.value, fact[0]) == fact[1]


def test_a_message_shows_no_control_characters_of_the_document():
    with pytest.raises(UnknownElement) as caught:
        parse('{"\\u001b[31m\\u0007":1}')

    assert str(caught.value).isprintable()


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ['"', "[", "{", "\\", '{"a":', " ", "1", "[],", "\\u0041"])
def test_the_longest_document_of_any_one_piece_is_refused_soon(piece):
    text = '{"Statement":[{"Effect":"Deny","Action":"' + piece * (120_000 // len(piece))

    with pytest.raises(PolicySyntaxError):
        parse(text)


@pytest.mark.timeout(5)
def test_the_longest_document_is_read_soon():
    actions = ",".join(['"s3:GetObject"'] * 8_000)

    assert len(parse(statement("Action", f"[{actions}]")).statements[0].actions.items) == 8_000
