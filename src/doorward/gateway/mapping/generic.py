"""The rule for every operation: its action, its resources, its condition keys.

The action is named like the operation, with the service's prefix; its resource types are the
catalogue's, and what fills their ARNs are members of the request, found by their names. A row of
`exceptions.toml` says what does not follow so.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from doorward.catalog import actions
from doorward.catalog.actions import Action
from doorward.engine.match import UNKNOWN, is_template
from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape, shape_of
from doorward.gateway.mapping.call import Call
from doorward.gateway.mapping.requirement import How, Requirement
from doorward.wire import model

MAY_CREATE = (*fill.CREATES, "Put", "Start")
"""What begins the names of operations that may make a resource whose id is not known yet."""

PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "tagging": "tag"}
"""Signing names that differ from the prefix that policies write, where nothing else tells."""

Resolve = Callable[[Call, ArnShape], list[str] | None]
"""How a service names its resources of one type: their ARNs, or None where the names tell."""


class Target(NamedTuple):
    """A resource type that an action works on, and the condition keys that go with both."""

    shape: ArnShape
    required: bool
    keys: tuple[str, ...]


class Subject(NamedTuple):
    """One resource that a request is about, and its type."""

    arn: str
    target: Target | None

    @property
    def type(self) -> str:
        """The name of its type, empty where it has none."""
        return self.target.shape.type if self.target else ""


class Ways(NamedTuple):
    """How the generic rule is changed for an operation.

    Attributes:
        aliases: variables of ARN templates to the members that fill them.
        told: what fills the ARNs was said for this operation, so no member is looked for.
        on: the resource types that count, in place of the catalogue's.
        resolve: how the service names its resources.
        how: how far the result is to be trusted.
    """

    aliases: Mapping[str, str] = {}
    told: bool = False
    on: tuple[str, ...] | None = None
    resolve: Resolve | None = None
    how: How = How.DERIVED


@lru_cache(maxsize=16_384)
def action_of(service: str, operation: str) -> tuple[str, bool]:
    """The action of an operation, and whether the catalogue has it."""
    for prefix in prefixes(service):
        found = actions.find(f"{prefix}:{operation}")
        if found is not None:
            return found.full_name, True
    return f"{prefixes(service)[0]}:{operation}", False


@lru_cache(maxsize=512)
def prefixes(service: str) -> tuple[str, ...]:
    """The prefixes under which the actions of a service may stand, the likeliest first."""
    found = model.service(service)
    names = (found.signing_name, found.endpoint_prefix, service)
    wanted = [PREFIXES.get(name, name).lower() for name in names]
    known = [name for name in dict.fromkeys(wanted) if name in actions.services()]
    return tuple(known) or (found.signing_name,)


@lru_cache(maxsize=16_384)
def targets(name: str, on: tuple[str, ...] | None) -> tuple[Target, ...]:
    """The resource types of the action *name*, or those *on* which it is asked."""
    found: list[Target] = []
    action = actions.find(name)
    if action is None:
        return ()
    kinds = {kind.name: kind for kind in action.resource_types}
    for name_of in kinds if on is None else on:
        shape = shape_of(action.service, name_of)
        if shape is not None:
            kind = kinds.get(name_of)
            keys = action.condition_keys + (kind.condition_keys if kind else ())
            if kind is None or not kind.condition_keys:
                keys += tuple(_of_type(action.service, name_of))
            needed = on is not None or (kind is not None and kind.required)
            found.append(Target(shape, needed, tuple(map(_prefix, keys))))
    return tuple(found)


def _of_type(service: str, name: str) -> Iterator[str]:
    """The condition keys of a resource type itself, for actions that say nothing of it."""
    kind = actions.resource_type(service, name)
    for key in kind.condition_keys if kind else ():
        if not key.startswith(("aws:RequestTag", "aws:TagKeys")):
            yield key


def _prefix(key: str) -> str:
    """*key* in lower case, without the part that stands for any tag or the like."""
    return key.lower().partition("${")[0].partition("<")[0].removesuffix("tag-key")


def subjects(action: Action, call: Call, ways: Ways) -> list[Subject]:
    """The resources of the request, by the catalogue's types of *action*.

    All that are required; of the others, those that the request names in full. Where nothing is
    required and nothing named, it may be any resource at all.
    """
    wanted = targets(action.full_name, ways.on)
    if not wanted:
        return [Subject("*", None)] if not action.resource_types or ways.on == () else [ANYTHING]
    creates = call.operation.startswith(fill.CREATES)
    vague = [] if ways.told else vague_arns(call.parameters)
    found = [fitting(arn, wanted) for arn in vague]
    for one in wanted:
        needed = one.required and (creates or not vague)
        found += [Subject(arn, one) for arn in named(one, call, ways) if needed or _told(one, arn)]
    if found:
        return list({one.arn: one for one in reversed(found)}.values())[::-1]
    if len(wanted) == 1:
        return [Subject(wanted[0].shape.arn(call.place, {}), wanted[0])]
    return [ANYTHING]


ANYTHING = Subject(UNKNOWN, None)


def named(one: Target, call: Call, ways: Ways) -> list[str]:
    """The ARNs of one type that the request tells of."""
    if ways.resolve is not None:
        found = ways.resolve(call, one.shape)
        if found is not None:
            return found
    return fill.arns(
        one.shape, call.place, call.parameters, aliases=ways.aliases, operation=call.operation
    )


def vague_arns(parameters: Mapping[str, Any]) -> list[str]:
    """The ARNs in members such as `ResourceArn`, whose names do not say what they are of."""
    return [
        text
        for name, value in parameters.items()
        if fill.stem(name) in fill.VAGUE
        for text in fill.texts(value)
        if text.startswith("arn:")
    ]


def fitting(arn: str, wanted: tuple[Target, ...]) -> Subject:
    """*arn* with the type that it fits, the closest; where it fits none, any resource."""
    fits = [one for one in wanted if one.shape.fits(arn)]
    if not fits:
        return ANYTHING
    return Subject(arn, max(fits, key=lambda one: sum(map(len, one.shape.parts[::2]))))


def _told(one: Target, arn: str) -> bool:
    """Whether a resource that need not be named is."""
    return bool(one.shape.variables) and not is_template(arn)


def requirements(
    action: Action, call: Call, context: Mapping[str, Value], ways: Ways
) -> Iterator[Requirement]:
    """*action* on the resources of the request, with what of *context* goes with it.

    Resources that take other condition keys than the rest make a requirement of their own.
    """
    groups: dict[tuple[str, ...], list[Subject]] = {}
    for one in subjects(action, call, ways):
        groups.setdefault(fitting_keys(action, one, context), []).append(one)
    for keys, group in groups.items():
        arns = tuple(one.arn for one in group)
        settled = call.operation.startswith(MAY_CREATE) or not any(UNKNOWN in one for one in arns)
        how = ways.how if settled and UNKNOWN not in arns else How.DERIVED
        kept = {key: context[key] for key in keys}
        yield Requirement(action.full_name, arns, tuple(one.type for one in group), kept, how)


@lru_cache(maxsize=16_384)
def own_keys(name: str) -> tuple[str, ...]:
    """The condition keys of the action *name* itself."""
    action = actions.find(name)
    return () if action is None else tuple(map(_prefix, action.condition_keys))


def fitting_keys(action: Action, one: Subject, context: Mapping[str, Value]) -> tuple[str, ...]:
    """The keys of *context* that the catalogue has for *action* on *one*."""
    if not context:
        return ()
    if one.target is None and one.arn == UNKNOWN:
        return tuple(context)
    own = one.target.keys if one.target is not None else own_keys(action.full_name)
    return tuple(key for key in context if _known(key, own))


def _known(key: str, own: tuple[str, ...]) -> bool:
    return any(key == one or (one.endswith(("/", ":")) and key.startswith(one)) for one in own)


def inferred(action: str, context: Mapping[str, Value]) -> Requirement:
    """The requirement of an operation whose action the catalogue does not have."""
    return Requirement(action, (UNKNOWN,), ("",), dict(context), How.INFERRED)
