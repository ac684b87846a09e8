"""`doorward policy explain` on the command line."""

import json

import pytest

from doorward.cli.main import run

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "sqs:Get*", "Resource": "*"},
        {"Effect": "Deny", "NotAction": "sqs:*", "NotResource": ["arn:aws:s3:::b", "x"]},
    ],
}
TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement: {Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Bucket.Arn}/*"}
"""


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "role.json"
    found.write_text(json.dumps(POLICY, indent=1))
    return str(found)


def test_a_policy_is_told_statement_by_statement(file, capsys):
    assert run(["policy", "explain", file]) == 0
    told = capsys.readouterr().out

    assert told.startswith("Statement 1 (Read), line 4\n  Allows whoever")
    assert "  every action but Amazon SQS: all " in told
    assert "  on everything but:\n    `arn:aws:s3:::b` (bucket)\n" in told


def test_the_explanation_as_json_has_a_statement_for_each(file, capsys):
    assert run(["policy", "explain", file, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)

    assert found["type"] == "identity"
    assert [one["effect"] for one in found["statements"]] == ["Allow", "Deny"]
    assert found["statements"][1]["butResources"] is True


def test_the_explanation_as_markdown_has_headings_and_lists(file, capsys):
    assert run(["policy", "explain", file, "--format", "markdown"]) == 0
    told = capsys.readouterr().out

    assert "### Statement 1 (Read)\n" in told
    assert "\n- any resource\n" in told


def test_policies_in_a_template_are_told_where_they_stand(tmp_path, capsys):
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)

    assert run(["policy", "explain", str(file)]) == 0
    told = capsys.readouterr().out
    assert "Role.AssumeRolePolicyDocument" in told
    assert "the AWS service `ec2.amazonaws.com`" in told
    assert "Role.Policies[0].PolicyDocument" in told
    assert "`…/*`" in told


def test_of_what_a_template_fills_in_later_no_effect_is_claimed(tmp_path, capsys):
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE.replace("s3:GetObject", "!Ref Action"))

    assert run(["policy", "explain", str(file)]) == 0
    told = capsys.readouterr().out
    assert "`…`, which the template fills in later" in told
    assert "no effect" not in told.replace("have an effect", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "wrong:1:2"),
        ("Resources: {}\n", "template without policies"),
        (TEMPLATE.replace("Effect: Allow, Principal", "Effect: Perhaps, Principal"), "wrong:7:29"),
    ],
)
def test_what_is_no_policy_is_named_with_its_place(tmp_path, capsys, text, problem):
    file = tmp_path / "wrong"
    file.write_text(text)

    assert run(["policy", "explain", str(file)]) == 2
    assert problem in capsys.readouterr().err
