"""Resources as the analysis wants them: read from the store, or asked of who is upstream."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.findings import bucket as buckets_analysis
from doorward.analysis.findings.bucket import Blocks, Point
from doorward.analysis.findings.subject import Granting, Subject
from doorward.base import arn as arns
from doorward.base.arn import Arn
from doorward.engine.compile import PolicySet
from doorward.policy.document import Effect, Policy, Statement
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.server.running import Running
from doorward.services.s3 import acls, blocks
from doorward.store import access_points, buckets, principals, public_access_blocks, roles
from doorward.store.refusals import Unjudged
from doorward.store.tables.access_point import AccessPoint
from doorward.store.tables.bucket import Bucket

ROLE, BUCKET = "AWS::IAM::Role", "AWS::S3::Bucket"
MOST_POINTS = 1_000
INTERNAL_ERROR = "INTERNAL_ERROR"
UPSTREAM: Mapping[str, tuple[str, str]] = {
    # botocore's name of the service behind the gateway that has such resources, and how the last
    # part of their ARNs begins
    "AWS::SQS::Queue": ("sqs", ""),
    "AWS::SNS::Topic": ("sns", ""),
    "AWS::KMS::Key": ("kms", "key/"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "secret:"),
    "AWS::Lambda::Function": ("lambda", "function:"),
    "AWS::ECR::Repository": ("ecr", "repository/"),
    "AWS::DynamoDB::Table": ("dynamodb", "table/"),
}
"""Types whose policies the gateway knows how to read."""


def kind_of(text: str) -> str | None:
    """The type of resource that an ARN names; None where it is none that is looked at."""
    found = Arn.parse(text)
    if found is None:
        return None
    if found.service == "iam" and found.resource.startswith("role/"):
        return ROLE
    if found.service == "s3" and "/" not in found.resource and not found.account:
        return BUCKET
    for kind, (service, start) in UPSTREAM.items():
        if found.service == service and found.resource.startswith(start):
            return kind
    return None


def find(running: Running, kind: str, account: str, text: str) -> tuple[Subject, str] | None:
    """The resource of that ARN and its Region, empty for everywhere; None where it is gone.

    Raises:
        UpstreamUnavailable: who has it does not answer.
    """
    if kind in UPSTREAM:
        return _upstream(running, kind, text)
    with running.database.moment(), running.database.read() as db:
        if kind == ROLE:
            role = _role(running, db, account, text)
            return (role, "") if role else None
        found = buckets.find(db, text.rpartition(":")[2])
        if found is None or found.account != account:
            return None
        return _bucket(running, db, found, text), found.region


def given(running: Running, account: str, kind: str, text: str, *policies: Granting) -> Subject:
    """The resource of that ARN with other *policies* than it has now, or before it is made."""
    rcps, unread = _rcps(running, account)
    return Subject(kind, text, account, policies, rcps=rcps, unread=unread)


def _role(running: Running, db: Connection, account: str, text: str) -> Subject | None:
    role = roles.find(db, account, text.rpartition("/")[2])
    if role is None:
        return None
    if arns.entity(running.settings.partition, account, "role", role.path, role.name) != text:
        return None
    trust = parse(principals.to_arns(db, role.trust))
    return given(running, account, ROLE, text, Granting(trust))


def _bucket(running: Running, db: Connection, found: Bucket, text: str) -> Subject:
    policy = _policy(db, found.policy)
    # An ACL that is the owner's alone is none.
    acl: list[dict[str, Any]] = [] if acls.enforced(found) else found.acl or []
    points = tuple(
        _point(running, db, one)
        for one in access_points.of_one_bucket(db, found.name, limit=MOST_POINTS)
    )
    rcps, unread = _rcps(running, found.account)
    return Subject(
        BUCKET,
        text,
        found.account,
        tuple(
            buckets_analysis.grantings(
                text,
                policy,
                acl,
                points,
                Blocks(
                    blocks.in_force(db, found, blocks.IGNORE_ACLS),
                    blocks.in_force(db, found, blocks.RESTRICT),
                ),
            )
        ),
        denying=_denials(policy),
        rcps=rcps,
        unread=unread,
    )


def _point(running: Running, db: Connection, found: AccessPoint) -> Point:
    name = f"accesspoint/{found.name}"
    text = f"arn:{running.settings.partition}:s3:{found.region}:{found.account}:{name}"
    of_account = public_access_blocks.find(db, found.account) or {}
    own = found.public_access_block
    blocked = Blocks(
        own.get(blocks.IGNORE_ACLS, False) or of_account.get(blocks.IGNORE_ACLS, False),
        own.get(blocks.RESTRICT, False) or of_account.get(blocks.RESTRICT, False),
    )
    return Point(text, found.account, _policy(db, found.policy), blocked, found.vpc)


def _policy(db: Connection, text: str | None) -> Policy | None:
    return parse(principals.to_arns(db, text)) if text else None


def _denials(policy: Policy | None) -> tuple[Statement, ...]:
    if policy is None:
        return ()
    return tuple(one for one in policy.statements if one.effect is Effect.DENY)


def _upstream(running: Running, kind: str, text: str) -> tuple[Subject, str] | None:
    name, gateway = Arn.parse(text), running.gateway
    service = UPSTREAM[kind][0]
    if name is None or gateway is None or not gateway.upstreams.answers(service):
        return None
    known = gateway.sources.known(service, name, ask=True)
    if not known.there:
        return None
    granting: list[Granting] = []
    error = ""
    if known.policy is not None:
        try:
            granting.append(Granting(parse(known.policy)))
        except PolicySyntaxError:
            error = INTERNAL_ERROR
    rcps, unread = _rcps(running, name.account)
    found = Subject(kind, text, name.account, granting, rcps=rcps, unread=unread, error=error)
    return found, name.region


def _rcps(running: Running, account: str) -> tuple[tuple[PolicySet, ...] | None, str]:
    """The RCPs above *account*, and why they could not be read."""
    try:
        place = running.live.membership(account)
    except Unjudged as error:
        return None, str(error)
    return (place.rcps if place else None), ""
