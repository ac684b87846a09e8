"""Requests that were seen, decided once by the accounts as they are and once as they would be.

Three answers are possible: what a change does to a request is told only where it holds whatever is
not known of the request. A session policy that may have limited the caller is not known either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from doorward.analysis import universe
from doorward.analysis.account import asking
from doorward.analysis.account.asking import Asked
from doorward.analysis.account.effective import Effective, Verdict
from doorward.analysis.account.held import Held
from doorward.analysis.account.narrowing import SOME
from doorward.analysis.account.rebuilt import Passed, Rebuilt, requests
from doorward.analysis.account.standing import Standing
from doorward.engine.match import UNKNOWN, is_template

UNNAMED = "the event does not name the resource"
STRANGER = "made by somebody who is not in the accounts"


class Effect(Enum):
    """What a change does to a request."""

    DENIED = "denied"
    ALLOWED = "allowed"
    UNTOLD = "cannot tell"


class About(NamedTuple):
    """Requests that are alike."""

    principal: str
    action: str
    resource: str
    effect: Effect
    reason: str


@dataclass(slots=True)
class Outcome:
    """What a change would do to the requests of a trail.

    `passed` counts the records from which no request was made, by why.
    """

    found: Counter[About] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0

    def of(self, effect: Effect) -> list[tuple[About, int]]:
        """The requests to which that happens, the most frequent first."""
        found = [(one, count) for one, count in self.found.items() if one.effect is effect]
        return sorted(found, key=lambda one: (-one[1], one[0].principal, one[0].action))

    def count(self, effect: Effect) -> int:
        """How many requests that happens to."""
        return sum(count for one, count in self.found.items() if one.effect is effect)


def over(old: Held, new: Held, records: Iterable[Mapping[str, Any]]) -> Outcome:
    """What becomes of the requests in *records*; *new* is held beside *old*."""
    comparing = _Comparing(old, new)
    for one in records:
        comparing.record(one)
    return comparing.outcome


class _Comparing:
    def __init__(self, old: Held, new: Held) -> None:
        self.old, self.new = Effective(old), Effective(new)
        self.outcome = Outcome()
        self._same: dict[tuple[str, str, str], bool] = {}
        self._paths: dict[tuple[str, str], str] = {}
        for arn in old.targets:
            self._paths.setdefault(_short(arn), arn)

    def record(self, record: Mapping[str, Any]) -> None:
        """Count one record."""
        found = requests(record)
        if isinstance(found, Passed):
            self.outcome.passed[found.reason] += 1
            return
        told = [self._told(self._placed(one)) for one in found]
        if any(one is None for one in told):
            self.outcome.passed[STRANGER] += 1
            return
        changed = [one for one in told if isinstance(one, About)]
        if not changed:
            self.outcome.unchanged += 1
            return
        alike = len(changed) == len(told) and len({one.effect for one in changed}) == 1
        if found[0].perhaps and not alike:
            unnamed = changed[0]._replace(effect=Effect.UNTOLD, resource=SOME, reason=UNNAMED)
            self.outcome.found[unnamed] += 1
            return
        # A request on several resources is refused where one of them is, and allowed where all are.
        order = (Effect.DENIED, Effect.UNTOLD, Effect.ALLOWED)
        self.outcome.found[min(changed, key=lambda one: order.index(one.effect))] += 1

    def _placed(self, one: Rebuilt) -> Rebuilt:
        """*one* on the user or role that it names, where only the path was not known."""
        if not is_template(one.template):
            return one
        kind, _, name = one.template.rpartition(":")[2].partition("/")
        arn = self._paths.get((one.template.split(":")[4] + kind, name.removeprefix(UNKNOWN)))
        if arn is None or UNKNOWN in name.removeprefix(UNKNOWN):
            return one
        return Rebuilt(one.principal, one.account, one.action, arn, arn, one.given, one.denied)

    def _told(self, one: Rebuilt) -> About | str | None:
        """What becomes of a request: nothing is told by a word; None for a stranger's."""
        before = self.old.held.standings.get(one.principal)
        after = self.new.held.standings.get(one.principal)
        if before is None or after is None:
            return None
        key = (one.principal, one.action, one.resource)
        if key not in self._same:
            self._same[key] = self._basis(self.old, before, one) == self._basis(
                self.new, after, one
            )
        if self._same[key]:
            return "unchanged"
        effect, reason = self._effect(one, before, after)
        if effect is None:
            return "unchanged"
        return About(one.principal, one.action, one.resource, effect, reason)

    def _basis(self, effective: Effective, who: Standing, one: Rebuilt) -> tuple[object, ...]:
        return effective.basis(who, _asked(effective, who, one, known=False))

    def _effect(self, one: Rebuilt, before: Standing, after: Standing) -> tuple[Effect | None, str]:
        was, why = self._decided(self.old, before, one)
        will, reason = self._decided(self.new, after, one)
        if one.denied:
            if will is Verdict.REFUSED:
                return None, ""
            if was is Verdict.ALLOWED:
                return Effect.UNTOLD, "it was refused, but the policies as they are allow it"
            if will is Verdict.ALLOWED:
                return Effect.ALLOWED, reason
            return Effect.UNTOLD, reason
        if was is Verdict.REFUSED:
            return Effect.UNTOLD, f"it was allowed, but the policies as they are refuse it: {why}"
        if will is Verdict.REFUSED:
            return Effect.DENIED, reason
        return (None, "") if will is Verdict.ALLOWED else (Effect.UNTOLD, reason)

    def _decided(self, effective: Effective, who: Standing, one: Rebuilt) -> tuple[Verdict, str]:
        """What is certain of a request, and why."""
        asked = _asked(effective, who, one, known=True)
        if effective.surely(who, asked, one.template):
            return Verdict.ALLOWED, "the policies allow it"
        possible = effective.allows(who, one.action, one.resource, one.given)
        if possible.verdict is not Verdict.ALLOWED:
            return possible.verdict, possible.reason
        return Verdict.UNKNOWN, _lacking(effective, who, asked)


def _asked(effective: Effective, who: Standing, one: Rebuilt, *, known: bool) -> Asked:
    bit = universe.covered(one.action.lower(), loose=False)
    given = one.given if known else {}
    return asking.asked(effective.held, who, one.action.lower(), bit, one.resource, given, None)


def _lacking(effective: Effective, who: Standing, asked: Asked) -> str:
    """What the event does not carry and the policies ask for."""
    wanted = sorted(effective.open_keys(who, asked))
    if wanted:
        return f"the event does not carry {', '.join(wanted)}"
    return "the event does not name the whole resource"


def _short(arn: str) -> tuple[str, str]:
    """The account and kind, and the name, of a user or role."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return arn.split(":")[4] + kind, name.rpartition("/")[2]
