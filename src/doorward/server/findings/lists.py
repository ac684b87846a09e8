"""Every resource of an account, a page at a time: what is kept here, then what is upstream."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doorward.base import arn as arns
from doorward.gateway.memory import Scope
from doorward.server.findings.subjects import BUCKET, ROLE, UPSTREAM, USER
from doorward.server.running import Running
from doorward.store import buckets, roles, users
from doorward.wire.client import Refused

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """An operation that lists resources: where its answer has them, and its tokens."""

    operation: str
    token_in: str
    token_out: str
    names: Callable[[Mapping[str, Any]], Sequence[Any]]
    arn: Callable[[str, str, Any], str]


def _of(service: str, start: str) -> Callable[[str, str, Any], str]:
    return lambda account, region, name: f"arn:aws:{service}:{region}:{account}:{start}{name}"


def _member(member: str, of_each: str = "") -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if not of_each:
        return lambda output: output.get(member) or ()
    return lambda output: [one[of_each] for one in output.get(member) or ()]


def _itself(account: str, region: str, name: Any) -> str:
    del account, region
    return str(name)


def _queue_names(output: Mapping[str, Any]) -> Sequence[str]:
    return [one.rpartition("/")[2] for one in output.get("QueueUrls") or ()]


LISTINGS: Mapping[str, Listing] = {
    "AWS::SQS::Queue": Listing(
        "ListQueues", "NextToken", "NextToken", _queue_names, _of("sqs", "")
    ),
    "AWS::SNS::Topic": Listing(
        "ListTopics", "NextToken", "NextToken", _member("Topics", "TopicArn"), _itself
    ),
    "AWS::KMS::Key": Listing(
        "ListKeys", "Marker", "NextMarker", _member("Keys", "KeyArn"), _itself
    ),
    "AWS::SecretsManager::Secret": Listing(
        "ListSecrets", "NextToken", "NextToken", _member("SecretList", "ARN"), _itself
    ),
    "AWS::Lambda::Function": Listing(
        "ListFunctions", "Marker", "NextMarker", _member("Functions", "FunctionArn"), _itself
    ),
    "AWS::ECR::Repository": Listing(
        "DescribeRepositories",
        "nextToken",
        "nextToken",
        _member("repositories", "repositoryArn"),
        _itself,
    ),
    "AWS::DynamoDB::Table": Listing(
        "ListTables",
        "ExclusiveStartTableName",
        "LastEvaluatedTableName",
        _member("TableNames"),
        _of("dynamodb", "table/"),
    ),
}

Named = tuple[str, str, str]
"""A type, an ARN and a Region, which is empty for everywhere."""


def step(
    running: Running, account: str, regions: Sequence[str], place: str
) -> tuple[list[Named], str]:
    """Some resources of *account* after *place*, and where to go on; empty at the end.

    Raises:
        UpstreamUnavailable: who has them does not answer.
    """
    phases = _phases(running, regions)
    number, token = json.loads(place) if place else (0, "")
    if number >= len(phases):
        return [], ""
    kind, region = phases[number]
    found, token = _page(running, kind, account, region, token)
    if token:
        return found, json.dumps([number, token])
    return found, json.dumps([number + 1, ""]) if number + 1 < len(phases) else ""


def _phases(running: Running, regions: Sequence[str]) -> list[tuple[str, str]]:
    """What there is to list: of each type where it is."""
    gateway = running.gateway
    upstream = [
        (kind, region)
        for region in sorted(regions)
        for kind, (service, _) in UPSTREAM.items()
        if gateway is not None and gateway.upstreams.answers(service)
    ]
    return [(ROLE, ""), (USER, ""), (BUCKET, ""), *upstream]


def _page(
    running: Running, kind: str, account: str, region: str, token: str
) -> tuple[list[Named], str]:
    if kind in {ROLE, USER, BUCKET}:
        return kept(running, kind, account, token)
    gateway, listing = running.gateway, LISTINGS[kind]
    if gateway is None:
        return [], ""
    service = UPSTREAM[kind][0]
    asked = {listing.token_in: token} if token else {}
    try:
        output = gateway.sources.ask(
            service, listing.operation, asked, Scope(service, account, region)
        )
    except Refused:
        return [], ""  # it cannot be listed there; what changes is looked at all the same
    names = [listing.arn(account, region, one) for one in listing.names(output)]
    return [(kind, one, region) for one in names], str(output.get(listing.token_out) or "")


def kept(running: Running, kind: str, account: str, token: str) -> tuple[list[Named], str]:
    """Roles, users and buckets, which are kept here."""
    partition = running.settings.partition
    after = token or None
    with running.database.moment(), running.database.read() as db:
        if kind == ROLE:
            page = roles.page(db, account, after=after, limit=AT_ONCE)
            names = [
                (kind, arns.entity(partition, account, "role", one.path, one.name), "")
                for one in page.items
            ]
            return names, page.last or ""
        if kind == USER:
            people = users.page(db, account, after=after, limit=AT_ONCE)
            named = [
                arns.entity(partition, account, "user", one.path, one.name) for one in people.items
            ]
            return [(kind, one, "") for one in named], people.last or ""
        found = buckets.page(db, account, after=after, limit=AT_ONCE)
        return (
            [(kind, f"arn:{partition}:s3:::{one.name}", one.region) for one in found.items],
            found.last or "",
        )
