"""Access keys of users and of the account's root.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
"""

from typing import Any

from doorward.authz.explain import AccessDenied
from doorward.authz.subject import subject
from doorward.base.limits import ACCESS_KEYS_PER_USER
from doorward.services.context import Context
from doorward.services.iam import paging, self_service, user_finders
from doorward.services.iam.errors import InvalidInput, LimitExceeded, NoSuchEntity
from doorward.services.iam.self_service import Owner
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import access_keys, accounts, users
from doorward.store.tables.access_key import AccessKeyRow

UNUSED = "N/A"
STATUSES = {"Active": True, "Inactive": False}


def found(ctx: Context, owner: Owner, key_id: str) -> AccessKeyRow:
    """The access key of that id, if *owner* has it.

    Raises:
        NoSuchEntity: they have not.
    """
    key = access_keys.find(ctx.db, ctx.account, key_id)
    if key is None or key.user_id != owner.user_id:
        raise NoSuchEntity.saying(f"The Access Key with id {key_id} cannot be found.")
    return key


def metadata(owner: Owner, key: AccessKeyRow) -> dict[str, Any]:
    """The key without its secret."""
    return {
        **owner.named,
        "AccessKeyId": key.id,
        "Status": "Active" if key.active else "Inactive",
        "CreateDate": key.created_at,
    }


@iam.operation(on=user_finders.key_owner)
def create_access_key(ctx: Context, *, user_name: str | None = None) -> Output:
    """Create an active access key; this answer alone shows its secret.

    Raises:
        NoSuchEntity: the account has no such user.
        LimitExceeded: they have two keys.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    """
    owner = self_service.owner(ctx, user_name)
    if len(access_keys.of(ctx.db, ctx.account, owner.user_id)) >= ACCESS_KEYS_PER_USER:
        raise LimitExceeded("AccessKeysPerUser", ACCESS_KEYS_PER_USER)
    key_id = ctx.ids.access_key_id("AKIA", ctx.account)
    secret = ctx.ids.secret()
    accounts.add_key(
        ctx.db,
        ctx.secrets,
        ctx.account,
        key_id,
        secret,
        user_id=owner.user_id,
        active=True,
        now=ctx.now,
    )
    shown = metadata(owner, found(ctx, owner, key_id))
    return {"AccessKey": shown | {"SecretAccessKey": secret}}


@iam.operation(on=user_finders.caller)
def update_access_key(
    ctx: Context, *, access_key_id: str, status: str, user_name: str | None = None
) -> Output:
    """Switch an access key on or off, from the next request on.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such key.
        InvalidInput: the status is `Expired`, which no access key can be given.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    """
    key = found(ctx, self_service.owner(ctx, user_name), access_key_id)
    if status not in STATUSES:
        raise InvalidInput(f"The status {status} is not valid for an access key.")  # assumed
    access_keys.set_active(ctx.db, ctx.account, key.id, active=STATUSES[status])
    return {}


@iam.operation(on=user_finders.caller)
def delete_access_key(ctx: Context, *, access_key_id: str, user_name: str | None = None) -> Output:
    """Delete an access key, whatever its status.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such key.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
    """
    key = found(ctx, self_service.owner(ctx, user_name), access_key_id)
    access_keys.remove(ctx.db, ctx.account, key.id)
    return {}


@iam.operation(on=user_finders.key_owner)
def list_access_keys(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List access keys without their secrets, by id.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
    """
    owner = self_service.owner(ctx, user_name)
    scope = f"ListAccessKeys {owner.user_id}"
    keys = access_keys.of(ctx.db, ctx.account, owner.user_id)
    after = paging.after(ctx, scope, marker)
    page = paging.of_few(keys, lambda key: key.id, after, max_items)
    shown = [metadata(owner, key) for key in page.items]
    return {"AccessKeyMetadata": shown} | paging.end(ctx, scope, page)


@iam.operation(on=user_finders.owner_of_key)
def get_access_key_last_used(ctx: Context, *, access_key_id: str) -> Output:
    """Show when, where and for which service an access key of the account was last used.

    Raises:
        AccessDenied: the account has no such key. The model knows no error for that; this one is
            observed, not documented, and has no colon after `perform`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
    """
    key = access_keys.find(ctx.db, ctx.account, access_key_id)
    if key is None:
        who = subject(ctx.world, ctx.caller, ctx.partition).principal.arn
        raise AccessDenied(
            f"User: {who} is not authorized to perform iam:GetAccessKeyLastUsed "
            f"on resource: access key {access_key_id}"
        )
    user = users.by_id(ctx.db, key.user_id)
    used: dict[str, Any] = {
        "ServiceName": key.last_used_service or UNUSED,
        "Region": key.last_used_region or UNUSED,
    }
    if key.last_used_at is not None:
        used["LastUsedDate"] = key.last_used_at
    return ({"UserName": user.name} if user else {}) | {"AccessKeyLastUsed": used}
