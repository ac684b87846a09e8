"""The audit trail: appending an event to the transaction of its change, and reading it again.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, or_, select

from doorward.store import audit_batch, rows
from doorward.store.audit_batch import Row
from doorward.store.page import Page
from doorward.store.tables.audit import AuditEvent, audit_events
from doorward.store.tables.columns import microseconds, moment

OBSERVED = "doorwardObservedDenial"
DENIALS = frozenset(
    {
        *("AccessDenied", "AccessDeniedException"),
        *("UnauthorizedOperation", "Client.UnauthorizedOperation"),
    }
)
MOST_CHARACTERS = 102_400
"""Of request parameters or response elements; CloudTrail leaves out what is larger."""
MOST_ADDITIONAL = 28_672
CUT = (
    ("requestParameters", MOST_CHARACTERS),
    ("responseElements", MOST_CHARACTERS),
    ("additionalEventData", MOST_ADDITIONAL),
)
ARN_CHARACTERS = 2_048
ID_CHARACTERS = 64
USERNAME_CHARACTERS = 128


class Outcome(StrEnum):
    """How a request ended: done, refused by policy, failed otherwise, or let by in observe mode."""

    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"
    OBSERVED = "observed"


def append(db: Connection, event: Mapping[str, Any], *, resource: str = "") -> None:
    """Write down *event*, a CloudTrail record, which was about *resource*.

    Raises:
        KeyError: the record lacks an element that every record has.
    """
    audit_batch.add(db, [row(event, resource)])


def add_rows(db: Connection, found: Sequence[Row]) -> None:
    """Write down what `row` made of events, many in a statement."""
    if found:
        audit_batch.add(db, found)


def row(event: Mapping[str, Any], resource: str = "") -> Row:
    """The columns of *event*.

    Raises:
        KeyError: the record lacks an element that every record has.
    """
    who = event["userIdentity"]
    return (
        event["eventID"],
        event.get("recipientAccountId") or "",
        microseconds(datetime.fromisoformat(event["eventTime"])),
        (who.get("arn") or "")[:ARN_CHARACTERS],
        principal_id(who),
        who.get("accessKeyId") or "",
        event["eventSource"],
        event["eventName"],
        resource[:ARN_CHARACTERS],
        outcome(event),
        event.get("errorCode") or "",
        event["readOnly"],
        text(event),
        event.get("awsRegion") or "" if event.get("managementEvent", True) else "",
        username(who),
    )


def text(event: Mapping[str, Any]) -> str:
    """*event* as compact JSON, without elements that are larger than CloudTrail keeps them.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    whole = _encoded(event)
    if len(whole) <= MOST_ADDITIONAL:
        return whole
    kept = dict(event)
    for name, most in CUT:
        if name in kept and len(_encoded(kept[name])) > most:
            del kept[name]
    return _encoded(kept)


def _encoded(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair stands in it
        return json.dumps(value, separators=(",", ":"))


def principal_id(who: Mapping[str, Any]) -> str:
    """The unique id behind a `userIdentity`: of a session, that of its role or user.

    Empty in the copy that the owner of a resource gets of a call by another account.
    """
    if who.get("type") == "AWSAccount":
        return ""  # of another account, which has an event of its own
    issuer = (who.get("sessionContext") or {}).get("sessionIssuer") or {}
    found: str = issuer.get("principalId") or (who.get("principalId") or "").partition(":")[0]
    return found[:ID_CHARACTERS]


def username(who: Mapping[str, Any]) -> str:
    """What LookupEvents calls the caller: the user, a role's session, or `root` (assumed)."""
    if who.get("type") == "Root":
        return "root"
    found: str = who.get("userName") or (who.get("arn") or "").rpartition("/")[2]
    return found[:USERNAME_CHARACTERS]


def outcome(event: Mapping[str, Any]) -> Outcome:
    """How the request of *event* ended."""
    code = event.get("errorCode")
    if code in DENIALS:
        return Outcome.DENIED
    if code or "errorMessage" in event:  # sign-in that failed has no code
        return Outcome.FAILED
    extra = event.get("additionalEventData") or {}
    return Outcome.OBSERVED if OBSERVED in extra else Outcome.DONE


def page(
    db: Connection,
    account: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    access_key_id: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[AuditEvent]:
    """At most *limit* events of *account*, newest first, after the key *after*.

    *since* and *until* bound the time, both inclusive.
    """
    query = select(audit_events).where(audit_events.c.account == account)
    if access_key_id is not None:
        query = query.where(audit_events.c.access_key_id == access_key_id)
    if since is not None:
        query = query.where(audit_events.c.at >= since)
    if until is not None:
        query = query.where(audit_events.c.at <= until)
    if after is not None:
        query = _older(query, after)
    newest = query.order_by(audit_events.c.at.desc(), audit_events.c.sequence.desc())
    found = rows.many(db, newest.limit(limit + 1), AuditEvent)
    return Page(found[:limit], key(found[limit - 1]) if len(found) > limit else None)


def find(db: Connection, account: str, event_id: str) -> AuditEvent | None:
    """The event of that id."""
    query = select(audit_events).where(
        audit_events.c.event_id == event_id, audit_events.c.account == account
    )
    return rows.one(db, query, AuditEvent)


def key(event: AuditEvent) -> str:
    """Where *event* stands among the others: microseconds since 1970 and its sequence number."""
    return f"{microseconds(event.at)}.{event.sequence}"


def _older(query: Select[Any], after: str) -> Select[Any]:
    """*query* without the event of the key *after* and those newer than it."""
    count, _, sequence = after.partition(".")
    at = moment(int(count))
    columns = audit_events.c
    return query.where(
        columns.at <= at,
        or_(columns.at < at, and_(columns.at == at, columns.sequence < int(sequence))),
    )
