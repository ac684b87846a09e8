"""`doorward policy check-no-public-access`."""

import json

import pytest

from doorward.cli.main import run

OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
CLOSED = {**OPEN, "Principal": {"AWS": "123456789012"}}
YAML = """
Version: 2012-10-17
Statement:
  - Sid: Everybody
    Effect: Allow
    Principal: "*"
    Action: sqs:SendMessage
    Resource: "*"
    Condition: {Bool: {aws:SecureTransport: true}}
"""


@pytest.fixture
def check(tmp_path):
    def checked(text, *more, name="policy.json"):
        file = tmp_path / name
        file.write_text(text)
        return run(["policy", "check-no-public-access", str(file), *more])

    return checked


def written(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_policy_for_some_leaves_with_0(check, capsys):
    assert check(written(CLOSED)) == 0
    assert capsys.readouterr().out == "NOT PUBLIC (proved over all requests)\n"


def test_a_public_policy_leaves_with_3_and_shows_a_request(check, capsys):
    assert check(written(CLOSED, OPEN)) == 3
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == [
        "PUBLIC: statement 1 lets in, for example",
        "  anybody, without signing",
        "  s3:GetObject on *",
    ]


def test_a_policy_in_yaml_is_read_as_one_in_json(check, capsys):
    assert check(YAML, "--resource-type", "AWS::SQS::Queue", name="queue.yaml") == 3
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "PUBLIC: statement `Everybody` lets in, for example"
    assert "  aws:securetransport = true" in told


def test_the_answer_as_json_has_a_request_for_each_statement(check, capsys):
    assert check(written(CLOSED, OPEN), "--format", "json") == 3
    found = json.loads(capsys.readouterr().out)

    assert found["public"] is True
    assert [one["statementIndex"] for one in found["statements"]] == [1]
    assert found["statements"][0]["example"]["action"] == "s3:GetObject"


def test_what_cannot_be_told_leaves_with_4_and_counts_as_public(check, capsys):
    strange = {**OPEN, "Action": "some-service:SomeAction"}

    assert check(written(strange), "--format", "json") == 4
    assert json.loads(capsys.readouterr().out)["public"] is True
    assert check(written(strange)) == 4
    assert "does not know some-service:SomeAction" in capsys.readouterr().out
    assert check(written(strange, OPEN)) == 3


def test_the_trust_policy_of_a_role_has_a_type_of_its_own(check):
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/corp"},
        "Action": "sts:AssumeRoleWithSAML",
    }
    of_role = ("--resource-type", "AWS::IAM::AssumeRolePolicyDocument")

    assert check(written(trust), *of_role) == 0
    assert check(written({**trust, "Principal": "*"}), *of_role) == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("wrong.json", "{", "wrong.json:1:2"),
        ("wrong.yaml", "Statement: [{Effect: Allow, Oops: 1}]", "wrong.yaml:1:"),
        ("wrong.yaml", "Statement: [", "is not YAML"),
        ("wrong.json", written({"Effect": "Allow", "Action": "*", "Resource": "*"}), "Principal"),
    ],
)
def test_a_file_that_is_no_policy_of_a_resource_is_named(check, capsys, name, text, said):
    assert check(text, name=name) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    missing = str(tmp_path / "missing.yaml")

    assert run(["policy", "check-no-public-access", missing]) == 2
    assert "missing.yaml: cannot be read" in capsys.readouterr().err


def test_a_type_that_has_no_policies_is_refused(check, capsys):
    assert check(written(OPEN), "--resource-type", "AWS::EC2::Instance") == 2
    assert "AWS::SQS::Queue" in capsys.readouterr().err
