"""Signed requests that say what they should not: the rows of the matrix with other values in them."""

from dataclasses import replace
from random import Random
from urllib.parse import parse_qsl, urlencode

from authn.clients import Sent
from authn.rows import MODELS, rows
from doorward.authn.errors import Family
from fuzz.languages import XML_WORDS
from fuzz.mutate import mutated
from wire.samples import sample
from wire.traffic import botocore_request

NAMES = {"UserName": "alice", "RoleName": "auditor", "Bucket": "reports"}
VALUES = [
    "", "a", "*", "/", "/a/", "%", "\x00", "é", "\U0001f600", "x" * 130, "9" * 5000, "-1", "0", "1e9",
    "true", "{}", "[]", "null", '{"Version":"2012-10-17","Statement":[]}', "v1", "a,b", "\r\n", "AKIAALICE",
    "arn:", "arn:aws:iam:::", "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::123456789012:role/auditor", "alice", "auditor", "reports", "${aws:username}",
    "0001-01-01T00:00:00Z", "2026-11-25T06:35:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z",
]  # fmt: skip
QUERIES = [
    "max-keys=9", "max-keys=99999999999999999999", "versionId=x", "versionId=null", "encoding-type=url",
    "prefix=%F0%9F%98%80", "delimiter=/", "marker=x", "continuation-token=x", "partNumber=1", "uploadId=x",
    "max-uploads=0", "key-marker=%01", "start-after=%ff", "part-number-marker=999999", "response-expires=x",
]  # fmt: skip
HEADERS = [
    "range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "x-amz-copy-source",
    "x-amz-tagging", "x-amz-acl", "x-amz-grant-read", "x-amz-storage-class", "x-amz-meta-a", "content-md5",
    "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm", "x-amz-server-side-encryption", "expires",
    "x-amz-copy-source-range", "x-amz-object-attributes", "x-amz-metadata-directive", "x-amz-checksum-type",
    "x-amz-website-redirect-location", "x-amz-expected-bucket-owner", "content-encoding", "content-type",
]  # fmt: skip
HEADER_VALUES = [
    *(value for value in VALUES if value.isascii() and value.isprintable()),
    "reports/a.txt", "/reports/a.txt?versionId=null", "bytes=0-1", "bytes=5-", f"bytes={'9' * 5000}-", 'id="x"',
    "STANDARD", "private", "public-read", "AAAAAA==", "CRC32", "AES256", "aws:kms", "COPY", '"x"', "ETag,Checksum",
    "Wed, 25 Nov 2026 06:35:00 GMT", "a=b&c=d",
]  # fmt: skip


def spoiled(chance: Random) -> tuple[tuple[str, str], Sent]:
    """The name of an operation, and a request for it with a few wrong values."""
    name = chance.choice(sorted(rows()))
    sent = rows()[name]
    if name[1] not in MODELS[name[0]].operation_names:
        return name, sent
    return name, form(chance, name) if sent.family is Family.QUERY else s3(chance, sent)


def form(chance: Random, name: tuple[str, str]) -> Sent:
    """A request of the query protocol, with all members or the required ones."""
    operation = MODELS[name[0]].operation_model(name[1])
    shape = operation.input_shape
    full = sample(shape, full=chance.random() < 0.5) if shape else {}
    made = botocore_request(operation, full, protocol="query")
    given = parse_qsl(made.body.read().decode(), keep_blank_values=True)
    for at in range(2, len(given)):
        key, value = given[at]
        if key in NAMES and chance.random() < 0.6:
            value = NAMES[key]
        elif chance.random() < 2 / len(given):
            value = chance.choice(VALUES)
        given[at] = key, value
    if chance.random() < 0.1:
        longer = chance.choice(given)[0] + chance.choice((".member.1", "x", ".1"))
        given.append((longer, chance.choice(VALUES)))
    return replace(rows()[name], body=urlencode(given).encode())


def s3(chance: Random, sent: Sent) -> Sent:
    """A request of S3 with another body, query, or a few more headers."""
    path, body = sent.path, sent.body
    if body and chance.random() < 0.4:
        body = mutated(chance, [body, b"<a/>"], XML_WORDS)
    elif "?" in path and chance.random() < 0.5:
        path = f"{path}&{chance.choice(QUERIES)}"
    more = {
        chance.choice(HEADERS): chance.choice(HEADER_VALUES) for _ in range(chance.randint(0, 2))
    }
    return replace(sent, path=path, body=body, headers={**sent.headers, **more})
