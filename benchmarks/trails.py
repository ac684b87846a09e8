"""Log files of CloudTrail for the benchmarks: the same ones in every run."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

from benchmarks.servers import ACCOUNT

EACH = 5_000
"""Events in a file: what a busy account has in five minutes."""

USERS = 97
LEVEL = 6
CALLS = (
    ("iam.amazonaws.com", "GetUser", "true", '{"userName":"user-%d"}'),
    ("s3.amazonaws.com", "PutObject", "false", '{"bucketName":"reports","key":"2026/%d.txt"}'),
    ("sts.amazonaws.com", "AssumeRole", "true", '{"roleSessionName":"session-%d"}'),
    ("kms.amazonaws.com", "Decrypt", "true", '{"encryptionContext":{"id":"%d"}}'),
    ("iam.amazonaws.com", "CreateUser", "false", '{"userName":"new-%d","path":"/team/"}'),
)
DENIED_EVERY = 50
DENIAL = (
    ',"errorCode":"AccessDenied","errorMessage":"User: arn:aws:iam::%s:user/user-%d is not '
    'authorized to perform this action because no identity-based policy allows it"'
)


def write(folder: Path, events: int) -> int:
    """Write *events* events into *folder* as CloudTrail lays them out; the bytes of their text."""
    total = 0
    for number, first in enumerate(range(0, events, EACH)):
        count = min(EACH, events - first)
        text = '{"Records":[' + ",".join(_records(first, count)) + "]}"
        day = folder / f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/09/{1 + number % 28:02}"
        day.mkdir(parents=True, exist_ok=True)
        name = f"{ACCOUNT}_CloudTrail_us-east-1_202609{1 + number % 28:02}T0000Z_{number:016}"
        (day / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), LEVEL, mtime=0))
        total += len(text)
    return total


def _records(first: int, count: int) -> Iterator[str]:
    for number in range(first, first + count):
        drawn = hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()
        source, name, read_only, parameters = CALLS[int(drawn[:4], 16) % len(CALLS)]
        user = int(drawn[4:10], 16) % USERS
        denied = DENIAL % (ACCOUNT, user) if number % DENIED_EVERY == 0 else ""
        yield (
            '{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":'
            f'"AIDA{user:017}","arn":"arn:aws:iam::{ACCOUNT}:user/user-{user}","accountId":'
            f'"{ACCOUNT}","accessKeyId":"AKIA{user:016}","userName":"user-{user}"}},'
            f'"eventTime":"2026-09-{1 + number // EACH % 28:02}T{number % 24:02}:'
            f'{number // 24 % 60:02}:{number // 1440 % 60:02}Z","eventSource":"{source}",'
            f'"eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":'
            f'"10.{user}.{int(drawn[10:12], 16)}.7","userAgent":"aws-cli/2.15 md/Botocore"{denied},'
            f'"requestParameters":{parameters % number},"responseElements":null,'
            f'"requestID":"{_uuid(drawn)}","eventID":"{_uuid(drawn[::-1])}","readOnly":{read_only},'
            '"eventType":"AwsApiCall","managementEvent":true,'
            f'"recipientAccountId":"{ACCOUNT}","eventCategory":"Management","tlsDetails":'
            '{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
            '"clientProvidedHostHeader":"iam.amazonaws.com"}}'
        )


def _uuid(drawn: str) -> str:
    parts = (drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:])
    return "-".join(parts)
