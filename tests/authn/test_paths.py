"""Paths: what is signed, what is decided on and what is stored are one and the same key."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from authn.clients import Sent
from authn.in_process import ALICE, CAROL, InProcess, query
from authn.rows import presigned
from authn.test_matrix import refusal
from doorward.authn.errors import Family


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = InProcess(tmp_path_factory.mktemp("paths"))
    yield made
    made.close()


PUT = Sent("PUT", "/reports/safe/a.txt", b"text", {}, "s3", Family.S3, by=CAROL)

FORMS = [
    "//reports/safe/a.txt",
    "/./reports/safe/a.txt",
    "/reports//safe/a.txt",
    "/reports/./safe/a.txt",
    "/reports/x/../safe/a.txt",
    "/reports/safe/a.txt/",
    "/reports%2Fsafe/a.txt",
    "/reports/safe%2Fa.txt",
    "/reports/safe%2fa.txt",
    "/reports/safe/%61.txt",
    "/reports/safe/a%2Etxt",
    "/reports/safe/a.txt%00",
    "/reports/safe/a.txt%20",
    "/reports/safe\\a.txt",
    "/reports/safe/a.txt;x",
    "/reports/safe/%c0%ae%c0%ae/a.txt",
    "/Reports/safe/a.txt",
    "reports/safe/a.txt",
    "http://localhost:4566/reports/safe/a.txt",
    "",
    "*",
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("how", ["header", "query", "version 2"])
def test_a_signature_is_for_the_path_as_it_was_spelled(house, path, how):
    request = replace(PUT, how=how).signed()

    assert not refusal(house, replace(request, path=path)).startswith("let")


KEYS = [
    # key as it is, allowed to carol, who may write to safe/*
    ("safe/a", True),
    ("safe/../secret", True),
    ("safe/./a", True),
    ("safe//a", True),
    ("safe/../../other/a", True),
    ("safe/%2e%2e/secret", True),
    ("safe/a b", True),
    ("safe/a+b", True),
    ("safe/é漢", True),
    ("safe/*", True),
    ("safe/${aws:username}", True),
    ("safe/a\\b", True),
    ("safe/a?b#c&d=e", True),
    ("safe/..", True),
    ("../reports/safe/a", False),
    ("./safe/a", False),
    ("/safe/a", False),
    ("x/../safe/a", False),
    ("Safe/a", False),
    ("safe%2Fa", False),
    ("safe", False),
    ("safe\\a", False),
    ("*", False),
    ("..", False),
    (".", False),
]  # fmt: skip


def encoded(key: str) -> str:
    return "/reports/" + quote(key, safe="/~-._")


@pytest.mark.parametrize(("key", "allowed"), KEYS)
def test_the_key_that_is_signed_is_decided_on_and_stored(house, key, allowed):
    reply = house.answer(replace(PUT, path=encoded(key)).signed())
    stored = [row for row in house.contents() if row[0] == "object" and key in row]

    assert (reply.status, bool(stored)) == ((200, True) if allowed else (403, False))


@pytest.mark.parametrize("path", ["/reports/safe%2Fb", "/reports/%73afe/b", "/reports/safe/%62"])
def test_an_encoded_path_means_the_decoded_key_to_policy_and_store(house, path):
    assert house.answer(replace(PUT, path=path).signed()).status == 200
    assert any("safe/b" in row for row in house.contents() if row[0] == "object")
    house.done(replace(PUT, method="GET", path="/reports/safe/b", body=b"", by=ALICE))


BROKEN = ["/reports/safe/%", "/reports/safe/%zz", "/reports/safe/%ff", "/reports/safe/%c0%af", "/reports/safe/%00"]  # fmt: skip


@pytest.mark.parametrize("path", BROKEN)
def test_a_path_that_cannot_be_decoded_in_one_way_is_refused(house, path):
    before = house.contents()
    request = replace(PUT, by=ALICE).signed()

    reply = house.answer(replace(request, path=path))

    assert 400 <= reply.status < 500
    assert house.contents() == before


WHO = query("sts", "Action=GetCallerIdentity&Version=2011-06-15", ALICE)


@pytest.mark.parametrize("path", ["//", "/./", "/x/..", "/x/../", "/../"])
def test_the_other_services_resolve_dots_as_their_clients_do(house, path):
    arrived = house.believed(replace(WHO.signed(), path=path))

    assert arrived.operation.name == "GetCallerIdentity"


@pytest.mark.parametrize("path", ["/x", "/%2F", "/%2e%2e/x", "/reports/a", "/GetUser"])
@pytest.mark.parametrize("sent", [WHO, presigned(WHO)], ids=["header", "url"])
def test_another_path_of_the_other_services_is_not_signed(house, path, sent):
    assert not refusal(house, replace(sent.signed(), path=path)).startswith("let")


DUPLICATES = [
    # what is added to the form                         refused as
    ("Action=CreateUser", "InvalidParameterCombination"),
    ("action=CreateUser", "InvalidParameterCombination"),
    ("Version=2010-05-08", "InvalidParameterCombination"),
    ("VERSION=2010-05-08", "InvalidParameterCombination"),
    ("%41ction=CreateUser", "InvalidParameterCombination"),
    ("UserName=x&UserName=y", "InvalidParameterCombination"),
]


@pytest.mark.parametrize(("added", "code"), DUPLICATES)
def test_a_parameter_that_stands_twice_is_refused_however_it_is_spelled(house, added, code):
    form = replace(WHO, body=WHO.body + b"&" + added.encode())
    beside = replace(WHO, path=f"/?{added}")

    assert refusal(house, form.signed()) == code
    if "UserName" not in added:
        assert refusal(house, beside.signed()) == code
