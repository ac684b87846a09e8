"""Lists of Organizations, read to their end."""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Facts, Properties

SERVICE = "organizations"


def pages(call: Call, operation: str, member: str, **parameters: Any) -> list[Any]:
    """The items of *member* of every page."""
    output = call(SERVICE, operation, **parameters)
    items = list(output[member])
    while token := output.get("NextToken"):
        output = call(SERVICE, operation, **parameters, next_token=token)
        items += output[member]
    return items


def shown_tags(call: Call, resource_id: str, facts: Facts) -> Properties:
    """`Tags` of the resource as they are."""
    found = pages(call, "list_tags_for_resource", "Tags", resource_id=resource_id)
    return tags.shown(found, facts)


def parent(call: Call, child_id: str) -> str:
    """The id of the root or unit that *child_id* is in."""
    found: str = call(SERVICE, "list_parents", child_id=child_id)["Parents"][0]["Id"]
    return found
