"""`doorward account unused`: over a dump and log files."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps
from analysis.account.made import report_of, row
from doorward.base.clock import SystemClock

NOW = SystemClock().now()
BOB = dumps.arn("user/bob")
ADMIN = dumps.arn("role/admin")
Account = Mapping[str, Any]


@pytest.fixture
def used() -> Account:
    """bob may do three things of two services; nobody took on the role."""
    statement = dumps.allow(["iam:GetUser", "iam:ListUsers", "sqs:SendMessage"])
    users = [dumps.user("bob", statement) | {"CreateDate": ago(300)}]
    roles = [
        dumps.role("admin", dumps.trusts({"AWS": dumps.arn("root")}), dumps.allow("*"))
        | {"CreateDate": ago(300), "RoleLastUsed": {}}
    ]
    return dumps.details(users, roles)


def ago(days: int) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def event(arn: str, source: str, name: str, days: int) -> dict[str, Any]:
    identity = {"type": "IAMUser", "arn": arn, "accountId": arn.split(":")[4]}
    if ":role/" in arn:
        session = {"sessionIssuer": {"type": "Role", "arn": arn}}
        identity |= {"type": "AssumedRole", "arn": f"{arn}/s", "sessionContext": session}
    return {
        "eventTime": datetime.fromisoformat(ago(days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventID": f"{arn}{name}{days}",
        "userIdentity": identity,
        "recipientAccountId": arn.split(":")[4],
    }


@pytest.fixture
def trail(tmp_path: Path) -> Any:
    def written(*events: Mapping[str, Any]) -> str:
        file = tmp_path / "events.json"
        file.write_text(json.dumps({"Records": events}))
        return str(file)

    return written


def test_what_the_trail_shows_in_use_is_not_listed(ask: Any, used: Account, trail: Any) -> None:
    place = trail(
        event(BOB, "iam", "GetUser", 100),
        event(BOB, "iam", "ListUsers", 5),
        event(ADMIN, "sts", "GetCallerIdentity", 89),
    )

    told = ask(used, "unused", "--trail", place, "--format", "json")

    found = {(one["findingType"], one["resource"]): one for one in told.document["unused"]}
    assert told.status == 3
    assert set(found) == {("UnusedPermission", BOB), ("UnusedPermission", ADMIN)}
    iam, sqs = found["UnusedPermission", BOB]["services"]
    assert [one["action"] for one in iam["actions"]] == ["GetUser"]
    assert iam["actions"][0]["lastAccessed"] is not None
    assert sqs == {"serviceNamespace": "sqs", "lastAccessed": None, "actions": []}


def test_an_unused_role_is_told_as_text(ask: Any, used: Account) -> None:
    told = ask(used, "unused")

    assert told.status == 3
    assert told.text.splitlines()[:2] == [
        f"UnusedIAMRole  {ADMIN}  never used, 300 days",
        "unused: 1",
    ]
    assert "nothing is said of unused permissions" in told.text


def test_a_trail_that_begins_too_late_says_so(ask: Any, used: Account, trail: Any) -> None:
    told = ask(used, "unused", "--trail", trail(event(BOB, "iam", "GetUser", 5)))

    assert "the trail begins on" in told.text


def test_nothing_unused_leaves_with_zero(ask: Any, used: Account) -> None:
    assert ask({**used, "RoleDetailList": []}, "unused").status == 0


def test_an_excluded_tag_leaves_out_who_has_it(ask: Any, used: Account) -> None:
    (role,) = used["RoleDetailList"]
    tagged = {**used, "RoleDetailList": [role | {"Tags": [{"Key": "keep", "Value": "yes"}]}]}

    assert ask(tagged, "unused", "--exclude-tag", "keep").status == 0
    assert ask(tagged, "unused", "--exclude-tag", "keep=no").status == 3


def test_keys_and_passwords_come_from_the_credential_report(
    ask: Any, used: Account, tmp_path: Path
) -> None:
    report = tmp_path / "credentials.csv"
    columns = {"access_key_1_active": "true", "access_key_1_last_rotated": ago(200)}
    lines = report_of(row("bob", password_enabled="true", **columns))
    report.write_text(lines.replace("123456789012", dumps.arn("root").split(":")[4]))

    told = ask({**used, "RoleDetailList": []}, "unused", "--file", str(report))

    assert [line.split()[0] for line in told.text.splitlines()[:2]] == [
        "UnusedIAMUserAccessKey",
        "UnusedIAMUserPassword",
    ]
