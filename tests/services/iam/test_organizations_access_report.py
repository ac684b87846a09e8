"""Access reports of an organization: what its policies open, and which accounts used it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from doorward.authz.explain import AccessDenied
from doorward.base.clock import iso8601
from doorward.services.context import Context
from doorward.services.iam.errors import NoSuchEntity
from doorward.services.iam.organizations_access_report import (
    gather,
    generate_organizations_access_report,
    get_organizations_access_report,
)
from doorward.services.iam.service import iam
from doorward.store import audit
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses, every_page, later
from store import plans

ONLY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": ["iam:*", "s3:*"], "Resource": "*"},
}


class House:
    """An organization: OTHER_ACCOUNT is in the unit `prod`, to which a policy is attached."""

    def __init__(self, world: World) -> None:
        self.mine = Side(world.root())
        self.ctx = self.mine.ctx
        self.id = self.mine.call("CreateOrganization")["Organization"]["Id"]
        self.root = self.mine.root_id
        if not self.mine.organization.policy_types:
            self.mine.enable("SERVICE_CONTROL_POLICY")
        self.unit = self.mine.unit("prod")
        self.policy = self.mine.policy("only", json.dumps(ONLY))
        self.mine.attach(self.policy, self.unit)
        self.mine.call("DetachPolicy", PolicyId="p-FullAWSAccess", TargetId=self.unit)
        invited = self.mine.call(
            "InviteAccountToOrganization", Target={"Type": "ACCOUNT", "Id": OTHER_ACCOUNT}
        )
        other = Side(world.root(OTHER_ACCOUNT))
        other.call("AcceptHandshake", HandshakeId=invited["Handshake"]["Id"])
        self.mine.call(
            "MoveAccount",
            AccountId=OTHER_ACCOUNT,
            SourceParentId=self.root,
            DestinationParentId=self.unit,
        )
        self.path = f"{self.id}/{self.root}/{self.unit}"
        self.count = 0

    def calls(self, account: str, service: str, days: float = 0) -> None:
        self.count += 1
        event = {
            "userIdentity": {"type": "Root", "principalId": account},
            "eventTime": iso8601(NOW - timedelta(days=days)),
            "eventSource": f"{service}.amazonaws.com",
            "eventName": "ListSomething",
            "awsRegion": "eu-west-1",
            "eventID": f"event-{self.count}",
            "readOnly": True,
            "recipientAccountId": account,
        }
        audit.append(self.ctx.db, event)

    def report(self, path: str, policy: str | None = None, **more: Any) -> dict[str, Any]:
        job = generate_organizations_access_report(
            self.ctx, entity_path=path, organizations_policy_id=policy
        )["JobId"]
        return get_organizations_access_report(self.ctx, job_id=job, **more)


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def test_a_unit_s_report_has_the_services_that_every_level_opens(house: House) -> None:
    house.calls(OTHER_ACCOUNT, "iam", days=2)
    house.calls(OTHER_ACCOUNT, "iam", days=1)
    house.calls(OTHER_ACCOUNT, "sts")
    house.calls(ACCOUNT, "s3")

    found = house.report(house.path)
    assert found["JobStatus"] == "COMPLETED"
    assert (found["NumberOfServicesAccessible"], found["NumberOfServicesNotAccessed"]) == (2, 1)
    assert found["AccessDetails"] == [
        {
            "ServiceName": "AWS Identity and Access Management (IAM)",
            "ServiceNamespace": "iam",
            "TotalAuthenticatedEntities": 1,
            "LastAuthenticatedTime": NOW - timedelta(days=1),
            "Region": "eu-west-1",
            "EntityPath": f"{house.path}/{OTHER_ACCOUNT}",
        },
        {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "TotalAuthenticatedEntities": 0},
    ]


def test_the_root_s_report_is_about_all_accounts(house: House) -> None:
    house.calls(OTHER_ACCOUNT, "s3", days=1)
    house.calls(ACCOUNT, "s3")

    found = house.report(f"{house.id}/{house.root}", max_items=1000)
    (s3,) = [one for one in found["AccessDetails"] if one["ServiceNamespace"] == "s3"]
    assert s3["TotalAuthenticatedEntities"] == 2
    assert s3["EntityPath"] == f"{house.id}/{house.root}/{ACCOUNT}"
    assert found["NumberOfServicesAccessible"] > 350


def test_an_account_and_a_policy_narrow_the_report(house: House) -> None:
    account = house.report(f"{house.path}/{OTHER_ACCOUNT}")
    assert [one["ServiceNamespace"] for one in account["AccessDetails"]] == ["iam", "s3"]
    policy = house.report(house.path, house.policy)
    assert policy["NumberOfServicesAccessible"] == 2
    management = house.report(f"{house.id}/{house.root}/{ACCOUNT}")
    assert management["NumberOfServicesAccessible"] > 350


def test_a_path_that_leads_nowhere_makes_a_report_that_says_so(house: House) -> None:
    unknown = [
        f"{house.id}/{house.root}/{OTHER_ACCOUNT}",  # it is in the unit
        f"{house.id}/{house.root}/ou-none-nonenone",
        f"o-aaaaaaaaaa/{house.root}",
        f"{house.id}/r-none",
    ]
    for path in unknown:
        failed = house.report(path)
        assert failed["JobStatus"] == "FAILED"
        assert failed["ErrorDetails"]["Code"] == "NoSuchEntity"
    assert house.report(house.path, "p-nonenone")["JobStatus"] == "FAILED"
    house.mine.call("DisablePolicyType", RootId=house.root, PolicyType="SERVICE_CONTROL_POLICY")
    house.ctx = later(house.ctx, minutes=2)
    assert house.report(house.path)["ErrorDetails"]["Code"] == "PolicyTypeNotEnabled"


def test_reports_are_sorted_as_asked_and_paged(house: House) -> None:
    house.calls(OTHER_ACCOUNT, "s3", days=1)
    orders = {
        "SERVICE_NAMESPACE_ASCENDING": ["iam", "s3"],
        "SERVICE_NAMESPACE_DESCENDING": ["s3", "iam"],
        "LAST_AUTHENTICATED_TIME_ASCENDING": ["iam", "s3"],
        "LAST_AUTHENTICATED_TIME_DESCENDING": ["s3", "iam"],
    }
    for key, expected in orders.items():
        job = generate_organizations_access_report(house.ctx, entity_path=house.path)["JobId"]
        found = every_page(
            get_organizations_access_report,
            house.ctx,
            "AccessDetails",
            job_id=job,
            sort_key=key,
            max_items=1,
        )
        assert [one["ServiceNamespace"] for one in found] == expected


def test_the_same_request_within_a_minute_is_the_same_report(house: House) -> None:
    def job(ctx: Context, path: str = house.path) -> str:
        return str(generate_organizations_access_report(ctx, entity_path=path)["JobId"])

    first = job(house.ctx)
    assert job(later(house.ctx, seconds=59)) == first
    assert job(house.ctx, f"{house.path}/{OTHER_ACCOUNT}") != first
    assert job(later(house.ctx, seconds=61)) != first


def test_only_the_management_account_has_reports(world: World, house: House) -> None:
    member = world.root(OTHER_ACCOUNT)
    job = generate_organizations_access_report(house.ctx, entity_path=house.path)["JobId"]

    with pytest.raises(AccessDenied):
        gather(member, {"EntityPath": house.path})
    with pytest.raises(NoSuchEntity):
        get_organizations_access_report(member, job_id=job)


def test_it_is_authorized_on_the_path_and_knows_the_policy(house: House) -> None:
    (access,) = accesses(
        iam,
        "GenerateOrganizationsAccessReport",
        house.ctx,
        EntityPath=house.path,
        OrganizationsPolicyId=house.policy,
    )
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:access-report/{house.path}"
    assert access.context == {"iam:organizationspolicyid": house.policy}


def test_no_query_reads_a_whole_table(world: World, house: House) -> None:
    house.calls(OTHER_ACCOUNT, "s3", days=1)
    with plans.watched(world.db) as statements:
        house.report(house.path)

    assert plans.scans(world.db, statements) == []
