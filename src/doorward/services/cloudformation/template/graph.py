"""The order in which resources can be made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from collections.abc import Mapping

from doorward.services.cloudformation.template.document import Resource, Template
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.references import references as mentions

Layers = tuple[tuple[str, ...], ...]


class Circular(ValidationError):
    """Resources that each wait for another."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"Circular dependency between resources: [{', '.join(names)}]")


def in_force(template: Template, conditions: Mapping[str, bool] | None) -> dict[str, Resource]:
    """The resources that have no condition or one that holds."""
    return {
        name: resource
        for name, resource in template.resources.items()
        if resource.condition is None or conditions is None or conditions.get(resource.condition)
    }


def needs(resource: Resource, conditions: Mapping[str, bool] | None = None) -> set[str]:
    """The names that *resource* waits for: what it mentions and what it says it depends on.

    With *conditions*, only the branches that they take count.
    """
    named = {one.name for one in mentions(resource.properties, (), conditions)}
    return named | set(resource.depends_on)


def references(
    template: Template, conditions: Mapping[str, bool] | None = None
) -> dict[str, frozenset[str]]:
    """The resources that each resource in force waits for."""
    present = in_force(template, conditions)
    return {
        name: frozenset(needs(resource, conditions) & present.keys())
        for name, resource in present.items()
    }


def order(template: Template, conditions: Mapping[str, bool] | None = None) -> Layers:
    """The resources in force in layers: each needs only those of the layers before it.

    Within a layer they stand as in the template. Backwards it is the order of deletion.

    Raises:
        Circular: resources wait for one another.
    """
    found, left = layers(references(template, conditions))
    if left:
        raise Circular(left)
    return found


def layers(needed: Mapping[str, frozenset[str]]) -> tuple[Layers, tuple[str, ...]]:
    """The names in layers, and the names in or behind a circle."""
    waiting = {name: len(needed[name] & needed.keys()) for name in needed}
    wanted_by: dict[str, list[str]] = {name: [] for name in needed}
    for name, others in needed.items():
        for other in others & needed.keys():
            wanted_by[other].append(name)
    position = {name: at for at, name in enumerate(needed)}
    found: list[tuple[str, ...]] = []
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        found.append(tuple(ready))
        following: list[str] = []
        for name in ready:
            del waiting[name]
            for other in wanted_by[name]:
                waiting[other] -= 1
                if not waiting[other]:
                    following.append(other)
        ready = sorted(following, key=position.__getitem__)
    return tuple(found), _circle(waiting, wanted_by)


def _circle(waiting: Mapping[str, int], wanted_by: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Of those that wait for ever, the ones that others of them wait for in turn."""
    left = dict(waiting)
    while ends := [name for name in left if not any(one in left for one in wanted_by[name])]:
        for name in ends:
            del left[name]
    return tuple(left)
