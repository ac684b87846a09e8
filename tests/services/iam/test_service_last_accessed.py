"""Reports on last access: what is in them, who reads them, and for how long."""

from datetime import timedelta
from typing import Any

import pytest

from doorward.authn.caller import SessionKind
from doorward.base.clock import iso8601
from doorward.services.context import Context
from doorward.services.iam.attachments import attach_group_policy, attach_user_policy
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.groups import add_user_to_group, create_group
from doorward.services.iam.inline_policies import put_user_policy
from doorward.services.iam.policies import create_policy
from doorward.services.iam.service import iam
from doorward.services.iam.service_last_accessed import (
    gather,
    generate_service_last_accessed_details,
    get_service_last_accessed_details,
    get_service_last_accessed_details_with_entities,
)
from doorward.services.iam.users import create_user, delete_user
from doorward.store import audit, users
from services.support import ACCOUNT, NOW, World, accesses, every_page, later
from store import plans

IAM = f"arn:aws:iam::{ACCOUNT}"
READ = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",'
    '"Action":["iam:Get*","iam:PassRole","s3:ListAllMyBuckets","s3:GetObject","ec2:RunInstances"]}}'
)


class Trail:
    """Writes events of users as the server would."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.count = 0

    def calls(self, name: str, service: str, operation: str, days: float = 0, **more: Any) -> None:
        user = users.find(self.ctx.db, ACCOUNT, name)
        assert user is not None
        self.count += 1
        event = {
            "userIdentity": {"type": "IAMUser", "principalId": user.id},
            "eventTime": iso8601(NOW - timedelta(days=days)),
            "eventSource": f"{service}.amazonaws.com",
            "eventName": operation,
            "awsRegion": "us-east-1",
            "eventID": f"event-{self.count}",
            "readOnly": True,
            "recipientAccountId": ACCOUNT,
        }
        audit.append(self.ctx.db, event | more)


@pytest.fixture
def trail(ctx: Context) -> Trail:
    for name in ("alice", "bob", "carol"):
        create_user(ctx, user_name=name)
    put_user_policy(ctx, user_name="alice", policy_name="read", policy_document=READ)
    return Trail(ctx)


def report(ctx: Context, arn: str = f"{IAM}:user/alice", **more: Any) -> dict[str, Any]:
    job = generate_service_last_accessed_details(ctx, arn=arn, **more)["JobId"]
    return get_service_last_accessed_details(ctx, job_id=job)


def by_namespace(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["ServiceNamespace"]: one for one in found["ServicesLastAccessed"]}


def test_a_user_s_report_has_every_service_that_is_open(ctx: Context, trail: Trail) -> None:
    trail.calls("alice", "iam", "GetUser", days=2)
    trail.calls("alice", "iam", "CreateUser", days=1, errorCode="AccessDenied")
    trail.calls("bob", "s3", "ListBuckets")

    found = report(ctx)
    assert found["JobStatus"] == "COMPLETED"
    assert found["JobType"] == "SERVICE_LEVEL"
    services = found["ServicesLastAccessed"]
    assert [one["ServiceNamespace"] for one in services] == ["ec2", "iam", "s3"]
    assert services[1] == {
        "ServiceName": "AWS Identity and Access Management (IAM)",
        "ServiceNamespace": "iam",
        "LastAuthenticated": NOW - timedelta(days=1),  # a refused call counts
        "LastAuthenticatedEntity": f"{IAM}:user/alice",
        "LastAuthenticatedRegion": "us-east-1",
        "TotalAuthenticatedEntities": 1,
    }
    assert services[2] == {
        "ServiceName": "Amazon S3",
        "ServiceNamespace": "s3",
        "TotalAuthenticatedEntities": 0,
    }


def test_use_is_forgotten_after_four_hundred_days(ctx: Context, trail: Trail) -> None:
    trail.calls("alice", "iam", "GetUser", days=401)
    trail.calls("alice", "s3", "ListBuckets", days=399)

    found = by_namespace(report(ctx))
    assert found["iam"]["TotalAuthenticatedEntities"] == 0
    assert found["s3"]["TotalAuthenticatedEntities"] == 1


def test_somebody_of_the_same_name_used_nothing(ctx: Context, trail: Trail) -> None:
    trail.calls("carol", "iam", "GetUser")
    delete_user(ctx, user_name="carol")
    create_user(ctx, user_name="carol")
    put_user_policy(ctx, user_name="carol", policy_name="read", policy_document=READ)

    found = by_namespace(report(ctx, f"{IAM}:user/carol"))
    assert found["iam"]["TotalAuthenticatedEntities"] == 0


def test_the_action_level_names_management_actions(ctx: Context, trail: Trail) -> None:
    trail.calls("alice", "s3", "ListBuckets", days=1)
    trail.calls("alice", "s3", "GetObject")
    trail.calls("alice", "iam", "GetUser")

    found = by_namespace(report(ctx, granularity="ACTION_LEVEL"))
    assert found["s3"]["TrackedActionsLastAccessed"] == [
        {
            "ActionName": "ListAllMyBuckets",
            "LastAccessedEntity": f"{IAM}:user/alice",
            "LastAccessedTime": NOW - timedelta(days=1),
            "LastAccessedRegion": "us-east-1",
        }
    ]
    assert found["s3"]["LastAuthenticated"] == NOW
    acted = {one["ActionName"]: one for one in found["iam"]["TrackedActionsLastAccessed"]}
    assert acted["GetRole"] == {"ActionName": "GetRole"}
    assert acted["GetUser"]["LastAccessedTime"] == NOW
    assert "PassRole" not in acted
    assert "TrackedActionsLastAccessed" not in found["ec2"]


def entities(ctx: Context, arn: str, service: str, **more: Any) -> list[dict[str, Any]]:
    job = generate_service_last_accessed_details(ctx, arn=arn)["JobId"]
    return every_page(
        get_service_last_accessed_details_with_entities,
        ctx,
        "EntityDetailsList",
        job_id=job,
        service_namespace=service,
        **more,
    )


def test_a_policy_s_report_names_everyone_who_has_it(ctx: Context, trail: Trail) -> None:
    policy = create_policy(ctx, policy_name="read", policy_document=READ)["Policy"]["Arn"]
    create_group(ctx, group_name="crew")
    attach_group_policy(ctx, group_name="crew", policy_arn=policy)
    for name in ("bob", "carol"):
        add_user_to_group(ctx, group_name="crew", user_name=name)
    for name in ("alice", "bob"):  # bob has it twice
        attach_user_policy(ctx, user_name=name, policy_arn=policy)
    trail.calls("bob", "iam", "GetUser", days=3)
    trail.calls("carol", "iam", "GetUser", days=1)

    found = entities(ctx, policy, "iam", max_items=1)
    assert [one["EntityInfo"]["Name"] for one in found] == ["carol", "bob", "alice"]
    assert found[0]["LastAuthenticated"] == NOW - timedelta(days=1)
    assert found[0]["EntityInfo"]["Type"] == "USER"
    assert "LastAuthenticated" not in found[2]
    service = by_namespace(report(ctx, policy))["iam"]
    assert service["TotalAuthenticatedEntities"] == 2
    assert service["LastAuthenticatedEntity"] == f"{IAM}:user/carol"
    group = by_namespace(report(ctx, f"{IAM}:group/crew"))["iam"]
    assert group["TotalAuthenticatedEntities"] == 2


def test_a_policy_of_aws_opens_every_service_and_pages_join(ctx: Context, trail: Trail) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    job = generate_service_last_accessed_details(ctx, arn=arn)["JobId"]
    found = every_page(
        get_service_last_accessed_details, ctx, "ServicesLastAccessed", job_id=job, max_items=170
    )

    assert len(found) > 350
    names = [one["ServiceNamespace"] for one in found]
    assert names == sorted(set(names))


def test_a_report_is_a_snapshot_for_who_asked_and_for_a_week(
    world: World, ctx: Context, trail: Trail
) -> None:
    job = generate_service_last_accessed_details(ctx, arn=f"{IAM}:user/alice")["JobId"]
    trail.calls("alice", "iam", "GetUser")

    found = by_namespace(get_service_last_accessed_details(ctx, job_id=job))
    assert found["iam"]["TotalAuthenticatedEntities"] == 0
    for other in (
        world.user(users.find(ctx.db, ACCOUNT, "alice")),
        world.session(SessionKind.USER, users.find(ctx.db, ACCOUNT, "bob")),
    ):
        with pytest.raises(NoSuchEntity):
            get_service_last_accessed_details(other, job_id=job)
    after = later(ctx, days=8)
    generate_service_last_accessed_details(after, arn=f"{IAM}:user/alice")
    with pytest.raises(NoSuchEntity):
        get_service_last_accessed_details(after, job_id=job)


def test_what_is_not_there_has_no_report(ctx: Context, trail: Trail) -> None:
    with pytest.raises(NoSuchEntity):
        generate_service_last_accessed_details(ctx, arn=f"{IAM}:user/nobody")
    with pytest.raises(InvalidInput):
        generate_service_last_accessed_details(ctx, arn=f"{IAM}:mfa/phone-phone")
    job = generate_service_last_accessed_details(ctx, arn=f"{IAM}:user/alice")["JobId"]
    with pytest.raises(NoSuchEntity):
        get_service_last_accessed_details_with_entities(ctx, job_id=job, service_namespace="sqs")


def test_it_is_authorized_on_what_it_is_about(ctx: Context, trail: Trail) -> None:
    for arn in (f"{IAM}:user/alice", f"{IAM}:policy/read"):
        (access,) = accesses(iam, "GenerateServiceLastAccessedDetails", ctx, Arn=arn)
        assert access.resource == arn


def test_what_is_gathered_beforehand_is_what_is_kept(ctx: Context, trail: Trail) -> None:
    arn = f"{IAM}:user/alice"
    prepared = gather(ctx, {"Arn": arn, "Granularity": "ACTION_LEVEL"})
    trail.calls("alice", "iam", "GetUser")

    job = generate_service_last_accessed_details(
        ctx, arn=prepared["Arn"], granularity="ACTION_LEVEL"
    )["JobId"]
    found = by_namespace(get_service_last_accessed_details(ctx, job_id=job))
    assert found["iam"]["TotalAuthenticatedEntities"] == 0
    assert prepared["Arn"] == arn


def test_no_query_reads_a_whole_table(world: World, ctx: Context, trail: Trail) -> None:
    policy = create_policy(ctx, policy_name="read", policy_document=READ)["Policy"]["Arn"]
    attach_user_policy(ctx, user_name="bob", policy_arn=policy)
    with plans.watched(world.db) as statements:
        report(ctx)
        report(ctx, policy, granularity="ACTION_LEVEL")

    assert plans.scans(world.db, statements) == []
