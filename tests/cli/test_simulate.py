import json
import subprocess
import sys
from pathlib import Path

import pytest

ALICE = "arn:aws:iam::123456789012:user/alice"
READ = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}
  ]
}
"""


def simulate(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-m", "doorward", "simulate", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.joinpath("read.json").write_text(READ)
    return tmp_path


def asked(action="s3:GetObject", resource="arn:aws:s3:::reports/q1"):
    return ["--principal", ALICE, "--action", action, "--resource", resource]


def test_an_allowed_request_leaves_with_0_and_names_the_statement(folder):
    done = simulate("--policy", "read.json", *asked(), folder=folder)

    assert done.returncode == 0
    assert done.stdout.startswith("ALLOWED\n")
    assert "Allow by statement 1 `Read` of read.json:4:5 (identity-based policy)" in done.stdout
    assert "\x1b[" not in done.stdout


def test_a_denied_request_leaves_with_3_and_says_what_is_missing(folder):
    done = simulate("--policy", "read.json", *asked("s3:PutObject"), folder=folder)

    assert done.returncode == 3
    assert "because no identity-based policy allows the s3:PutObject action" in done.stdout


def test_the_answer_as_json_has_lines_and_columns(folder):
    done = simulate("--policy", "read.json", *asked(), "--format", "json", folder=folder)

    answer = json.loads(done.stdout)
    assert (answer["outcome"], answer["decided_by"]) == ("allowed", "identity")
    assert (answer["matched"][0]["line"], answer["matched"][0]["column"]) == (4, 5)


def test_a_context_key_given_twice_is_multivalued(folder):
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    folder.joinpath("tags.json").write_text(json.dumps({"Statement": [statement]}))
    keys = ["--context", "aws:TagKeys=a", "--context", "aws:TagKeys=c"]

    done = simulate("--policy", "tags.json", *asked(), *keys, folder=folder)

    assert done.returncode == 3


def test_a_key_that_is_known_to_be_multivalued_is_so_with_one_value(folder):
    condition = {"StringEquals": {"aws:TagKeys": "a"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    folder.joinpath("tags.json").write_text(json.dumps({"Statement": [statement]}))

    done = simulate("--policy", "tags.json", *asked(), "--context", "aws:TagKeys=a", folder=folder)

    assert done.returncode == 3


def test_an_scp_that_only_denies_stands_beside_full_access(folder):
    deny = {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
    only_sqs = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    folder.joinpath("deny.json").write_text(json.dumps({"Statement": [deny]}))
    folder.joinpath("sqs.json").write_text(json.dumps({"Statement": [only_sqs]}))

    spared = simulate("--policy", "read.json", "--scp", "deny.json", *asked(), folder=folder)
    capped = simulate(
        "--policy", "read.json", "--scp", "deny.json", "sqs.json", *asked(), folder=folder
    )

    assert spared.returncode == 0
    assert capped.returncode == 3
    assert "because no service control policy allows the s3:GetObject action" in capped.stdout


def test_the_policy_of_a_role_is_its_trust_policy(folder):
    trust = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    folder.joinpath("trust.json").write_text(json.dumps({"Statement": [trust]}))
    folder.joinpath("all.json").write_text(json.dumps({"Statement": [everything]}))
    request = asked("sts:AssumeRole", "arn:aws:iam::123456789012:role/app")

    for flag in ("--trust", "--resource-policy"):
        done = simulate("--policy", "all.json", flag, "trust.json", *request, folder=folder)

        assert done.returncode == 3
        assert "because no role trust policy allows the sts:AssumeRole action" in done.stdout


def test_the_answer_as_a_json_line_is_one_line(folder):
    done = simulate("--policy", "read.json", *asked(), "--format", "jsonl", folder=folder)

    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["allowed"] is True


WRONG = [
    # arguments                                                     the message begins with
    (["--policy", "none.json", *asked()],                           "doorward: none.json: cannot be read"),
    (["--policy", "bad.json", *asked()],                            "doorward: bad.json:2:13: "),
    (["--polcy", "read.json", *asked()],                            "doorward: unrecognized arguments"),
    (["--policy", "read.json"],                                     "doorward: --principal: is missing"),
    (["--principal", "alice", "--action", "a:b", "--resource", "*"], "doorward: --principal: `alice` names no"),
    (["--principal", ALICE, "--action", "x", "--resource", "*"],    "doorward: --action: `x` is no action"),
    ([*asked(), "--context", "x"],                                  "doorward: --context: `x` is no key"),
    ([*asked(), "--resource-account", "12"],                        "doorward: --resource-account: `12` is no account"),
    ([*asked(), "--session-policy", "read.json"],                   "doorward: --session-policy: only sessions"),
    ([*asked(), "--trust", "read.json", "--resource-policy", "read.json"], "doorward: --trust: excludes"),
    ([*asked(), "--cases", "rows.jsonl"],                           "doorward: --cases: excludes a request"),
    (["--cases", "none.jsonl"],                                     "doorward: none.jsonl: cannot be read"),
    (["--cases", "bad.json"],                                       "doorward: bad.json:1: is not JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_input_leaves_with_2_and_says_where(folder, arguments, message):
    folder.joinpath("bad.json").write_text('{\n  "Version":7,\n  "Statement": []\n}')

    done = simulate(*arguments, folder=folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr


def test_cases_are_decided_one_a_line(folder):
    rows = [
        {
            "id": "yes",
            "principal": ALICE,
            "identity_policies": [json.loads(READ)],
            "request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q1"},
        },
        {
            "id": "no",
            "principal": ALICE,
            "scps": [[]],
            "request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q1"},
        },
        {"id": "refused", "principal": ALICE, "session_policies": [], "request": {}},
    ]
    folder.joinpath("rows.jsonl").write_text("\n".join(map(json.dumps, rows)))

    done = simulate("--cases", "rows.jsonl", "--format", "jsonl", folder=folder)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0] == {"id": "yes", "outcome": "allowed", "blocked_by": []}
    assert answers[1] == {"id": "no", "outcome": "implicitDeny", "blocked_by": ["identity", "scp"]}
    assert set(answers[2]) == {"id", "error"}
