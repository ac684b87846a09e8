"""What a change of properties asks for: nothing, an update, or a new physical resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from doorward.services.cloudformation.template import difference, schema
from doorward.services.cloudformation.template.difference import Resolved

Properties = Mapping[str, Any]
Tags = Mapping[str, str]


class Change(Enum):
    """What must be done."""

    NONE = "none"
    UPDATE = "update"
    REPLACE = "replace"


def needed(
    type_name: str, old: Properties, new: Properties, *, old_tags: Tags, new_tags: Tags
) -> Change:
    """What brings a resource from *old* to *new*; the tags are those of the stack."""
    found = difference.changed(
        Resolved("", type_name, old, tags=old_tags), Resolved("", type_name, new, tags=new_tags)
    )
    if found is None:
        return Change.NONE
    return Change.REPLACE if found.replacement == "True" else Change.UPDATE


def keeps_name(type_name: str, old: Properties, new: Properties) -> bool:
    """Whether the new resource would have the very name that the author gave the old one."""
    known = schema.of(type_name)
    if known is None:
        return False
    names = known.primary_identifier
    return bool(names) and all(
        len(one) == 1 and one[0] in new and difference.same(old.get(one[0]), new[one[0]])
        for one in names
    )
