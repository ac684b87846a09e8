"""Operations on locks: the configuration of a bucket, retention and legal hold of a version.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import locks, not_set, object_resources, reads, resources
from doorward.services.s3.configuration_errors import InvalidBucketState
from doorward.services.s3.errors import MalformedXML, NotImplementedHeader
from doorward.services.s3.service import s3
from doorward.services.s3.versions import ENABLED
from doorward.store import buckets, objects

MODES = (locks.GOVERNANCE, locks.COMPLIANCE)
LONGEST_DAYS = 36_500
EVENT_HOLD = "x-amz-object-lock-event-hold"


@s3.operation(on=resources.on_bucket("GetBucketObjectLockConfiguration"), unsigned=True)
def get_object_lock_configuration(ctx: Context, *, bucket: str, **_: object) -> Output:
    """Whether objects can be locked, and how new ones are.

    Raises:
        ObjectLockConfigurationNotFound: they cannot.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
    """
    found = resources.existing(ctx, bucket)
    if found.object_lock is None:
        raise not_set.ObjectLockConfigurationNotFound(bucket)
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": ENABLED, **found.object_lock}}


@s3.operation(on=resources.on_bucket("PutBucketObjectLockConfiguration"), unsigned=True)
def put_object_lock_configuration(
    ctx: Context,
    *,
    bucket: str,
    object_lock_configuration: Mapping[str, Any] | None = None,
    **_: object,
) -> Output:
    """Let objects be locked, which cannot be taken back, and say how new ones are.

    Raises:
        InvalidBucketState: the bucket keeps no versions.
        MalformedXML: locks are not enabled, or the rule cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
    """
    wanted = object_lock_configuration or {}
    if wanted.get("ObjectLockEnabled") != ENABLED:
        raise MalformedXML
    if resources.existing(ctx, bucket).versioning != ENABLED:
        raise InvalidBucketState(
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        )
    rule = (wanted.get("Rule") or {}).get("DefaultRetention")
    kept: dict[str, Any] = {}
    if rule is not None:
        _check_rule(rule)
        kept = {"Rule": {"DefaultRetention": dict(rule)}}
    buckets.change(ctx.db, bucket, {"object_lock": kept})
    return {}


def retaining(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """A version that shall be retained, and passing over governance where that is asked."""
    given = parameters.get("Retention") or {}
    wanted = {locks.MODE: given.get("Mode"), locks.UNTIL: given.get("RetainUntilDate")}
    yield from _locking(ctx, parameters, "PutObjectRetention", wanted)


def holding(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """A version that shall be under legal hold, or not any more."""
    wanted = {locks.HOLD: (parameters.get("LegalHold") or {}).get("Status")}
    yield from _locking(ctx, parameters, "PutObjectLegalHold", wanted)


def _locking(
    ctx: Context, parameters: Mapping[str, Any], action: str, wanted: Mapping[str, Any]
) -> Iterator[Access]:
    context = locks.keys(ctx, wanted)
    for one in object_resources.read(action, versions=False)(ctx, parameters):
        if one.action == "s3:ListBucket":
            yield one
            continue
        yield object_resources.with_keys(one, context)
        if parameters.get("BypassGovernanceRetention") and one.action == f"s3:{action}":
            bucket = resources.found(ctx, parameters)
            yield resources.access(
                ctx, bucket, "BypassGovernanceRetention", key=parameters["Key"], context=context
            )


@s3.operation(on=object_resources.read("GetObjectRetention", versions=False), unsigned=True)
def get_object_retention(
    ctx: Context, *, bucket: str, key: str, version_id: str | None = None, **_: object
) -> Output:
    """Until when a version is retained.

    Raises:
        MissingConfiguration: nothing in the bucket can be.
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        NoSuchLock: it never was.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html
    """
    home = resources.existing(ctx, bucket)
    locks.check_enabled(home)
    found = reads.present(ctx, home, key, version_id, "GET")
    if found.retention is None:
        raise not_set.NoSuchLock
    return {"Retention": {"Mode": found.retention["Mode"], "RetainUntilDate": locks.until(found)}}


@s3.operation(on=retaining, unsigned=True)
def put_object_retention(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    retention: Mapping[str, Any] | None = None,
    version_id: str | None = None,
    bypass_governance_retention: bool | None = None,
    **_: object,
) -> Output:
    """Retain a version, for longer than it is, or for less where that can be.

    Raises:
        MissingConfiguration: nothing in the bucket can be.
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        MalformedXML: the mode comes without a date or the other way round.
        InvalidArgument: the date is over.
        AccessDenied: the retention that there is would be weakened.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
    """
    home = resources.existing(ctx, bucket)
    locks.check_enabled(home)
    found = reads.present(ctx, home, key, version_id, "PUT")
    wanted = _retention(ctx, retention or {})
    locks.check_change(ctx, found, wanted, bypass=bool(bypass_governance_retention))
    objects.change(ctx.db, found, {"retention": wanted})
    return {}


@s3.operation(on=object_resources.read("GetObjectLegalHold", versions=False), unsigned=True)
def get_object_legal_hold(
    ctx: Context, *, bucket: str, key: str, version_id: str | None = None, **_: object
) -> Output:
    """Whether a version is under legal hold.

    Raises:
        MissingConfiguration: nothing in the bucket can be.
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        NoSuchLock: it was never said.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html
    """
    home = resources.existing(ctx, bucket)
    locks.check_enabled(home)
    found = reads.present(ctx, home, key, version_id, "GET")
    if not found.legal_hold:
        raise not_set.NoSuchLock
    return {"LegalHold": {"Status": found.legal_hold}}


@s3.operation(on=holding, unsigned=True)
def put_object_legal_hold(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    legal_hold: Mapping[str, Any] | None = None,
    version_id: str | None = None,
    **_: object,
) -> Output:
    """Put a version under legal hold, or end that.

    Raises:
        MissingConfiguration: nothing in the bucket can be.
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.
        MalformedXML: neither is said.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html
    """
    home = resources.existing(ctx, bucket)
    locks.check_enabled(home)
    found = reads.present(ctx, home, key, version_id, "PUT")
    status = (legal_hold or {}).get("Status")
    if status not in (locks.ON, locks.OFF):
        raise MalformedXML
    objects.change(ctx.db, found, {"legal_hold": status})
    return {}


def _check_rule(rule: Mapping[str, Any]) -> None:
    """Refuse a default that is not a mode with either days or years."""
    if rule.get("DefaultEventHold") is not None:
        raise NotImplementedHeader(EVENT_HOLD)
    days, years = rule.get("Days"), rule.get("Years")
    if rule.get("Mode") not in MODES or (days is None) == (years is None):
        raise MalformedXML
    if not 1 <= (days if days is not None else (years or 0) * locks.YEAR_DAYS) <= LONGEST_DAYS:
        raise MalformedXML


def _retention(ctx: Context, given: Mapping[str, Any]) -> locks.Retention | None:
    """The retention that a body gives; None takes it away."""
    if given.get("EventHold") is not None or given.get("EventHoldDuration") is not None:
        raise NotImplementedHeader(EVENT_HOLD)
    mode, until = given.get("Mode"), given.get("RetainUntilDate")
    if mode is None and until is None:
        return None
    if mode is None or not isinstance(until, datetime):
        raise MalformedXML
    locks.check_future(ctx, until)
    return locks.retention(mode, until)
