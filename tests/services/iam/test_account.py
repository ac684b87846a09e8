"""The account: alias, summary, password policy."""

import pytest

from doorward.services.context import Context
from doorward.services.iam.access_keys import create_access_key
from doorward.services.iam.account import (
    create_account_alias,
    delete_account_alias,
    get_account_summary,
    list_account_aliases,
    set_security_token_service_preferences,
)
from doorward.services.iam.attachments import attach_user_policy
from doorward.services.iam.errors import EntityAlreadyExists, NoSuchEntity, ValidationError
from doorward.services.iam.groups import create_group
from doorward.services.iam.instance_profiles import create_instance_profile
from doorward.services.iam.password_policy import (
    delete_account_password_policy,
    get_account_password_policy,
    update_account_password_policy,
)
from doorward.services.iam.policies import create_policy
from doorward.services.iam.policy_versions import create_policy_version
from doorward.services.iam.users import create_user
from services.support import ACCOUNT, OTHER_ACCOUNT, World

DOCUMENT = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
EMPTY_ACCOUNT = {
    "Users": 0,
    "UsersQuota": 5000,
    "Groups": 0,
    "GroupsQuota": 300,
    "Roles": 0,
    "RolesQuota": 1000,
    "Policies": 0,
    "PoliciesQuota": 1500,
    "PolicyVersionsInUse": 0,
    "PolicyVersionsInUseQuota": 10000,
    "VersionsPerPolicyQuota": 5,
    "PolicySizeQuota": 6144,
    "InstanceProfiles": 0,
    "InstanceProfilesQuota": 1000,
    "ServerCertificates": 0,
    "ServerCertificatesQuota": 20,
    "Providers": 0,
    "MFADevices": 0,
    "MFADevicesInUse": 0,
    "AccountMFAEnabled": 0,
    "AccountAccessKeysPresent": 0,
    "AccountPasswordPresent": 0,
    "AccountSigningCertificatesPresent": 0,
    "AccessKeysPerUserQuota": 2,
    "SigningCertificatesPerUserQuota": 2,
    "GroupsPerUserQuota": 10,
    "AttachedPoliciesPerUserQuota": 10,
    "AttachedPoliciesPerGroupQuota": 10,
    "AttachedPoliciesPerRoleQuota": 10,
    "UserPolicySizeQuota": 2048,
    "GroupPolicySizeQuota": 5120,
    "RolePolicySizeQuota": 10240,
    "AssumeRolePolicySizeQuota": 2048,
    "GlobalEndpointTokenVersion": 1,
}


def aliases(ctx: Context) -> list[str]:
    found: list[str] = list_account_aliases(ctx)["AccountAliases"]
    return found


def test_an_account_has_one_alias_and_a_new_one_replaces_it(ctx: Context) -> None:
    assert aliases(ctx) == []
    create_account_alias(ctx, account_alias="first")
    create_account_alias(ctx, account_alias="second")

    assert aliases(ctx) == ["second"]


def test_an_alias_belongs_to_one_account_of_all(world: World, ctx: Context) -> None:
    create_account_alias(ctx, account_alias="ours")

    for account in (ACCOUNT, OTHER_ACCOUNT):
        with pytest.raises(EntityAlreadyExists, match=r"^The account alias ours already exists\.$"):
            create_account_alias(world.root(account), account_alias="ours")
    assert aliases(world.root(OTHER_ACCOUNT)) == []


def test_only_the_alias_it_has_can_be_deleted(ctx: Context) -> None:
    create_account_alias(ctx, account_alias="ours")

    with pytest.raises(NoSuchEntity):
        delete_account_alias(ctx, account_alias="theirs")
    delete_account_alias(ctx, account_alias="ours")
    assert aliases(ctx) == []
    with pytest.raises(NoSuchEntity):
        delete_account_alias(ctx, account_alias="ours")


def test_an_alias_cannot_look_like_an_account_id(ctx: Context) -> None:
    with pytest.raises(ValidationError):
        create_account_alias(ctx, account_alias=OTHER_ACCOUNT)


def test_the_summary_of_an_empty_account_has_all_its_quotas(ctx: Context) -> None:
    assert get_account_summary(ctx)["SummaryMap"] == EMPTY_ACCOUNT


def test_the_summary_counts_what_the_account_has(world: World, ctx: Context) -> None:
    create_user(world.root(OTHER_ACCOUNT), user_name="stranger")
    for name in ["alice", "bob"]:
        create_user(ctx, user_name=name)
        attach_user_policy(ctx, user_name=name, policy_arn=READ_ONLY)
    create_user(ctx, user_name="carol", permissions_boundary=READ_ONLY)
    create_group(ctx, group_name="staff")
    create_instance_profile(ctx, instance_profile_name="worker")
    arn = create_policy(ctx, policy_name="all", policy_document=DOCUMENT)["Policy"]["Arn"]
    create_policy_version(ctx, policy_arn=arn, policy_document=DOCUMENT)
    create_access_key(ctx)
    set_security_token_service_preferences(ctx, global_endpoint_token_version="v2Token")

    assert get_account_summary(ctx)["SummaryMap"] == EMPTY_ACCOUNT | {
        "Users": 3,
        "Groups": 1,
        "InstanceProfiles": 1,
        "Policies": 1,
        "PolicyVersionsInUse": 3,  # two of our own, and AWS's, however often it is used
        "AccountAccessKeysPresent": 1,
        "GlobalEndpointTokenVersion": 2,
    }


def test_a_policy_that_was_never_set_or_was_deleted_is_not_there(ctx: Context) -> None:
    for operation in (get_account_password_policy, delete_account_password_policy):
        with pytest.raises(
            NoSuchEntity,
            match=rf"^The Password Policy with domain name {ACCOUNT} cannot be found\.$",
        ):
            operation(ctx)
    update_account_password_policy(ctx)
    delete_account_password_policy(ctx)
    with pytest.raises(NoSuchEntity):
        get_account_password_policy(ctx)


def test_what_an_update_leaves_out_returns_to_its_default(ctx: Context) -> None:
    update_account_password_policy(
        ctx,
        minimum_password_length=14,
        require_symbols=True,
        max_password_age=90,
        password_reuse_prevention=24,
        hard_expiry=False,
    )
    assert get_account_password_policy(ctx)["PasswordPolicy"] == {
        "MinimumPasswordLength": 14,
        "RequireSymbols": True,
        "RequireNumbers": False,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": True,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 24,
        "HardExpiry": False,
    }
    update_account_password_policy(ctx, require_numbers=True)

    assert get_account_password_policy(ctx)["PasswordPolicy"] == {
        "MinimumPasswordLength": 6,
        "RequireSymbols": False,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": False,
    }
