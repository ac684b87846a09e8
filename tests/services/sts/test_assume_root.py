"""AssumeRoot: who may, on which account, for which task; the features behind it."""

from typing import Any

import pytest

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.iam import organizations_features as features
from doorward.services.iam.feature_errors import (
    NotManagementOrDelegatedAdministrator,
    OrganizationNotFound,
    ServiceAccessNotEnabled,
)
from doorward.services.iam.users import create_user
from doorward.services.sts.assume_root import assume_root
from doorward.services.sts.errors import Denied, ValidationError
from doorward.services.sts.service import sts
from doorward.store import root_features, users
from services.organizations.organization import Side
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses
from store import plans

TASK = "arn:aws:iam::aws:policy/root-task/"
AUDIT, UNLOCK = "IAMAuditRootUserCredentials", "S3UnlockBucketPolicy"
ROOT = f"arn:aws:iam::{OTHER_ACCOUNT}:root"


class House:
    """An organization of ACCOUNT with the member OTHER_ACCOUNT; alice is a user of the first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.root()
        mine = Side(self.root)
        mine.call("CreateOrganization")
        invited = mine.call(
            "InviteAccountToOrganization", Target={"Type": "ACCOUNT", "Id": OTHER_ACCOUNT}
        )
        self.member = world.root(OTHER_ACCOUNT)
        Side(self.member).call("AcceptHandshake", HandshakeId=invited["Handshake"]["Id"])
        create_user(self.root, user_name="alice")
        self.alice = world.user(users.find(world.db, ACCOUNT, "alice"))
        self.mine = mine

    def trust(self) -> None:
        self.mine.call("EnableAWSServiceAccess", ServicePrincipal="iam.amazonaws.com")

    def enable(self) -> None:
        self.trust()
        features.enable_organizations_root_credentials_management(self.root)
        features.enable_organizations_root_sessions(self.root)


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def assumed(ctx: Context, task: str = AUDIT, target: str = OTHER_ACCOUNT, **more: Any) -> Any:
    return assume_root(ctx, target_principal=target, task_policy_arn={"arn": TASK + task}, **more)


def test_features_need_an_organization_that_trusts_iam(world: World, house: House) -> None:
    with pytest.raises(ServiceAccessNotEnabled):
        features.list_organizations_features(house.root)
    house.trust()
    shown = features.list_organizations_features(house.root)
    assert shown == {"OrganizationId": house.mine.organization.id, "EnabledFeatures": []}
    with pytest.raises(NotManagementOrDelegatedAdministrator):
        features.enable_organizations_root_sessions(house.member)
    house.mine.call(
        "RegisterDelegatedAdministrator",
        AccountId=OTHER_ACCOUNT,
        ServicePrincipal="iam.amazonaws.com",
    )
    enabled = features.enable_organizations_root_sessions(house.member)
    assert enabled["EnabledFeatures"] == ["RootSessions"]
    assert features.enable_organizations_root_sessions(house.root) == enabled
    both = features.enable_organizations_root_credentials_management(house.root)
    assert both["EnabledFeatures"] == ["RootCredentialsManagement", "RootSessions"]
    features.disable_organizations_root_sessions(house.root)
    left = features.disable_organizations_root_credentials_management(house.root)
    assert left["EnabledFeatures"] == []


def test_without_an_organization_there_are_no_features(ctx: Context) -> None:
    with pytest.raises(OrganizationNotFound):
        features.list_organizations_features(ctx)


def test_the_features_go_with_the_organization(world: World, house: House) -> None:
    house.enable()
    organization = house.mine.organization.id
    house.mine.call("RemoveAccountFromOrganization", AccountId=OTHER_ACCOUNT)
    house.mine.call("DeleteOrganization")

    assert root_features.of(world.db, organization) == []


def test_the_session_is_the_member_s_root_for_a_quarter_of_an_hour(house: House) -> None:
    house.enable()
    issued = assumed(house.alice, target=ROOT)

    session = house.world.tokens.open(issued["Credentials"]["SessionToken"])
    assert session.account == OTHER_ACCOUNT
    assert session.principal_id is None
    assert session.assumed_root
    assert (session.expires_at - session.issued_at).total_seconds() == 900


def acting(house: House, task: str) -> Context:
    """The context of a session that was issued for *task*."""
    token = assumed(house.alice, task)["Credentials"]["SessionToken"]
    from doorward.authn.caller import prove
    from services.support import SIGNATURE

    return house.world.context(prove(SIGNATURE, session=house.world.tokens.open(token)))


DECISIONS = [
    # task   action                    resource                                             allowed
    (AUDIT,  "iam:ListAccessKeys",     ROOT,                                                True),
    (AUDIT,  "iam:ListAccessKeys",     f"arn:aws:iam::{OTHER_ACCOUNT}:user/bob",            False),
    (AUDIT,  "iam:GetAccountSummary",  "*",                                                 True),
    (AUDIT,  "iam:DeleteAccessKey",    ROOT,                                                False),
    (AUDIT,  "iam:CreateUser",         f"arn:aws:iam::{OTHER_ACCOUNT}:user/bob",            False),
    (AUDIT,  "s3:ListAllMyBuckets",    "*",                                                 False),
    ("IAMDeleteRootUserCredentials", "iam:DeleteAccessKey", ROOT,                           True),
    (UNLOCK, "s3:DeleteBucketPolicy",  "arn:aws:s3:::locked",                               True),
    (UNLOCK, "s3:GetObject",           "arn:aws:s3:::locked/key",                           False),
    (UNLOCK, "iam:ListAccessKeys",     ROOT,                                                False),
]  # fmt: skip


@pytest.mark.parametrize(("task", "action", "resource", "allowed"), DECISIONS)
def test_the_session_can_do_its_task_and_nothing_else(
    house: House, task: str, action: str, resource: str, allowed: bool
) -> None:
    house.enable()

    assert acting(house, task).authorize(Access(action, resource)).allowed is allowed


def test_nobody_assumes_a_root_who_does_not_administer_it(world: World, house: House) -> None:
    with pytest.raises(Denied):  # nothing is enabled yet
        assumed(house.alice)
    house.trust()
    features.enable_organizations_root_credentials_management(house.root)
    assumed(house.alice)
    with pytest.raises(Denied):  # the other feature is off
        assumed(house.alice, UNLOCK)
    with pytest.raises(Denied):  # the management account is no member
        assumed(house.alice, target=ACCOUNT)
    with pytest.raises(Denied):
        assumed(house.alice, target="999999999999")
    with pytest.raises(Denied, match="root"):
        assumed(house.root)
    create_user(house.member, user_name="bob")
    bob = world.user(users.find(world.db, OTHER_ACCOUNT, "bob"))
    with pytest.raises(Denied):
        assumed(bob)
    house.mine.call("DisableAWSServiceAccess", ServicePrincipal="iam.amazonaws.com")
    with pytest.raises(Denied):
        assumed(house.alice)


def test_other_policies_and_targets_are_refused(house: House) -> None:
    house.enable()
    with pytest.raises(ValidationError):
        assumed(house.alice, "None")
    with pytest.raises(ValidationError):
        assume_root(
            house.alice,
            target_principal=OTHER_ACCOUNT,
            task_policy_arn={"arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        )
    for target in (f"arn:aws:iam::{OTHER_ACCOUNT}:user/bob", "abcdefghijkl"):
        with pytest.raises(ValidationError):
            assumed(house.alice, target=target)


def test_it_is_authorized_on_the_root_with_the_task(house: House) -> None:
    (access,) = accesses(
        sts,
        "AssumeRoot",
        house.alice,
        TargetPrincipal=OTHER_ACCOUNT,
        TaskPolicyArn={"arn": TASK + AUDIT},
    )
    assert access.resource == ROOT
    assert access.account is None  # the caller's own policies decide
    assert access.context == {
        "sts:taskpolicyarn": TASK + AUDIT,
        "aws:resourceaccount": OTHER_ACCOUNT,
    }


def test_no_query_reads_a_whole_table(world: World, house: House) -> None:
    house.enable()
    with plans.watched(world.db) as statements:
        assumed(house.alice)
        features.list_organizations_features(house.root)
        features.disable_organizations_root_sessions(house.root)

    assert plans.scans(world.db, statements) == []
