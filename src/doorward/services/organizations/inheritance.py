"""How the management policies above an account merge into the one that applies to it.

Every setting is an object of operators. A policy further down changes what it inherits, as far as
those above let it; what they forbade stays forbidden all the way down.

https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PREFIX = "@@"
ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
OPERATORS = (ASSIGN, APPEND, REMOVE)
CHILD_CONTROL = "@@operators_allowed_for_child_policies"
ALL, NONE = "@@all", "@@none"
VALUES = (*OPERATORS, ALL, NONE)

EVERY = frozenset(OPERATORS)


@dataclass(slots=True)
class Setting:
    """A place in the merged policy: its value, if it has one, or the settings under it.

    `allowed` are the operators that policies further down may use here and below; `under` holds
    the settings by name in lower case, `name` is how this one is spelled.
    """

    name: str = ""
    value: Any = None
    allowed: frozenset[str] = EVERY
    under: dict[str, "Setting"] = field(default_factory=dict)

    def plain(self) -> Any:
        """The setting as the effective policy shows it, None where nothing is set."""
        if self.value is not None:
            return self.value
        shown = {one.name: one.plain() for one in self.under.values()}
        return {name: value for name, value in shown.items() if value is not None} or None


def effective(levels: Iterable[Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """What the policies of the *levels*, the root first, come to; empty where nothing is set.

    The policies of one level do not restrict one another; where they set the same, the later one
    wins (assumed).
    """
    root = Setting()
    for level in levels:
        limits: list[tuple[Setting, frozenset[str]]] = []
        for policy in level:
            _merge(root, policy, EVERY, limits)
        for setting, allowed in limits:
            setting.allowed &= allowed
    found: dict[str, Any] = root.plain() or {}
    return found


def _merge(
    setting: Setting,
    policy: Mapping[str, Any],
    allowed: frozenset[str],
    limits: list[tuple[Setting, frozenset[str]]],
) -> None:
    """Change *setting* as *policy* says, with the operators *allowed* from above.

    What the policy forbids to those further down is put into *limits*, for after its level.
    """
    allowed &= setting.allowed
    if CHILD_CONTROL in policy:
        limits.append((setting, _operators(policy[CHILD_CONTROL])))
    for operator in OPERATORS:
        if operator in policy and operator in allowed:
            setting.value = _changed(setting.value, operator, policy[operator])
    for name, inner in policy.items():
        if name.startswith(PREFIX):
            continue
        there = setting.under.get(name.lower())
        # A new setting under one that forbids assigning would be assigned.
        if there is None and ASSIGN not in allowed:
            continue
        one = there or setting.under.setdefault(name.lower(), Setting(name))
        if isinstance(inner, Mapping):
            _merge(one, inner, allowed, limits)
        elif ASSIGN in allowed & one.allowed:
            one.value = inner


def _operators(names: Iterable[str]) -> frozenset[str]:
    """The operators that a child control names."""
    given = frozenset(names)
    return EVERY if ALL in given else given & EVERY


def _changed(value: Any, operator: str, given: Any) -> Any:
    """*value* after one operator; lists keep their order and hold nothing twice."""
    if operator == ASSIGN:
        return given
    present = value if isinstance(value, list) else [] if value is None else [value]
    items = given if isinstance(given, list) else [given]
    if operator == REMOVE:
        return [one for one in present if one not in items]
    return [*present, *(one for one in items if one not in present)]
