"""Smaller policies for what a user or role may do and does not: Access Analyzer's recommendation.

Every policy with something unused in it is replaced by one without, or only detached where nothing
is left of it. The new policy is proved to allow nothing that the old one did not, and nothing that
is unused; and all policies together as they would be, to allow nothing that they do not now.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingRecommendation.html
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from doorward.analysis import access
from doorward.analysis.access import Access
from doorward.analysis.account.model import Document
from doorward.analysis.account.unused import UnusedPermissions
from doorward.analysis.prove import Verdict, difference
from doorward.analysis.universe import covered, everything, members
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import actions
from doorward.engine.match import wild
from doorward.policy.document import Policy
from doorward.policy.parse import parse
from doorward.policy.render import render


class Action(StrEnum):
    """What to do, in AWS's words."""

    CREATE = "CREATE_POLICY"
    DETACH = "DETACH_POLICY"


class Unproved(Exception):
    """It cannot be proved that a smaller policy is one; so none is recommended."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} cannot be proved to be smaller: {reason}")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about `existing`; `policy` is the text of the one that is to be made."""

    action: Action
    existing: Document
    policy: str | None = None

    @property
    def existing_id(self) -> str:
        """The ARN of a managed policy, the name of an inline one (assumed)."""
        return self.existing.arn or self.existing.name


def steps(found: UnusedPermissions) -> tuple[Step, ...]:
    """What to do about the unused permissions *found*, policy by policy; in order.

    Policies of a user's groups are left alone: others have them too (assumed).

    Raises:
        Unproved: it cannot be told whether a smaller policy would be one.
    """
    made: list[Step] = []
    left: list[Policy] = []
    for one in found.entity.policies:
        text = smaller(one, [name for each in found.services for name in each.patterns])
        if text is None:
            left.append(one.policy)
            continue
        if text:
            made.append(Step(Action.CREATE, one, text))
            left.append(_read(text))
        made.append(Step(Action.DETACH, one))
    if made:
        _prove_together(left, [one.policy for one in found.entity.policies])
    return tuple(made)


def smaller(existing: Document, unused: Iterable[str]) -> str | None:
    """The policy *existing* without the *unused* actions, which are names or such as `s3:*`.

    Empty where no statement is left, None where nothing of it is unused. What it denies it denies
    still, though it may allow nothing any more: it also limits what other policies allow.

    Raises:
        Unproved: the result cannot be proved to be smaller.
    """
    gone = 0
    for name in unused:
        gone |= _actions(name)
    written = json.loads(render(existing.policy))
    statements = written["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    kept = [one for statement in statements if (one := _without(statement, gone)) is not None]
    if kept == statements:
        return None
    if not kept:
        return ""
    text = json.dumps({**written, "Statement": kept}, indent=2)
    _prove(existing, text, gone)
    return text


def _without(statement: dict[str, Any], gone: int) -> dict[str, Any] | None:
    """*statement* without the actions *gone*; None where none is left. A Deny stays as it is."""
    if statement["Effect"] != "Allow":
        return statement
    if "NotAction" in statement:
        excepted = 0
        for pattern in _list(statement["NotAction"]):
            excepted |= _actions(pattern)
        if not gone & ~excepted:
            return statement
        names = list(_services(gone | excepted))
        rest = {key: value for key, value in statement.items() if key != "NotAction"}
        return _with(rest, names)
    patterns = _list(statement["Action"])
    left = list(dict.fromkeys(one for pattern in patterns for one in _narrowed(pattern, gone)))
    return statement if left == patterns else _with(statement, left)


def _with(statement: dict[str, Any], names: Sequence[str]) -> dict[str, Any] | None:
    """*statement* about the actions *names*, its elements in their order."""
    if not names:
        return None
    made: dict[str, Any] = {}
    for key, value in {"Action": None, **statement}.items():
        if key == "Action":
            continue
        made[key] = value
        if key == "Effect":
            made["Action"] = names[0] if len(names) == 1 else list(names)
    return made


def _narrowed(pattern: str, gone: int) -> Iterator[str]:
    """What is left of *pattern*: itself, or the actions that it covers one by one."""
    mask = _actions(pattern)
    if not mask & gone:
        yield pattern  # also what the catalogue does not know
    elif pattern in {"*", "*:*"}:
        yield from _services(gone)
    else:
        yield from _named(mask & ~gone)


def _services(gone: int) -> Iterator[str]:
    """Every action but those *gone*: services whole where they can be."""
    for service in actions.services():
        whole = _actions(f"{service}:*")
        if not whole & gone:
            yield f"{service}:*"
        else:
            yield from _named(whole & ~gone)


def _named(mask: int) -> Iterator[str]:
    for name in members(mask):
        found = actions.find(name)
        yield found.full_name if found else name


def _actions(pattern: str) -> int:
    """The actions of the catalogue that *pattern* covers."""
    return everything() if pattern == "*" else covered(wild(pattern.lower()), loose=False)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _prove(existing: Document, text: str, gone: int) -> None:
    """Refuse *text* where it may allow what *existing* does not, or something of what is *gone*.

    Raises:
        Unproved: it may.
    """
    name = f"The policy instead of {existing.name}"
    new = access.access([_read(text)])
    if access.union(new.allows) & gone:
        raise Unproved(name, "an unused action is left in it.")
    _smaller(name, new, access.access([existing.policy]))


def _prove_together(new: Sequence[Policy], old: Sequence[Policy]) -> None:
    """Refuse the policies *new* where they may allow what *old* do not, such as without a Deny.

    Raises:
        Unproved: they may.
    """
    _smaller("What is left of the policies", access.access(new), access.access(old))


def _smaller(what: str, new: Access, old: Access) -> None:
    answer = difference(new, old)
    if answer.verdict is not Verdict.PROVED:
        example = answer.witness
        would = f"it would allow {example.action} on {example.resource}." if example else ""
        raise Unproved(what, answer.reason or would)


def _read(text: str) -> Policy:
    return parse(text, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
