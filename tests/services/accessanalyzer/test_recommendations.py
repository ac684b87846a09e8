"""What is recommended about unused permissions takes those away, and nothing that was used."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import botocore.auth
import pytest
from botocore.exceptions import ClientError

from doorward.analysis import recommendation
from doorward.server.findings.following import Noting
from doorward.store import audit_cursors, resource_scans
from services.accessanalyzer.watching import Watching, eventually
from services.served import ACCOUNT, Clients

ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
TYPE = "UnusedPermissionRecommendation"
OLD_ENOUGH = timedelta(days=31)
Step = dict[str, Any]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


DENY = {"Effect": "Deny", "Action": "iam:ListGroups", "Resource": "*"}
TRUST = document(
    {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    }
)


class World:
    """A role that somebody takes on, an analyzer, and days that go by for server and clients."""

    def __init__(self, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clients, self.served = clients, clients.served
        self.monkeypatch, self.now = monkeypatch, botocore.auth.get_current_datetime
        self.iam = clients.client("iam", host="127.0.0.1")
        self.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
        self.taker = clients.user("taker", document(allow("sts:AssumeRole")))
        self.watching = Watching(
            clients.client("accessanalyzer", host="127.0.0.1"),
            "ACCOUNT_UNUSED_ACCESS",
            configuration={"unusedAccess": {"unusedAccessAge": 30}},
        )
        self.client, self.arn = self.watching.client, self.watching.arn

    def inline(self, name: str, *statements: dict[str, Any]) -> None:
        text = document(*statements)
        self.iam.put_role_policy(RoleName="worker", PolicyName=name, PolicyDocument=text)

    def managed(self, name: str, *statements: dict[str, Any]) -> str:
        text = document(*statements)
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        self.iam.attach_role_policy(RoleName="worker", PolicyArn=made)
        return str(made)

    def worker(self, service: str) -> Any:
        """A client of a session of the role."""
        sts = self.taker("sts", host="127.0.0.1")
        given = sts.assume_role(RoleArn=ROLE, RoleSessionName="job")["Credentials"]
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return self.served.client(service, *(given[one] for one in names))

    def later(self, by: timedelta) -> None:
        self.settle()
        self.served.clock.ahead += by
        ahead = self.served.clock.ahead
        self.monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: self.now() + ahead)

    def settle(self) -> None:
        """Have everything that was done noted and looked at."""
        if waiting := self.served.running.recorder.flush():
            waiting.result()
        eventually(self.unsettled, lambda still: not still)

    def unsettled(self) -> bool:
        with self.served.running.database.read() as db:
            behind = audit_cursors.position(db, Noting.name) != audit_cursors.end(db)
            return behind or bool(resource_scans.waiting(db, limit=1))

    def finding(self, kind: str = "UnusedPermission", name: str = "worker") -> str:
        """The id of what is found of the role, or the user, when it is looked at again."""
        self.later(timedelta(hours=2))
        ask = {"findingType": {"eq": [kind]}, "resource": {"contains": [f"/{name}"]}}
        (found,) = eventually(
            lambda: self.client.list_findings_v2(analyzerArn=self.arn, filter=ask)["findings"], bool
        )
        return str(found["id"])

    def generated(self, finding: str) -> dict[str, Any]:
        """What is recommended, once that is known."""
        self.client.generate_finding_recommendation(analyzerArn=self.arn, id=finding)
        return eventually(
            lambda: self.client.get_finding_recommendation(analyzerArn=self.arn, id=finding),
            lambda found: found["status"] != "IN_PROGRESS",
        )

    def refused(self, operation: str, finding: str, **more: Any) -> str:
        """The code of the error that is answered."""
        call = getattr(self.client, operation)
        with pytest.raises(ClientError) as refused:
            call(**{"analyzerArn": self.arn, "id": finding, **more})
        return str(refused.value.response["Error"]["Code"])

    def apply(self, steps: list[Step]) -> None:
        for number, one in enumerate(steps):
            existing = one["existingPolicyId"]
            if one["recommendedAction"] == "CREATE_POLICY":
                self.iam.create_policy(
                    PolicyName=f"made{number}", PolicyDocument=one["recommendedPolicy"]
                )
                made = f"arn:aws:iam::{ACCOUNT}:policy/made{number}"
                self.iam.attach_role_policy(RoleName="worker", PolicyArn=made)
            elif existing.startswith("arn:"):
                self.iam.detach_role_policy(RoleName="worker", PolicyArn=existing)
            else:
                self.iam.delete_role_policy(RoleName="worker", PolicyName=existing)


@pytest.fixture
def world(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield World(clients, monkeypatch)
    clients.served.clock.ahead = timedelta()


def steps(found: dict[str, Any]) -> list[Step]:
    assert found["status"] == "SUCCEEDED", found
    return [one["unusedPermissionsRecommendedStep"] for one in found["recommendedSteps"]]


def denied(call: Any, **given: Any) -> bool:
    with pytest.raises(ClientError) as refused:
        call(**given)
    return refused.value.response["Error"]["Code"] == "AccessDenied"


def test_with_what_is_recommended_the_used_works_and_the_unused_is_refused(world: World) -> None:
    world.clients.client("s3", host="127.0.0.1").create_bucket(Bucket="reports")
    world.inline("people", allow("iam:ListUsers", "iam:ListGroups", "iam:DeleteUser"))
    world.inline("limits", allow("sqs:SendMessage"), DENY)
    listing = ("s3:ListAllMyBuckets", "s3:ListBucket")
    both = world.managed("Both", allow(*listing, "s3:DeleteBucket", "sqs:*"))
    queues = world.managed("Queues", allow("sqs:*"))
    world.managed("Fine", allow("iam:ListRoles"))
    world.later(OLD_ENOUGH)
    iam = world.worker("iam")
    iam.list_users()
    iam.list_roles()
    s3 = world.worker("s3")
    s3.list_buckets()
    s3.list_objects_v2(Bucket="reports")
    finding = world.finding()

    found = world.generated(finding)

    assert (found["resourceArn"], found["recommendationType"]) == (ROLE, TYPE)
    assert found["startedAt"] <= found["completedAt"]
    made = steps(found)
    assert [(one["recommendedAction"], one["existingPolicyId"]) for one in made] == [
        ("CREATE_POLICY", "limits"),
        ("DETACH_POLICY", "limits"),
        ("CREATE_POLICY", "people"),
        ("DETACH_POLICY", "people"),
        ("CREATE_POLICY", both),
        ("DETACH_POLICY", both),
        ("DETACH_POLICY", queues),
    ]
    changed = world.iam.get_policy(PolicyArn=queues)["Policy"]["UpdateDate"]
    assert made[-1]["policyUpdatedAt"] == changed.replace(microsecond=0)
    assert "policyUpdatedAt" not in made[0]
    assert json.loads(made[0]["recommendedPolicy"])["Statement"] == [DENY]

    world.apply(made)

    iam, s3 = world.worker("iam"), world.worker("s3")
    assert iam.list_users()["Users"]
    assert iam.list_roles()["Roles"]
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["reports"]
    assert s3.list_objects_v2(Bucket="reports")["KeyCount"] == 0
    assert denied(iam.list_groups)
    assert denied(iam.delete_user, UserName="taker")
    assert denied(s3.delete_bucket, Bucket="reports")


def test_what_was_used_since_the_finding_is_left(world: World) -> None:
    world.inline("people", allow("iam:ListUsers", "iam:ListGroups", "sqs:*"))
    world.later(OLD_ENOUGH)
    world.worker("iam").list_users()
    finding = world.finding()
    world.worker("iam").list_groups()

    create, detach = steps(world.generated(finding))

    (statement,) = json.loads(create["recommendedPolicy"])["Statement"]
    assert sorted(statement["Action"]) == ["iam:ListGroups", "iam:ListUsers"]
    assert detach["recommendedAction"] == "DETACH_POLICY"


def test_passing_roles_is_left_where_what_was_used_may_need_it(world: World) -> None:
    world.inline("people", allow("iam:*"))
    world.inline("data", allow("s3:ListAllMyBuckets"))
    world.later(OLD_ENOUGH)
    world.worker("s3").list_buckets()

    create, _ = steps(world.generated(world.finding()))

    assert json.loads(create["recommendedPolicy"])["Statement"] == [
        {**allow(), "Action": "iam:PassRole"}
    ]


def test_pages_join_to_all_steps_of_one_recommendation(world: World) -> None:
    for number in range(3):
        world.inline(f"queue{number}", allow("sqs:*"))
    world.later(OLD_ENOUGH)
    world.worker("sts").get_caller_identity()
    finding = world.finding()
    whole = steps(world.generated(finding))
    asked = {"analyzerArn": world.arn, "id": finding}

    paginator = world.client.get_paginator("get_finding_recommendation")
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": 2}))
    assert [len(steps(one)) for one in pages] == [2, 1]
    assert [one for page in pages for one in steps(page)] == whole

    token = world.client.get_finding_recommendation(**asked, maxResults=2)["nextToken"]
    get = "get_finding_recommendation"
    assert world.refused(get, finding, nextToken="x" + token) == "ValidationException"
    world.generated(finding)
    assert world.refused(get, finding, nextToken=token) == "ValidationException"


def test_the_policies_of_a_group_are_left_alone(world: World) -> None:
    world.iam.create_group(GroupName="staff")
    text = document(allow("sqs:*"))
    world.iam.put_group_policy(GroupName="staff", PolicyName="p0", PolicyDocument=text)
    world.clients.user("bob", document(allow("iam:ListUsers")))
    world.iam.add_user_to_group(GroupName="staff", UserName="bob")
    world.later(OLD_ENOUGH)
    finding = world.finding(name="bob")
    (own,) = steps(world.generated(finding))
    assert (own["recommendedAction"], own["existingPolicyId"]) == ("DETACH_POLICY", "p0")
    world.iam.delete_user_policy(UserName="bob", PolicyName="p0")

    found = world.generated(finding)

    assert found["status"] == "FAILED"
    assert found["error"]["code"] == "NOTHING_TO_RECOMMEND"
    assert "recommendedSteps" not in found


def test_a_policy_that_could_not_be_made_is_not_recommended(world: World) -> None:
    buckets = [f"arn:aws:s3:::{'b' * 40}-{number}/*" for number in range(95)]
    world.managed("Long", allow("s3:*", resource=buckets))
    world.inline("list", allow("s3:ListAllMyBuckets"))
    world.later(OLD_ENOUGH)
    world.worker("s3").list_buckets()

    found = world.generated(world.finding())

    assert (found["status"], found["error"]["code"]) == ("FAILED", "POLICY_TOO_LONG")
    assert "6144" in found["error"]["message"]


def test_a_policy_that_is_not_proved_to_be_smaller_is_not_recommended(world: World) -> None:
    world.inline("people", allow("iam:ListUsers", "sqs:*"))
    world.later(OLD_ENOUGH)
    world.worker("iam").list_users()
    finding = world.finding()
    wider = allow("s3:*")
    world.monkeypatch.setattr(recommendation, "_without", lambda _statement, _gone: wider)

    found = world.generated(finding)

    assert (found["status"], found["error"]["code"]) == ("FAILED", "NOT_PROVED")
    assert "instead of people cannot be proved to be smaller" in found["error"]["message"]
    assert "recommendedSteps" not in found


def test_only_findings_of_unused_permissions_have_recommendations(world: World) -> None:
    world.inline("queue", allow("sqs:*"))
    world.later(OLD_ENOUGH)
    generate, get = "generate_finding_recommendation", "get_finding_recommendation"
    idle = world.finding("UnusedIAMRole")

    assert world.refused(generate, idle) == "ValidationException"
    assert world.refused(get, idle) == "ResourceNotFoundException"
    assert world.refused(generate, "no-such") == "ValidationException"
    assert world.refused(get, "no-such") == "ResourceNotFoundException"
    other = world.arn + "-other"
    assert world.refused(generate, idle, analyzerArn=other) == "ValidationException"
    assert world.refused(get, idle, analyzerArn=other) == "ResourceNotFoundException"

    world.worker("sts").get_caller_identity()
    finding = world.finding()
    assert world.refused(get, finding) == "ResourceNotFoundException"
    world.iam.delete_role_policy(RoleName="worker", PolicyName="queue")
    world.settle()
    assert world.refused(generate, finding) == "ValidationException"
