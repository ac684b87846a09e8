"""Tags of trust anchors, profiles, revocation lists and subjects.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_TagResource.html
"""

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.services.rolesanywhere import keeping, resources, shapes
from doorward.services.rolesanywhere.errors import ResourceNotFound, ValidationException
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import AnywhereResource, AnywhereSubject


def named(ctx: Context, parameters: Parameters) -> Access:
    """The resource of `resourceArn`, with the tags or keys of the request."""
    context = resources.asked_tags(parameters.get("tags") or [])
    if keys := parameters.get("tagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    found = resources.tagged(ctx, parameters["resourceArn"])
    return resources.access(found[1], context) if found else Access(OWN_ACTION, "*")


def _existing(ctx: Context, resource_arn: str) -> AnywhereResource | AnywhereSubject:
    """The resource of that ARN.

    Raises:
        ResourceNotFound: there is none.
        ValidationException: the ARN is none of a resource that has tags.
    """
    found = resources.tagged(ctx, resource_arn)
    if found is None:
        raise ValidationException("The resource ARN is not valid")
    kind, name = found
    if name.found is None:
        raise ResourceNotFound(kind)
    return name.found


def _set(ctx: Context, found: AnywhereResource | AnywhereSubject, tags: dict[str, str]) -> None:
    if isinstance(found, AnywhereResource):
        store.change(ctx.db, found, {"tags": tags})
    else:
        store.change_subject(ctx.db, found, {"tags": tags})


@rolesanywhere.operation(on=named)
def tag_resource(ctx: Context, *, resource_arn: str, tags: list[dict[str, str]]) -> Output:
    """Add tags, or give those that are there new values.

    Raises:
        ResourceNotFound: there is no such resource.
        ValidationException: a key stands twice or is reserved.
        TooManyTags: there would be more than 50.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_TagResource.html
    """
    found = _existing(ctx, resource_arn)
    _set(ctx, found, keeping.tagged(found.tags, tags))
    return {}


@rolesanywhere.operation(on=named)
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        ResourceNotFound: there is no such resource.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_UntagResource.html
    """
    found = _existing(ctx, resource_arn)
    gone = {key.lower() for key in tag_keys}
    left = {key: value for key, value in found.tags.items() if key.lower() not in gone}
    _set(ctx, found, left)
    return {}


@rolesanywhere.operation(on=resources.everything)
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> Output:
    """Show the tags of a resource.

    Raises:
        ResourceNotFound: there is no such resource.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTagsForResource.html
    """
    return {"tags": shapes.tags(_existing(ctx, resource_arn).tags)}
