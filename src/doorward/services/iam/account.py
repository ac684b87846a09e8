"""The account as a whole: alias, summary, preferences.

https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
"""

from doorward.base import limits
from doorward.base.arn import is_account
from doorward.base.limits import ACCOUNT_QUOTAS
from doorward.services.context import Context
from doorward.services.iam import paging, resources
from doorward.services.iam.errors import EntityAlreadyExists, NoSuchEntity, ValidationError
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import (
    access_keys,
    accounts,
    attachments,
    groups,
    instance_profiles,
    mfa_devices,
    policies,
    policy_versions,
    providers,
    roles,
    saml_providers,
    server_certificates,
    signing_certificates,
    users,
)
from doorward.store.page import Page

TOKEN_VERSIONS = {"v1Token": 1, "v2Token": 2}
POLICY_VERSIONS_IN_USE = 10_000


@iam.operation(on=resources.anything)
def create_account_alias(ctx: Context, *, account_alias: str) -> Output:
    """Give the account an alias, in place of the one it has.

    Observed, not documented: the alias that the account has already counts as taken.

    Raises:
        EntityAlreadyExists: an account has that alias.
        ValidationError: it looks like an account id.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
    """
    if is_account(account_alias):
        raise ValidationError("The account alias cannot be a 12-digit number.")  # assumed
    if accounts.by_alias(ctx.db, account_alias):
        raise EntityAlreadyExists.saying(f"The account alias {account_alias} already exists.")
    accounts.set_alias(ctx.db, ctx.account, account_alias)
    return {}


@iam.operation(on=resources.anything)
def delete_account_alias(ctx: Context, *, account_alias: str) -> Output:
    """Take the alias away.

    Raises:
        NoSuchEntity: the account has another alias, or none (the wording is assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
    """
    if _alias(ctx) != account_alias:
        raise NoSuchEntity.saying(f"The account alias {account_alias} cannot be found.")
    accounts.set_alias(ctx.db, ctx.account, None)
    return {}


@iam.operation(on=resources.anything, name="ListAccountAliases")
def list_account_aliases(
    ctx: Context, *, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the account's alias, of which there is at most one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
    """
    scope = "ListAccountAliases"
    alias = _alias(ctx)
    present = [] if alias is None else [alias]
    page: Page[str] = paging.of_few(present, str, paging.after(ctx, scope, marker), max_items)
    return {"AccountAliases": list(page.items)} | paging.end(ctx, scope, page)


@iam.operation(on=resources.anything)
def set_security_token_service_preferences(
    ctx: Context, *, global_endpoint_token_version: str
) -> Output:
    """Choose the version of the session tokens that the global endpoint of STS issues.

    It shows in the account summary; the tokens of this server are the same for every Region.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
    """
    version = TOKEN_VERSIONS[global_endpoint_token_version]
    accounts.set_token_version(ctx.db, ctx.account, version)
    return {}


@iam.operation(on=resources.anything)
def get_account_summary(ctx: Context) -> Output:
    """Count what the account has, beside its quotas.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    return {"SummaryMap": _counted(ctx) | _quotas()}


def _alias(ctx: Context) -> str | None:
    account = accounts.find(ctx.db, ctx.account)
    return account.alias if account else None


def _counted(ctx: Context) -> dict[str, int]:
    """What there is. The root has no password here."""
    account = accounts.find(ctx.db, ctx.account)
    return {
        "Users": users.count(ctx.db, ctx.account),
        "Groups": groups.count(ctx.db, ctx.account),
        "Roles": roles.count(ctx.db, ctx.account),
        "Policies": policies.count(ctx.db, ctx.account),
        "PolicyVersionsInUse": _policy_versions_in_use(ctx),
        "InstanceProfiles": instance_profiles.count(ctx.db, ctx.account),
        "Providers": providers.count(ctx.db, ctx.account)
        + saml_providers.count(ctx.db, ctx.account),
        "ServerCertificates": server_certificates.count(ctx.db, ctx.account),
        "MFADevices": mfa_devices.count(ctx.db, ctx.account),
        "MFADevicesInUse": mfa_devices.count(ctx.db, ctx.account, assigned=True),
        "AccountMFAEnabled": int(bool(mfa_devices.of(ctx.db, ctx.account, accounts.ROOT))),
        "AccountAccessKeysPresent": int(bool(access_keys.of(ctx.db, ctx.account, accounts.ROOT))),
        "AccountPasswordPresent": 0,
        "AccountSigningCertificatesPresent": int(
            bool(signing_certificates.of(ctx.db, ctx.account, accounts.ROOT))
        ),
        "GlobalEndpointTokenVersion": account.token_version if account else 1,
    }


def _policy_versions_in_use(ctx: Context) -> int:
    """All versions of the account's own policies, and one of each AWS policy that is used.

    Observed, not documented: AWS's own policies count where they are attached.
    """
    # The ARNs of AWS's policies lie between these two: `0` is the character after `/`.
    low, high = (f"arn:{ctx.partition}:iam::aws:policy{end}" for end in "/0")
    attached = attachments.attached_between(ctx.db, ctx.account, low, high)
    bounding = attachments.bounding_between(ctx.db, ctx.account, low, high)
    own = policy_versions.count_of_account(ctx.db, ctx.account)
    return own + len({*attached, *bounding})


def _quotas() -> dict[str, int]:
    attached = limits.ATTACHED_POLICIES
    return {
        "UsersQuota": ACCOUNT_QUOTAS["Users"],
        "GroupsQuota": ACCOUNT_QUOTAS["Groups"],
        "RolesQuota": ACCOUNT_QUOTAS["Roles"],
        "PoliciesQuota": ACCOUNT_QUOTAS["Policies"],
        "InstanceProfilesQuota": ACCOUNT_QUOTAS["InstanceProfiles"],
        "ServerCertificatesQuota": ACCOUNT_QUOTAS["ServerCertificates"],
        "PolicyVersionsInUseQuota": POLICY_VERSIONS_IN_USE,
        "VersionsPerPolicyQuota": limits.POLICY_VERSIONS,
        "PolicySizeQuota": limits.MANAGED_POLICY_CHARACTERS,
        "UserPolicySizeQuota": limits.USER_INLINE_CHARACTERS,
        "GroupPolicySizeQuota": limits.GROUP_INLINE_CHARACTERS,
        "RolePolicySizeQuota": limits.ROLE_INLINE_CHARACTERS,
        "AssumeRolePolicySizeQuota": limits.TRUST_POLICY_CHARACTERS,
        "AttachedPoliciesPerUserQuota": attached,
        "AttachedPoliciesPerGroupQuota": attached,
        "AttachedPoliciesPerRoleQuota": attached,
        "AccessKeysPerUserQuota": limits.ACCESS_KEYS_PER_USER,
        "SigningCertificatesPerUserQuota": limits.SIGNING_CERTIFICATES_PER_USER,
        "GroupsPerUserQuota": limits.GROUPS_PER_USER,
    }
