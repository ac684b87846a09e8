"""What a change would do, as people read it and as programs do."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from doorward.analysis.account.finding import several
from doorward.analysis.account.gains import Gain
from doorward.analysis.account.whatif import About, Effect, Outcome
from doorward.cli.account import answers

SHOWN = 50
TITLES = {
    Effect.DENIED: "NEWLY REFUSED",
    Effect.ALLOWED: "NEWLY ALLOWED",
    Effect.UNTOLD: "CANNOT TELL",
}
KEYS = {Effect.DENIED: "denied", Effect.ALLOWED: "allowed", Effect.UNTOLD: "untold"}


def events(outcome: Outcome) -> Iterator[str]:
    """What becomes of requests, by principal."""
    for effect, title in TITLES.items():
        found = outcome.of(effect)
        if not found:
            continue
        yield f"{title} ({several(outcome.count(effect), 'request')})"
        shown = sorted(islice(found, SHOWN), key=lambda one: one[0].principal)
        for principal, group in groupby(shown, key=lambda one: one[0].principal):
            yield f"  {principal}"
            for one, count in group:
                yield f"    {count} x {answers.name(one.action)} on {one.resource}"
                yield f"      {one.reason}"
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more; --format json lists all"
    yield (
        f"requests: {outcome.count(Effect.DENIED)} newly refused, "
        f"{outcome.count(Effect.ALLOWED)} newly allowed, "
        f"{outcome.count(Effect.UNTOLD)} cannot be told, {outcome.unchanged} as before"
    )
    for reason, count in outcome.passed.most_common():
        yield f"not looked at: {several(count, 'event')} {reason}"


def document(outcome: Outcome) -> Mapping[str, Any]:
    """As `events`, as JSON."""
    made: dict[str, Any] = {
        KEYS[effect]: [_row(one, count) for one, count in outcome.of(effect)] for effect in TITLES
    }
    counted = {KEYS[effect]: outcome.count(effect) for effect in TITLES}
    made["requests"] = {**counted, "unchanged": outcome.unchanged}
    made["notLookedAt"] = [
        {"reason": reason, "events": count} for reason, count in outcome.passed.most_common()
    ]
    return made


def _row(one: About, count: int) -> Mapping[str, Any]:
    return {
        "principal": one.principal,
        "action": answers.name(one.action),
        "resource": one.resource,
        "count": count,
        "reason": one.reason,
    }


def proofs(found: Sequence[Gain]) -> Iterator[str]:
    """Who gains or loses what."""
    for principal, group in groupby(found, key=lambda one: one.principal):
        yield principal
        for one in group:
            many = several(one.actions.bit_count(), "action")
            if one.example is None:
                yield f"  perhaps {one.way} up to {many}: {one.reason}"
                continue
            how = f" ({one.reason})" if one.reason else ""
            yield f"  {one.way} access with up to {many}, such as"
            yield f"    {answers.request(one.example)}{how}"
    who = {
        way: len({one.principal for one in found if one.way == way}) for way in ("gains", "loses")
    }
    yield f"principals that gain access: {who['gains']}, that lose access: {who['loses']}"


def proved(found: Sequence[Gain]) -> Mapping[str, Any]:
    """As `proofs`, as JSON."""
    return {
        "access": [
            {
                "principal": one.principal,
                "change": one.way,
                "actions": one.actions.bit_count(),
                "example": answers.example(one.example),
                "reason": one.reason or None,
            }
            for one in found
        ]
    }
