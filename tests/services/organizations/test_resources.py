"""What operations are authorized on."""

import pytest

from doorward.services.organizations.service import organizations
from services.organizations.organization import Side
from services.support import ACCOUNT, World, accesses


def test_a_policy_is_attached_on_both_arns_with_the_type(mine: Side) -> None:
    policy, unit = mine.policy(), mine.unit("work")
    mine.call("TagResource", ResourceId=unit, Tags=[{"Key": "Team", "Value": "a"}])

    first, second = accesses(
        organizations, "AttachPolicy", mine.ctx, PolicyId=policy, TargetId=unit
    )

    own = f"arn:aws:organizations::{ACCOUNT}"
    organization = mine.organization.id
    assert first.action == second.action == "organizations:AttachPolicy"
    assert first.resource == f"{own}:policy/{organization}/service_control_policy/{policy}"
    assert second.resource == f"{own}:ou/{organization}/{unit}"
    assert first.context["organizations:policytype"] == "SERVICE_CONTROL_POLICY"
    assert second.context["organizations:policytype"] == "SERVICE_CONTROL_POLICY"
    assert second.tags == {"Team": "a"}


def test_a_policy_of_aws_has_the_arn_of_aws(mine: Side) -> None:
    [access] = accesses(organizations, "DescribePolicy", mine.ctx, PolicyId="p-RCPFullAWSAccess")

    assert access.resource == (
        "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
    )
    assert access.context["organizations:policytype"] == "RESOURCE_CONTROL_POLICY"


def test_an_account_is_moved_on_three_arns(mine: Side) -> None:
    unit, member = mine.unit("work"), mine.account()

    found = accesses(
        organizations,
        "MoveAccount",
        mine.ctx,
        AccountId=member,
        SourceParentId=mine.root_id,
        DestinationParentId=unit,
    )

    assert [access.resource.split(":")[-1].split("/")[0] for access in found] == [
        "account",
        "root",
        "ou",
    ]


@pytest.mark.parametrize(
    ("operation", "given", "resource"),
    [
        ("CreateAccount", {"Email": "a@example.org", "AccountName": "a"}, "account/{id}/*"),
        ("CreateOrganizationalUnit", {"ParentId": "{root}", "Name": "a"}, "ou/{id}/*"),
        (
            "CreatePolicy",
            {"Type": "TAG_POLICY", "Name": "a", "Content": "", "Description": ""},
            "policy/{id}/*",
        ),
    ],
)
def test_what_is_made_with_tags_asks_for_tagging_too(
    mine: Side, operation: str, given: dict[str, str], resource: str
) -> None:
    organization, root = mine.organization.id, mine.root_id
    parameters = {name: value.format(root=root) for name, value in given.items()}

    [_] = accesses(organizations, operation, mine.ctx, **parameters)
    first, second = accesses(
        organizations, operation, mine.ctx, **parameters, Tags=[{"Key": "Team", "Value": "a"}]
    )

    assert second.action == "organizations:TagResource"
    assert second.resource == f"arn:aws:organizations::{ACCOUNT}:{resource.format(id=organization)}"
    for access in (first, second):
        assert access.context["aws:requesttag/team"] == "a"
        assert access.context["aws:tagkeys"] == ("Team",)


def test_services_are_known_by_their_principal(mine: Side) -> None:
    given = {"ServicePrincipal": "ram.amazonaws.com"}

    for operation in ("EnableAWSServiceAccess", "ListDelegatedAdministrators"):
        [access] = accesses(organizations, operation, mine.ctx, **given)
        assert access.resource == "*"
        assert access.context["organizations:serviceprincipal"] == "ram.amazonaws.com"
    [access] = accesses(
        organizations, "RegisterDelegatedAdministrator", mine.ctx, AccountId=ACCOUNT, **given
    )
    assert access.context["organizations:serviceprincipal"] == "ram.amazonaws.com"
    assert access.resource.endswith(f":account/{mine.organization.id}/{ACCOUNT}")


def test_untagging_is_asked_with_the_keys(mine: Side) -> None:
    [access] = accesses(
        organizations, "UntagResource", mine.ctx, ResourceId=mine.root_id, TagKeys=["a", "b"]
    )

    assert access.context["aws:tagkeys"] == ("a", "b")


def test_everything_belongs_to_the_management_account(mine: Side, world: World) -> None:
    member = Side(world.root(mine.account()))

    [access] = accesses(organizations, "DescribeAccount", member.ctx, AccountId=ACCOUNT)

    assert access.account is None  # the caller's own policies are enough
    assert access.context["aws:resourceaccount"] == ACCOUNT


def test_an_invitation_is_authorized_on_the_account_that_is_meant(mine: Side) -> None:
    def asked(type: str, id: str) -> str:
        target = {"Type": type, "Id": id}
        [access] = accesses(organizations, "InviteAccountToOrganization", mine.ctx, Target=target)
        return access.resource

    assert asked("EMAIL", "a@example.org") == "*"
    assert asked("ACCOUNT", "333333333333") == (
        f"arn:aws:organizations::{ACCOUNT}:account/{mine.organization.id}/333333333333"
    )


def test_a_handshake_has_its_arn_for_those_who_take_part_only(
    mine: Side, other: Side, world: World
) -> None:
    target = {"Type": "ACCOUNT", "Id": other.ctx.account}
    sent = mine.call("InviteAccountToOrganization", Target=target)["Handshake"]
    stranger = Side(world.root("333333333333"))

    def resource(side: Side) -> str:
        [access] = accesses(organizations, "AcceptHandshake", side.ctx, HandshakeId=sent["Id"])
        return access.resource

    assert resource(mine) == resource(other) == sent["Arn"]
    assert resource(stranger).split(":")[4] == "333333333333"


def test_the_service_linked_role_needs_a_permission_of_its_own(world: World) -> None:
    from doorward.services.organizations.errors import AccessDeniedForDependency
    from doorward.store import inline_policies, users
    from doorward.store.tables.user import User
    from services.support import NOW

    user = User("AIDABOB", ACCOUNT, "bob", "bob", "/", NOW)
    users.add(world.db, user)
    only = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"%s","Resource":"*"}}'
    inline_policies.put(world.db, ACCOUNT, user.id, "some", only % "organizations:*")
    as_bob = Side(world.user(user))

    with pytest.raises(AccessDeniedForDependency) as refused:
        as_bob.call("CreateOrganization")

    assert refused.value.details["Reason"] == "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE"
    inline_policies.put(world.db, ACCOUNT, user.id, "more", only % "iam:CreateServiceLinkedRole")
    as_bob.call("CreateOrganization")
