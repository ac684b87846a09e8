"""Results of queries delivered to a bucket: gzipped CSV, and a file that signs it.

    [prefix/]AWSLogs/ACCOUNT/CloudTrail-Lake/Query/YYYY/MM/DD/QUERY-ID/
        result_1.csv.gz
        result_sign.json

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-query-results-validation-sign-file-structure.html
"""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from doorward.authn import resumed
from doorward.authz.access import RequestFacts
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.server.body import MemoryBody
from doorward.server.forward import Forward
from doorward.server.running import Running
from doorward.server.trails import signing
from doorward.services.cloudtrail import finding
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store.tables.trail_thing import TrailThing

RESULTS, SIGN = "result_1.csv.gz", "result_sign.json"
SUCCESS = "SUCCESS"
STATES = {"AccessDenied": "ACCESS_DENIED", "NoSuchBucket": "RESOURCE_NOT_FOUND"}
"""What S3's errors are in a query's `DeliveryStatus`; `FAILED` for all others."""


def deliver(
    running: Running, query: TrailThing, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """Deliver what came of *query*; its `DeliveryStatus`."""
    now = running.clock.now().replace(microsecond=0)
    bucket, folder = _folder(query, now)
    body = _csv(columns, rows)
    try:
        _put(running, query, bucket, folder + RESULTS, body, "application/gzip")
    except AwsError as error:
        return STATES.get(error.code, "FAILED")
    text = json.dumps(_signed(running, query.region, body, now)).encode()
    try:
        _put(running, query, bucket, folder + SIGN, text, "application/json")
    except AwsError as error:
        denied = error.code == "AccessDenied"
        return "ACCESS_DENIED_SIGNING_FILE" if denied else "FAILED_SIGNING_FILE"
    return SUCCESS


def _folder(query: TrailThing, now: datetime) -> tuple[str, str]:
    """The bucket, and what the keys begin with."""
    bucket, _, prefix = query.members["DeliveryS3Uri"].removeprefix("s3://").partition("/")
    start = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
    path = f"AWSLogs/{query.account}/CloudTrail-Lake/Query/{now:%Y/%m/%d}/{query.id}/"
    return bucket, start + path


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A line of names, then the rows; everything in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), mtime=0)


def _signed(running: Running, region: str, body: bytes, now: datetime) -> Mapping[str, Any]:
    """The sign file: the hash of the results as they are stored, signed."""
    using = signing.key(running, region)
    digest = hashlib.sha256(body).hexdigest()
    return {
        "version": "1.0",
        "region": region,
        "files": [{"fileHashValue": digest, "fileName": RESULTS}],
        "hashAlgorithm": "SHA-256",
        "signatureAlgorithm": "SHA256withRSA",
        "queryCompleteTime": iso8601(now),
        "hashSignature": signing.sign(running, using, digest),
        "publicKeyFingerprint": using.fingerprint,
    }


def _put(
    running: Running, query: TrailThing, bucket: str, key: str, body: bytes, kind: str
) -> None:
    """Store a file as CloudTrail itself, for the event data store of *query*.

    Raises:
        AwsError: the bucket does not take it.
    """
    partition = running.settings.partition
    store = f"arn:{partition}:cloudtrail:{query.region}:{query.account}"
    store = f"{store}:{finding.STORE}/{query.parent}"
    caller = resumed.acting(PRINCIPAL, store, query.account, query.region)
    facts = RequestFacts(query.region, partition, PRINCIPAL, PRINCIPAL, secure=True)
    given = {"Bucket": bucket, "Key": key, "Body": MemoryBody(body), "ContentType": kind}
    Forward(running).call(caller, facts, "s3", "PutObject", given)
