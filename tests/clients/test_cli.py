"""The AWS CLI as people use it: commands, profiles that assume a role, copies of large files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

AWS = Path(sys.executable).with_name("aws")
ACCOUNT = "123456789012"
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "42"}},
    },
}
MEGABYTE = 1 << 20


class Cli:
    """`aws` with a home of its own."""

    def __init__(self, endpoint: str, home: Path) -> None:
        self.config = home / "config"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        self.profile("default", "root-key-id", "root-secret")

    def profile(self, name: str, key: str, secret: str) -> None:
        self.write(name, aws_access_key_id=key, aws_secret_access_key=secret)

    def write(self, name: str, **settings: str) -> None:
        title = name if name == "default" else f"profile {name}"
        lines = [f"[{title}]", "region = us-east-1"]
        lines += [f"{key} = {value}" for key, value in settings.items()]
        with self.config.open("a") as file:
            file.write("\n".join([*lines, ""]))

    def __call__(self, *arguments: str, profile: str = "default", fails: bool = False) -> str:
        done = self.both(*arguments, profile=profile)
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def both(self, *arguments: str, profile: str = "default") -> subprocess.CompletedProcess[str]:
        """The command that ended, with both of what it printed."""
        command = [sys.executable, str(AWS), "--profile", profile, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )

    def json(self, *arguments: str, **how: str):
        return json.loads(self(*arguments, "--output", "json", **how))


@pytest.fixture
def aws(fresh, tmp_path):
    return Cli(fresh.endpoint, tmp_path)


def allow(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_a_profile_with_a_role_assumes_it_and_is_told_what_it_may_not(aws):
    aws("iam", "create-user", "--user-name", "alice", "--path", "/staff/")
    key = aws.json("iam", "create-access-key", "--user-name", "alice")["AccessKey"]
    role = aws.json(
        "iam", "create-role", "--role-name", "auditor",
        "--assume-role-policy-document", json.dumps(TRUST),
    )["Role"]["Arn"]  # fmt: skip
    aws("iam", "put-role-policy", "--role-name", "auditor", "--policy-name", "read",
        "--policy-document", allow("iam:List*"))  # fmt: skip
    aws("iam", "put-user-policy", "--user-name", "alice", "--policy-name", "assume",
        "--policy-document", allow("sts:AssumeRole"))  # fmt: skip
    aws.profile("alice", key["AccessKeyId"], key["SecretAccessKey"])
    aws.write("audit", role_arn=role, source_profile="alice", external_id="42")
    aws.write("without", role_arn=role, source_profile="alice")

    caller = aws.json("sts", "get-caller-identity", profile="audit")
    listed = aws("iam", "list-users", "--query", "Users[].UserName", "--output", "text", profile="audit")  # fmt: skip
    beyond = aws("iam", "create-user", "--user-name", "bob", profile="audit", fails=True)
    refused = aws("sts", "get-caller-identity", profile="without", fails=True)

    assert ":assumed-role/auditor/" in caller["Arn"]
    assert listed.split() == ["alice"]
    assert "because no identity-based policy allows the iam:CreateUser action" in beyond
    assert "(AccessDenied) when calling the AssumeRole operation" in refused


def test_the_simulator_answers_for_a_user_with_pages(aws):
    aws("iam", "create-user", "--user-name", "alice")
    aws("iam", "put-user-policy", "--user-name", "alice", "--policy-name", "read",
        "--policy-document", allow("s3:Get*"))  # fmt: skip

    found = aws.json(
        "iam", "simulate-principal-policy", "--page-size", "1",
        "--policy-source-arn", f"arn:aws:iam::{ACCOUNT}:user/alice",
        "--action-names", "s3:GetObject", "s3:PutObject", "iam:GetUser",
        "--resource-arns", "*",
    )  # fmt: skip

    decisions = {one["EvalActionName"]: one["EvalDecision"] for one in found["EvaluationResults"]}
    assert decisions == {
        "s3:GetObject": "allowed",
        "s3:PutObject": "implicitDeny",
        "iam:GetUser": "implicitDeny",
    }


def test_the_credential_report_is_made_and_read(aws):
    aws("iam", "create-user", "--user-name", "alice")
    assert aws.json("iam", "generate-credential-report")["State"] in {"STARTED", "COMPLETE"}

    content = aws("iam", "get-credential-report", "--query", "Content", "--output", "text")

    assert content.strip()


def test_a_file_of_20_mb_is_copied_there_and_back_and_the_bucket_removed(aws, tmp_path):
    sent, back = tmp_path / "sent", tmp_path / "back"
    sent.write_bytes(os.urandom(MEGABYTE) * 20)
    aws("s3", "mb", "s3://reports")

    aws("s3", "cp", str(sent), "s3://reports/large", "--no-progress")
    aws("s3", "cp", "s3://reports/large", str(back), "--no-progress")
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "a.txt").write_text("a")
    aws("s3", "sync", str(tree), "s3://reports/tree")
    listed = aws("s3", "ls", "s3://reports", "--recursive")
    aws("s3", "rb", "s3://reports", "--force")

    assert back.read_bytes() == sent.read_bytes()
    assert "tree/deep/a.txt" in listed
    assert "reports" not in aws("s3", "ls")
