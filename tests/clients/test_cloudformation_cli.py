"""CloudFormation as people use it: `aws cloudformation deploy`, and a server that is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from clients.test_cli import Cli
from services.cloudformation.templates import ADMIN, READER, groups

COUNT = 40


@pytest.fixture
def aws(fresh: Any, tmp_path: Path) -> Cli:
    return Cli(fresh.endpoint, tmp_path)


def deploy(aws: Cli, path: Path, *given: str, **how: Any) -> str:
    return aws(
        "cloudformation", "deploy", "--stack-name", "cli", "--template-file", str(path),
        "--capabilities", "CAPABILITY_NAMED_IAM", *given, **how,
    )  # fmt: skip


def test_deploy_creates_updates_and_notices_that_nothing_changed(aws: Cli, tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(groups("First")))
    assert "Successfully created/updated stack - cli" in deploy(aws, path)
    time.sleep(1.1)
    assert "No changes to deploy" in deploy(aws, path, "--no-fail-on-empty-changeset")
    path.write_text(json.dumps(groups("First", "Second")))
    time.sleep(1.1)  # the CLI names its change sets by the second
    assert "Successfully created/updated stack - cli" in deploy(aws, path, "--tags", "team=red")

    events = aws.json("cloudformation", "describe-stack-events", "--stack-name", "cli")
    found = aws.json("cloudformation", "describe-stacks", "--stack-name", "cli")["Stacks"][0]
    aws("cloudformation", "delete-stack", "--stack-name", "cli")
    aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "cli")

    assert events["StackEvents"][0]["ResourceStatus"] == "UPDATE_COMPLETE"
    assert found["Tags"] == [{"Key": "team", "Value": "red"}]
    assert aws.json("iam", "list-groups")["Groups"] == []


def test_a_deploy_that_fails_says_so_and_leaves_nothing(aws: Cli, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(READER)

    told = deploy(
        aws, path, "--parameter-overrides", "Bucket=reader-files", "ListOn=name", fails=True
    )

    assert "Failed to create/update the stack" in told
    events = aws.json("cloudformation", "describe-stack-events", "--stack-name", "cli")
    reasons = [one.get("ResourceStatusReason", "") for one in events["StackEvents"]]
    assert any('must be in ARN format or "*".' in one for one in reasons)
    assert aws.json("iam", "list-users")["Users"] == []
    assert aws("s3", "ls") == ""


def test_a_template_too_large_for_a_request_goes_by_way_of_a_bucket(
    aws: Cli, tmp_path: Path
) -> None:
    aws("s3", "mb", "s3://templates")
    path = tmp_path / "template.yaml"
    path.write_text(ADMIN + "#" * 60_000)

    deploy(aws, path, "--s3-bucket", "templates", "--parameter-overrides", "Secret=Correct-horse-7")

    assert aws.json("iam", "get-login-profile", "--user-name", "operator")["LoginProfile"]


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A server of its own process on *data*, and what makes clients; killed in the end."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "doorward", "serve", "--port", "0", "--data-dir", str(data)),
            *("--account-id", "123456789012"),
            *("--root-access-key-id", "root-key-id", "--root-secret-access-key", "root-secret"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(data.parent)},
    )
    try:
        assert process.stdout is not None
        endpoint = process.stdout.readline().rpartition(" ")[2].strip()
        session = boto3.Session("root-key-id", "root-secret", region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1})
        yield process, lambda name: session.client(name, endpoint_url=endpoint, config=config)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def settled(client: Any, name: str) -> dict[str, Any]:
    for _ in range(3_000):
        found: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
        if not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def kill_midway(
    process: subprocess.Popen[str], client: Any, name: str, status: str, begin: Callable[[], Any]
) -> int:
    """Kill the server once several resources have *status*; how many had by then.

    *begin* is not waited for: its answer may come only when all is done.
    """

    def beginning() -> None:
        with suppress(BotoCoreError):  # the server is killed meanwhile
            begin()

    thread = threading.Thread(target=beginning)
    thread.start()
    done = 0
    while done < 5:
        with suppress(ClientError):  # the stack is not there yet
            listed = client.list_stack_resources(StackName=name)["StackResourceSummaries"]
            done = sum(one["ResourceStatus"] == status for one in listed)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    thread.join()
    return done


def test_a_stack_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    template: dict[str, Any] = {"Resources": {}}
    for number in range(COUNT):
        template["Resources"][f"User{number:02d}"] = {
            "Type": "AWS::IAM::User",
            "Properties": {
                "Path": "/made/",
                "Policies": [{"PolicyName": "p", "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
                }}],
            },
        }  # fmt: skip
        template["Resources"][f"Key{number:02d}"] = {
            "Type": "AWS::IAM::AccessKey",
            "Properties": {"UserName": {"Ref": f"User{number:02d}"}},
        }
    data = tmp_path / "data"
    with serving(data) as (process, client):
        stacks, text = client("cloudformation"), json.dumps(template)
        made = kill_midway(
            process, client("cloudformation"), "long", "CREATE_COMPLETE",
            lambda: stacks.create_stack(
                StackName="long", TemplateBody=text, Capabilities=["CAPABILITY_IAM"]
            ),
        )  # fmt: skip
        assert made < 2 * COUNT

    with serving(data) as (process, client):
        assert settled(client("cloudformation"), "long")["StackStatus"] == "CREATE_COMPLETE"
        iam = client("iam")
        users = iam.get_account_authorization_details(Filter=["User"], MaxItems=500)
        names = {one["UserName"] for one in users["UserDetailList"]}
        assert len(names) == COUNT  # none twice, none missing
        for name in sorted(names)[:: COUNT // 6]:
            assert len(iam.list_access_keys(UserName=name)["AccessKeyMetadata"]) == 1
        stacks = client("cloudformation")
        kill_midway(
            process, client("cloudformation"), "long", "DELETE_COMPLETE",
            lambda: stacks.delete_stack(StackName="long"),
        )  # fmt: skip

    with serving(data) as (process, client):
        listed = client("cloudformation").list_stacks()["StackSummaries"]
        gone = settled(client("cloudformation"), listed[0]["StackId"])
        assert gone["StackStatus"] == "DELETE_COMPLETE"
        assert client("iam").list_users()["Users"] == []
