"""A decision as a person reads it, and as a program does."""

import os
from collections.abc import Iterator
from textwrap import dedent
from typing import Any, TextIO

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Decision, Match, Outcome
from doorward.engine.evaluate import Applicable
from doorward.engine.reason import NAMES, clause
from doorward.engine.request import PrincipalKind, Request
from doorward.policy.document import Policy, Position

COLOURS = {
    Outcome.ALLOWED: "\x1b[32m",
    Outcome.EXPLICIT_DENY: "\x1b[31m",
    Outcome.IMPLICIT_DENY: "\x1b[33m",
}
PLAIN = "\x1b[0m"
TITLES = {
    Outcome.ALLOWED: "ALLOWED",
    Outcome.EXPLICIT_DENY: "DENIED (explicit deny)",
    Outcome.IMPLICIT_DENY: "DENIED (implicit deny)",
}
SNIPPET_LINES = 12


def text(
    request: Request, policies: Applicable, decision: Decision, stream: TextIO
) -> Iterator[str]:
    """The lines of a readable explanation, coloured where *stream* is a terminal."""
    title = TITLES[decision.outcome]
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    yield f"{COLOURS[decision.outcome]}{title}{PLAIN}" if coloured else title
    yield f"  {request.principal.arn or 'anonymous'}"
    yield f"  {request.action} on {request.resource}"
    yield f"  {reason(request, decision)}"
    for match in decision.matched:
        yield ""
        yield from statement(match, policies)
    if decision.missing and decision.outcome is Outcome.IMPLICIT_DENY:
        yield ""
        yield "an Allow is missing from: " + ", ".join(NAMES[kind] for kind in decision.missing)
    if decision.missing_keys:
        yield ""
        yield "condition keys asked for and not given: " + ", ".join(decision.missing_keys)


def reason(request: Request, decision: Decision) -> str:
    """Why, in AWS's words where it has them."""
    if not decision.allowed:
        return clause(decision, request.action)
    if decision.decided_by is None:
        root = request.principal.kind is PrincipalKind.ROOT
        return "the root user may do everything in its account" if root else "needs no permission"
    return f"allowed by the {NAMES[decision.decided_by]}"


def statement(match: Match, policies: Applicable) -> Iterator[str]:
    """Where a determining statement stands, and its text."""
    policy = source(match, policies)
    position = policy.position(match.place.start) if policy else Position(1, 1)
    named = f" `{match.sid}`" if match.sid else ""
    yield (
        f"{match.effect.value} by statement {match.index + 1}{named} of "
        f"{match.policy}:{position.line}:{position.column} ({NAMES[match.kind]})"
    )
    written = policy.text[match.place.start : match.place.end] if policy else ""
    lines = dedent(" " * (position.column - 1) + written).splitlines()
    yield from (f"    {line}" for line in lines[:SNIPPET_LINES])
    if len(lines) > SNIPPET_LINES:
        yield f"    … {len(lines) - SNIPPET_LINES} more lines"


def source(match: Match, policies: Applicable) -> Policy | None:
    """The policy that the statement of *match* stands in."""
    sets: list[PolicySet | None] = [
        policies.identity,
        policies.resource,
        policies.boundary,
        policies.session,
        policies.endpoint,
        *(policies.scps or ()),
        *(policies.rcps or ()),
    ]
    for one in sets:
        for named in one.policies if one and one.kind is match.kind else ():
            if named.name == match.policy:
                return named.policy
    return None


def document(request: Request, policies: Applicable, decision: Decision) -> dict[str, Any]:
    """The decision as plain values; lines and columns count from 1."""
    return {
        "outcome": str(decision.outcome),
        "allowed": decision.allowed,
        "reason": reason(request, decision),
        "decided_by": decision.decided_by,
        "matched": [shown(match, policies) for match in decision.matched],
        "missing": list(decision.missing),
        "missing_context_keys": list(decision.missing_keys),
    }


def shown(match: Match, policies: Applicable) -> dict[str, Any]:
    """One determining statement as plain values."""
    policy = source(match, policies)
    position = policy.position(match.place.start) if policy else Position(1, 1)
    return {
        "kind": match.kind,
        "effect": match.effect.value,
        "policy": match.policy,
        "arn": match.arn,
        "sid": match.sid,
        "statement": match.index,
        "line": position.line,
        "column": position.column,
    }
