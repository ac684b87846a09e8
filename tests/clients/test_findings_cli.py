"""Analyzers and findings with the AWS CLI as people use it."""

import json

import pytest

from clients.conftest import ACCOUNT, OTHER_ACCOUNT, Served
from clients.test_cli import Cli
from services.accessanalyzer.watching import document, eventually


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def aws(served, tmp_path):
    return Cli(served.endpoint, tmp_path)


def test_a_role_for_strangers_is_found_and_archived(aws, served):
    asked = ("--analyzer-name", "mine", "--type", "ACCOUNT")
    arn = json.loads(aws("accessanalyzer", "create-analyzer", *asked))["arn"]
    trust = document({"AWS": OTHER_ACCOUNT}, "sts:AssumeRole")
    served.client("iam").create_role(RoleName="open", AssumeRolePolicyDocument=trust)
    client = served.client("accessanalyzer")

    eventually(lambda: client.list_findings(analyzerArn=arn)["findings"], bool)
    listed = aws("accessanalyzer", "list-findings", "--analyzer-arn", arn)
    (found,) = json.loads(listed)["findings"]
    archive = ("--ids", found["id"], "--status", "ARCHIVED")
    aws("accessanalyzer", "update-findings", "--analyzer-arn", arn, *archive)

    (archived,) = client.list_findings(analyzerArn=arn)["findings"]
    assert found["resource"] == f"arn:aws:iam::{ACCOUNT}:role/open"
    assert found["principal"] == {"AWS": OTHER_ACCOUNT}
    assert archived["status"] == "ARCHIVED"
