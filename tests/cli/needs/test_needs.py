"""`doorward actions needs` and `doorward actions expand`."""

import json

import pytest

from doorward.cli.main import run

TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Strange: {Type: AWS::Nope::Nope}
  Own: {Type: Custom::Thing}
"""


def change(kind, *actions):
    managed = {"address": f"{kind}.x", "type": kind, "mode": "managed"}
    return {**managed, "change": {"actions": list(actions)}}


def needed(capsys, *arguments, status=0):
    assert run(["actions", "needs", *arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "written",
    ["s3.put_object", "s3:PutObject", "S3.PutObject", "aws s3api put-object --bucket b --key k"],
)
def test_a_call_is_known_however_it_is_written(capsys, written):
    (found,) = needed(capsys, written)

    assert found["subject"] == "s3.put_object"
    assert found["needs"][0]["action"] == "s3:PutObject"
    assert found["needs"][0]["when"] == "always"
    assert found["needs"][0]["resources"] == ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]


def test_actions_that_hang_on_parameters_are_told_apart(capsys):
    (found,) = needed(capsys, "s3.get_object")

    assert {one["action"]: one["when"] for one in found["needs"]} == {
        "s3:GetObjectVersion": "with some parameters",
        "s3:GetObject": "without some parameters",
    }


def test_a_role_that_is_passed_is_needed_as_well(capsys):
    (found,) = needed(capsys, "lambda.create_function")
    passed = next(one for one in found["needs"] if one["action"] == "iam:PassRole")

    assert "iam:PassedToService" in passed["keys"]


def test_an_action_that_is_no_operation_and_a_command_of_the_cli_are_known_too(capsys):
    (alone,) = needed(capsys, "s3:ListBucket")
    (sync,) = needed(capsys, "aws s3 sync")

    assert [one["action"] for one in alone["needs"]] == ["s3:ListBucket"]
    assert "s3:PutObject" in {one["action"] for one in sync["needs"]}


def test_a_template_needs_what_the_handlers_of_its_types_do(tmp_path, capsys):
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    queue, strange, own = needed(capsys, str(file), status=1)

    made = [one["action"] for one in queue["needs"] if one["when"] == "create"]
    assert "sqs:CreateQueue" in made
    assert "is not known" in strange["unknown"]
    assert "its own function decides" in own["unknown"]


def test_a_plan_of_terraform_needs_what_its_changes_do(tmp_path, capsys):
    file = tmp_path / "plan.json"
    changes = [change("aws_sqs_queue", "create"), change("aws_sqs_queue", "no-op")]
    file.write_text(json.dumps({"resource_changes": [*changes, change("aws_instance", "delete")]}))
    queue, instance = needed(capsys, str(file), status=1)

    assert {one["when"] for one in queue["needs"]} == {"create", "read"}
    assert "Terraform's provider may ask for others" in queue["needs"][0]["source"]
    assert "no permissions are known of `aws_instance`" in instance["unknown"]


WRONG = [
    # what is asked, what is said
    ("foo", "`foo` is no call"),
    ("s3.put_objct", "did you mean s3:PutObject"),
    ("aws s3 fly", "`aws s3` has no command `fly`"),
    ("aws sqs", "names no operation"),
    ("missing.yaml", "missing.yaml: cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), WRONG)
def test_what_is_no_call_is_refused_in_words(capsys, asked, said):
    assert run(["actions", "needs", asked]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [", "wrong.yaml:1"), ("a: 1", "no mapping"), ("Resources: {Q: {}}", "has no Type")],
)
def test_a_file_that_is_no_template_is_named(tmp_path, capsys, text, said):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)

    assert run(["actions", "needs", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_patterns_are_expanded(capsys):
    assert run(["actions", "expand", "s3:get*ACL", "sqs:SendMessage"]) == 0
    found = capsys.readouterr().out.split()

    assert "s3:GetObjectAcl" in found
    assert found[-1] == "sqs:SendMessage"
    assert run(["actions", "expand", "s3:Nothing*"]) == 1


def test_a_policy_is_expanded_with_everything_else_kept(tmp_path, capsys):
    file = tmp_path / "role.json"
    statement = {"Sid": "A", "Effect": "Deny", "Action": "s3:Get*Acl", "Resource": "*"}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))

    assert run(["actions", "expand", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)["Statement"]
    assert "s3:GetObjectAcl" in found.pop("Action")
    assert found == {"Sid": "A", "Effect": "Deny", "Resource": "*"}
