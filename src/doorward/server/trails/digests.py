"""Digest files: every hour one that names the log files of that hour, signed, in a chain.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from doorward.base.clock import iso8601
from doorward.server.trails import files, signing
from doorward.store import trails
from doorward.store.chain import newest
from doorward.store.tables.trail import DigestChain, Trail

if TYPE_CHECKING:
    from doorward.server.trails.delivery import Courier

ALGORITHM = "SHA256withRSA"
PREVIOUS = (
    *("previousDigestS3Bucket", "previousDigestS3Object", "previousDigestHashValue"),
    *("previousDigestHashAlgorithm", "previousDigestSignature"),
)


def wanted(trail: Trail) -> bool:
    """Whether digests are delivered for *trail*."""
    return trail.logging and bool(trail.members["LogFileValidationEnabled"])


def first(trail: Trail, account: str, region: str, now: datetime) -> DigestChain:
    """A chain that begins now; its first digest is due at once."""
    begun = trail.status.get("StartLoggingTime")
    ends_at = datetime.fromisoformat(begun) if begun else now
    return DigestChain(trail.arn, account, region, ends_at.replace(microsecond=0), {}, [])


def bring_up(courier: "Courier", trail: Trail) -> None:
    """Deliver the digests of *trail* that are due; the last ones, where it wants no more.

    Raises:
        AwsError: the bucket does not take one.
    """
    running = courier.running
    now = running.clock.now()
    with running.database.moment(), running.database.read() as db:
        found = list(trails.chains(db, trail.arn))
    home = (trail.account, trail.region)
    if wanted(trail) and all((one.account, one.region) != home for one in found):
        found.append(first(trail, *home, now))
    hour = timedelta(seconds=running.settings.trail_digest_seconds)
    for chain in found:
        if not wanted(trail):
            until = now.replace(microsecond=0)
            _end(courier, trail, _deliver(courier, trail, chain, max(until, chain.ends_at)))
            continue
        if not chain.previous:
            chain = _deliver(courier, trail, chain, chain.ends_at, hour)  # noqa: PLW2901
        steps = (now - chain.ends_at) // hour
        if steps > 0:
            _deliver(courier, trail, chain, chain.ends_at + steps * hour)


def _end(courier: "Courier", trail: Trail, chain: DigestChain) -> None:
    courier.write(lambda db: trails.end_chain(db, trail.arn, chain.account, chain.region))


def _deliver(
    courier: "Courier",
    trail: Trail,
    chain: DigestChain,
    ends_at: datetime,
    back: timedelta = timedelta(),
) -> DigestChain:
    """The chain after a digest until *ends_at*; a first one begins *back* before that.

    Raises:
        AwsError: the bucket does not take it.
    """
    running = courier.running
    bucket = trail.members["S3BucketName"]
    key = files.digest_key(trail, chain.account, chain.region, ends_at)
    using = signing.key(running, chain.region)
    starting = not chain.previous
    # Log files that came before the first digest belong to the second.
    listed = [] if starting else chain.files
    members = _members(chain, ends_at, chain.ends_at - back, listed)
    members |= {
        "digestS3Bucket": bucket,
        "digestS3Object": key,
        "digestPublicKeyFingerprint": using.fingerprint,
    }
    written = files.digest(members, key)
    previous = chain.previous.get("signature")
    signature = signing.sign(running, using, files.to_sign(ends_at, bucket, written, previous))
    with running.database.read() as db:
        head = newest(db)
    metadata = {"signature": signature, "signature-algorithm": ALGORITHM}
    if head:
        metadata["doorward-trail-head"] = head
    courier.put(trail, written, "LatestDigestDeliveryError", {}, metadata)
    after = DigestChain(
        chain.trail,
        chain.account,
        chain.region,
        ends_at,
        {"bucket": bucket, "key": key, "hash": written.hash, "signature": signature},
        chain.files if starting else [],
    )
    said = {"LatestDigestDeliveryTime": iso8601(running.clock.now())}

    def job(db: Connection) -> None:
        now_there = trails.chain(db, chain.trail, chain.account, chain.region)
        grown = now_there.files[len(chain.files) :] if now_there else []
        trails.put_chain(
            db,
            DigestChain(
                after.trail, after.account, after.region, ends_at, after.previous,
                [*after.files, *grown],
            ),
        )  # fmt: skip
        trails.note(db, trail.arn, {**said, "LatestDigestDeliveryError": None})

    courier.write(job)
    return after


def _members(
    chain: DigestChain, ends_at: datetime, starts_at: datetime, listed: list[dict[str, str]]
) -> dict[str, Any]:
    """The digest, its members in the order that CloudTrail has them in."""
    before: Mapping[str, str] = chain.previous
    values = (
        (before["bucket"], before["key"], before["hash"], "SHA-256", before["signature"])
        if before
        else (None,) * len(PREVIOUS)
    )
    return {
        "awsAccountId": chain.account,
        "digestStartTime": iso8601(starts_at),
        "digestEndTime": iso8601(ends_at),
        "digestS3Bucket": "",
        "digestS3Object": "",
        "digestPublicKeyFingerprint": "",
        "digestSignatureAlgorithm": ALGORITHM,
        "newestEventTime": max((one["newestEventTime"] for one in listed), default=None),
        "oldestEventTime": min((one["oldestEventTime"] for one in listed), default=None),
        **dict(zip(PREVIOUS, values, strict=True)),
        "logFiles": listed,
    }
