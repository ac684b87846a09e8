"""What one call of an SDK or of the AWS CLI needs.

The gateway's mapping is asked twice: with a request that has all its parameters, and with one that
has only those that must be there.
"""

from collections.abc import Iterable, Iterator

from doorward.catalog import actions, keys
from doorward.cli.needs.need import Need, Needs
from doorward.cli.needs.spelling import call
from doorward.gateway.mapping import How, Requirement, requirements
from doorward.gateway.mapping.coverage import PLACE, sample
from doorward.wire import model

ALWAYS = "always"
SOMETIMES = "with some parameters"
OTHERWISE = "without some parameters"
CATALOGUE = "the catalogue's dependent actions"
SOURCES = {
    How.EXACT: "a reviewed rule",
    How.DERIVED: "the catalogue",
    How.INFERRED: "its name only: the catalogue does not have the action",
}


def needs(written: str) -> Needs:
    """What the call *written* needs.

    Raises:
        BadInput: there is no such call.
    """
    found = call(written)
    if len(found) == len(("service", "operation")) and found[0] in model.names():
        service, operation = found
        own = list(_of_operation(service, operation))
        subject = f"{service}.{model.snake(operation)}"
    else:
        when = ALWAYS if len(found) == 1 else SOMETIMES
        own = [_alone(name, when) for name in found]
        subject = written
    return Needs(subject, (*own, *_dependent(own)))


def _of_operation(service: str, operation: str) -> Iterator[Need]:
    every = sample(service, operation)
    full = list(_unlike(requirements(service, operation, every, PLACE)))
    least = _least(service, operation, every)
    small = list(_unlike(requirements(service, operation, least, PLACE)))
    in_full, in_small = ({one.action for one in made} for made in (full, small))
    for one in full:
        yield _need(one, ALWAYS if one.action in in_small else SOMETIMES)
    for one in small:
        if one.action not in in_full:
            yield _need(one, OTHERWISE)


def _need(one: Requirement, when: str) -> Need:
    via = f", asked by {one.via} for the caller" if one.via else ""
    filled = tuple(dict.fromkeys(map(_key, sorted(one.context))))
    return Need(one.action, when, _arns(one), filled, SOURCES[one.how] + via)


def _key(name: str) -> str:
    """A condition key as AWS spells it, with a placeholder for the key of a tag."""
    found = keys.find(name)
    if found is None:
        return name
    return f"{found.name}${{TagKey}}" if found.name.endswith("/") else found.name


def _least(service: str, operation: str, every: dict[str, object]) -> dict[str, object]:
    """The members of a request that must be there."""
    found = model.service(service).operation(operation)
    required = getattr(found.input, "required_members", ()) if found and found.input else ()
    return {name: value for name, value in every.items() if name in required}


def _unlike(made: Iterable[Requirement]) -> Iterator[Requirement]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for one in made:
        if (one.action, one.resource_types) not in seen:
            seen.add((one.action, one.resource_types))
            yield one


def _arns(one: Requirement) -> tuple[str, ...]:
    """The ARNs of the resource types, as the catalogue writes them."""
    known = actions.find(one.action)
    if known is None:
        return ()
    if not known.resource_types:
        return ("*",)
    types = [name for name in one.resource_types if name]
    wanted = types or [each.name for each in known.resource_types]
    kinds = (actions.resource_type(known.service, name) for name in dict.fromkeys(wanted))
    return tuple(kind.arn for kind in kinds if kind is not None)


def _alone(name: str, when: str) -> Need:
    """An action that is no operation of its own."""
    return Need(name, when, _arns(Requirement(name, ())), source="the catalogue")


def _dependent(own: Iterable[Need]) -> Iterator[Need]:
    """What the catalogue says is needed as well."""
    seen = {one.action.lower() for one in own}
    for one in list(own):
        known = actions.find(one.action)
        for name in known.dependent_actions if known else ():
            if name.lower() not in seen:
                seen.add(name.lower())
                arns = _arns(Requirement(name, ()))
                yield Need(name, SOMETIMES, arns, source=f"{CATALOGUE} of {one.action}")
