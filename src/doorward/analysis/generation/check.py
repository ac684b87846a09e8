"""What is to be true of a generated policy, asked of the engine and of the decision procedure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from doorward.analysis import access
from doorward.analysis.generation.needed import Needed
from doorward.analysis.generation.policy import policy
from doorward.analysis.prove import Verdict, difference
from doorward.analysis.validation.check import validate
from doorward.analysis.validation.draft import Kind
from doorward.analysis.validation.finding import Finding, Level
from doorward.policy.parse import parse

MOST_PROVED = 200
"""Of more needs, the policy is compared with them pair by pair, which is as certain but blind to
a policy that says the same in other words."""


class Checked(NamedTuple):
    """What was found out about a policy.

    Attributes:
        refused: what is needed and the policy does not allow.
        wider: a request, in words, that it allows and nobody needs; or that this cannot be told.
        findings: what the validation says, suggestions left out.
    """

    refused: tuple[Needed, ...]
    wider: str
    findings: tuple[Finding, ...]


def checked(made: Mapping[str, Any], needed: Sequence[Needed], limit: int) -> Checked:
    """What is to be said of the policy *made* for *needed*; *limit* bounds its characters."""
    if not made["Statement"]:
        return Checked(tuple(needed), "", ())
    text = json.dumps(made, separators=(",", ":"))
    parsed = parse(text, limit=limit)
    allowed = access.access([parsed])
    refused = tuple(one for one in needed if not _allows(allowed, one))
    found = [one for one in validate(text, Kind.IDENTITY) if one.level is not Level.SUGGESTION]
    wider = _wider(allowed, needed, limit) if len(needed) <= MOST_PROVED else _more(made, needed)
    return Checked(refused, wider, tuple(found))


def _allows(allowed: access.Access, one: Needed) -> bool:
    return allowed.holds(one.action.lower(), one.example, dict(one.conditions))


def _more(made: Mapping[str, Any], needed: Iterable[Needed]) -> str:
    """A pair of action and resource in the policy that nobody needs."""
    wanted = {(one.action, one.written, one.conditions) for one in needed}
    for statement in made["Statement"]:
        equal = statement.get("Condition", {}).get("StringEquals", {})
        conditions = tuple(sorted((key.lower(), value) for key, value in equal.items()))
        for action in _each(statement["Action"]):
            for resource in _each(statement["Resource"]):
                if (action, resource, conditions) not in wanted:
                    return f"{action} on {resource}"
    return ""


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _wider(allowed: access.Access, needed: Iterable[Needed], limit: int) -> str:
    """What the policy allows beyond *needed*, each of which is written down on its own."""
    statements = [each for one in needed for each in policy([one])["Statement"]]
    wanted = parse(json.dumps({"Version": "2012-10-17", "Statement": statements}), limit=limit)
    answer = difference(allowed, access.access([wanted]))
    if answer.verdict is Verdict.PROVED:
        return ""
    if answer.witness is not None:
        return f"{answer.witness.action} on {answer.witness.resource}"
    return f"cannot be told: {answer.reason}"
