"""What is true of every resource type, told for one sample."""

from collections.abc import Callable
from typing import Any

from doorward.base.errors import AwsError
from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.provider import Created
from doorward.services.cloudformation.types.resource_type import ResourceType
from services.cloudformation.types.support import (
    Calls,
    Refusing,
    Sample,
    differences,
    facts,
    filled,
)

Snapshot = Callable[[], Any]
NAMED_ALONE = {
    "AWS::Lambda::Permission": ["Id"],
    "AWS::Logs::LogStream": ["LogStreamName"],
    "AWS::Logs::MetricFilter": ["FilterName"],
}
"""What `Ref` gives by the pages of the types, where the registry has more parts."""


def found(sample: Sample) -> ResourceType:
    one = registry.find(sample.type_name)
    assert one is not None, sample.type_name
    return one


def lives(sample: Sample, call: Calls, snapshot: Snapshot) -> None:
    """Make, read, change and remove the resource; afterwards all is as it was before."""
    one, names = found(sample), sample.given(call)
    before = snapshot()
    asked = filled(sample.properties, names)
    made = one.create(call, asked, facts())
    assert set(made.attributes) <= set(one.attributes)
    assert made.physical_id == identifier(one, call, asked, made)
    expect(one, call, made.physical_id, asked, sample)
    for update in sample.updates:
        wanted = filled(update, names)
        changed = one.update(
            call, made.physical_id, asked, wanted, facts(previous_tags=facts().tags)
        )
        assert changed.physical_id == made.physical_id
        expect(one, call, made.physical_id, wanted, sample)
        if one.readable:
            now = one.read(call, made.physical_id, facts()) or {}
            gone = set(asked) - set(wanted) - set(sample.unread)
            assert not [key for key in gone if now.get(key) == asked[key]]
        asked = wanted
    one.delete(call, made.physical_id, asked, facts())
    if one.readable and not sample.leaves:
        assert one.read(call, made.physical_id, facts()) is None
    one.delete(call, made.physical_id, asked, facts())
    assert sample.leaves or snapshot() == before


def identifier(one: ResourceType, call: Calls, asked: Any, made: Created) -> str:
    """What `Ref` gives by the registry: the primary identifier, several parts joined by `|`."""
    described = schema.of(one.type_name)
    assert described
    parts = [steps[-1] for steps in described.primary_identifier]
    parts = NAMED_ALONE.get(one.type_name, parts)
    now = one.read(call, made.physical_id, facts()) if one.readable else {}
    known = {**(now or {}), **asked, **made.attributes}
    return "|".join(str(known[part]) for part in parts)


def expect(one: ResourceType, call: Calls, physical_id: str, asked: Any, sample: Sample) -> None:
    if one.readable:
        now = one.read(call, physical_id, facts())
        assert now is not None
        assert not differences(one.checked(asked), now, sample.unread)


def leaves_nothing(sample: Sample, call: Calls, snapshot: Snapshot) -> int:
    """Refuse each later call of a creation in turn; how many there were."""
    one, names = found(sample), sample.given(call)
    asked = filled(sample.properties, names)
    before, at = snapshot(), 1
    while True:
        refusing = Refusing(call, at)
        made, refused = attempted(one, refusing, asked)
        if made is None:
            assert refused == "AccessDenied"
            assert snapshot() == before, call.made[-8:]
            at += 1
            continue
        one.delete(call, made.physical_id, asked, facts())
        return at - 1


def attempted(one: ResourceType, call: Refusing, asked: Any) -> tuple[Created | None, str]:
    """What was made, or the code of the refusal."""
    try:
        return one.create(call, asked, facts()), ""
    except AwsError as error:
        return None, error.code
