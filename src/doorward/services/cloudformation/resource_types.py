"""The resource types that there are here.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/registry.html
"""

import json
from typing import Any

from doorward.authz.access import Access
from doorward.services.cloudformation import paging
from doorward.services.cloudformation.errors import TypeNotFound, ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.types import registry
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Output, Parameters

RESOURCE = "RESOURCE"
MOST = 100


def resource_type(ctx: Context, parameters: Parameters) -> Access:
    """The type that the request names."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def type_arn(ctx: Context, name: str) -> str:
    """The ARN of a type."""
    spelled = name.replace("::", "-")
    return f"arn:{ctx.partition}:cloudformation:{ctx.facts.region}::type/resource/{spelled}"


@cloudformation.operation(on=resource_type)
def list_types(
    ctx: Context,
    *,
    visibility: str | None = None,
    provisioning_type: str | None = None,
    deprecated_status: str | None = None,
    type: str | None = None,
    filters: dict[str, Any] | None = None,
    max_results: int = MOST,
    next_token: str | None = None,
) -> Output:
    """The types, by name; all of them are public ones of AWS.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypes.html
    """
    del provisioning_type
    wanted = filters or {}
    prefix = wanted.get("TypeNamePrefix") or ""
    none = (
        visibility == "PRIVATE"
        or deprecated_status == "DEPRECATED"
        or (type or RESOURCE) != RESOURCE
        or wanted.get("Category") in {"THIRD_PARTY", "REGISTERED", "ACTIVATED"}
    )
    names = [] if none else [one for one in registry.names() if one.startswith(prefix)]
    scope = f"types {prefix} {none}"
    page = paging.of_few(
        names, lambda one: one, paging.after(ctx, scope, next_token), min(max_results, MOST)
    )
    shown = [
        {"Type": RESOURCE, "TypeName": one, "TypeArn": type_arn(ctx, one), "IsActivated": True}
        for one in page.items
    ]
    return {"TypeSummaries": shown} | paging.end(ctx, scope, page)


@cloudformation.operation(on=resource_type)
def describe_type(
    ctx: Context,
    *,
    type: str | None = None,
    type_name: str | None = None,
    arn: str | None = None,
    version_id: str | None = None,
    publisher_id: str | None = None,
    public_version_number: str | None = None,
) -> Output:
    """A type with the registry's schema of it.

    Raises:
        ValidationError: no type is named.
        TypeNotFound: there is no such type.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeType.html
    """
    del version_id, publisher_id, public_version_number
    name = type_name or (arn or "").rpartition("/")[2].replace("-", "::")
    if not name:
        raise ValidationError("Either Arn or Type and TypeName must be specified.")  # assumed
    if registry.find(name) is None or (type or RESOURCE) != RESOURCE:
        raise TypeNotFound(name)
    known = schema.of(name)
    found = {
        "Arn": arn or type_arn(ctx, name),
        "Type": RESOURCE,
        "TypeName": name,
        "DeprecatedStatus": "LIVE",
        "Visibility": "PUBLIC",
        "ProvisioningType": "FULLY_MUTABLE",
        "IsActivated": True,
    }
    if known is not None:
        found["Schema"] = json.dumps(dict(known.document))
    return found
