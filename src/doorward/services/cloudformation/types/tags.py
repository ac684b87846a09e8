"""Tags: those of the resource over those of its stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from doorward.services import system_tags
from doorward.services.cloudformation.types.provider import Call, Facts, Properties
from doorward.services.cloudformation.types.refusals import InvalidRequest

Tags = Mapping[str, str]


class Change(NamedTuple):
    """What to tag anew, and which tags to take away."""

    put: dict[str, str]
    removed: list[str]


def wanted(properties: Properties, facts: Facts) -> dict[str, str]:
    """The tags that a resource of these properties is to have.

    Raises:
        InvalidRequest: its author gives it one of AWS's own.
    """
    return _merged(properties, facts.tags)


def changed(old: Properties, new: Properties, facts: Facts) -> Change:
    """What brings the tags from *old* to *new*; tags that others added stay."""
    before, after = _merged(old, facts.previous_tags), _merged(new, facts.tags)
    put = {key: value for key, value in after.items() if before.get(key) != value}
    return Change(put, sorted(before.keys() - after.keys()))


def listed(tags: Tags, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """The tags as the lists that most services take."""
    return [{key: name, value: one} for name, one in tags.items()]


def bring(
    call: Call,
    service: str,
    change: Change,
    tag: str = "tag_resource",
    untag: str = "untag_resource",
    /,
    **resource: Any,
) -> None:
    """Do *change* with the two operations, which take the tags as most services do."""
    if change.put:
        call(service, tag, **resource, tags=listed(change.put))
    if change.removed:
        call(service, untag, **resource, tag_keys=change.removed)


def shown(
    found: Iterable[Mapping[str, str]], facts: Facts, key: str = "Key", value: str = "Value"
) -> dict[str, list[dict[str, str]]]:
    """`Tags` as they are read back, without those of the stack; nothing where there are none."""
    tags = [
        {"Key": one[key], "Value": one[value]}
        for one in found
        if not system_tags.reserved(one[key]) and facts.tags.get(one[key]) != one[value]
    ]
    return {"Tags": tags} if tags else {}


def _merged(properties: Properties, of_stack: Tags) -> dict[str, str]:
    own = properties.get("Tags") or []
    pairs = (
        own.items()
        if isinstance(own, Mapping)
        else ((one["Key"], one.get("Value", "")) for one in own)
    )
    given = dict(pairs)
    if any(system_tags.reserved(key) for key in given):
        raise InvalidRequest("aws: prefixed tag key names are not allowed for external use.")
    return {**of_stack, **given}
