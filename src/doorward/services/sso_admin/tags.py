"""Tags of instances and permission sets.

https://docs.aws.amazon.com/singlesignon/latest/userguide/tagging.html
"""

from collections.abc import Mapping, Sequence

from doorward.base.limits import TAGS
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import paging, resources
from doorward.services.sso_admin.errors import QuotaExceeded, ValidationException
from doorward.services.sso_admin.service import sso_admin
from doorward.store import permission_sets, sso_instances
from doorward.store.tables.permission_set import PermissionSet
from doorward.store.tables.sso_instance import SsoInstance

PER_PAGE = 75


def added(present: Mapping[str, str], tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """*present* with *tags* over it.

    Raises:
        ValidationException: a key is given twice, or is one of AWS's own.
        QuotaExceeded: there would be more than 50.
    """
    given = {tag["Key"]: tag["Value"] for tag in tags}
    if len(given) < len(tags):
        raise ValidationException("A tag key was given more than once.")
    if any(key.lower().startswith("aws:") for key in given):
        raise ValidationException("Tag keys that begin with aws: are reserved.")
    together = {**present, **given}
    if len(together) > TAGS:
        raise QuotaExceeded("tags of a resource", TAGS)
    return together


def _found(ctx: Context, resource_arn: str) -> SsoInstance | PermissionSet:
    """What has that ARN.

    Raises:
        AccessDenied, ResourceNotFound: there is none.
        ValidationException: it is the ARN of something that has no tags here.
    """
    kind = resource_arn.rpartition(":")[2].partition("/")[0]
    if kind == "instance":
        return resources.instance(ctx, resource_arn)
    if kind != "permissionSet":
        raise ValidationException("Only instances and permission sets have tags here.")
    start = resource_arn.rpartition(":")[0]
    inside = resource_arn.split("/")[1]
    found = resources.instance(ctx, f"{start}:instance/{inside}")
    return resources.permission_set(ctx, found, resource_arn)


def _keep(ctx: Context, found: SsoInstance | PermissionSet, tags: dict[str, str]) -> None:
    if isinstance(found, SsoInstance):
        sso_instances.change(ctx.db, found.account, {"tags": tags})
    else:
        permission_sets.change(ctx.db, found.account, found.id, {"tags": tags})


@sso_admin.operation(on=resources.tagged)
def tag_resource(
    ctx: Context, *, resource_arn: str, tags: list[dict[str, str]], instance_arn: str | None = None
) -> Output:
    """Add tags; a key that is there gets the new value.

    Raises:
        AccessDenied, ResourceNotFound: there is no such resource.
        ValidationException, QuotaExceeded: the tags cannot be kept.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_TagResource.html
    """
    del instance_arn
    found = _found(ctx, resource_arn)
    _keep(ctx, found, added(found.tags, tags))
    return {}


@sso_admin.operation(on=resources.tagged)
def untag_resource(
    ctx: Context, *, resource_arn: str, tag_keys: list[str], instance_arn: str | None = None
) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        AccessDenied, ResourceNotFound: there is no such resource.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UntagResource.html
    """
    del instance_arn
    found = _found(ctx, resource_arn)
    kept = {key: value for key, value in found.tags.items() if key not in tag_keys}
    _keep(ctx, found, kept)
    return {}


@sso_admin.operation(on=resources.tagged)
def list_tags_for_resource(
    ctx: Context,
    *,
    resource_arn: str,
    instance_arn: str | None = None,
    next_token: str | None = None,
) -> Output:
    """List the tags by key.

    Raises:
        AccessDenied, ResourceNotFound: there is no such resource.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html
    """
    del instance_arn
    found = _found(ctx, resource_arn)
    scope = f"ListTagsForResource {resource_arn}"
    items = sorted(found.tags.items())
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(items, lambda one: one[0], after, PER_PAGE)
    return {"Tags": [{"Key": key, "Value": value} for key, value in page.items]} | paging.end(
        ctx, scope, page
    )
