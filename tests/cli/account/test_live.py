"""`doorward account report` of a server, and of the dump that the AWS API gives of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from clients.browser import PASSWORD
from clients.conftest import ACCOUNT, Served
from doorward.base.clock import SystemClock
from doorward.cli import main
from doorward.cli.account import organization
from doorward.cli.calls import Calls
from doorward.server.rotation.outgoing import Keys

LATER = timedelta(days=100)
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole"}
ARN = f"arn:aws:iam::{ACCOUNT}"


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def public(bucket: str) -> str:
    given = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    return policy({**given, "Resource": f"arn:aws:s3:::{bucket}/*"})


def world(served: Served) -> None:
    """An account with something of each kind, and the neighbour with which all is well."""
    iam, s3 = served.client("iam"), served.client("s3")
    for name in ("alice", "bob", "carol"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    iam.create_access_key(UserName="alice")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="bob", AccessKeyId=key, Status="Inactive")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy(ALL))
    some = {**ALL, "Action": "s3:GetObject"}
    iam.put_user_policy(UserName="bob", PolicyName="some", PolicyDocument=policy(some))
    for name, principal in (("open", {"AWS": "*"}), ("held", {"AWS": f"{ARN}:root"})):
        trusted = policy({**TRUST, "Principal": principal})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)
    for name in ("open-bucket", "blocked-bucket", "plain-bucket"):
        s3.create_bucket(Bucket=name)
        if name != "plain-bucket":
            s3.delete_public_access_block(Bucket=name)
            s3.put_bucket_policy(Bucket=name, Policy=public(name))
    closed = {"RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket="blocked-bucket", PublicAccessBlockConfiguration=closed)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    made = Served()
    try:
        world(made)
        made.clock.ahead = LATER
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def _environment(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    now = SystemClock().now

    def later(_: SystemClock) -> datetime:
        return now() + LATER

    monkeypatch.setattr(SystemClock, "now", later)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def calls(server: Served) -> Calls:
    return Calls(
        server.endpoint,
        "us-east-1",
        lambda: Keys("root-key-id", "root-secret", None),
        SystemClock(),
    )


def report(capsys: pytest.CaptureFixture[str], *flags: str, status: int = 0) -> Any:
    assert main.run(["account", "report", "--format", "json", *flags]) == status
    return json.loads(capsys.readouterr().out)


def pairs(made: Any) -> set[tuple[str, str]]:
    """What was found, and whom it concerns."""
    return {(one["check"], one["about"].removeprefix(f"{ARN}:")) for one in made["findings"]}


EVERY = {
    ("root-access-key", "root"),
    ("root-without-mfa", "root"),
    ("root-used", "root"),
    ("user-without-mfa", "user/alice"),
    ("unused-password", "user/alice"),
    ("old-access-key", "user/alice"),
    ("unused-access-key", "user/alice"),
    ("unused-role", "role/open"),
    ("unused-role", "role/held"),
    ("unused-permissions", "user/alice"),
    ("unused-permissions", "user/bob"),
    ("allows-everything", "user/alice"),
    ("open-trust", "role/open"),
    ("public-policy", "arn:aws:s3:::open-bucket"),
}


def test_it_finds_each_thing_and_not_its_neighbour(
    server: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = report(capsys)

    assert pairs(made) == EVERY
    assert made["account"] == ACCOUNT
    assert not any("event history" in one for one in made["notTold"])


def test_its_commands_name_the_key_and_mend_what_they_are_for(
    server: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    call = calls(server)
    call("iam", "CreateUser", UserName="dave")
    key = call("iam", "CreateAccessKey", UserName="dave")["AccessKey"]["AccessKeyId"]

    made = report(
        capsys, "--no-last-accessed", "--key-age-days", "0", "--unused-credentials-days", "99"
    )

    (found,) = [
        one for one in made["findings"] if one["about"].endswith("alice") and "old" in one["check"]
    ]
    (alice,) = call("iam", "ListAccessKeys", UserName="alice")["AccessKeyMetadata"]
    assert alice["AccessKeyId"] in found["commands"][1]
    assert not [one for one in made["findings"] if key in str(one)]
    assert not [one for one in made["findings"] if one["check"] == "unused-permissions"]


def test_a_dump_of_the_account_gives_the_same_findings_about_iam(
    server: Served, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    call = calls(server)
    details = tmp_path / "details.json"
    answer = call("iam", "GetAccountAuthorizationDetails")
    details.write_text(json.dumps(answer, default=str))
    credentials = tmp_path / "credentials.csv"
    call("iam", "GenerateCredentialReport")
    report(capsys)  # which waits for the credential report
    credentials.write_bytes(call("iam", "GetCredentialReport")["Content"])

    made = report(capsys, "--file", str(details), "--file", str(credentials))

    beyond = ("public-policy", "unused-permissions")
    assert pairs(made) == {one for one in EVERY if one[0] not in beyond}


def test_what_the_caller_may_not_read_is_told_in_the_report(
    server: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = calls(server)
    call("iam", "CreateUser", UserName="reader")
    key = call("iam", "CreateAccessKey", UserName="reader")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    assert main.run(["account", "report"]) == 1
    assert "AccessDenied" in capsys.readouterr().err

    may = policy({**ALL, "Action": "iam:GetAccountAuthorizationDetails"})
    call("iam", "PutUserPolicy", UserName="reader", PolicyName="r", PolicyDocument=may)
    made = report(capsys)
    untold = " ".join(made["notTold"])
    for what in ("credential report", "buckets", "organization", "last access", "event history"):
        assert f"the {what}" in untold
    call("iam", "DeleteUserPolicy", UserName="reader", PolicyName="r")


def test_nobody_who_answers_is_said_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    assert main.run(["account", "report"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_the_way_down_from_the_root_of_the_organization_is_read(server: Served) -> None:
    call = calls(server)
    assert organization.read(call, ACCOUNT) is None
    call("organizations", "CreateOrganization", FeatureSet="ALL")
    (root,) = call("organizations", "ListRoots")["Roots"]
    if not any(one["Type"] == organization.SCP for one in root["PolicyTypes"]):
        call("organizations", "EnablePolicyType", RootId=root["Id"], PolicyType=organization.SCP)

    found = organization.read(call, ACCOUNT)

    assert found is not None
    assert found.management
    assert [one.id for one in found.levels] == [root["Id"], ACCOUNT]
    assert [one.name for one in found.levels[0].service_control] == ["FullAWSAccess"]


def test_unused_things_of_a_live_account_are_told_by_action(
    server: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["account", "unused", "--format", "json"]) == 3

    made = json.loads(capsys.readouterr().out)
    found = {
        (one["findingType"], one["resource"].removeprefix(f"{ARN}:")) for one in made["unused"]
    }
    assert {
        ("UnusedIAMRole", "role/open"),
        ("UnusedIAMUserPassword", "user/alice"),
        ("UnusedIAMUserAccessKey", "user/alice"),
        ("UnusedPermission", "user/bob"),
    } <= found
