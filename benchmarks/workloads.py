"""The policies and requests that engines are measured with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.contest import Asked

Document = dict[str, Any]

ACCOUNT = "123456789012"
RESOURCES = 1_000
PER_DOCUMENT = 500
CONTEXT = {
    "aws:currenttime": "2026-11-25T06:35:00Z",
    "aws:epochtime": "1795588500",
    "aws:principalaccount": ACCOUNT,
    "aws:principalarn": f"arn:aws:iam::{ACCOUNT}:role/app",
    "aws:principaltype": "AssumedRole",
    "aws:requestedregion": "us-east-1",
    "aws:securetransport": "true",
    "aws:sourceip": "203.0.113.9",
    "aws:useragent": "Boto3/1.44.8",
    "aws:userid": "AROAEXAMPLEEXAMPLE000:worker",
}
INSECURE = {"StringEquals": {"aws:SecureTransport": "false"}}
OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}

READS = {
    "s3": "GetObject",
    "sqs": "GetQueueUrl",
    "sns": "GetTopicAttributes",
    "dynamodb": "GetItem",
    "lambda": "GetFunction",
    "kms": "GetKeyPolicy",
    "ec2": "GetConsoleOutput",
    "logs": "GetLogEvents",
    "ssm": "GetParameter",
    "states": "GetActivityTask",
}


@dataclass(frozen=True)
class Workload:
    """Identity policies and requests; `others` are policies of further kinds, by kind."""

    name: str
    documents: Sequence[Document]
    requests: Sequence[Asked]
    others: Mapping[str, Document] = field(default_factory=dict)


def allow(action: str, resource: str, condition: Document | None = None) -> Document:
    """An Allow statement."""
    statement: Document = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | {"Condition": condition} if condition else statement


def deny(action: str, resource: str, condition: Document | None = None) -> Document:
    """A Deny statement."""
    return allow(action, resource, condition) | {"Effect": "Deny"}


def document(statements: Sequence[Document]) -> Document:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def documents(statements: Sequence[Document]) -> list[Document]:
    """Documents of 500 statements: one holds no more than its size allows."""
    cuts = range(0, len(statements), PER_DOCUMENT)
    return [document(statements[at : at + PER_DOCUMENT]) for at in cuts]


def fifteen() -> list[Document]:
    """Three policies of five statements, with globs and two conditions."""
    read = [
        allow("s3:Get*", "arn:aws:s3:::reports/*", OFFICE),
        allow("s3:ListBucket", "arn:aws:s3:::reports"),
        allow("s3:ListAllMyBuckets", "*"),
        allow("sqs:ReceiveMessage", f"arn:aws:sqs:*:{ACCOUNT}:jobs-*"),
        allow("sqs:Get*", f"arn:aws:sqs:*:{ACCOUNT}:*"),
    ]
    write = [
        allow("s3:PutObject", "arn:aws:s3:::reports/*/draft-*"),
        allow("dynamodb:*Item", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/app-*"),
        allow("sns:Publish", f"arn:aws:sns:*:{ACCOUNT}:alerts"),
        allow("logs:Put*", "*"),
        allow("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/*"),
    ]
    guard = [
        deny("s3:*", "*", INSECURE),
        deny("iam:*", "*"),
        deny("s3:GetObject", "arn:aws:s3:::reports/secret/*"),
        deny("s3:Delete*", "arn:aws:s3:::reports/*"),
        deny("organizations:*", "*"),
    ]
    return [document(read), document(write), document(guard)]


def reports() -> list[Asked]:
    """Requests that read objects; every other one is denied."""
    return [
        ("s3:GetObject", f"arn:aws:s3:::reports/{'secret' if n % 2 else '2026'}/{n}.txt", not n % 2)
        for n in range(RESOURCES)
    ]


def small() -> Workload:
    """Fifteen statements."""
    return Workload("15 statements", fifteen(), reports())


def services(count: int) -> Workload:
    """Statements about many services."""
    names = list(READS)
    statements = [
        allow(
            f"{names[n % 10]}:{'Get' if n % 3 else 'Put'}*",
            f"arn:aws:{names[n % 10]}:::thing-{n}/*",
        )
        for n in range(count)
    ]
    requests = [
        (
            f"{names[n % 10]}:{READS[names[n % 10]]}",
            f"arn:aws:{names[n % 10]}:::thing-{n}/x",
            n % 3 != 0,
        )
        for n in range(min(count, RESOURCES))
    ]
    return Workload(f"{count:,} statements", documents(statements), requests)


def prefixes(count: int) -> Workload:
    """Statements on one action, told apart by what their resources begin with.

    As with the fifteen statements, every other request is denied.
    """
    denied = count // 10
    statements = [
        allow("s3:GetObject", f"arn:aws:s3:::bucket-{n}/*") for n in range(count - denied)
    ]
    statements += [deny("s3:GetObject", f"arn:aws:s3:::bucket-{n}/secret/*") for n in range(denied)]
    requests = [
        (
            "s3:GetObject",
            f"arn:aws:s3:::bucket-{n % denied}/{'secret' if n % 2 else '2026'}/q1.txt",
            not n % 2,
        )
        for n in range(RESOURCES)
    ]
    return Workload(f"{count:,} prefixes", documents(statements), requests)


def middles(count: int) -> Workload:
    """Globs that begin and end alike and differ in the middle: an index by prefix is no use."""
    statements = [allow("s3:GetObject", f"arn:aws:s3:::*/x-{n}/*") for n in range(count)]
    step = max(1, count * 13 // 10_000)
    requests = [
        ("s3:GetObject", f"arn:aws:s3:::data/2026/x-{n * step}/part-7", n * step < count)
        for n in range(RESOURCES)
    ]
    return Workload(f"{count:,} globs */x-i/*", documents(statements), requests)


def suffixes(count: int) -> Workload:
    """Globs that begin alike and differ at the end."""
    statements = [allow("s3:GetObject", f"arn:aws:s3:::data/*/{n}.txt") for n in range(count)]
    step = max(1, count * 13 // 10_000)
    requests = [
        ("s3:GetObject", f"arn:aws:s3:::data/2026/q1/{n * step}.txt", n * step < count)
        for n in range(RESOURCES)
    ]
    return Workload(f"{count:,} globs prefix*suffix", documents(statements), requests)


def five_kinds() -> Workload:
    """SCP, bucket policy, boundary and session policy beside the fifteen statements."""
    everything = allow("*", "*")
    role = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}
    others = {
        "scp": document([everything, deny("organizations:Leave*", "*")]),
        "resource": document(
            [
                deny("s3:*", "arn:aws:s3:::reports/*", INSECURE) | {"Principal": "*"},
                allow("s3:GetObject", "arn:aws:s3:::reports/*") | {"Principal": role},
            ]
        ),
        "boundary": document([allow("s3:*", "*"), allow("sqs:*", "*")]),
        "session": document([allow("s3:Get*", "arn:aws:s3:::reports/*"), deny("s3:Put*", "*")]),
    }
    return Workload("five kinds", fifteen(), reports(), others)
