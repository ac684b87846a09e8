"""`doorward account what-if`, run as a person runs it."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps, trails
from cli.account.conftest import Ask

READ = dumps.allow("s3:GetObject", "arn:aws:s3:::reports/*")
PEOPLE = dumps.details([dumps.user("alice", READ), dumps.user("bob", READ)])


def trail(folder: Path, *records: Mapping[str, Any]) -> str:
    """A folder of log files, written today."""
    now = datetime.now(UTC)
    place = folder / "trail" / "AWSLogs" / dumps.ACCOUNT / "CloudTrail"
    place.mkdir(parents=True)
    told = [{**one, "eventTime": f"{now:%Y-%m-%dT%H:%M:%SZ}"} for one in records]
    name = f"{dumps.ACCOUNT}_CloudTrail_us-east-1_{now:%Y%m%dT%H%MZ}_abc.json.gz"
    (place / name).write_bytes(gzip.compress(json.dumps({"Records": told}).encode()))
    return str(folder / "trail")


def test_requests_of_a_trail_that_would_be_refused_are_counted(ask: Ask, tmp_path: Path) -> None:
    scp = tmp_path / "scp.json"
    scp.write_text(json.dumps(dumps.document(dumps.deny("s3:*", "*"))))
    place = trail(tmp_path, *[trails.read(trails.user("alice"))] * 2)
    do = f"attach-scp {dumps.ACCOUNT} no-s3 {scp}"

    told = ask(PEOPLE, "what-if", "--do", do, "--trail", place)
    assert told.status == 0
    assert "NEWLY REFUSED (2 requests)" in told.text
    assert "2 x s3:GetObject on arn:aws:s3:::reports/may" in told.text
    assert "statement 1 of `no-s3`" in told.text

    flags = ("--fail-on", "denied", "--format", "json")
    told = ask(PEOPLE, "what-if", "--do", do, "--trail", place, *flags)
    assert (told.status, told.document["requests"]["denied"]) == (3, 2)
    (row,) = told.document["denied"]
    assert (row["principal"], row["count"]) == (dumps.arn("user/alice"), 2)
    assert ask(PEOPLE, "what-if", "--do", do, "--trail", place, "--fail-on", "allowed").status == 0


def test_without_a_trail_it_is_proved_who_gains_and_loses(ask: Ask) -> None:
    told = ask(PEOPLE, "what-if", "--do", "attach-policy alice AmazonSQSReadOnlyAccess")
    assert "arn:aws:iam::111122223333:user/alice\n  gains access" in told.text
    assert "principals that gain access: 1, that lose access: 0" in told.text

    flags = ("--fail-on", "denied,allowed", "--format", "json")
    told = ask(PEOPLE, "what-if", "--do", "delete-inline-policy bob own", *flags)
    (row,) = told.document["access"]
    assert told.status == 3
    assert (row["change"], row["example"]["action"]) == ("loses", "s3:GetObject")


CHANGES = """
changes:
  - do: attach-policy
    principal: alice
    policy: arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
  - do: put-inline-policy
    principal: bob
    name: more
    policy: more.json
"""


def test_a_file_holds_several_changes_and_names_policies_beside_it(
    ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "changes.yaml").write_text(CHANGES)
    (tmp_path / "more.json").write_text(json.dumps(dumps.document(dumps.allow("sns:Publish"))))

    given = ("--change", str(tmp_path / "changes.yaml"), "--format", "json")
    told = ask(PEOPLE, "what-if", *given)

    examples = {
        (one["principal"].rpartition("/")[2], one["example"]["action"].partition(":")[0])
        for one in told.document["access"]
    }
    assert examples == {("alice", "sqs"), ("bob", "sns")}


WRONG = [
    # the flags                                        what is said
    ((),                                               "no change is given"),
    (("--do", "attach-policy alice"),                  "write 'attach-policy PRINCIPAL POLICY'"),
    (("--do", ""),                                     "says no change"),
    (("--do", "fly alice"),                            "`fly` is no change"),
    (("--do", "put-boundary alice none.json"),         "there is no file `none.json`"),
    (("--change", "nowhere.yaml"),                     "nowhere.yaml: cannot be read"),
    (("--do", "delete-boundary alice", "--fail-on", "any"), "`any` is not `denied`"),
    (("--do", "delete-boundary alice", "--live"),      "--live: does not go with --file"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "said"), WRONG)
def test_wrong_input_is_told_with_what_was_expected(
    ask: Ask, flags: tuple[str, ...], said: str
) -> None:
    told = ask(PEOPLE, "what-if", *flags)

    assert told.status == 2
    assert said in told.errors


def test_a_file_of_changes_that_is_no_yaml_is_told_with_its_place(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text("changes:\n  - do: [")

    told = ask(PEOPLE, "what-if", "--change", str(path))

    assert told.status == 2
    assert f"{path}:2:" in told.errors or f"{path}:3:" in told.errors
