"""To whom operations answer: management, delegated administrators, whom the policy lets."""

import json
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations import errors, policy_errors
from doorward.services.organizations.service import organizations
from services.organizations.organization import TAGS, Side
from services.support import ACCOUNT, OTHER_ACCOUNT, World

RAM = "ram.amazonaws.com"


def reason(refused: pytest.ExceptionInfo[AwsError]) -> str | None:
    return refused.value.details.get("Reason")


@pytest.fixture
def member(mine: Side, world: World) -> Side:
    return Side(world.root(mine.account()))


@pytest.fixture(scope="module")
def administrator(still: World) -> Side:
    """A delegated administrator in a world in which nothing changes."""
    management = Side(still.root())
    management.call("CreateOrganization")
    account = management.account()
    delegate(management, account)
    return Side(still.root(account))


@pytest.fixture(scope="module")
def outsider(still: World) -> Side:
    """An account in no organization, in the same world."""
    return Side(still.root(OTHER_ACCOUNT))


def delegate(mine: Side, account: str, service: str = RAM) -> None:
    mine.call("EnableAWSServiceAccess", ServicePrincipal=service)
    mine.call("RegisterDelegatedAdministrator", AccountId=account, ServicePrincipal=service)


def policy(*actions: str, principal: str, **more: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": list(actions),
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement | more})


READS: list[tuple[str, dict[str, str]]] = [
    ("ListRoots", {}),
    ("ListAccounts", {}),
    ("ListPolicies", {"Filter": "TAG_POLICY"}),
    ("ListDelegatedAdministrators", {}),
    ("ListAWSServiceAccessForOrganization", {}),
    ("ListHandshakesForOrganization", {}),
    ("ListCreateAccountStatus", {}),
    ("DescribeAccount", {"AccountId": ACCOUNT}),
    ("ListParents", {"ChildId": ACCOUNT}),
    ("ListTagsForResource", {"ResourceId": ACCOUNT}),
]


@pytest.mark.parametrize(("operation", "parameters"), READS, ids=[one[0] for one in READS])
def test_members_read_the_organization_only_as_delegated_administrators(
    mine: Side, member: Side, operation: str, parameters: dict[str, str]
) -> None:
    with pytest.raises(
        errors.AccessDenied, match=r"^You don't have permissions to access this resource\.$"
    ):
        member.call(operation, **parameters)
    delegate(mine, member.ctx.account)
    member.call(operation, **parameters)
    mine.call(
        "DeregisterDelegatedAdministrator",
        AccountId=member.ctx.account,
        ServicePrincipal=RAM,
    )
    with pytest.raises(errors.AccessDenied):
        member.call(operation, **parameters)


WRITES: list[tuple[str, dict[str, Any]]] = [
    ("CreateAccount", {"Email": "a@example.org", "AccountName": "a"}),
    ("CreateGovCloudAccount", {"Email": "a@example.org", "AccountName": "a"}),
    ("InviteAccountToOrganization", {"Target": {"Id": "333333333333", "Type": "ACCOUNT"}}),
    ("RemoveAccountFromOrganization", {"AccountId": ACCOUNT}),
    ("CloseAccount", {"AccountId": ACCOUNT}),
    ("MoveAccount", {"AccountId": ACCOUNT, "SourceParentId": "r-aaaa", "DestinationParentId": "r-aaaa"}),
    ("CreateOrganizationalUnit", {"ParentId": "r-aaaa", "Name": "a"}),
    ("UpdateOrganizationalUnit", {"OrganizationalUnitId": "ou-aaaa-aaaaaaaa"}),
    ("DeleteOrganizationalUnit", {"OrganizationalUnitId": "ou-aaaa-aaaaaaaa"}),
    ("CreatePolicy", {"Content": TAGS, "Description": "", "Name": "a", "Type": "TAG_POLICY"}),
    ("UpdatePolicy", {"PolicyId": "p-aaaaaaaa"}),
    ("DeletePolicy", {"PolicyId": "p-aaaaaaaa"}),
    ("AttachPolicy", {"PolicyId": "p-FullAWSAccess", "TargetId": "r-aaaa"}),
    ("DetachPolicy", {"PolicyId": "p-FullAWSAccess", "TargetId": "r-aaaa"}),
    ("EnablePolicyType", {"RootId": "r-aaaa", "PolicyType": "TAG_POLICY"}),
    ("DisablePolicyType", {"RootId": "r-aaaa", "PolicyType": "TAG_POLICY"}),
    ("TagResource", {"ResourceId": ACCOUNT, "Tags": []}),
    ("UntagResource", {"ResourceId": ACCOUNT, "TagKeys": []}),
    ("EnableAllFeatures", {}),
    ("DeleteOrganization", {}),
    ("EnableAWSServiceAccess", {"ServicePrincipal": RAM}),
    ("DisableAWSServiceAccess", {"ServicePrincipal": RAM}),
    ("RegisterDelegatedAdministrator", {"AccountId": ACCOUNT, "ServicePrincipal": RAM}),
    ("DeregisterDelegatedAdministrator", {"AccountId": ACCOUNT, "ServicePrincipal": RAM}),
    ("PutResourcePolicy", {"Content": "{}"}),
    ("DeleteResourcePolicy", {}),
    ("ListInboundResponsibilityTransfers", {"Type": "BILLING"}),
    ("ListOutboundResponsibilityTransfers", {"Type": "BILLING"}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters"), WRITES, ids=[one[0] for one in WRITES])
def test_a_delegated_administrator_changes_nothing(
    administrator: Side, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(errors.AccessDenied):
        administrator.call(operation, **parameters)


OPEN = {
    "AcceptHandshake", "CancelHandshake", "CreateOrganization", "DeclineHandshake",
    "DescribeHandshake", "ListHandshakesForAccount",
}  # fmt: skip


@pytest.mark.parametrize("operation", sorted(set(dict(READS + WRITES)) - OPEN))
def test_an_account_in_no_organization_is_told_so(outsider: Side, operation: str) -> None:
    parameters = dict(READS + WRITES)[operation]

    with pytest.raises(errors.NotInUse):
        outsider.call(operation, **parameters)


def test_the_resource_policy_lets_a_member_administer_policies(mine: Side, member: Side) -> None:
    mine.enable("TAG_POLICY")
    actions = (
        "organizations:CreatePolicy",
        "organizations:DescribePolicy",
        "organizations:AttachPolicy",
    )
    content = policy(*actions, principal=member.ctx.account)
    shown = mine.call("PutResourcePolicy", Content=content)["ResourcePolicy"]

    made = member.policy("tags", TAGS, "TAG_POLICY")
    member.attach(made, mine.root_id)

    assert member.call("DescribePolicy", PolicyId=made)
    for operation in ("DeletePolicy", "ListTargetsForPolicy"):
        with pytest.raises(errors.AccessDenied):
            member.call(operation, PolicyId=made)
    assert mine.call("DescribeResourcePolicy")["ResourcePolicy"] == shown
    assert shown["Content"] == content
    mine.call("DeleteResourcePolicy")
    with pytest.raises(errors.AccessDenied):
        member.call("DescribePolicy", PolicyId=made)


def test_the_resource_policy_is_asked_about_the_type_and_the_resource(
    mine: Side, member: Side
) -> None:
    mine.enable("TAG_POLICY", "BACKUP_POLICY")
    condition = {"StringEquals": {"organizations:PolicyType": "TAG_POLICY"}}
    content = policy(
        "organizations:CreatePolicy", principal=member.ctx.account, Condition=condition
    )
    mine.call("PutResourcePolicy", Content=content)

    assert member.policy("tags", TAGS, "TAG_POLICY")
    with pytest.raises(errors.AccessDenied):
        member.policy("backup", TAGS, "BACKUP_POLICY")


def test_a_resource_policy_keeps_its_id_and_takes_tags_at_its_creation_only(
    mine: Side, member: Side
) -> None:
    content = policy("organizations:ListRoots", principal=member.ctx.account)
    tags = [{"Key": "a", "Value": "b"}]
    first = mine.call("PutResourcePolicy", Content=content, Tags=tags)["ResourcePolicy"]

    second = mine.call("PutResourcePolicy", Content=f"{content} ")["ResourcePolicy"]
    with pytest.raises(AwsError):
        mine.call("PutResourcePolicy", Content=content, Tags=tags)

    policy_id = first["ResourcePolicySummary"]["Id"]
    assert second["ResourcePolicySummary"]["Id"] == policy_id
    assert mine.every("ListTagsForResource", "Tags", ResourceId=policy_id) == tags
    mine.call("DeleteResourcePolicy")
    with pytest.raises(policy_errors.ResourcePolicyNotFound):
        mine.call("DescribeResourcePolicy")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("no JSON", "INVALID_RESOURCE_POLICY_JSON"),
        (policy("organizations:ListRoots", principal="*"), "INVALID_PRINCIPAL"),
        (policy("organizations:LeaveOrganization", principal=ACCOUNT), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (policy("organizations:*", principal=ACCOUNT), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (policy("s3:GetObject", principal=ACCOUNT), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (
            policy("organizations:ListRoots", principal=ACCOUNT, Resource="arn:aws:s3:::a"),
            "UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY",
        ),
    ],
)  # fmt: skip
def test_a_wrong_resource_policy_is_refused_with_the_reason(
    mine: Side, content: str, expected: str
) -> None:
    with pytest.raises(AwsError) as refused:
        mine.call("PutResourcePolicy", Content=content)

    assert reason(refused) == expected


def test_an_administrator_is_delegated_after_trusted_access(mine: Side, member: Side) -> None:
    given = {"AccountId": member.ctx.account, "ServicePrincipal": RAM}
    with pytest.raises(AwsError) as refused:
        mine.call("RegisterDelegatedAdministrator", **given)
    assert reason(refused) == "SERVICE_ACCESS_NOT_ENABLED"
    assert refused.value.message == (
        "You must enable service access before you delegate an administrator for this service"
    )
    delegate(mine, member.ctx.account)

    with pytest.raises(errors.AccountAlreadyRegistered):
        mine.call("RegisterDelegatedAdministrator", **given)
    [listed] = mine.every("ListDelegatedAdministrators", "DelegatedAdministrators")
    assert (listed["Id"], listed["DelegationEnabledDate"]) == (member.ctx.account, mine.ctx.now)
    services = mine.every(
        "ListDelegatedServicesForAccount", "DelegatedServices", AccountId=member.ctx.account
    )
    assert [one["ServicePrincipal"] for one in services] == [RAM]
    mine.call("DeregisterDelegatedAdministrator", **given)
    for operation in ("DeregisterDelegatedAdministrator", "ListDelegatedServicesForAccount"):
        wanted = given if operation.startswith("D") else {"AccountId": member.ctx.account}
        with pytest.raises(errors.AccountNotRegistered):
            mine.call(operation, **wanted)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("management", "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"),
        ("closed", "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"),
        ("second", "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"),
    ],
)
def test_not_every_account_administers(mine: Side, account: str, expected: str) -> None:
    service = "guardduty.amazonaws.com"
    accounts = {
        "management": ACCOUNT,
        "closed": mine.account(),
        "second": mine.account("second@example.org"),
    }
    mine.call("CloseAccount", AccountId=accounts["closed"])
    delegate(mine, mine.account("first@example.org"), service)

    with pytest.raises(AwsError) as refused:
        delegate(mine, accounts[account], service)

    assert reason(refused) == expected


def test_trusted_access_is_given_once_and_to_services_only(mine: Side) -> None:
    for _ in range(2):
        mine.call("EnableAWSServiceAccess", ServicePrincipal=RAM)
    listed = mine.every("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals")
    assert listed == [{"ServicePrincipal": RAM, "DateEnabled": mine.ctx.now}]
    with pytest.raises(AwsError) as refused:
        mine.call("EnableAWSServiceAccess", ServicePrincipal="moon.example.com")
    assert reason(refused) == "UNRECOGNIZED_SERVICE_PRINCIPAL"

    mine.call("DisableAWSServiceAccess", ServicePrincipal=RAM)

    assert mine.every("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals") == []


def test_every_operation_is_known_to_the_tests_of_standing() -> None:
    assert set(dict(READS + WRITES)) | OPEN <= set(organizations.operations)
