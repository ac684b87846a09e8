"""Finders: what the operations of Identity Center's administration are authorized on.

An operation on a permission set is authorized on its instance as well, and one on an assignment on
the account too. What is not there is refused like what is another account's.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.services.sso_admin import arns
from doorward.services.sso_admin.errors import AccessDenied, ResourceNotFound
from doorward.store import permission_sets, sso_instances
from doorward.store.tables.permission_set import PermissionSet
from doorward.store.tables.sso_instance import SsoInstance

REGION = "sso:primaryregion"
EVERY_ACCOUNT = "*"


def known(ctx: Context, instance_arn: str) -> SsoInstance | None:
    """The instance of that ARN, if the caller's account administers it."""
    found = sso_instances.find(ctx.db, instance_arn.rpartition("/")[2])
    if found is None or arns.instance(ctx.partition, found.id) != instance_arn:
        return None
    return found if sso_instances.governs(ctx.db, found, ctx.account) else None


def instance(ctx: Context, instance_arn: str) -> SsoInstance:
    """The instance of that ARN.

    Raises:
        AccessDenied: there is none, or the caller's account does not administer it.
    """
    found = known(ctx, instance_arn)
    if found is None:
        raise AccessDenied
    return found


def permission_set(ctx: Context, found: SsoInstance, permission_set_arn: str) -> PermissionSet:
    """The permission set of that ARN in the instance.

    Raises:
        ResourceNotFound: the instance has none.
    """
    one = permission_sets.find(ctx.db, found.account, permission_set_arn.rpartition("/")[2])
    if one is None or arns.of(ctx.partition, found, one) != permission_set_arn:
        raise ResourceNotFound("PermissionSet", permission_set_arn)
    return one


def anything(ctx: Context, parameters: Parameters) -> Access:
    """Actions without a resource type."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def of_instance(ctx: Context, parameters: Parameters) -> Access:
    """The instance of `InstanceArn`."""
    return _instance(ctx, parameters["InstanceArn"])


def of_permission_set(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The permission set of `PermissionSetArn` and its instance."""
    yield of_instance(ctx, parameters)
    yield _permission_set(ctx, parameters["InstanceArn"], parameters["PermissionSetArn"])


def of_assignment(member: str) -> Finder:
    """The permission set, its instance, and the account of *member*; none means every one."""

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        yield from of_permission_set(ctx, parameters)
        target = parameters.get(member) or EVERY_ACCOUNT
        yield Access(OWN_ACTION, arns.account(ctx.partition, target))

    return find


def of_account(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The instance, and the account of `AccountId`."""
    yield of_instance(ctx, parameters)
    yield Access(OWN_ACTION, arns.account(ctx.partition, parameters["AccountId"]))


def new_instance(ctx: Context, parameters: Parameters) -> Access:
    """Every instance: its id is not known yet."""
    return Access(OWN_ACTION, arns.instance(ctx.partition, "*"), context=request_tags(parameters))


def new_permission_set(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The instance, and every permission set of it: the new one's id is not known yet."""
    tags = request_tags(parameters)
    access = of_instance(ctx, parameters)
    yield replace(access, context={**access.context, **tags})
    inside = parameters["InstanceArn"].rpartition("/")[2]
    name = f"arn:{ctx.partition}:sso:::permissionSet/{inside}/*"
    yield Access(OWN_ACTION, name, context=tags)


def tagged(ctx: Context, parameters: Parameters) -> Access:
    """The instance or permission set of `ResourceArn`, and the tags it is to get or lose."""
    resource: str = parameters["ResourceArn"]
    if ":permissionSet/" in resource:
        start = arns.instance(ctx.partition, resource.split("/")[1])
        access = _permission_set(ctx, start, resource)
    else:
        access = _instance(ctx, resource)
    context = {**access.context, **request_tags(parameters)}
    if keys := parameters.get("TagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    return replace(access, context=context)


def request_tags(parameters: Parameters) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys` of the `Tags` in a request; empty without any."""
    tags: list[Mapping[str, str]] = parameters.get("Tags") or []
    if not tags:
        return {}
    keys: dict[str, Value] = {f"aws:requesttag/{tag['Key'].lower()}": tag["Value"] for tag in tags}
    return keys | {"aws:tagkeys": tuple(tag["Key"] for tag in tags)}


def _instance(ctx: Context, instance_arn: str) -> Access:
    found = known(ctx, instance_arn)
    if found is None:
        return Access(OWN_ACTION, instance_arn)
    return Access(OWN_ACTION, instance_arn, context={REGION: found.region}, tags=found.tags)


def _permission_set(ctx: Context, instance_arn: str, permission_set_arn: str) -> Access:
    found = known(ctx, instance_arn)
    tags: Mapping[str, str] = {}
    context: dict[str, Value] = {}
    if found is not None:
        one = permission_sets.find(ctx.db, found.account, permission_set_arn.rpartition("/")[2])
        tags, context = one.tags if one else {}, {REGION: found.region}
    return Access(OWN_ACTION, permission_set_arn, context=context, tags=tags)
