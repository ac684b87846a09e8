"""`doorward account`: who can, what can, can, public, cross-account, escalation."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.account import config_files, dumps
from analysis.account.dumps import arn
from doorward.cli.main import run

REPORT = "arn:aws:s3:::reports/may"
Account = Mapping[str, Any]


def test_who_can_lists_each_with_a_request(ask: Any, account: Account) -> None:
    told = ask(account, "who-can", "s3:GetObject", REPORT)

    assert told.status == 3
    assert told.text.splitlines() == [
        f"  {arn('user/bob')}  s3:GetObject on {REPORT}",
        f"  {arn('role/admin')}  s3:GetObject on {REPORT}",
        "2 of 3 principals can",
    ]


def test_who_can_is_read_by_programs(ask: Any, account: Account) -> None:
    told = ask(account, "who-can", "sts:Assume*", arn("role/admin"), "--format", "json")

    context = {"aws:multifactorauthpresent": "true"}
    example = {"action": "sts:AssumeRole", "resource": arn("role/admin"), "context": context}
    assert told.document["principals"][0] == {
        "principal": arn("user/alice"),
        "account": dumps.ACCOUNT,
        "verdict": "allowed",
        "reason": None,
        "example": example,
    }


def test_who_can_leaves_with_zero_where_nobody_can(ask: Any, account: Account) -> None:
    nobody = {**account, "RoleDetailList": []}

    assert ask(nobody, "who-can", "s3:PutObject", REPORT).status == 0


CAN = [
    # principal  action            resource            flags                              status  told
    ("bob",      "s3:GetObject",   REPORT,             [],                                0, "ALLOWED"),
    ("bob",      "s3:PutObject",   REPORT,             [],                                3, "no identity-based policy allows it"),
    ("alice",    "sts:AssumeRole", arn("role/admin"),  [],                                0, "with aws:multifactorauthpresent=true"),
    ("alice",    "sts:AssumeRole", arn("role/admin"),  ["aws:MultiFactorAuthPresent=false"], 3, "REFUSED"),
    ("alice",    "sts:AssumeRole", "arn:aws:iam::444455556666:role/x", [],                4, "not in the dump"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action", "resource", "context", "status", "expected"), CAN)
def test_can_answers_with_the_reason(
    ask: Any,
    account: Account,
    who: str,
    action: str,
    resource: str,
    context: Any,
    status: int,
    expected: str,
) -> None:
    flags = [flag for one in context for flag in ("--context", one)]

    told = ask(account, "can", who, action, resource, *flags)

    assert told.status == status
    assert expected in told.text


def test_what_can_lists_what_somebody_may(ask: Any, account: Account) -> None:
    told = ask(account, "what-can", "bob")
    document = ask(account, "what-can", "bob", "--format", "json").document

    assert told.status == 0
    assert "s3:GetObject on arn:aws:s3:::reports/" in told.text
    assert [one["action"] for one in document["somewhere"]] == ["s3:GetObject"]


def test_what_can_of_an_administrator_is_everything(ask: Any, account: Account) -> None:
    told = ask(account, "what-can", "admin", "--service", "sqs")

    assert "is an administrator" in told.text
    assert "SendMessage" in told.text
    assert "s3" not in told.text


def test_the_public_and_other_accounts_are_told_apart(ask: Any, account: Account) -> None:
    public = ask(account, "public", "--format", "json")
    across = ask(account, "cross-account", "--format", "json")

    assert (public.status, across.status) == (3, 3)
    assert [one["resource"] for one in public.document["access"]] == ["arn:aws:s3:::site"]
    assert [(one["resource"], one["principal"]) for one in across.document["access"]] == [
        ("arn:aws:s3:::reports", "444455556666")
    ]


def test_an_account_that_lets_in_nobody_leaves_with_zero(ask: Any, account: Account) -> None:
    told = ask({**account, "Resources": []}, "cross-account")

    assert (told.status, told.text) == (0, "nobody from outside is let in\n")


def test_escalation_shows_each_request(ask: Any, account: Account) -> None:
    told = ask(account, "escalation")

    assert told.status == 3
    assert told.text.splitlines()[:4] == [
        arn("user/alice"),
        "  assume-role: Assume a role that trusts it",
        f"      sts:AssumeRole on {arn('role/admin')} with aws:multifactorauthpresent=true",
        f"      acts as {arn('role/admin')}, an administrator",
    ]


def test_escalation_of_one_that_cannot_leaves_with_zero(ask: Any, account: Account) -> None:
    told = ask(account, "escalation", "--principal", "bob", "--format", "json")

    assert told.status == 0
    assert told.document == {"administrators": [arn("role/admin")], "escalations": []}


WRONG = [
    # arguments                                        what is told
    (["can", "nobody", "s3:GetObject"],                "no user or role `nobody` in the dump"),
    (["can", "bob", "s3:NoSuch"],                      "`s3:NoSuch` is no action"),
    (["can", "bob", "s3:Get*"],                        "name one"),
    (["can", "bob", "s3:GetObject", "*", "--context", "x"], "write KEY=VALUE"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected"), WRONG)
def test_wrong_input_is_told(
    ask: Any, account: Account, arguments: list[str], expected: str
) -> None:
    told = ask(account, *arguments)

    assert told.status == 2
    assert expected in told.errors


def test_a_dump_that_is_cut_short_is_told_with_its_place(ask: Any) -> None:
    told = ask('{"UserDetailList": [', "escalation")

    assert told.status == 2
    assert "dump.json:1:21: the JSON is cut short" in told.errors


def test_answers_about_several_accounts_say_whose_each_principal_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading = dumps.document(dumps.allow("s3:GetObject"))
    for account in (config_files.A, config_files.B):
        text = config_files.snapshot(config_files.user(account, "alice", reading))
        (tmp_path / f"{account}.json").write_text(text)

    status = run(["account", "who-can", "s3:GetObject", "--file", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == 3
    assert f"account {config_files.A}: 1\naccount {config_files.B}: 1\n2 of 2 principals" in told

    assert run(["account", "report", "--format", "json", "--file", str(tmp_path)]) == 0
    accounts = json.loads(capsys.readouterr().out)["accounts"]
    assert [one["account"] for one in accounts] == [config_files.A, config_files.B]
    assert run(["account", "report", "--file", str(tmp_path)]) == 2
    assert "choose one with --account" in capsys.readouterr().err
    chosen = ["--account", config_files.B, "--file", str(tmp_path)]
    assert run(["account", "report", *chosen]) == 0
    assert f"<h1>Account {config_files.B}</h1>" in capsys.readouterr().out
