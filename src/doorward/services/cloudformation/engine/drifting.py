"""Detection of drift: what the template said, beside what there is.

Only properties that the template sets are looked at, and none that cannot be read.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.services.cloudformation import masks
from doorward.services.cloudformation.engine import making
from doorward.services.cloudformation.engine.host import Host
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Run
from doorward.services.cloudformation.engine.work import Work
from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.template.difference import same
from doorward.services.cloudformation.types.provider import Call, Facts
from doorward.store import stack_drift, stack_resources, stacks
from doorward.store.tables.stack_change_set import DriftDetection

IN_SYNC, MODIFIED, DELETED, NOT_CHECKED = "IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"
UNKNOWN = "UNKNOWN"
DRIFTED = frozenset({MODIFIED, DELETED})
KIND = "drift detection"
MISSING = object()


def detect(host: Host, detection: DriftDetection) -> None:
    """Look at the resources of a stack and write down which have drifted."""
    with host.read() as db:
        stack = stacks.find(db, detection.account, detection.stack)
    if stack is None or detection.caller is None:
        return
    text = host.secrets.open(
        detection.caller, account=detection.account, id=detection.id, kind=KIND
    )
    run = Run(host, stack, Work(**json.loads(text)))
    wanted = detection.resources
    found = [
        look(run, row)
        for row in run.rows.values()
        if row.there and (wanted is None or row.logical_id in wanted)
    ]
    count = sum(one in DRIFTED for one in found)
    failed = [one for one in found if one == UNKNOWN]
    status = "DRIFTED" if count else IN_SYNC
    at = iso8601(host.now())

    def job(db: Connection) -> None:
        done = {
            "status": "DETECTION_FAILED" if failed else "DETECTION_COMPLETE",
            "reason": f"Failed to detect drift on {len(failed)} resource(s)." if failed else None,
            "drift_status": status,
            "drifted": count,
            "pending": False,
            "caller": None,
        }
        stack_drift.change(db, detection.account, detection.id, done)
        drift = {"status": status, "at": at}
        stacks.change(db, stack.account, stack.id, {"drift": drift})

    host.write(job)


def look(run: Run, row: Row) -> str:
    """How one resource has drifted; it is written down."""
    try:
        found = compared(run.calls(row.resource), row, run.facts(row))
    except AwsError as error:
        found = {"status": UNKNOWN, "reason": error.message}
    found["at"] = iso8601(run.host.now())
    run.host.write(lambda db: stack_resources.change(db, row.resource, {"drift": found}))
    status: str = found["status"]
    return status


def compared(call: Call, row: Row, facts: Facts) -> dict[str, Any]:
    """The drift of a resource, as its row keeps it."""
    kind = making.provider(row.resource.type)
    if not kind.readable:
        return {"status": NOT_CHECKED}
    try:
        actual = kind.read(call, row.resource.physical_id, facts)
    except AwsError as error:
        return {"status": UNKNOWN, "reason": error.message}
    hidden = _unread(row.resource.type)
    full = row.state.get("properties", {})
    expected = {name: one for name, one in full.items() if name not in hidden}
    shown = masks.shown(
        {name: one for name, one in (row.shown or {}).items() if name in expected}, ()
    )
    if actual is None:
        return {"status": DELETED, "expected": shown}
    given = {name: one for name, one in actual.items() if name in expected}
    differences = [*_differences(expected, given, "", shown)]
    return {
        "status": MODIFIED if differences else IN_SYNC,
        "expected": shown,
        "actual": masks.shown(given, ()),
        "differences": differences,
    }


def _unread(type_name: str) -> frozenset[str]:
    """Properties that are never given back."""
    known = schema.of(type_name)
    return frozenset(one[0] for one in known.write_only) if known else frozenset()


def _differences(expected: Any, actual: Any, path: str, shown: Any) -> Iterator[dict[str, str]]:
    """Where *actual* is not what is *expected*, the latter as it may be *shown*."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, one in expected.items():
            part = shown.get(name) if isinstance(shown, Mapping) else shown
            yield from _differences(one, actual.get(name, MISSING), f"{path}/{name}", part)
        return
    if actual is MISSING:
        yield _told(path, shown, "null", "REMOVE")
    elif not alike(expected, actual):
        yield _told(path, shown, _text(actual), "NOT_EQUAL")


def _told(path: str, shown: Any, actual: str, kind: str) -> dict[str, str]:
    return {
        "PropertyPath": path,
        "ExpectedValue": _text(shown),
        "ActualValue": actual,
        "DifferenceType": kind,
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def alike(expected: Any, actual: Any) -> bool:
    """Whether two values mean the same; the order of a list does not count."""
    one, other = _document(expected), _document(actual)
    if isinstance(one, list) and isinstance(other, list):
        left = list(other)
        for item in one:
            match = next((found for found in left if alike(item, found)), MISSING)
            if match is MISSING:
                return False
            left.remove(match)
        return not left
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) != isinstance(other, list):
        # A policy may have one value or a list of one.
        return alike(
            one if isinstance(one, list) else [one], other if isinstance(other, list) else [other]
        )
    return same(one, other)


def _document(value: Any) -> Any:
    """*value*, a policy as text being taken as what it says."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
