"""Finders: what the operations of the identity store are authorized on.

Every operation is authorized on the store, and on each user, group and membership that it names.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
"""

from collections.abc import Iterator

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.identitystore.errors import ResourceNotFound
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import identity_groups, sso_instances
from doorward.store.tables.sso_instance import SsoInstance

REGION = "identitystore:primaryregion"
EVERY = "*"


def known(ctx: Context, identity_store_id: str) -> SsoInstance | None:
    """The instance of the identity store of that id or ARN, if the account administers it."""
    given = identity_store_id.rpartition("/")[2]
    found = sso_instances.of_store(ctx.db, given)
    if found is None or not sso_instances.governs(ctx.db, found, ctx.account):
        return None
    return found if identity_store_id in {given, store_arn(ctx, found)} else None


def found(ctx: Context, identity_store_id: str) -> SsoInstance:
    """The instance of the identity store of that id.

    Raises:
        ResourceNotFound: there is none, or the account does not administer it.
    """
    one = known(ctx, identity_store_id)
    if one is None:
        raise ResourceNotFound("IDENTITY_STORE", identity_store_id)
    return one


def store_arn(ctx: Context, one: SsoInstance) -> str:
    """The ARN of the identity store, which names the account that owns it."""
    return _store_arn(ctx, one.account, one.identity_store_id)


def arn(ctx: Context, kind: str, resource_id: str) -> str:
    """The ARN of a `user`, `group` or `membership`, which names no account."""
    return f"arn:{ctx.partition}:identitystore:::{kind}/{bare(resource_id)}"


def bare(resource_id: str) -> str:
    """The id in an id or an ARN."""
    return resource_id.rpartition("/")[2]


def anything(ctx: Context, parameters: Parameters) -> Access:
    """Actions without a resource type."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def store(ctx: Context, parameters: Parameters) -> Access:
    """The identity store of `IdentityStoreId`."""
    given: str = parameters["IdentityStoreId"]
    one = known(ctx, given)
    if one is None:
        return Access(OWN_ACTION, _store_arn(ctx, ctx.account, bare(given)))
    context: dict[str, Value] = {REGION: one.region}
    return Access(OWN_ACTION, store_arn(ctx, one), context=context)


def inside(*kinds: str) -> Finder:
    """The store, and what the request names of each of *kinds*; else every one of the kind."""

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        access = store(ctx, parameters)
        yield access
        ids = _ids(parameters)
        for kind in kinds:
            for one in ids.get(kind) or [EVERY]:
                yield Access(OWN_ACTION, arn(ctx, kind, one), context=access.context)

    return find


def of_membership(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The store, the membership, and the user and the group that it joins."""
    access = store(ctx, parameters)
    yield access
    membership = bare(parameters["MembershipId"])
    yield Access(OWN_ACTION, arn(ctx, "membership", membership), context=access.context)
    one = known(ctx, parameters["IdentityStoreId"])
    joined = identity_groups.membership(ctx.db, one.account, membership) if one else None
    group, user = (joined.group_id, joined.user_id) if joined else (EVERY, EVERY)
    yield Access(OWN_ACTION, arn(ctx, "group", group), context=access.context)
    yield Access(OWN_ACTION, arn(ctx, "user", user), context=access.context)


def _ids(parameters: Parameters) -> dict[str, list[str]]:
    member = (parameters.get("MemberId") or {}).get("UserId")
    users = [one for one in (parameters.get("UserId"), member) if one]
    groups = list(parameters.get("GroupIds") or [])
    groups += [parameters["GroupId"]] if parameters.get("GroupId") else []
    return {"user": users, "group": groups}


def _store_arn(ctx: Context, account: str, identity_store_id: str) -> str:
    name = f"identitystore/{identity_store_id}"
    return f"arn:{ctx.partition}:identitystore::{account}:{name}"


user, group = inside("user"), inside("group")
membership_to_be = inside("group", "user")
memberships = inside("membership", "group", "user")
memberships_of_group, memberships_of_user = (
    inside("membership", "group"),
    inside("membership", "user"),
)
