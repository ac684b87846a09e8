"""One resource policy for several queues or topics.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
"""

from collections.abc import Callable
from typing import Any

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by

Put = Callable[[Call, str, Any], None]
Drop = Callable[[Call, str, Facts], None]


def declared(type_name: str, holders: str, put: Put, drop: Drop) -> ResourceType:
    """The type whose property *holders* names what gets the policy."""

    def create(call: Call, properties: Properties, facts: Facts) -> Created:
        own_id = facts.short_id()
        done: list[str] = []
        with undone_by(lambda: drop_all(call, done, facts), own_id):
            for one in dict.fromkeys(properties[holders]):
                put(call, one, properties["PolicyDocument"])
                done.append(one)
        return Created(own_id, {"Id": own_id})

    def update(
        call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts
    ) -> Created:
        changed = old["PolicyDocument"] != new["PolicyDocument"]
        for one in dict.fromkeys(new[holders]):
            if changed or one not in old[holders]:
                put(call, one, new["PolicyDocument"])
        drop_all(call, [one for one in old[holders] if one not in new[holders]], facts)
        return Created(physical_id, {"Id": physical_id})

    def delete(call: Call, _physical_id: str, properties: Properties, facts: Facts) -> None:
        drop_all(call, properties[holders], facts)

    def drop_all(call: Call, of: list[str], facts: Facts) -> None:
        for one in of:
            drop(call, one, facts)

    shape = structure({"PolicyDocument": DOCUMENT, holders: TEXTS}, "PolicyDocument", holders)
    return ResourceType(type_name, shape, create, update, delete, None, ("Id",))
