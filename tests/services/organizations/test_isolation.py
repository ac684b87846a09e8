"""Ids of another organization find nothing, whatever the operation."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations.service import organizations
from services.organizations.organization import Side
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses

Ids = dict[str, str]


@pytest.fixture(scope="module")
def mine(still: World) -> Side:
    side = Side(still.root())
    side.call("CreateOrganization")
    return side


@pytest.fixture(scope="module")
def theirs(still: World) -> Ids:
    """The ids of everything in the other account's organization."""
    other = Side(still.root(OTHER_ACCOUNT))
    other.call("CreateOrganization")
    other.enable("SERVICE_CONTROL_POLICY", "TAG_POLICY")
    other.call("EnableAWSServiceAccess", ServicePrincipal="ram.amazonaws.com")
    account = other.account("theirs@example.org")
    creation = other.every("ListCreateAccountStatus", "CreateAccountStatuses")[0]["Id"]
    invitation = other.call(
        "InviteAccountToOrganization", Target={"Id": "333333333333", "Type": "ACCOUNT"}
    )
    content = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"%s"},'
        '"Action":"organizations:ListRoots","Resource":"*"}}'
    )
    resource_policy = other.call("PutResourcePolicy", Content=content % account)
    summary = resource_policy["ResourcePolicy"]["ResourcePolicySummary"]
    return {
        "account": account,
        "root": other.root_id,
        "unit": other.unit("theirs"),
        "policy": other.policy(),
        "creation": creation,
        "handshake": invitation["Handshake"]["Id"],
        "resource policy": summary["Id"],
    }


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("AcceptHandshake", {"HandshakeId": "handshake"}, "HandshakeNotFoundException"),
    ("DeclineHandshake", {"HandshakeId": "handshake"}, "HandshakeNotFoundException"),
    ("CancelHandshake", {"HandshakeId": "handshake"}, "HandshakeNotFoundException"),
    ("DescribeHandshake", {"HandshakeId": "handshake"}, "HandshakeNotFoundException"),
    ("AttachPolicy", {"PolicyId": "policy", "TargetId": "root"}, "PolicyNotFoundException"),
    (
        "AttachPolicy",
        {"PolicyId": "=p-FullAWSAccess", "TargetId": "root"},
        "TargetNotFoundException",
    ),
    (
        "AttachPolicy",
        {"PolicyId": "=p-FullAWSAccess", "TargetId": "unit"},
        "TargetNotFoundException",
    ),
    (
        "AttachPolicy",
        {"PolicyId": "=p-FullAWSAccess", "TargetId": "account"},
        "TargetNotFoundException",
    ),
    ("DetachPolicy", {"PolicyId": "policy", "TargetId": "root"}, "PolicyNotFoundException"),
    (
        "DetachPolicy",
        {"PolicyId": "=p-FullAWSAccess", "TargetId": "unit"},
        "TargetNotFoundException",
    ),
    ("DescribePolicy", {"PolicyId": "policy"}, "PolicyNotFoundException"),
    ("UpdatePolicy", {"PolicyId": "policy", "Name": "=mine"}, "PolicyNotFoundException"),
    ("DeletePolicy", {"PolicyId": "policy"}, "PolicyNotFoundException"),
    ("ListTargetsForPolicy", {"PolicyId": "policy"}, "PolicyNotFoundException"),
    (
        "ListPoliciesForTarget",
        {"TargetId": "unit", "Filter": "=SERVICE_CONTROL_POLICY"},
        "TargetNotFoundException",
    ),
    (
        "ListPoliciesForTarget",
        {"TargetId": "account", "Filter": "=SERVICE_CONTROL_POLICY"},
        "TargetNotFoundException",
    ),
    (
        "EnablePolicyType",
        {"RootId": "root", "PolicyType": "=BACKUP_POLICY"},
        "RootNotFoundException",
    ),
    ("DisablePolicyType", {"RootId": "root", "PolicyType": "=TAG_POLICY"}, "RootNotFoundException"),
    ("CreateOrganizationalUnit", {"ParentId": "root", "Name": "=a"}, "ParentNotFoundException"),
    ("CreateOrganizationalUnit", {"ParentId": "unit", "Name": "=a"}, "ParentNotFoundException"),
    (
        "DescribeOrganizationalUnit",
        {"OrganizationalUnitId": "unit"},
        "OrganizationalUnitNotFoundException",
    ),
    (
        "UpdateOrganizationalUnit",
        {"OrganizationalUnitId": "unit", "Name": "=a"},
        "OrganizationalUnitNotFoundException",
    ),
    (
        "DeleteOrganizationalUnit",
        {"OrganizationalUnitId": "unit"},
        "OrganizationalUnitNotFoundException",
    ),
    ("ListOrganizationalUnitsForParent", {"ParentId": "root"}, "ParentNotFoundException"),
    ("ListAccountsForParent", {"ParentId": "unit"}, "ParentNotFoundException"),
    ("ListChildren", {"ParentId": "root", "ChildType": "=ACCOUNT"}, "ParentNotFoundException"),
    ("ListParents", {"ChildId": "account"}, "ChildNotFoundException"),
    ("ListParents", {"ChildId": "unit"}, "ChildNotFoundException"),
    ("DescribeAccount", {"AccountId": "account"}, "AccountNotFoundException"),
    (
        "MoveAccount",
        {"AccountId": "account", "SourceParentId": "root", "DestinationParentId": "unit"},
        "AccountNotFoundException",
    ),
    (
        "MoveAccount",
        {"AccountId": f"={ACCOUNT}", "SourceParentId": "root", "DestinationParentId": "unit"},
        "DestinationParentNotFoundException",
    ),
    ("CloseAccount", {"AccountId": "account"}, "AccountNotFoundException"),
    ("RemoveAccountFromOrganization", {"AccountId": "account"}, "AccountNotFoundException"),
    (
        "RegisterDelegatedAdministrator",
        {"AccountId": "account", "ServicePrincipal": "=ram.amazonaws.com"},
        "AccountNotFoundException",
    ),
    (
        "DeregisterDelegatedAdministrator",
        {"AccountId": "account", "ServicePrincipal": "=ram.amazonaws.com"},
        "AccountNotFoundException",
    ),
    ("ListDelegatedServicesForAccount", {"AccountId": "account"}, "AccountNotFoundException"),
    (
        "DescribeCreateAccountStatus",
        {"CreateAccountRequestId": "creation"},
        "CreateAccountStatusNotFoundException",
    ),
    (
        "DescribeEffectivePolicy",
        {"TargetId": "account", "PolicyType": "=TAG_POLICY"},
        "TargetNotFoundException",
    ),
    (
        "ListEffectivePolicyValidationErrors",
        {"AccountId": "account", "PolicyType": "=TAG_POLICY"},
        "AccountNotFoundException",
    ),
    ("DescribeResourcePolicy", {}, "ResourcePolicyNotFoundException"),
    ("DeleteResourcePolicy", {}, "ResourcePolicyNotFoundException"),
    *(
        (operation, {"ResourceId": kind} | more, "TargetNotFoundException")
        for kind in ("account", "root", "unit", "policy", "resource policy")
        for operation, more in (
            ("TagResource", {"Tags": [{"Key": "a", "Value": "b"}]}),
            ("UntagResource", {"TagKeys": ["a"]}),
            ("ListTagsForResource", {}),
        )
    ),
]


def filled(given: dict[str, Any], theirs: Ids) -> dict[str, Any]:
    """The parameters of a case: names of things become their ids, `=` takes the rest as it is."""
    return {
        name: value if not isinstance(value, str) else theirs.get(value, value.removeprefix("="))
        for name, value in given.items()
    }


@pytest.mark.parametrize(("operation", "given", "code"), CASES, ids=lambda one: str(one)[:60])
def test_an_operation_does_not_find_what_is_in_another_organization(
    mine: Side, theirs: Ids, operation: str, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(AwsError) as refused:
        mine.call(operation, **filled(given, theirs))

    assert refused.value.code == code


@pytest.mark.parametrize(("operation", "given", "code"), CASES, ids=lambda one: str(one)[:60])
def test_a_finder_names_no_other_organization(
    mine: Side, theirs: Ids, operation: str, given: dict[str, Any], code: str
) -> None:
    found = accesses(organizations, operation, mine.ctx, **filled(given, theirs))

    for access in found:
        assert access.resource.split(":")[4:5] != ["210987654321"]
        assert access.tags == {}


WITHOUT_IDS = (
    "CreateAccount", "CreateGovCloudAccount", "CreateOrganization", "CreatePolicy",
    "DeleteOrganization", "DescribeOrganization", "DisableAWSServiceAccess",
    "EnableAWSServiceAccess", "EnableAllFeatures", "InviteAccountToOrganization",
    "InviteOrganizationToTransferResponsibility", "LeaveOrganization",
    "ListAWSServiceAccessForOrganization", "ListAccounts", "ListAccountsWithInvalidEffectivePolicy",
    "ListCreateAccountStatus", "ListDelegatedAdministrators", "ListHandshakesForAccount",
    "ListHandshakesForOrganization", "ListInboundResponsibilityTransfers",
    "ListOutboundResponsibilityTransfers", "ListPolicies", "ListRoots", "PutResourcePolicy",
)  # fmt: skip
TRANSFERS = (
    "DescribeResponsibilityTransfer", "TerminateResponsibilityTransfer",
    "UpdateResponsibilityTransfer",
)  # fmt: skip


def test_every_operation_that_takes_an_id_is_tried() -> None:
    tried = {operation for operation, _, _ in CASES}

    assert tried | set(WITHOUT_IDS) | set(TRANSFERS) == set(organizations.operations)


LISTS: list[tuple[str, str, Callable[[Side], dict[str, Any]]]] = [
    ("ListAccounts", "Accounts", lambda side: {}),
    ("ListPolicies", "Policies", lambda side: {"Filter": "SERVICE_CONTROL_POLICY"}),
    ("ListCreateAccountStatus", "CreateAccountStatuses", lambda side: {}),
    ("ListHandshakesForOrganization", "Handshakes", lambda side: {}),
    ("ListHandshakesForAccount", "Handshakes", lambda side: {}),
    ("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals", lambda side: {}),
    ("ListDelegatedAdministrators", "DelegatedAdministrators", lambda side: {}),
    (
        "ListOrganizationalUnitsForParent",
        "OrganizationalUnits",
        lambda side: {"ParentId": side.root_id},
    ),
]


@pytest.mark.parametrize(
    ("operation", "member", "parameters"),
    LISTS,
    ids=lambda one: one if isinstance(one, str) else "parameters",
)
def test_a_list_shows_nothing_of_another_organization(
    mine: Side,
    theirs: Ids,
    operation: str,
    member: str,
    parameters: Callable[[Side], dict[str, Any]],
) -> None:
    shown = str(mine.every(operation, member, **parameters(mine)))

    assert not [its_id for its_id in theirs.values() if its_id in shown]
    assert "210987654321" not in shown


def test_a_token_of_another_account_does_not_continue_a_list(
    mine: Side, theirs: Ids, still: World
) -> None:
    other = Side(still.root(OTHER_ACCOUNT))
    assert theirs
    token = other.call("ListAccounts", MaxResults=1)["NextToken"]

    with pytest.raises(AwsError) as refused:
        mine.call("ListAccounts", NextToken=token)

    assert refused.value.details == {"Reason": "INVALID_NEXT_TOKEN"}
