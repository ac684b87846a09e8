"""Elements of statements as sets: what they hold, with some of it or without."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from doorward.policy.document import (
    Condition,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
)

List = Literal["actions", "not_actions", "resources", "not_resources"]
LISTS: tuple[List, ...] = ("actions", "not_actions", "resources", "not_resources")

Key = tuple[object, ...]


def texts(items: Sequence[Text]) -> Texts:
    """*items* as an element: one stands by itself, several in a list."""
    return Texts(tuple(items), listed=len(items) != 1)


def items(statement: Statement, name: List) -> tuple[Text, ...]:
    """What the element *name* holds; nothing where it is not there."""
    found: Texts | None = getattr(statement, name)
    return found.items if found is not None else ()


def with_items(statement: Statement, name: List, kept: Sequence[Text]) -> Statement:
    """*statement* with *kept* in the element *name*."""
    match name:
        case "actions":
            return replace(statement, actions=texts(kept))
        case "not_actions":
            return replace(statement, not_actions=texts(kept))
        case "resources":
            return replace(statement, resources=texts(kept))
        case "not_resources":
            return replace(statement, not_resources=texts(kept))


def without(found: Sequence[Text], index: int) -> tuple[Text, ...]:
    """*found* but for the item at *index*."""
    return (*found[:index], *found[index + 1 :])


def together(lists: Iterable[Iterable[Text]]) -> tuple[Text, ...]:
    """The items of all *lists*, each text once, in the order in which they come."""
    seen: dict[str, Text] = {}
    for one in lists:
        for item in one:
            seen.setdefault(item.value, item)
    return tuple(seen.values())


def compact(statement: Statement) -> Statement:
    """*statement* with what is alone in a list taken out of it."""
    for name in LISTS:
        found = items(statement, name)
        if len(found) == 1:
            statement = with_items(statement, name, found)
    if statement.conditions:
        conditions = tuple(
            one if len(one.values.items) != 1 else one._replace(values=texts(one.values.items))
            for one in statement.conditions
        )
        statement = replace(statement, conditions=conditions)
    return replace(
        statement,
        principals=_compact_principals(statement.principals),
        not_principals=_compact_principals(statement.not_principals),
    )


def _compact_principals(found: Principals | None) -> Principals | None:
    if found is None:
        return None
    entries = tuple(
        PrincipalEntry(kind, texts(values.items))
        if len(values.items) == 1
        else PrincipalEntry(kind, values)
        for kind, values in found.entries
    )
    return replace(found, entries=entries)


def action_key(statement: Statement) -> Key:
    """What tells the Action or NotAction of two statements apart."""
    return (
        _texts_key(statement.actions, fold=True),
        _texts_key(statement.not_actions, fold=True),
    )


def resource_key(statement: Statement) -> Key:
    """What tells the Resource or NotResource of two statements apart."""
    return _texts_key(statement.resources), _texts_key(statement.not_resources)


def principal_key(statement: Statement) -> Key:
    """What tells the Principal or NotPrincipal of two statements apart."""
    return _principals_key(statement.principals), _principals_key(statement.not_principals)


def condition_key(conditions: Iterable[Condition] | None) -> Key:
    """What tells the conditions of two statements apart; their order does not."""
    return (frozenset(map(_one_condition, conditions or ())),)


def _one_condition(one: Condition) -> Key:
    return (*where(one), frozenset(each.value for each in one.values.items))


def where(one: Condition) -> tuple[str, str]:
    """The operator and key of a condition, as they compare."""
    return one.operator.value.lower(), one.key.value.lower()


def _texts_key(found: Texts | None, *, fold: bool = False) -> object:
    if found is None:
        return None
    return frozenset(one.value.lower() if fold else one.value for one in found.items)


def _principals_key(found: Principals | None) -> object:
    if found is None:
        return None
    return found.everyone, frozenset(entries(found))


def entries(found: Principals) -> Iterator[tuple[str, str]]:
    """Each type and name in a Principal element."""
    for kind, values in found.entries:
        for one in values.items:
            yield kind.value, one.value


def principals(named: Iterable[tuple[str, str]]) -> Principals:
    """A Principal element of *named*, types and names."""
    by_kind: dict[str, dict[str, None]] = {}
    for kind, name in named:
        by_kind.setdefault(kind, {})[name] = None
    made = (
        PrincipalEntry(Text(kind), texts([Text(one) for one in names]))
        for kind, names in by_kind.items()
    )
    return Principals(tuple(made))
