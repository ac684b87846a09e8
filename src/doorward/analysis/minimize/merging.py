"""Statements that are alike but for one element, made one.

Over actions and over resources this changes nothing: a statement applies where one of its actions
and one of its resources do. Over principals and values of conditions it is proved each time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from doorward.analysis.minimize import elements
from doorward.analysis.minimize.elements import Key
from doorward.analysis.minimize.proof import Prover
from doorward.policy.document import Condition, Principals, Statement

Group = list[int]


def over_actions(statements: Sequence[Statement]) -> Iterator[tuple[Group, Statement]]:
    """Which statements may be one but for their actions, by their places, and that one."""
    for group in _alike(statements, _but_actions):
        found = [statements[at] for at in group]
        kept = elements.together(elements.items(one, "actions") for one in found)
        yield group, elements.with_items(_named(found), "actions", kept)


def over_resources(statements: Sequence[Statement]) -> Iterator[tuple[Group, Statement]]:
    """As `over_actions`, for resources."""
    for group in _alike(statements, _but_resources):
        found = [statements[at] for at in group]
        kept = elements.together(elements.items(one, "resources") for one in found)
        yield group, elements.with_items(_named(found), "resources", kept)


def over_principals(
    statements: Sequence[Statement], prover: Prover
) -> Iterator[tuple[Group, Statement]]:
    """As `over_actions`, for principals."""
    for group in _alike(statements, _but_principals):
        found = [statements[at] for at in group]
        named = [
            one for each in found if each.principals for one in elements.entries(each.principals)
        ]
        made = replace(_named(found), principals=elements.principals(named))
        if prover.same([made], found):
            yield group, made


def over_values(
    statements: Sequence[Statement], prover: Prover
) -> Iterator[tuple[Group, Statement]]:
    """As `over_actions`, for the values of one condition."""
    wanted = {elements.where(condition) for one in statements for condition in one.conditions or ()}
    for which in sorted(wanted):
        for group in _alike(statements, partial(_but_values, which=which)):
            found = [statements[at] for at in group]
            made = replace(_named(found), conditions=_joined(found, which))
            if prover.same([made], found):
                yield group, made


def _joined(found: Sequence[Statement], which: tuple[str, str]) -> tuple[Condition, ...]:
    """The conditions of the first, with the values that all have in *which*."""
    values = elements.together(
        condition.values.items
        for one in found
        for condition in one.conditions or ()
        if elements.where(condition) == which
    )
    return tuple(
        one._replace(values=elements.texts(values)) if elements.where(one) == which else one
        for one in found[0].conditions or ()
    )


def _named(found: Sequence[Statement]) -> Statement:
    """The first of *found*, with the first Sid that one of them has."""
    sid = next((one.sid for one in found if one.sid is not None and one.sid.value), found[0].sid)
    return replace(found[0], sid=sid)


def _alike(
    statements: Sequence[Statement], key: Callable[[Statement], Key | None]
) -> Iterator[Group]:
    groups: dict[Key, Group] = {}
    for at, one in enumerate(statements):
        found = key(one)
        if found is not None:
            groups.setdefault(found, []).append(at)
    yield from (group for group in groups.values() if len(group) > 1)


def _but_actions(one: Statement) -> Key | None:
    if one.actions is None:
        return None
    return (one.effect, *elements.resource_key(one), *elements.principal_key(one), *_when(one))


def _but_resources(one: Statement) -> Key | None:
    if one.resources is None:
        return None
    return (one.effect, *elements.action_key(one), *elements.principal_key(one), *_when(one))


def _but_principals(one: Statement) -> Key | None:
    found: Principals | None = one.principals
    if found is None or found.everyone:
        return None
    return (one.effect, *elements.action_key(one), *elements.resource_key(one), *_when(one))


def _but_values(one: Statement, *, which: tuple[str, str]) -> Key | None:
    conditions = one.conditions or ()
    rest = [each for each in conditions if elements.where(each) != which]
    if len(rest) + 1 != len(conditions):
        return None
    return (
        one.effect,
        *elements.action_key(one),
        *elements.resource_key(one),
        *elements.principal_key(one),
        *elements.condition_key(rest),
    )


def _when(one: Statement) -> Key:
    return elements.condition_key(one.conditions)
