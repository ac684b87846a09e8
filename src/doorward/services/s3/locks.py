"""Object Lock as values: until when a version may not be deleted, and who may all the same.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from doorward.base.clock import iso8601
from doorward.services.context import Context
from doorward.services.s3.conditions import Keys
from doorward.services.s3.errors import AccessDenied, InvalidArgument, InvalidRequest
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

GOVERNANCE, COMPLIANCE = "GOVERNANCE", "COMPLIANCE"
ON, OFF = "ON", "OFF"
YEAR_DAYS = 365
MODE, UNTIL, HOLD = "ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"
MEMBERS = (MODE, UNTIL, HOLD)
PROTECTED = "Access Denied because object protected by object lock."

Retention = dict[str, str]


class MissingConfiguration(InvalidRequest):
    """The bucket was made without Object Lock."""

    def __init__(self) -> None:
        super().__init__("Bucket is missing Object Lock Configuration")


def check_enabled(bucket: Bucket) -> None:
    """Refuse a lock where nothing can be locked.

    Raises:
        MissingConfiguration: the bucket has no Object Lock.
    """
    if bucket.object_lock is None:
        raise MissingConfiguration


def of_request(ctx: Context, bucket: Bucket, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a new object that lock it: as its request says, else as the bucket does.

    Raises:
        MissingConfiguration: the request asks for a lock, and the bucket has none.
        InvalidArgument: the mode comes without a date or the other way round, or the date is over.
    """
    asked = {member: parameters.get(member) for member in MEMBERS}
    if any(value is not None for value in asked.values()):
        check_enabled(bucket)
    mode, until = asked[MODE], asked[UNTIL]
    if (mode is None) != (until is None):
        raise InvalidArgument(
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            "x-amz-object-lock-mode" if mode is None else "x-amz-object-lock-retain-until-date",
        )
    columns: dict[str, Any] = {}
    if asked[HOLD]:
        columns["legal_hold"] = asked[HOLD]
    if mode is not None and until is not None:
        check_future(ctx, until)
        columns["retention"] = retention(mode, until)
    elif default := by_default(ctx, bucket):
        columns["retention"] = default
    return columns


def by_default(ctx: Context, bucket: Bucket) -> Retention | None:
    """The retention that the bucket gives to new objects."""
    rule = ((bucket.object_lock or {}).get("Rule") or {}).get("DefaultRetention")
    if not rule:
        return None
    days = rule.get("Days") or rule.get("Years", 0) * YEAR_DAYS
    return retention(rule["Mode"], ctx.now + timedelta(days=days))


def retention(mode: str, until: datetime) -> Retention:
    """A retention as the store keeps it."""
    return {"Mode": mode, "RetainUntilDate": until.isoformat()}


def check_future(ctx: Context, until: datetime) -> None:
    """Refuse to retain until a moment that is over.

    Raises:
        InvalidArgument: it is.
    """
    if until <= ctx.now:
        raise InvalidArgument(
            "The retain until date must be in the future!", "x-amz-object-lock-retain-until-date"
        )


def until(found: ObjectVersion) -> datetime | None:
    """Until when a version is retained, None where it never was."""
    return datetime.fromisoformat(found.retention["RetainUntilDate"]) if found.retention else None


def is_retained(ctx: Context, found: ObjectVersion) -> bool:
    """Whether the retention of a version is not over."""
    end = until(found)
    return end is not None and end > ctx.now


def check_delete(ctx: Context, found: ObjectVersion, *, bypass: bool) -> None:
    """Refuse to delete a version that is locked.

    *bypass* says that the caller asks to pass over governance, which needed a permission.

    Raises:
        AccessDenied: it is under legal hold, or retained.
    """
    governed = bool(found.retention) and (found.retention or {})["Mode"] == GOVERNANCE
    if found.legal_hold == ON or (is_retained(ctx, found) and not (governed and bypass)):
        raise AccessDenied(PROTECTED)


def check_change(
    ctx: Context, found: ObjectVersion, wanted: Retention | None, *, bypass: bool
) -> None:
    """Refuse to weaken a retention that is not over.

    Nobody can weaken compliance; governance, who may pass over it. Making either last longer, or
    compliance of governance, is open to everybody who may retain.

    Raises:
        AccessDenied: it would be.
    """
    if found.retention is None or not is_retained(ctx, found):
        return
    longer = wanted is not None and (
        datetime.fromisoformat(wanted["RetainUntilDate"]) >= (until(found) or ctx.now)
    )
    governed = found.retention["Mode"] == GOVERNANCE
    same_or_stricter = wanted is not None and (governed or wanted["Mode"] == COMPLIANCE)
    if (longer and same_or_stricter) or (governed and bypass):
        return
    raise AccessDenied(PROTECTED)


def keys(ctx: Context, parameters: Mapping[str, Any]) -> Keys:
    """The condition keys of a lock that a request asks for; *parameters* are those of PutObject."""
    found: Keys = {}
    if parameters.get(MODE):
        found["s3:object-lock-mode"] = parameters[MODE]
    if parameters.get(HOLD):
        found["s3:object-lock-legal-hold"] = parameters[HOLD]
    end: datetime | None = parameters.get(UNTIL)
    if end is not None:
        days = (end - ctx.now).total_seconds() / 86_400
        found["s3:object-lock-retain-until-date"] = iso8601(end)
        found["s3:object-lock-remaining-retention-days"] = str(int(days))
    return found
