"""Which resources an event may have changed for those who are outside of a zone of trust."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.base.arn import Arn
from doorward.server.findings.subjects import BUCKET, ROLE, UPSTREAM, USER, kind_of
from doorward.store import access_points, analyzers, buckets, organizations, roles, users
from doorward.store.resource_scans import BUCKETS, EVERYTHING, GONE, ORGANIZATION, STRAYS
from doorward.store.tables.audit import AuditEvent

SOURCES: Mapping[str, str] = {
    f"{service}.amazonaws.com": kind for kind, (service, _) in UPSTREAM.items()
}
NAMES: Mapping[str, tuple[str, ...]] = {
    # the members of requests that name a resource of the type, by ARN or by name
    "AWS::SQS::Queue": ("queueUrl", "queueName"),
    "AWS::SNS::Topic": ("topicArn", "resourceArn"),
    "AWS::KMS::Key": ("keyId",),
    "AWS::SecretsManager::Secret": ("secretId",),
    "AWS::Lambda::Function": ("functionName",),
    "AWS::ECR::Repository": ("repositoryName",),
    "AWS::DynamoDB::Table": ("resourceArn", "tableName"),
}


class Touched(NamedTuple):
    """What is to be looked at, as a row of `resource_scan` has it."""

    account: str
    kind: str
    name: str
    region: str = ""


def touched(
    db: Connection, event: AuditEvent, record: Mapping[str, Any], partition: str
) -> Iterator[Touched]:
    """What *event* touched; *record* is the whole of it."""
    given = record.get("requestParameters") or {}
    match event.service:
        case "iam.amazonaws.com":
            yield from _role(db, event.account, record, partition)
            yield from _user(db, event.account, record, partition)
        case "s3.amazonaws.com":
            yield from _buckets(db, event, given, partition)
        case "organizations.amazonaws.com":
            yield from _organization(db, event.account)
        case _:
            yield from _upstream(event, record, partition)


def _role(
    db: Connection, account: str, record: Mapping[str, Any], partition: str
) -> Iterator[Touched]:
    made = (record.get("responseElements") or {}).get("role") or {}
    name = (record.get("requestParameters") or {}).get("roleName")
    found = roles.find(db, account, name) if isinstance(name, str) else None
    if found is not None:
        path = found.path + found.name
        yield Touched(account, ROLE, f"arn:{partition}:iam::{account}:role{path}")
    elif isinstance(made.get("arn"), str):
        yield Touched(account, ROLE, made["arn"])
    elif isinstance(name, str):
        # It is gone, and its path with it: whatever of that name was looked at is looked for.
        yield Touched(account, GONE, name)


def _user(
    db: Connection, account: str, record: Mapping[str, Any], partition: str
) -> Iterator[Touched]:
    name = (record.get("requestParameters") or {}).get("userName")
    found = users.find(db, account, name) if isinstance(name, str) else None
    if found is not None:
        path = found.path + found.name
        yield Touched(account, USER, f"arn:{partition}:iam::{account}:user{path}")
    elif isinstance(name, str):
        yield Touched(account, GONE, name)


def _buckets(
    db: Connection, event: AuditEvent, given: Mapping[str, Any], partition: str
) -> Iterator[Touched]:
    """The bucket that is named, or that the access point is of; else all of the account."""
    name = given.get("bucketName") or given.get("bucket")
    point = given.get("name")
    if not isinstance(name, str) and isinstance(point, str):
        found = access_points.find(db, event.account, point)
        name = found.bucket if found else None
    if not isinstance(name, str):
        yield Touched(event.account, BUCKETS, "")
        return
    bucket = buckets.find(db, name)
    account = bucket.account if bucket else event.account
    yield Touched(account, BUCKET, f"arn:{partition}:s3:::{name}", bucket.region if bucket else "")


def _organization(db: Connection, account: str) -> Iterator[Touched]:
    """Policies or members may be others: every account of the organization, and the one itself."""
    yield Touched(account, EVERYTHING, "")
    joined = organizations.find_account(db, account)
    if joined is not None:
        yield Touched(account, ORGANIZATION, joined.organization_id)
        for one in analyzers.watching(db, account, joined.organization_id):
            if one.organization:
                yield Touched(one.account, STRAYS, one.id)


def _upstream(event: AuditEvent, record: Mapping[str, Any], partition: str) -> Iterator[Touched]:
    kind = SOURCES[event.service]
    made = record.get("responseElements") or {}
    for text in dict.fromkeys(_arns(kind, event, record, made, partition)):
        found = Arn.parse(text)
        if found is not None and kind_of(text) == kind:
            yield Touched(found.account, kind, text, found.region)


def _arns(
    kind: str,
    event: AuditEvent,
    record: Mapping[str, Any],
    made: Mapping[str, Any],
    partition: str,
) -> Iterator[str]:
    """Every ARN that the event has of such a resource, and those that follow from names."""
    yield from (one.get("ARN", "") for one in record.get("resources") or ())
    yield from _within(made)
    given = record.get("requestParameters") or {}
    service, start = UPSTREAM[kind]
    for member in NAMES[kind]:
        name = given.get(member)
        if not isinstance(name, str):
            continue
        if name.startswith("arn:"):
            yield _whole(name, start)
            continue
        last = name.rpartition("/")[2]
        yield f"arn:{partition}:{service}:{event.region}:{event.account}:{start}{last}"


def _whole(text: str, start: str) -> str:
    """The ARN of the resource itself, without a version or alias of a function."""
    head, colon, last = text.rpartition(f":{start}") if start else ("", "", text)
    return f"{head}{colon}{last.partition(':')[0]}" if start == "function:" and colon else text


def _within(output: Mapping[str, Any]) -> Iterator[str]:
    """The ARNs in an answer, one level deep."""
    for value in output.values():
        if isinstance(value, str) and value.startswith("arn:"):
            yield value
        elif isinstance(value, Mapping):
            yield from (
                one for one in value.values() if isinstance(one, str) and one.startswith("arn:")
            )
