"""A user or role that is made again under its old name gets nothing of what the old one had.

What names a principal is bound to its unique id, and shows that once the principal is gone.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.credentials import Credentials

from server import rows_organizations as org
from server import things as make
from server.place import EVERYTHING, Place, Refused, Side


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


@pytest.fixture
def side(place: Place) -> Iterator[Side]:
    yield place.side()
    place.empty()


def statement(principal: str, action: str, **more: Any) -> str:
    said = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


class Somebody:
    """A user or role called `worker`, who may do everything; `again` makes it anew."""

    def __init__(self, side: Side, kind: str) -> None:
        self.side, self.kind = side, kind
        self.arn = side.arn(f"{kind.lower()}/worker")
        self.make()

    def make(self) -> None:
        if self.kind == "User":
            made = self.side.call("iam", "CreateUser", UserName="worker")["User"]
            self.id = made["UserId"]
        else:
            trust = statement(self.side.account, "sts:AssumeRole")
            given = {"RoleName": "worker", "AssumeRolePolicyDocument": trust}
            self.id = self.side.call("iam", "CreateRole", **given)["Role"]["RoleId"]
        named = {f"{self.kind}Name": "worker", "PolicyName": "all"}
        self.side.call("iam", f"Put{self.kind}Policy", **named, PolicyDocument=EVERYTHING)

    def credentials(self) -> Credentials:
        if self.kind == "User":
            return self.side.key("worker")
        given = {"RoleArn": self.arn, "RoleSessionName": "session"}
        return session(self.side.call("sts", "AssumeRole", self.side.admin, **given))

    def delete(self) -> None:
        if self.kind == "User":
            keys = self.side.call("iam", "ListAccessKeys", UserName="worker")
            for key in keys["AccessKeyMetadata"]:
                self.side.call(
                    "iam", "DeleteAccessKey", UserName="worker", AccessKeyId=key["AccessKeyId"]
                )
        named = {f"{self.kind}Name": "worker"}
        self.side.call("iam", f"Delete{self.kind}Policy", **named, PolicyName="all")
        self.side.call("iam", f"Delete{self.kind}", **named)

    def again(self) -> str:
        """The unique id that the old one had."""
        old = self.id
        self.delete()
        self.make()
        assert self.id != old
        return old


def session(given: dict[str, Any]) -> Credentials:
    found = given["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return str(caught.value.args[2])


KINDS = pytest.mark.parametrize("kind", ["User", "Role"])


@KINDS
def test_a_trust_policy_does_not_trust_the_next_of_that_name(side: Side, kind: str) -> None:
    # Of another account, so that nothing but the trust policy says who may.
    other = side.another()
    worker = Somebody(side, kind)
    trust = statement(worker.arn, "sts:AssumeRole")
    other.call("iam", "CreateRole", RoleName="target", AssumeRolePolicyDocument=trust)
    asked = {"RoleArn": other.arn("role/target"), "RoleSessionName": "session"}
    side.call("sts", "AssumeRole", worker.credentials(), **asked)

    old = worker.again()

    by = worker.credentials()
    assert refused(lambda: side.call("sts", "AssumeRole", by, **asked)) == "AccessDenied"
    shown = other.call("iam", "GetRole", RoleName="target")["Role"]["AssumeRolePolicyDocument"]
    assert json.loads(unquote(shown))["Statement"][0]["Principal"] == {"AWS": old}


@KINDS
def test_a_bucket_policy_does_not_let_in_the_next_of_that_name(side: Side, kind: str) -> None:
    other = side.another()
    worker = Somebody(side, kind)
    other.call("s3", "CreateBucket", Bucket="reports")
    other.call("s3", "PutObject", Bucket="reports", Key="a", Body=b"text")
    document = statement(worker.arn, "s3:GetObject", Resource="arn:aws:s3:::reports/*")
    other.call("s3", "PutBucketPolicy", Bucket="reports", Policy=document)
    side.call("s3", "GetObject", worker.credentials(), Bucket="reports", Key="a")

    old = worker.again()

    by, what = worker.credentials(), {"Bucket": "reports", "Key": "a"}
    assert refused(lambda: side.call("s3", "GetObject", by, **what)) == "AccessDenied"
    shown = other.call("s3", "GetBucketPolicy", Bucket="reports")["Policy"]
    assert json.loads(shown)["Statement"][0]["Principal"] == {"AWS": old}


@KINDS
def test_the_policy_of_an_organization_does_not_let_in_the_next_of_that_name(
    side: Side, kind: str
) -> None:
    manager = side.another()
    org.join(manager, side)
    worker = Somebody(side, kind)
    content = statement(worker.arn, "organizations:ListRoots", Resource="*")
    org.call(manager, "PutResourcePolicy", Content=content)
    side.call("organizations", "ListRoots", worker.credentials())

    old = worker.again()

    by = worker.credentials()
    assert refused(lambda: side.call("organizations", "ListRoots", by)) == "AccessDeniedException"
    shown = org.call(manager, "DescribeResourcePolicy")["ResourcePolicy"]["Content"]
    assert json.loads(shown)["Statement"][0]["Principal"] == {"AWS": old}


@KINDS
def test_no_credentials_of_the_old_one_are_those_of_the_next(side: Side, kind: str) -> None:
    worker = Somebody(side, kind)
    found = [worker.credentials()]
    if kind == "User":
        found.append(session(side.call("sts", "GetSessionToken", found[0])))
        given = {"Name": "guest", "Policy": EVERYTHING}
        found.append(session(side.call("sts", "GetFederationToken", found[0], **given)))
    for by in found:
        side.call("sts", "GetCallerIdentity", by)

    worker.again()

    for by in found:
        assert refused(lambda by=by: side.call("sts", "GetCallerIdentity", by)) == (
            "InvalidClientTokenId"
        )


def test_a_session_that_an_old_role_s_session_got_is_of_no_use(side: Side) -> None:
    worker = Somebody(side, "Role")
    make.trusted_role(side)
    given = {"RoleArn": side.arn("role/role-1"), "RoleSessionName": "chained"}
    chained = session(side.call("sts", "AssumeRole", worker.credentials(), **given))
    side.call("iam", "DeleteRolePolicy", RoleName="role-1", PolicyName="all")
    side.call("iam", "DeleteRole", RoleName="role-1")
    side.count = 0

    make.trusted_role(side)

    code = refused(lambda: side.call("sts", "GetCallerIdentity", chained))
    assert code == "InvalidClientTokenId"


def test_a_new_user_has_nothing_of_the_old_one(side: Side) -> None:
    name, device = make.enabled(side, make.login(side))
    arn, team = make.policy(side), make.group(side)
    side.call("iam", "AddUserToGroup", UserName=name, GroupName=team)
    side.call("iam", "AttachUserPolicy", UserName=name, PolicyArn=arn)
    side.call("iam", "PutUserPermissionsBoundary", UserName=name, PermissionsBoundary=arn)
    side.call("iam", "RemoveUserFromGroup", UserName=name, GroupName=team)
    side.call("iam", "DetachUserPolicy", UserName=name, PolicyArn=arn)
    side.call("iam", "DeactivateMFADevice", UserName=name, SerialNumber=device.serial)
    side.call("iam", "DeleteLoginProfile", UserName=name)
    side.call("iam", "DeleteUser", UserName=name)

    made = side.call("iam", "CreateUser", UserName=name)["User"]

    shown = side.call("iam", "GetUser", UserName=name)["User"]
    assert {"Tags", "PermissionsBoundary", "PasswordLastUsed"}.isdisjoint(shown)
    assert shown["UserId"] == made["UserId"]
    assert side.call("iam", "ListMFADevices", UserName=name)["MFADevices"] == []
    assert refused(lambda: side.call("iam", "GetLoginProfile", UserName=name)) == "NoSuchEntity"


def test_an_owner_s_request_is_not_the_next_user_s(side: Side) -> None:
    worker = Somebody(side, "User")
    request = make.delegation(side)
    asked = {"DelegationRequestId": request}
    side.call("iam", "AssociateDelegationRequest", worker.credentials(), **asked)
    statement = {"Effect": "Deny", "Action": "iam:GetDelegationRequest", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})

    worker.again()

    named = {"UserName": "worker", "PolicyName": "all", "PolicyDocument": document}
    side.call("iam", "PutUserPolicy", **named)
    by = worker.credentials()
    assert refused(lambda: side.call("iam", "GetDelegationRequest", by, **asked)) == "AccessDenied"
