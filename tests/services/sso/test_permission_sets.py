"""Permission sets become roles in accounts, and stop being them."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from clients.center import ACCOUNT, MANAGED, Center
from clients.conftest import Served
from server.place import EVERYTHING

OTHER = "210987654321"
DENY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"},
    }
)


@pytest.fixture(scope="module")
def served() -> Any:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def center(served: Served) -> Center:
    served.clock.ahead = timedelta()
    served.running.reset()
    return Center(served)


def code(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return str(caught.value.response["Error"]["Code"])


def role(center: Center, name: str = "ReadOnly") -> dict[str, Any]:
    iam = center.client("iam")
    found = iam.list_roles(PathPrefix="/aws-reserved/")["Roles"]
    (one,) = [each for each in found if f"_{name}_" in each["RoleName"]]
    return dict(iam.get_role(RoleName=one["RoleName"])["Role"])


def of(center: Center, permission_set: str | None = None) -> dict[str, str]:
    return {
        "InstanceArn": center.arn,
        "PermissionSetArn": permission_set or center.read_only,
    }


def test_a_role_is_made_that_nobody_in_the_account_can_change_or_assume(center: Center) -> None:
    iam, made = center.client("iam"), role(center)
    name = made["RoleName"]

    assert made["Path"] == "/aws-reserved/sso.amazonaws.com/"
    assert len(name.removeprefix("AWSReservedSSO_ReadOnly_")) == 16
    trust = made["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trust == {"Service": "sso.amazonaws.com"}
    for call, given in [
        (iam.delete_role, {}),
        (iam.update_assume_role_policy, {"PolicyDocument": EVERYTHING}),
        (iam.detach_role_policy, {"PolicyArn": MANAGED}),
        (iam.put_role_policy, {"PolicyName": "x", "PolicyDocument": EVERYTHING}),
        (iam.update_role, {"MaxSessionDuration": 43200}),
        (iam.tag_role, {"Tags": [{"Key": "a", "Value": "b"}]}),
    ]:
        assert code(call, RoleName=name, **given) == "AccessDenied"


def test_the_account_makes_no_role_of_that_path(center: Center) -> None:
    given = {"RoleName": "AWSReservedSSO_ReadOnly_0123456789abcdef", "Path": "/aws-reserved/x/"}
    trust = role(center)["AssumeRolePolicyDocument"]

    create = center.client("iam").create_role
    assert code(create, **given, AssumeRolePolicyDocument=json.dumps(trust)) == "AccessDenied"


def test_every_kind_of_policy_decides_on_the_sessions(center: Center) -> None:
    iam, admin = center.client("iam"), center.admin
    iam.create_policy(PolicyName="ours", Path="/team/", PolicyDocument=EVERYTHING)
    one = center.permission_set("Mixed")
    reference = {"Name": "ours", "Path": "/team/"}
    admin.attach_customer_managed_policy_reference_to_permission_set(
        **of(center, one), CustomerManagedPolicyReference=reference
    )
    admin.put_inline_policy_to_permission_set(**of(center, one), InlinePolicy=DENY)
    center.assign(center.alice, one)

    session = center.use(center.keys(center.signed_in()["accessToken"], "Mixed"), "iam")
    assert session.create_group(GroupName="made")
    assert code(session.list_users) == "AccessDenied"
    admin.put_permissions_boundary_to_permission_set(
        **of(center, one), PermissionsBoundary={"ManagedPolicyArn": MANAGED}
    )
    assert session.create_group(GroupName="before")
    admin.provision_permission_set(**of(center, one), TargetType="ALL_PROVISIONED_ACCOUNTS")
    assert code(session.create_group, GroupName="after") == "AccessDenied"


def test_changes_take_effect_where_they_are_provisioned_again(center: Center) -> None:
    admin = center.admin
    session = center.use(center.keys(center.signed_in()["accessToken"]), "iam")
    admin.detach_managed_policy_from_permission_set(**of(center), ManagedPolicyArn=MANAGED)
    old = "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    listed = admin.list_accounts_for_provisioned_permission_set
    assert listed(**of(center), ProvisioningStatus=old)["AccountIds"] == [ACCOUNT]
    assert session.list_users()

    made = admin.provision_permission_set(**of(center), TargetType="AWS_ACCOUNT", TargetId=ACCOUNT)[
        "PermissionSetProvisioningStatus"
    ]

    assert made["Status"] == "SUCCEEDED"
    assert listed(**of(center), ProvisioningStatus=old)["AccountIds"] == []
    assert code(session.list_users) == "AccessDenied"


def test_who_cannot_be_provisioned_is_not_let_in_and_told_why(center: Center) -> None:
    one = center.permission_set("Lacking")
    center.admin.attach_customer_managed_policy_reference_to_permission_set(
        **of(center, one), CustomerManagedPolicyReference={"Name": "absent"}
    )

    status = center.assign(center.alice, one)

    assert status["Status"] == "FAILED"
    assert f"arn:aws:iam::{ACCOUNT}:policy/absent" in status["FailureReason"]
    described = center.admin.describe_account_assignment_creation_status(
        InstanceArn=center.arn, AccountAssignmentCreationRequestId=status["RequestId"]
    )
    assert described["AccountAssignmentCreationStatus"] == status
    token = center.signed_in()["accessToken"]
    assert code(center.keys, token=token, role="Lacking") == "ForbiddenException"


def test_a_permission_set_that_somebody_has_stays(center: Center) -> None:
    assert code(center.admin.delete_permission_set, **of(center)) == "ConflictException"

    center.unassign(center.alice)
    center.admin.delete_permission_set(**of(center))

    found = code(center.admin.describe_permission_set, **of(center))
    assert found == "ResourceNotFoundException"


def test_users_are_let_into_accounts_of_the_organization_and_no_others(center: Center) -> None:
    organizations = center.client("organizations")
    outside = center.assignment(center.alice, target=OTHER)
    refused = code(center.admin.create_account_assignment, **outside)
    assert refused == "ResourceNotFoundException"
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="prod", Email="prod@example.org")
    begun = {"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]}
    found = organizations.describe_create_account_status(**begun)["CreateAccountStatus"]
    member = found["AccountId"]

    center.assign(center.alice, target=member)
    token = center.signed_in()["accessToken"]
    keys = center.keys(token, account=member)

    arn = center.use(keys, "sts").get_caller_identity()["Arn"]
    assert arn.startswith(f"arn:aws:sts::{member}:assumed-role/AWSReservedSSO_ReadOnly_")
    listed = center.portal.list_accounts(accessToken=token)["accountList"]
    assert {"prod", "prod@example.org"} <= {text for one in listed for text in one.values()}
    organizations.close_account(AccountId=member)
    assert code(center.keys, token=token, account=member) == "ForbiddenException"


def test_a_delegated_administrator_administers_and_others_see_nothing(center: Center) -> None:
    organizations = center.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="team", Email="team@example.org")
    begun = {"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]}
    found = organizations.describe_create_account_status(**begun)["CreateAccountStatus"]
    role_arn = f"arn:aws:iam::{found['AccountId']}:role/OrganizationAccountAccessRole"
    iam = center.client("iam")
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="all", PolicyDocument=EVERYTHING)
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    sts = center.served.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    given = sts.assume_role(RoleArn=role_arn, RoleSessionName="team")["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    theirs = center.served.client("sso-admin", *keys)
    store = center.served.client("identitystore", *keys)

    listed = theirs.list_instances()["Instances"]
    assert [one["OwnerAccountId"] for one in listed] == [ACCOUNT]
    assert code(theirs.list_permission_sets, InstanceArn=center.arn) == "AccessDeniedException"
    refused = code(store.list_users, IdentityStoreId=center.store_id)
    assert refused == "ResourceNotFoundException"
    service = {"ServicePrincipal": "sso.amazonaws.com"}
    organizations.enable_aws_service_access(**service)
    organizations.register_delegated_administrator(AccountId=found["AccountId"], **service)

    assert len(theirs.list_permission_sets(InstanceArn=center.arn)["PermissionSets"]) == 1
    assert len(store.list_users(IdentityStoreId=center.store_id)["Users"]) == 1
    assert code(theirs.delete_instance, InstanceArn=center.arn) == "ValidationException"


def test_who_may_take_one_permission_set_may_not_hand_out_another(center: Center) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sso:CreateAccountAssignment",
        "Resource": [center.arn, center.read_only, f"arn:aws:sso:::account/{ACCOUNT}"],
    }
    iam = center.client("iam")
    iam.create_user(UserName="helper")
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName="helper", PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName="helper")["AccessKey"]
    helper = center.served.client("sso-admin", key["AccessKeyId"], key["SecretAccessKey"])
    admin = center.permission_set("Admin")
    bob = center.user("bob", password=None)

    assert helper.create_account_assignment(**center.assignment(bob))
    refused = code(helper.create_account_assignment, **center.assignment(bob, admin))
    assert refused == "AccessDeniedException"


def test_lists_go_page_by_page_and_join_to_the_whole(center: Center) -> None:
    for number in range(4):
        one = center.permission_set(f"Set{number}", Tags=[{"Key": "n", "Value": str(number)}])
        center.assign(center.alice, one)
    admin = center.admin

    def whole(operation: str, member: str, **given: Any) -> list[Any]:
        pages = admin.get_paginator(operation).paginate(**given, PaginationConfig={"PageSize": 2})
        return [one for page in pages for one in page[member]]

    instance = {"InstanceArn": center.arn}
    assert len(set(whole("list_permission_sets", "PermissionSets", **instance))) == 5
    provisioned = "list_permission_sets_provisioned_to_account"
    assert len(whole(provisioned, "PermissionSets", **instance, AccountId=ACCOUNT)) == 5
    statuses = "list_account_assignment_creation_status"
    assert len(whole(statuses, "AccountAssignmentsCreationStatus", **instance)) == 5
    principal = {"PrincipalType": "USER", "PrincipalId": center.alice}
    mine = whole(
        "list_account_assignments_for_principal", "AccountAssignments", **instance, **principal
    )
    assert len({one["PermissionSetArn"] for one in mine}) == 5
    token = center.signed_in()["accessToken"]
    first = center.portal.list_account_roles(accessToken=token, accountId=ACCOUNT, maxResults=3)
    rest = center.portal.list_account_roles(
        accessToken=token, accountId=ACCOUNT, nextToken=first["nextToken"]
    )
    names = [one["roleName"] for one in [*first["roleList"], *rest["roleList"]]]
    assert names == ["ReadOnly", "Set0", "Set1", "Set2", "Set3"]


@pytest.mark.parametrize("duration", ["PT59M", "PT13H", "P1D", "PT0S", "PT"])
def test_sessions_last_one_to_twelve_hours(center: Center, duration: str) -> None:
    given = {"InstanceArn": center.arn, "Name": "Odd", "SessionDuration": duration}

    assert code(center.admin.create_permission_set, **given) == "ValidationException"


def test_policies_that_aws_refuses_are_refused(center: Center) -> None:
    admin = center.admin
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "bucket"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    put = admin.put_inline_policy_to_permission_set

    assert code(put, **of(center), InlinePolicy=document) == "ValidationException"
    absent = "arn:aws:iam::aws:policy/" + quote("NoSuchPolicy")
    attach = admin.attach_managed_policy_to_permission_set
    assert code(attach, **of(center), ManagedPolicyArn=absent) == "ResourceNotFoundException"
    assert code(attach, **of(center), ManagedPolicyArn=MANAGED) == "ConflictException"
