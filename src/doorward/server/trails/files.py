"""What is written to a trail's bucket: names and contents of log files and digest files.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from doorward.base.clock import basic, iso8601
from doorward.services.cloudtrail import buckets
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail import Trail
from doorward.store.tables.trail_insight import Insight

SUFFIX_BYTES = 12
SUFFIX_CHARACTERS = 16
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Written(NamedTuple):
    """A file: its key, its bytes as they are stored, and the hash of them uncompressed."""

    key: str
    body: bytes
    hash: str


def log(
    trail: Trail,
    account: str,
    region: str,
    now: datetime,
    random: bytes,
    events: Sequence[AuditEvent],
) -> Written:
    """A log file of *events*, all of one account and Region, delivered *now*."""
    texts = [one.event for one in events]
    return _records(trail, account, buckets.LOGS, region, now, random, texts)


def insights(
    trail: Trail,
    account: str,
    region: str,
    now: datetime,
    random: bytes,
    events: Sequence[Insight],
) -> Written:
    """A file of insight *events*, all of one account and Region, delivered *now*."""
    texts = [one.event for one in events]
    return _records(trail, account, buckets.INSIGHTS, region, now, random, texts)


def _records(
    trail: Trail,
    account: str,
    kind: str,
    region: str,
    now: datetime,
    random: bytes,
    texts: Sequence[str],
) -> Written:
    minute = f"{basic(now)[:13]}Z"
    suffix = "".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:SUFFIX_CHARACTERS])
    name = f"{account}_{kind}_{region}_{minute}_{suffix}.json.gz"
    key = f"{_folder(trail, account, kind, region, now)}/{name}"
    text = f'{{"Records":[{",".join(texts)}]}}'.encode()
    return Written(key, gzip.compress(text, mtime=0), hashlib.sha256(text).hexdigest())


def digest_key(trail: Trail, account: str, region: str, ends_at: datetime) -> str:
    """The key of the digest file that goes until *ends_at*."""
    name = f"{account}_CloudTrail-Digest_{region}_{trail.name}_{trail.region}_{basic(ends_at)}"
    return f"{_folder(trail, account, buckets.DIGESTS, region, ends_at)}/{name}.json.gz"


def digest(members: Mapping[str, Any], key: str) -> Written:
    """A digest file."""
    text = json.dumps(members, separators=(",", ":")).encode()
    return Written(key, gzip.compress(text, mtime=0), hashlib.sha256(text).hexdigest())


def to_sign(ends_at: datetime, bucket: str, written: Written, previous: str | None) -> str:
    """What the signature of a digest is made of."""
    return f"{iso8601(ends_at)}\n{bucket}/{written.key}\n{written.hash}\n{previous or 'null'}"


def _folder(trail: Trail, account: str, kind: str, region: str, at: datetime) -> str:
    root = buckets.root(trail.members, trail.organization, account)
    return f"{root}/{kind}/{region}/{at:%Y/%m/%d}"
