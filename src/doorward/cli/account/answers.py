"""Answers about an account as people read them, and as programs do."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from doorward.analysis import universe
from doorward.analysis.account.effective import Reach, Verdict
from doorward.analysis.account.external import External
from doorward.analysis.account.reach import What, Who
from doorward.analysis.account.standing import Standing
from doorward.analysis.prove import Witness
from doorward.catalog import actions as catalogue
from doorward.cli.reports import printable
from doorward.engine.request import Context, Value

EVIDENT = (
    "aws:principal",
    "aws:userid",
    "aws:username",
    "aws:resourceaccount",
)
"""Keys that follow from who asks about what, and are not shown."""

TITLES = {
    Verdict.ALLOWED: "ALLOWED",
    Verdict.REFUSED: "REFUSED",
    Verdict.UNKNOWN: "UNKNOWN",
}


def printed(told: Iterable[str] | Mapping[str, Any]) -> None:
    """Print lines, or a document as JSON."""
    if isinstance(told, Mapping):
        print(json.dumps(told, indent=2))
        return
    for line in told:
        print(printable(line))


def name(action: str) -> str:
    """*action* as policies write it."""
    found = catalogue.find(action)
    return found.full_name if found else action


def conditions(context: Context) -> Mapping[str, Value]:
    """What of *context* does not follow from who asks."""
    return {key: one for key, one in sorted(context.items()) if not key.startswith(EVIDENT)}


def bringing(context: Context) -> str:
    """The conditions of an example in words; empty where there are none."""
    told = [f"{key}={_text(one)}" for key, one in conditions(context).items()]
    return f" with {', '.join(told)}" if told else ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ",".join(value)


def request(example: Witness) -> str:
    """An example in words."""
    return f"{name(example.action)} on {example.resource}{bringing(example.context)}"


def example(found: Witness | None) -> Mapping[str, Any] | None:
    """An example as JSON."""
    if found is None:
        return None
    context = {
        key: one if isinstance(one, str) else list(one)
        for key, one in conditions(found.context).items()
    }
    return {"action": name(found.action), "resource": found.resource, "context": context}


def principals(found: Sequence[Who], size: int) -> Iterator[str]:
    """Who can, a line each."""
    for one in found:
        told = one.reach.reason if not one.reach.allowed else ""
        how = request(one.reach.example) if one.reach.example else ""
        mark = "  " if one.reach.allowed else "? "
        yield f"{mark}{one.standing.arn}  {how}{f' ({told})' if told else ''}"
    allowed = sum(one.reach.allowed for one in found)
    untold = f", {len(found) - allowed} cannot be told" if len(found) > allowed else ""
    by_account = Counter(one.standing.account for one in found if one.reach.allowed)
    if len(by_account) > 1:
        for account, count in sorted(by_account.items()):
            yield f"account {account}: {count}"
    yield f"{allowed} of {size} principals can{untold}"


def who(found: Sequence[Who]) -> Mapping[str, Any]:
    """Who can, as JSON."""
    return {
        "principals": [
            {
                "principal": one.standing.arn,
                "account": one.standing.account,
                **reached(one.reach),
            }
            for one in found
        ]
    }


def reached(found: Reach) -> Mapping[str, Any]:
    """An answer as JSON."""
    return {
        "verdict": found.verdict.value,
        "reason": found.reason or None,
        "example": example(found.example),
    }


def answer(standing: Standing, action: str, found: Reach) -> Iterator[str]:
    """Whether somebody can, and why."""
    yield TITLES[found.verdict]
    yield f"  {standing.arn}"
    yield f"  {request(found.example)}" if found.example else f"  {name(action)}"
    if found.reason:
        yield f"  {found.reason}"


def one(standing: Standing, action: str, found: Reach) -> Mapping[str, Any]:
    """As `answer`, as JSON."""
    return {"principal": standing.arn, "action": name(action), **reached(found)}


def actions(standing: Standing, found: What, service: str | None) -> Iterator[str]:
    """What somebody can, by service."""
    yield standing.arn
    if standing.administrator:
        yield "  is an administrator: everything is allowed that no SCP denies"
    everywhere = [one for one in universe.members(found.everywhere) if _of(one, service)]
    for prefix, group in groupby(everywhere, key=_service):
        names = [_short(one) for one in group]
        size = sum(1 for _ in catalogue.actions(prefix))
        listed = ", ".join(names) if service or len(names) < size else "everything"
        yield f"  {prefix} ({len(names)} of {size}) on every resource: {listed}"
    for action, reach in found.somewhere:
        if _of(action, service):
            where = request(reach.example) if reach.example else name(action)
            yield f"  {where}" + (f" ({reach.reason})" if reach.reason else "")
    if not everywhere and not found.somewhere:
        yield "  nothing"


def what(standing: Standing, found: What, service: str | None) -> Mapping[str, Any]:
    """What somebody can, as JSON."""
    everywhere = [name(one) for one in universe.members(found.everywhere) if _of(one, service)]
    somewhere = [
        {"action": name(action), **reached(reach)}
        for action, reach in found.somewhere
        if _of(action, service)
    ]
    return {
        "principal": standing.arn,
        "administrator": standing.administrator,
        "everywhere": everywhere,
        "somewhere": somewhere,
    }


def _of(action: str, service: str | None) -> bool:
    return service is None or _service(action) == service.lower()


def _service(action: str) -> str:
    return action.partition(":")[0]


def _short(action: str) -> str:
    return name(action).partition(":")[2]


def outsiders(found: Sequence[External]) -> Iterator[str]:
    """Who from outside is let in, by resource."""
    for resource, group in groupby(found, key=lambda one: one.resource):
        yield resource
        for each in group:
            how = f": {request(each.example)}" if each.example else f" ({each.reason})"
            inside = " (an account that is read)" if each.held else ""
            yield f"  {each.who}{inside}{how}"
    if not found:
        yield "nobody from outside is let in"


def outside(found: Sequence[External]) -> Mapping[str, Any]:
    """Who from outside is let in, as JSON."""
    return {
        "access": [
            {
                "resource": one.resource,
                "principal": one.who,
                "public": one.public,
                "held": one.held,
                "verdict": "allowed" if one.example else "unknown",
                "reason": one.reason or None,
                "example": example(one.example),
            }
            for one in found
        ]
    }
