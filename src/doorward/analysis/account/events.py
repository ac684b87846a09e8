"""What CloudTrail's records tell of an account: denials by guardrails, and use of root.

A denial names the kind of policy that decided in its message alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

GUARDRAILS = ("service control policy", "resource control policy", "permissions boundary")
DECIDED = re.compile(
    rf"(with an explicit deny in an? |because no )({'|'.join(GUARDRAILS)})(?:[:,] (arn:\S+))?"
)
ACTION = re.compile(r"is not authorized to perform: ([\w-]+:\w+)")
BY_A_SERVICE = "AwsServiceEvent"


@dataclass(frozen=True, slots=True)
class Denial:
    """A call that a guardrail denied; `guardrail` is one of `GUARDRAILS`.

    `explicit` is whether a Deny said so; otherwise no Allow did.
    """

    at: datetime
    guardrail: str
    explicit: bool
    caller: str
    action: str
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class RootUse:
    """A call or a sign-in of the root user."""

    at: datetime
    action: str
    address: str


@dataclass(frozen=True, slots=True)
class Events:
    """What was found in the records since a time.

    `since` is the time of the oldest record that was looked at.
    """

    denials: tuple[Denial, ...] = ()
    root_uses: tuple[RootUse, ...] = ()
    since: datetime | None = None


def collected(records: Iterable[Mapping[str, Any]]) -> Events:
    """What *records*, as JSON, tell of."""
    denials: list[Denial] = []
    uses: list[RootUse] = []
    oldest: datetime | None = None
    for one in records:
        at = _time(one.get("eventTime"))
        if at is None:
            continue
        oldest = at if oldest is None else min(oldest, at)
        if (denial := _denial(one, at)) is not None:
            denials.append(denial)
        if (use := _root_use(one, at)) is not None:
            uses.append(use)
    return Events(tuple(denials), tuple(uses), oldest)


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _denial(record: Mapping[str, Any], at: datetime) -> Denial | None:
    message = record.get("errorMessage")
    found = DECIDED.search(message) if isinstance(message, str) else None
    if found is None or not isinstance(message, str):
        return None
    action = ACTION.search(message)
    named = action[1] if action else _called(record)
    how, guardrail, policy = found.groups()
    return Denial(at, guardrail, how.startswith("with"), _caller(record), named, policy)


def _root_use(record: Mapping[str, Any], at: datetime) -> RootUse | None:
    """As the CIS benchmark counts it: not what a service did on its own or in root's name."""
    identity = record.get("userIdentity")
    if not isinstance(identity, Mapping) or identity.get("type") != "Root":
        return None
    if identity.get("invokedBy") or record.get("eventType") == BY_A_SERVICE:
        return None
    return RootUse(at, _called(record), str(record.get("sourceIPAddress", "")))


def _called(record: Mapping[str, Any]) -> str:
    service = str(record.get("eventSource", "")).partition(".")[0]
    return f"{service}:{record.get('eventName', '')}"


def _caller(record: Mapping[str, Any]) -> str:
    """The role or user behind a session, so that sessions of one role are counted together."""
    identity = record.get("userIdentity")
    if not isinstance(identity, Mapping):
        return ""
    context = identity.get("sessionContext")
    issuer = context.get("sessionIssuer") if isinstance(context, Mapping) else None
    if isinstance(issuer, Mapping) and issuer.get("arn"):
        return str(issuer["arn"])
    return str(identity.get("arn") or identity.get("invokedBy") or "")
