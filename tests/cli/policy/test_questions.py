"""`doorward policy`: proofs and examples on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from doorward.cli.main import run

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
READ_ALL = {**READ, "Action": "s3:Get*"}
WITH_MFA = {**READ, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


@pytest.fixture
def write(tmp_path):
    def made(name, *statements):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
        return str(file)

    return made


def test_less_access_leaves_with_0_and_says_that_it_is_proved(write, capsys):
    assert run(["policy", "diff", write("old", READ_ALL), write("new", READ)]) == 0
    assert capsys.readouterr().out == "NO NEW ACCESS (proved over all requests of known actions)\n"


def test_more_access_leaves_with_3_and_shows_a_request(write, capsys):
    assert run(["policy", "diff", write("old", WITH_MFA), write("new", READ)]) == 3
    assert "  s3:GetObject on arn:aws:s3:::reports/x" in capsys.readouterr().out.splitlines()


def test_the_answer_as_json_can_be_replayed(write, capsys):
    status = run(["policy", "diff", write("old", READ), write("new", READ_ALL), "--format", "json"])
    found = json.loads(capsys.readouterr().out)

    assert status == 3
    assert found["verdict"] == "refuted"
    assert found["example"]["action"].startswith("s3:Get")
    assert found["example"]["resource"] == "arn:aws:s3:::reports/x"


def test_a_policy_that_applies_beside_both_counts(write):
    deny = {"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "*"}
    asked = ["policy", "diff", write("old", READ), write("new", READ_ALL)]

    assert run(asked) == 3
    assert run([*asked, "--with", write("cap", deny)]) == 0


def test_access_that_must_not_be_granted_is_found(write, capsys):
    file = write("role", READ_ALL)

    assert run(["policy", "check-access-not-granted", file, "--action", "iam:*"]) == 0
    assert run(["policy", "check-access-not-granted", file, "--action", "s3:GetObject"]) == 3
    assert "GRANTED, for example" in capsys.readouterr().out


def test_a_question_without_action_and_resource_is_refused(write):
    assert run(["policy", "check-access-not-granted", write("role", READ)]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "wrong.json:1:2"),
        ('{"Statement": [{"Effect": "Allow", "Oops": 1}]}', "Oops"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_policy_is_named_with_the_place(tmp_path, write, capsys, text, said):
    file = tmp_path / "wrong.json"
    if text is not None:
        file.write_text(text)

    assert run(["policy", "diff", write("old", READ), str(file)]) == 2
    told = capsys.readouterr().err
    assert "wrong.json" in told
    assert said in told


def test_format_changes_the_layout_and_nothing_else(write, capsys):
    file = write("role", READ, WITH_MFA)

    assert run(["policy", "format", file]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(Path(file).read_text())


def test_the_command_is_there_for_a_newcomer():
    asked = [sys.executable, "-m", "doorward", "policy", "--help"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout

    assert all(name in shown for name in ("diff", "check-access-not-granted", "format"))
