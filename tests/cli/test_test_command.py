"""`doorward test`: users' own cases, run as the project's own are."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from doorward.cli import main

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "test-your-policies.md"
OWN = sorted((ROOT / "tests" / "cases").glob("*.yaml"))

READ = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": "s3:Get*",
            "Resource": "arn:aws:s3:::reports/*",
        },
        {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
    ],
}
CASES = """\
defaults:
  principal: arn:aws:iam::123456789012:user/alice
  resource: arn:aws:s3:::reports/q1
  identity: policies/read.json
cases:
  - name: alice reads
    action: s3:GetObject
    outcome: allowed
    statements: [Read]
  - name: alice cannot delete
    action: s3:DeleteObject
    outcome: denied
"""
WRONG = CASES.replace("outcome: denied", "outcome: allowed")
MINIMAL = {
    "name": "x",
    "principal": "arn:aws:iam::123456789012:user/alice",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q1",
    "outcome": "denied",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    tmp_path.joinpath("policies").mkdir()
    tmp_path.joinpath("policies", "read.json").write_text(json.dumps(READ, indent=2))
    tmp_path.joinpath("good.yaml").write_text(CASES)
    tmp_path.joinpath("wrong.yaml").write_text(WRONG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    def command(*arguments):
        status = main.run(["test", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def one(folder, **members):
    """A file with one case, as JSON."""
    folder.joinpath("one.json").write_text(json.dumps([MINIMAL | members]))
    return "one.json"


def test_cases_that_hold_leave_with_0_and_a_line_each(run):
    status, out, err = run("good.yaml")

    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "PASS good.yaml:6 alice reads",
        "PASS good.yaml:10 alice cannot delete",
        "2 cases: 2 passed, 0 failed",
    ]


def test_a_case_that_does_not_hold_leaves_with_1_and_says_why_and_where(run):
    status, out, err = run("wrong.yaml")

    assert (status, err) == (1, "")
    assert "FAIL wrong.yaml:10 alice cannot delete\n" in out
    assert "outcome: expected allowed; got explicitDeny\n" in out
    assert "why: denied with an explicit deny in an identity-based policy\n" in out
    assert "Deny by statement 2 `NoDelete` at policies/read.json:10:5" in out
    assert out.endswith("2 cases: 1 passed, 1 failed\n")


def test_a_filter_takes_part_of_a_name_in_any_case_and_wildcards(run):
    assert run("good.yaml", "--filter", "READS")[1].endswith("1 case: 1 passed, 0 failed\n")
    assert "delete" in run("good.yaml", "--filter", "alice*del?te")[1]


def test_quiet_shows_only_what_fails(run):
    assert run("good.yaml", "-q")[1] == "2 cases: 2 passed, 0 failed\n"
    assert "PASS" not in run("wrong.yaml", "--quiet")[1]


def test_paths_of_policies_are_relative_to_the_case_file(folder, run, monkeypatch):
    folder.joinpath("elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")

    assert run("../good.yaml")[0] == 0


def test_json_has_every_verdict(run):
    status, out, _ = run("wrong.yaml", "--format", "json")

    answer = json.loads(out)
    assert status == 1
    assert answer["summary"] == {"cases": 2, "passed": 1, "failed": 1}
    failed = answer["cases"][1]
    assert failed["differences"] == [
        {"member": "outcome", "expected": "allowed", "decided": "explicitDeny"}
    ]
    assert failed["decision"]["statements"] == [
        {
            "kind": "identity",
            "effect": "Deny",
            "policy": "policies/read.json",
            "sid": "NoDelete",
            "statement": 2,
            "file": "policies/read.json",
            "line": 10,
            "column": 5,
        }
    ]


def test_junit_is_xml_whatever_names_have_in_them(folder, run):
    folder.joinpath("odd.yaml").write_text(
        WRONG.replace("alice cannot delete", '"<b> & \\" \\x07 \\n é"')
    )

    status, out, _ = run("odd.yaml", "--format", "junit")

    suites = ET.fromstring(out)  # noqa: S314 - our own output
    cases = suites.findall("testsuite/testcase")
    assert status == 1
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    assert cases[1].get("name") == '<b> & " \ufffd \n é'
    assert (cases[1].get("file"), cases[1].get("line")) == ("odd.yaml", "10")
    assert "NoDelete" in cases[1].find("failure").text


def test_tap_has_a_plan_and_a_line_a_case(folder, run):
    folder.joinpath("odd.yaml").write_text(WRONG.replace("alice reads", '"a # b \\n c"'))

    _, out, _ = run("odd.yaml", "--format", "tap")

    lines = out.splitlines()
    assert lines[:3] == ["TAP version 14", "1..2", "ok 1 - a \\# b c"]
    assert lines[3] == "not ok 2 - alice cannot delete"
    assert (lines[4], lines[-1]) == ("  ---", "  ...")


def test_nothing_is_coloured_where_there_is_no_terminal(folder):
    done = subprocess.run(
        [sys.executable, "-m", "doorward", "test", "wrong.yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_it_starts_without_what_it_does_not_need(folder):
    code = (
        "import sys; from doorward.cli import main; main.run(['test', 'good.yaml']);"
        "print(sorted(sys.modules.keys() & {'typer', 'rich', 'sqlalchemy', 'botocore',"
        " 'http.client', 'doorward.catalog.managed_policies'}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_terminal_shows_colours_unless_told_not_to(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    main.run(["test", "wrong.yaml"])
    coloured = capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main.run(["test", "wrong.yaml"])

    assert "\x1b[31mFAIL\x1b[0m" in coloured
    assert "\x1b" not in capsys.readouterr().out


def test_a_terminal_obeys_nothing_that_a_name_has_in_it(folder, run):
    file = one(folder, name="\x1b[2J a\nb")

    assert run(file)[1].startswith("PASS one.json:1 \ufffd[2J a\ufffdb\n")


def test_cases_come_from_the_input_too(run, monkeypatch, folder):
    with folder.joinpath("good.yaml").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)

        assert run("-")[0] == 0


def test_the_projects_own_cases_pass(run):
    status, out, _ = run(*map(str, OWN), "--quiet")

    assert (status, len(out.splitlines())) == (0, 1)


def test_a_policy_may_be_a_document_a_file_a_part_of_a_file_or_managed_by_aws(folder, run):
    folder.joinpath("policies", "read.yaml").write_text(json.dumps(READ))
    folder.joinpath("answer.json").write_text(
        json.dumps({"Versions": [{"Document": READ}], "a/b~c": READ})
    )
    for policy in (
        READ,
        {"document": READ, "name": "reading"},
        "policies/read.json",
        "policies/read.yaml",
        {"file": "policies/read.json"},
        {"file": "answer.json", "at": "/Versions/0/Document"},
        {"file": "answer.json", "at": "/a~1b~0c"},
        "arn:aws:iam::aws:policy/AdministratorAccess",
    ):
        file = one(folder, identity=policy, outcome="allowed")

        assert run(file)[0] == 0, policy


def test_a_statement_is_named_by_sid_by_policy_and_sid_or_by_number(folder, run):
    by_path = {"policy": "policies/read.json"}
    for named, right in (
        ("Read", True),
        ("NoDelete", False),
        (by_path | {"sid": "Read"}, True),
        (by_path | {"statement": 1}, True),
        (by_path | {"statement": 2}, False),
        (by_path, True),
        ({"policy": "identity", "sid": "Read"}, False),
    ):
        file = one(folder, identity="policies/read.json", outcome="allowed", statements=[named])

        assert run(file)[0] == (0 if right else 1), named


def test_statements_may_be_named_in_any_order_and_none_may_be_left_over(folder, run):
    both = {"identity": ["policies/read.json", READ], "outcome": "allowed"}
    path, place = "policies/read.json", "identity[1]"
    for named, right in (
        ([{"policy": place, "sid": "Read"}, {"policy": path, "sid": "Read"}], True),
        (["Read", {"policy": path}], True),
        ([{"policy": path}, "Read"], True),
        (["Read"], False),
        (["Read", "Read", "Read"], False),
    ):
        assert run(one(folder, **both, statements=named))[0] == (0 if right else 1), named


def test_what_a_case_says_is_compared_and_what_it_does_not_say_is_not(folder, run):
    for members, right in (
        ({"decided_by": "identity"}, True),
        ({"decided_by": "boundary"}, False),
        ({"decided_by": None}, False),
        ({"blocked_by": ["identity"]}, True),
        ({"blocked_by": ["identity", "scp"]}, False),
        ({"blocked_by": []}, False),
        ({"outcome": "implicitDeny"}, True),
        ({"outcome": "explicitDeny"}, False),
        ({"statements": []}, True),
    ):
        assert run(one(folder, **members))[0] == (0 if right else 1), members


def test_an_empty_list_of_session_policies_is_not_the_same_as_none(folder, run):
    session = "arn:aws:sts::123456789012:assumed-role/app/s1"
    for members, outcome in (({}, "allowed"), ({"session": []}, "denied")):
        file = one(folder, principal=session, identity=READ, outcome=outcome, **members)

        assert run(file)[0] == 0, members


def test_help_shows_the_format_and_examples(capsys):
    with pytest.raises(SystemExit) as stop:
        main.run(["test", "--help"])

    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert "doorward test policies.yaml" in out
    assert "outcome: allowed" in out


def sessions():
    """The commands of the guide with what they print."""
    for block in re.findall(r"```console\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL):
        for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = session.partition("\n")
            yield command.split(), printed


def test_the_sessions_of_the_guide_are_real(run, folder):
    guide = GUIDE.read_text("utf-8")
    files = re.findall(r"`([\w./-]+)`[^`]*:\n\n```(?:json|yaml)\n(.*?)```", guide, re.DOTALL)
    for name, text in files:
        folder.joinpath(name).parent.mkdir(exist_ok=True)
        folder.joinpath(name).write_text(text)

    assert len(files) == 5
    for (program, _, *arguments), printed in sessions():
        _, out, err = run(*arguments)

        assert program == "doorward"
        assert out + err == printed
