"""Checks of policies with the AWS CLI as people use it."""

import json
import subprocess
import sys

import pytest

from clients.conftest import Served
from clients.test_cli import Cli

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
WRITE = {**READ, "Action": "s3:PutObject", "Sid": "Write"}
OPEN = {**READ, "Principal": "*"}


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def check(served, tmp_path):
    cli = Cli(served.endpoint, tmp_path)

    def checked(command, **options):
        arguments = []
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            if isinstance(value, list):
                file = tmp_path / f"{name}.json"
                file.write_text(json.dumps({"Version": "2012-10-17", "Statement": value}))
                value = f"file://{file}"  # noqa: PLW2901 - a document goes by its file
            arguments += [flag, value]
        return json.loads(cli("accessanalyzer", command, *arguments))

    return checked


def test_a_policy_is_validated(check):
    wrong = {**READ, "Action": "s3:GetObjec"}
    found = check("validate-policy", policy_document=[wrong], policy_type="IDENTITY_POLICY")

    assert [one["issueCode"] for one in found["findings"]] == ["INVALID_ACTION"]


def test_new_access_is_found(check):
    asked = {"existing_policy_document": [READ], "policy_type": "IDENTITY_POLICY"}

    same = check("check-no-new-access", new_policy_document=[READ], **asked)
    more = check("check-no-new-access", new_policy_document=[READ, WRITE], **asked)

    assert same["result"] == "PASS"
    assert more["result"] == "FAIL"
    assert [one["statementId"] for one in more["reasons"]] == ["Write"]


def test_access_that_must_not_be_granted_is_found(check):
    asked = {"policy_document": [READ], "policy_type": "IDENTITY_POLICY"}

    none = check("check-access-not-granted", access="actions=iam:PassRole,s3:PutObject", **asked)
    some = check("check-access-not-granted", access="actions=s3:GetObject", **asked)

    assert (none["result"], some["result"]) == ("PASS", "FAIL")


def test_public_access_is_found(check):
    asked = {"policy_document": [OPEN], "resource_type": "AWS::S3::Bucket"}

    assert check("check-no-public-access", **asked)["result"] == "FAIL"
    asked["policy_document"] = [{**OPEN, "Principal": {"AWS": "123456789012"}}]
    assert check("check-no-public-access", **asked)["result"] == "PASS"


def test_the_command_line_of_doorward_says_the_same_without_a_server(tmp_path):
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [OPEN]}))
    asked = [sys.executable, "-m", "doorward", "policy", "check-no-public-access", str(file)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 3, done.stderr
    assert "PUBLIC" in done.stdout
