"""What an update changes: between two sets of resolved resources, resource by resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.template.declarations import text
from doorward.services.cloudformation.template.document import Value
from doorward.services.cloudformation.template.pseudo import known

Action = Literal["Add", "Modify", "Remove"]
Replacement = Literal["True", "False", "Conditional"]
Recreation = Literal["Never", "Conditionally", "Always"]


@dataclass(frozen=True)
class Resolved:
    """One resource with its values, as it is or as it is to be.

    Attributes:
        causes: what in the template each property comes from, for the details of a change.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Value] = field(default_factory=dict)
    metadata: Value = None
    deletion_policy: str | None = None
    update_replace_policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    causes: Mapping[str, tuple["Cause", ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cause:
    """Where the value of a property comes from.

    Attributes:
        source: one of the ChangeSource values of AWS.
        entity: the parameter, resource or `Resource.Attribute`.
    """

    source: Literal["ParameterReference", "ResourceReference", "ResourceAttribute"]
    entity: str


@dataclass(frozen=True)
class Detail:
    """One property, or one attribute, that changes."""

    attribute: str
    name: str | None
    recreation: Recreation
    evaluation: Literal["Static", "Dynamic"] = "Static"
    source: str = "DirectModification"
    entity: str | None = None
    before: Value = None
    after: Value = None


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Attributes:
        replacement: of a Modify.
        scope: Properties, Metadata, Tags and the like.
        type_changed: another type under the same name, which AWS refuses.
    """

    action: Action
    logical_id: str
    type: str
    replacement: Replacement | None = None
    scope: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    type_changed: bool = False


def changes(
    before: Mapping[str, Resolved], after: Mapping[str, Resolved], *, values: bool = False
) -> tuple[Change, ...]:
    """What differs, by logical id; a resource that stays as it is has no change.

    Args:
        before: the resources as they are.
        after: as they are to be.
        values: whether the details are to have the values, IncludePropertyValues; AWS then tells
            of a property once more than without.
    """
    names = sorted(before.keys() | after.keys())
    found = (changed(before.get(name), after.get(name), values=values) for name in names)
    return tuple(change for change in found if change)


def changed(old: Resolved | None, new: Resolved | None, *, values: bool = False) -> Change | None:
    """What happens to one resource; None where it stays as it is, or is not there."""
    if new is None:
        return Change("Remove", old.logical_id, old.type) if old else None
    if old is None:
        return Change("Add", new.logical_id, new.type)
    details = tuple(_details(old, new, values=values))
    if not details and old.type == new.type:
        return None
    return Change(
        "Modify",
        new.logical_id,
        new.type,
        "True" if old.type != new.type else replacement(details),
        tuple(dict.fromkeys(one.attribute for one in details)),
        details,
        old.type != new.type,
    )


def replacement(details: tuple[Detail, ...]) -> Replacement:
    """Whether *details* replace the resource."""
    if any(one.recreation == "Always" and one.evaluation == "Static" for one in details):
        return "True"
    if any(one.recreation != "Never" for one in details):
        return "Conditional"
    return "False"


def _details(old: Resolved, new: Resolved, *, values: bool) -> Iterator[Detail]:
    known_type = schema.of(new.type)
    for name in sorted(old.properties.keys() | new.properties.keys()):
        one, other = old.properties.get(name), new.properties.get(name)
        if same(one, other):
            continue
        tags = known_type is not None and known_type.tags == name
        recreation = "Never" if tags else recreates(known_type, name, one, other)
        attribute, target = ("Tags", None) if tags else ("Properties", name)
        target_detail = Detail(attribute, target, recreation, before=one, after=other)
        yield from _caused(target_detail, new.causes.get(name, ()), values=values)
    if old.tags != new.tags and not (known_type and not known_type.tags):
        yield Detail("Tags", None, "Never", before=dict(old.tags), after=dict(new.tags))
    for attribute, one, other in (
        ("Metadata", old.metadata, new.metadata),
        ("DeletionPolicy", old.deletion_policy, new.deletion_policy),
        ("UpdateReplacePolicy", old.update_replace_policy, new.update_replace_policy),
    ):
        if not same(one, other):
            yield Detail(attribute, None, "Never", before=one, after=other)


def _caused(direct: Detail, causes: tuple[Cause, ...], *, values: bool) -> Iterator[Detail]:
    """The details of one property: one for each thing that it comes from.

    A parameter's are joined by one that says that the property itself may differ, and so are the
    others' where values are asked for; observed, not documented.
    """
    for cause in causes:
        yield replace(direct, source=cause.source, entity=cause.entity)
    if not causes:
        yield direct if known(direct.after) else replace(direct, evaluation="Dynamic")
    elif values or any(one.source == "ParameterReference" for one in causes):
        yield replace(direct, evaluation="Dynamic")


def recreates(
    known_type: schema.ResourceSchema | None, name: str, before: Value, after: Value
) -> Recreation:
    """Whether a changed property needs a new resource.

    A property of an unknown type never does. Of one that is only in part create-only, it is the
    changed part that counts.
    """
    if known_type is None:
        return "Never"
    if name in NOT_REPLACED.get(known_type.type, ()):
        return "Never"
    if _touches(known_type.create_only, name, before, after):
        return "Always"
    if _touches(known_type.conditional_create_only, name, before, after):
        return "Conditionally"
    return "Never"


NOT_REPLACED: Mapping[str, frozenset[str]] = {
    "AWS::S3::Bucket": frozenset({"BucketNamePrefix"}),
}
"""Properties that the schema calls create-only and that nevertheless do not replace."""


def _touches(pointers: tuple[schema.Pointer, ...], name: str, before: Value, after: Value) -> bool:
    return any(
        one[0] == name and not same(_at(before, one[1:]), _at(after, one[1:])) for one in pointers
    )


def _at(value: Value, steps: schema.Pointer) -> Value:
    """What is at the end of *steps*; a list of them where one step is `*`."""
    for number, step in enumerate(steps):
        if step == "*" and isinstance(value, list):
            return [_at(item, steps[number + 1 :]) for item in value]
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same to a resource: `5` and `"5"` are, `true` and `"true"`.

    What is not known is not the same as anything.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if not known(one) or not known(other):
        return False
    first, second = text(one), text(other)
    return one == other if first is None or second is None else first == second
