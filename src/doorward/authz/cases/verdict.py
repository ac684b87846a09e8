"""Deciding a case, and comparing the decision with what the case asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from doorward.authz.cases.case import DENIED, Case, Expected, Reference
from doorward.engine.decision import Decision, Match
from doorward.engine.evaluate import decide


class Difference(NamedTuple):
    """A member of a case that came out otherwise, both sides as text."""

    member: str
    expected: str
    decided: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A case, the decision on it, and where the two differ."""

    case: Case
    decision: Decision
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as asked."""
        return not self.differences


def judge(case: Case) -> Verdict:
    """The verdict on *case*."""
    decision = decide(case.request, case.policies, explain=True)
    return Verdict(case, decision, tuple(_differences(case.expected, decision)))


def blocked_by(decision: Decision) -> frozenset[str]:
    """The kinds of policy that stand in the way: those that deny, else those that do not allow."""
    if decision.allowed:
        return frozenset()
    denying = frozenset(str(match.kind) for match in decision.matched)
    return denying | frozenset(map(str, decision.missing))


def _differences(expected: Expected, decision: Decision) -> Iterator[Difference]:
    outcome = str(decision.outcome)
    wanted = expected.outcome
    if outcome != wanted and not (wanted == DENIED and not decision.allowed):
        yield Difference("outcome", wanted, outcome)
    decided = decision.decided_by and str(decision.decided_by)
    if "decided_by" in expected.said and expected.decided_by != decided:
        yield Difference("decided_by", expected.decided_by or "nothing", decided or "nothing")
    blocked = blocked_by(decision)
    if "blocked_by" in expected.said and expected.blocked_by != blocked:
        yield Difference("blocked_by", _joined(expected.blocked_by), _joined(blocked))
    if "statements" in expected.said and not _same(expected.statements, decision.matched):
        yield Difference(
            "statements",
            ", ".join(map(_written, expected.statements)) or "none",
            ", ".join(map(named, decision.matched)) or "none",
        )


def _same(references: Sequence[Reference], matches: Sequence[Match]) -> bool:
    """Whether each reference names another one of *matches*, and none is left over."""
    if len(references) != len(matches):
        return False
    if not references:
        return True
    first, *rest = references
    return any(
        _names(first, match) and _same(rest, [*matches[:at], *matches[at + 1 :]])
        for at, match in enumerate(matches)
    )


def _names(reference: Reference, match: Match) -> bool:
    return (
        reference.policy in {None, match.policy}
        and reference.sid in {None, match.sid}
        and reference.number in {None, match.index + 1}
    )


def _written(reference: Reference) -> str:
    which = reference.sid or (f"statement {reference.number}" if reference.number else "")
    return " ".join(filter(None, (which, f"of {reference.policy}" if reference.policy else "")))


def named(match: Match) -> str:
    """A determining statement as a case would name it."""
    return f"{match.sid or f'statement {match.index + 1}'} of {match.policy}"


def _joined(kinds: frozenset[str]) -> str:
    return ", ".join(sorted(kinds)) or "nothing"
