"""Instances of Identity Center: one an account.

On AWS the management account's is enabled in the console, and CreateInstance is refused there. Here
is no console for it, so CreateInstance makes that one too (assumed to be wanted); it is then for
all accounts of the organization. Every instance has permission sets.

https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
"""

from sqlalchemy import Connection

from doorward.base.ids import Ids
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import arns, paging, resources
from doorward.services.sso_admin.errors import Conflict, ResourceNotFound, ValidationException
from doorward.services.sso_admin.service import sso_admin
from doorward.services.sso_admin.tags import added
from doorward.store import (
    identity_groups,
    identity_users,
    organizations,
    permission_sets,
    sso_instances,
)
from doorward.store.tables.sso_instance import SsoInstance

ID_BYTES = 8
STORE_BYTES = 5
STATUS = "ACTIVE"


def new_ids(ids: Ids) -> tuple[str, str]:
    """Ids for an instance and its identity store."""
    return f"ssoins-{ids.token(ID_BYTES).hex()}", f"d-{ids.token(STORE_BYTES).hex()}"


def shown(ctx: Context, found: SsoInstance) -> Output:
    """An instance as the lists show it."""
    return {
        "InstanceArn": arns.instance(ctx.partition, found.id),
        "IdentityStoreId": found.identity_store_id,
        "IdentityStoreArn": arns.store(ctx.partition, found),
        "OwnerAccountId": found.account,
        "CreatedDate": found.created_at,
        "Status": STATUS,
        "PrimaryRegion": found.region,
        **({"Name": found.name} if found.name else {}),
    }


def visible(db: Connection, account: str) -> list[SsoInstance]:
    """The instances that the account sees: its own and its organization's."""
    own = sso_instances.of_account(db, account)
    found = [own] if own else []
    member = organizations.find_account(db, account)
    joined = organizations.find(db, member.organization_id) if member else None
    if joined is not None and joined.management_account != account:
        shared = sso_instances.of_account(db, joined.management_account)
        found += [shared] if shared else []
    return sorted(found, key=lambda one: one.id)


@sso_admin.operation(on=resources.new_instance)
def create_instance(
    ctx: Context,
    *,
    name: str | None = None,
    client_token: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make the instance of the caller's account, with an empty identity store.

    Raises:
        Conflict: the account has one.
        ValidationException, QuotaExceeded: the tags cannot be kept.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html
    """
    del client_token
    if sso_instances.of_account(ctx.db, ctx.account):
        raise Conflict("An instance already exists in this account.")
    instance_id, store_id = new_ids(ctx.ids)
    made = SsoInstance(
        instance_id, ctx.account, store_id, name or "", ctx.facts.region, ctx.now,
        added({}, tags or []),
    )  # fmt: skip
    sso_instances.add(ctx.db, made)
    return {"InstanceArn": arns.instance(ctx.partition, made.id)}


@sso_admin.operation(on=resources.of_instance)
def describe_instance(ctx: Context, *, instance_arn: str) -> Output:
    """Show an instance.

    Raises:
        AccessDenied: there is none, or the caller's account does not administer it.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstance.html
    """
    found = resources.instance(ctx, instance_arn)
    return shown(ctx, found) | {
        "EncryptionConfigurationDetails": {
            "KeyType": "AWS_OWNED_KMS_KEY",
            "EncryptionStatus": "ENABLED",
        },
        "PermissionSetsEnabled": True,
    }


@sso_admin.operation(on=resources.anything)
def list_instances(
    ctx: Context,
    *,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    region_scope: str | None = None,
) -> Output:
    """List the instances of the account and of its organization; one server is every Region.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
    """
    del region_scope
    after = paging.after(ctx, "ListInstances", next_token)
    found = visible(ctx.db, ctx.account)
    page = paging.of_few(found, lambda one: one.id, after, max_results)
    listed = [shown(ctx, one) for one in page.items]
    return {"Instances": listed} | paging.end(ctx, "ListInstances", page)


@sso_admin.operation(on=resources.of_instance)
def update_instance(
    ctx: Context,
    *,
    instance_arn: str,
    name: str | None = None,
    encryption_configuration: dict[str, str] | None = None,
    permission_sets_enabled: bool | None = None,
    network_configuration: dict[str, object] | None = None,
) -> Output:
    """Give an instance another name.

    Raises:
        AccessDenied: there is none, or the caller's account does not administer it.
        ValidationException: it is to have another key or network, which is not possible here.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstance.html
    """
    found = resources.instance(ctx, instance_arn)
    if network_configuration or permission_sets_enabled is False:
        raise ValidationException("That cannot be configured here.")
    if encryption_configuration and (
        encryption_configuration.get("KeyType") != "AWS_OWNED_KMS_KEY"
    ):
        raise ValidationException("Only AWS_OWNED_KMS_KEY can be configured here.")
    if name is not None:
        sso_instances.change(ctx.db, found.account, {"name": name})
    return {}


@sso_admin.operation(on=resources.of_instance)
def delete_instance(ctx: Context, *, instance_arn: str) -> Output:
    """Delete the caller's own instance, if nothing is in it (assumed).

    Raises:
        AccessDenied: there is none, or the caller's account does not own it.
        Conflict: it has permission sets, users or groups.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstance.html
    """
    found = resources.instance(ctx, instance_arn)
    if found.account != ctx.account:
        raise ValidationException("Only the account that owns the instance can delete it.")
    counts = (permission_sets.count, identity_users.count, identity_groups.count)
    if any(count(ctx.db, found.account) for count in counts):
        raise Conflict("Delete its permission sets, users and groups first.")
    sso_instances.remove(ctx.db, found.account)
    return {}


def _region(found: SsoInstance) -> Output:
    return {
        "RegionName": found.region,
        "Status": "ACTIVE",
        "AddedDate": found.created_at,
        "IsPrimaryRegion": True,
    }


@sso_admin.operation(on=resources.of_instance)
def list_regions(
    ctx: Context,
    *,
    instance_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the one Region of an instance.

    Raises:
        AccessDenied: there is none, or the caller's account does not administer it.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListRegions.html
    """
    del max_results, next_token
    return {"Regions": [_region(resources.instance(ctx, instance_arn))]}


@sso_admin.operation(on=resources.of_instance)
def describe_region(ctx: Context, *, instance_arn: str, region_name: str) -> Output:
    """Show the one Region of an instance.

    Raises:
        AccessDenied: there is none, or the caller's account does not administer it.
        ResourceNotFound: it is not in that Region.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeRegion.html
    """
    found = resources.instance(ctx, instance_arn)
    if found.region != region_name:
        raise ResourceNotFound("Region", region_name)
    return _region(found)
