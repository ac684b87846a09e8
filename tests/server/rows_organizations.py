"""For each operation of Organizations, a call that does its work, and the making of what it needs.

The caller's account manages an organization of its own unless the operation is a member's.
"""

import json
from datetime import UTC, datetime
from typing import Any

from server.place import EVERYTHING, Side
from server.things import Row, tags

START = datetime(2027, 1, 1, tzinfo=UTC)
FULL = "p-FullAWSAccess"
RAM = "ram.amazonaws.com"
SCP = "SERVICE_CONTROL_POLICY"
TAG_POLICY = {"PolicyType": "TAG_POLICY"}
BILLING = {"Type": "BILLING"}


def call(side: Side, operation: str, **parameters: Any) -> dict[str, Any]:
    return side.call("organizations", operation, **parameters)


def organization(side: Side, **more: Any) -> str:
    """The id of the organization that *side* manages, made if there is none; its root beside it."""
    if not side.organization_id:
        side.organization_id = call(side, "CreateOrganization", **more)["Organization"]["Id"]
        side.root_id = call(side, "ListRoots")["Roots"][0]["Id"]
        if not more:
            types = [one["Type"] for one in call(side, "ListRoots")["Roots"][0]["PolicyTypes"]]
            for kind in {SCP, "TAG_POLICY"} - set(types):
                call(side, "EnablePolicyType", RootId=side.root_id, PolicyType=kind)
    return side.organization_id


def root(side: Side) -> str:
    organization(side)
    return side.root_id


def unit(side: Side) -> str:
    made = call(
        side,
        "CreateOrganizationalUnit",
        ParentId=root(side),
        Name=f"{side.new('unit')}-{side.account}",
        Tags=tags(side),
    )
    return made["OrganizationalUnit"]["Id"]


def creation(side: Side) -> dict[str, Any]:
    organization(side)
    given = {"Email": f"{side.new('mail')}-{side.account}@example.org", "AccountName": "member"}
    begun = call(side, "CreateAccount", **given)["CreateAccountStatus"]["Id"]
    found = call(side, "DescribeCreateAccountStatus", CreateAccountRequestId=begun)
    return found["CreateAccountStatus"]


def account(side: Side) -> str:
    """An account made by the organization."""
    return creation(side)["AccountId"]


def invitation(manager: Side, guest: Side) -> str:
    organization(manager)
    target = {"Type": "ACCOUNT", "Id": guest.account}
    sent = call(manager, "InviteAccountToOrganization", Target=target, Notes=manager.account)
    return sent["Handshake"]["Id"]


def join(manager: Side, guest: Side) -> str:
    """Have *guest* become a member of the organization that *manager* manages."""
    call(guest, "AcceptHandshake", HandshakeId=invitation(manager, guest))
    return guest.account


def policy(side: Side, kind: str = SCP, content: str = EVERYTHING) -> str:
    organization(side)
    made = call(
        side,
        "CreatePolicy",
        Content=content,
        Description=f"of {side.account}",
        Name=side.new("policy"),
        Type=kind,
        Tags=tags(side),
    )
    return made["Policy"]["PolicySummary"]["Id"]


def attached(side: Side) -> dict[str, str]:
    given = {"PolicyId": policy(side), "TargetId": unit(side)}
    call(side, "AttachPolicy", **given)
    return given


def tagged(side: Side) -> str:
    """An account to which a tag policy is attached."""
    cost = {"tag_key": {"@@assign": "CostCenter"}, "tag_value": {"@@assign": [side.account]}}
    target = account(side)
    made = policy(side, "TAG_POLICY", json.dumps({"tags": {"costcenter": cost}}))
    call(side, "AttachPolicy", PolicyId=made, TargetId=target)
    return target


def delegated(side: Side) -> dict[str, str]:
    given = {"AccountId": trusting(side)["AccountId"], "ServicePrincipal": RAM}
    call(side, "RegisterDelegatedAdministrator", **given)
    return given


def trusting(side: Side) -> dict[str, str]:
    given = {"AccountId": account(side), "ServicePrincipal": RAM}
    call(side, "EnableAWSServiceAccess", ServicePrincipal=RAM)
    return given


def trusted(side: Side) -> dict[str, str]:
    organization(side)
    call(side, "EnableAWSServiceAccess", ServicePrincipal=RAM)
    return {"ServicePrincipal": RAM}


def content(side: Side) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account(side)},
        "Action": "organizations:ListRoots",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def resource_policy(side: Side) -> str:
    put = call(side, "PutResourcePolicy", Content=content(side), Tags=tags(side))
    return put["ResourcePolicy"]["ResourcePolicySummary"]["Id"]


def transfer_to(guest: Side) -> dict[str, Any]:
    return {
        **BILLING,
        "Target": {"Type": "ACCOUNT", "Id": guest.account},
        "StartTimestamp": START,
        "SourceName": f"of-{guest.account}",
    }


def other_organization(side: Side) -> Side:
    other = side.another()
    organization(other)
    return other


def transfer(side: Side) -> str:
    """A transfer in force from another organization to that of *side*."""
    organization(side)
    guest = other_organization(side)
    sent = call(side, "InviteOrganizationToTransferResponsibility", **transfer_to(guest))
    call(guest, "AcceptHandshake", HandshakeId=sent["Handshake"]["Id"])
    listed = call(side, "ListInboundResponsibilityTransfers", **BILLING)
    return listed["ResponsibilityTransfers"][0]["Id"]


def entity_path(side: Side) -> dict[str, str]:
    """What GenerateOrganizationsAccessReport is asked about."""
    org, top = organization(side), root(side)
    call(side, "EnableAWSServiceAccess", ServicePrincipal="iam.amazonaws.com")
    return {"EntityPath": f"{org}/{top}/{unit(side)}"}


def own(**more: Any) -> Row:
    """A call about the organization of *side*."""
    return lambda side: organization(side) and dict(more)


def as_guest(side: Side) -> dict[str, str]:
    return {"HandshakeId": invitation(side.another(), side)}


def as_member(side: Side) -> dict[str, str]:
    join(side.another(), side)
    return {}


def moving(side: Side) -> dict[str, str]:
    return {
        "AccountId": account(side),
        "SourceParentId": root(side),
        "DestinationParentId": unit(side),
    }


def billing_only(side: Side) -> dict[str, str]:
    organization(side, FeatureSet="CONSOLIDATED_BILLING")
    return {}


def named(member: str, maker, **more) -> Row:
    return lambda side: {member: maker(side), **more}


ROWS: dict[str, Row] = {
    "AcceptHandshake": as_guest,
    "AttachPolicy": lambda side: {"PolicyId": policy(side), "TargetId": unit(side)},
    "CancelHandshake": lambda side: {"HandshakeId": invitation(side, side.another())},
    "CloseAccount": named("AccountId", account),
    "CreateAccount": lambda side: (
        organization(side) and {"Email": f"new-{side.account}@example.org", "AccountName": "new"}
    ),
    "CreateGovCloudAccount": lambda side: (
        organization(side) and {"Email": f"gov-{side.account}@example.org", "AccountName": "new"}
    ),
    "CreateOrganization": lambda side: {},
    "CreateOrganizationalUnit": lambda side: {"ParentId": unit(side), "Name": "new"},
    "CreatePolicy": own(Content=EVERYTHING, Description="", Name="new", Type=SCP),
    "DeclineHandshake": as_guest,
    "DeleteOrganization": own(),
    "DeleteOrganizationalUnit": named("OrganizationalUnitId", unit),
    "DeletePolicy": named("PolicyId", policy),
    "DeleteResourcePolicy": lambda side: resource_policy(side) and {},
    "DeregisterDelegatedAdministrator": delegated,
    "DescribeAccount": named("AccountId", account),
    "DescribeCreateAccountStatus": lambda side: {"CreateAccountRequestId": creation(side)["Id"]},
    "DescribeEffectivePolicy": lambda side: {"TargetId": tagged(side), **TAG_POLICY},
    "DescribeHandshake": lambda side: {"HandshakeId": invitation(side, side.another())},
    "DescribeOrganization": own(),
    "DescribeOrganizationalUnit": named("OrganizationalUnitId", unit),
    "DescribePolicy": named("PolicyId", policy),
    "DescribeResourcePolicy": lambda side: resource_policy(side) and {},
    "DescribeResponsibilityTransfer": named("Id", transfer),
    "DetachPolicy": attached,
    "DisableAWSServiceAccess": trusted,
    "DisablePolicyType": named("RootId", root, PolicyType="TAG_POLICY"),
    "EnableAWSServiceAccess": own(ServicePrincipal=RAM),
    "EnableAllFeatures": billing_only,
    "EnablePolicyType": named("RootId", root, PolicyType="BACKUP_POLICY"),
    "InviteAccountToOrganization": lambda side: (
        organization(side) and {"Target": {"Type": "ACCOUNT", "Id": side.another().account}}
    ),
    "InviteOrganizationToTransferResponsibility": lambda side: (
        organization(side) and transfer_to(other_organization(side))
    ),
    "LeaveOrganization": as_member,
    "ListAWSServiceAccessForOrganization": lambda side: trusted(side) and {},
    "ListAccounts": lambda side: account(side) and {},
    "ListAccountsForParent": lambda side: {"ParentId": account(side) and root(side)},
    "ListAccountsWithInvalidEffectivePolicy": own(PolicyType="TAG_POLICY"),
    "ListChildren": named("ParentId", root, ChildType="ACCOUNT"),
    "ListCreateAccountStatus": lambda side: account(side) and {},
    "ListDelegatedAdministrators": lambda side: delegated(side) and {},
    "ListDelegatedServicesForAccount": lambda side: {"AccountId": delegated(side)["AccountId"]},
    "ListEffectivePolicyValidationErrors": lambda side: {
        "AccountId": tagged(side),
        **TAG_POLICY,
    },
    "ListHandshakesForAccount": lambda side: as_guest(side) and {},
    "ListHandshakesForOrganization": lambda side: invitation(side, side.another()) and {},
    "ListInboundResponsibilityTransfers": lambda side: transfer(side) and BILLING,
    "ListOrganizationalUnitsForParent": lambda side: {"ParentId": unit(side) and root(side)},
    "ListOutboundResponsibilityTransfers": own(**BILLING),
    "ListParents": named("ChildId", account),
    "ListPolicies": lambda side: policy(side) and {"Filter": SCP},
    "ListPoliciesForTarget": lambda side: {
        "TargetId": attached(side)["TargetId"],
        "Filter": SCP,
    },
    "ListRoots": own(),
    "ListTagsForResource": named("ResourceId", unit),
    "ListTargetsForPolicy": lambda side: {"PolicyId": attached(side)["PolicyId"]},
    "MoveAccount": moving,
    "PutResourcePolicy": named("Content", content),
    "RegisterDelegatedAdministrator": trusting,
    "RemoveAccountFromOrganization": lambda side: {"AccountId": join(side, side.another())},
    "TagResource": named("ResourceId", unit, Tags=[{"Key": "new", "Value": "tag"}]),
    "TerminateResponsibilityTransfer": named("Id", transfer),
    "UntagResource": named("ResourceId", unit, TagKeys=["team"]),
    "UpdateOrganizationalUnit": named("OrganizationalUnitId", unit, Name="new"),
    "UpdatePolicy": named("PolicyId", policy, Name="new"),
    "UpdateResponsibilityTransfer": named("Id", transfer, Name="new"),
}
