"""`doorward policy minimize` on the command line."""

import json

import pytest

from doorward.cli.main import run

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
LISTS = ["sqs:ListQueues", "sqs:ListQueueTags", "sqs:ListMessageMoveTasks"]


@pytest.fixture
def write(tmp_path):
    def made(*statements):
        file = tmp_path / "role.json"
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
        return str(file)

    return made


def test_the_smaller_policy_is_printed_and_what_was_done_said_beside_it(write, capsys):
    assert run(["policy", "minimize", write(READ, {**READ, "Sid": "Twice"})]) == 0
    shown = capsys.readouterr()

    assert len(json.loads(shown.out)["Statement"]) == 1
    assert "2 to 1 statements" in shown.err
    assert "proved in both directions" in shown.err


def test_check_leaves_with_3_where_something_can_go_and_with_0_otherwise(write):
    assert run(["policy", "minimize", "--check", write(READ, READ)]) == 3
    assert run(["policy", "minimize", "--check", write(READ)]) == 0


def test_the_file_may_be_its_own_output(write, tmp_path):
    file = write(READ, READ)

    assert run(["policy", "minimize", file, "--output", file]) == 0
    assert run(["policy", "minimize", "--check", file]) == 0


def test_wildcards_are_used_on_request_and_said_to_hold_for_today(write, capsys):
    file = write({**READ, "Action": [*LISTS, "sqs:ListDeadLetterSourceQueues"], "Resource": "*"})

    assert run(["policy", "minimize", file, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["after"] > 150
    assert run(["policy", "minimize", file, "--format", "json", "--wildcards"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["policy"]["Statement"][0]["Action"] == "sqs:List*"
    assert "today's catalogue" in found["equalOver"]


def test_a_policy_beyond_a_quota_is_said_to_be(write, capsys):
    resources = [f"arn:aws:s3:::{'b' * 40}{number}/*" for number in range(50)]

    assert run(["policy", "minimize", write({**READ, "Resource": resources})]) == 0
    assert "longer than the 2048 characters of a user policy" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_named(write, capsys, tmp_path):
    assert run(["policy", "minimize", write(READ), "--output", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
