"""A bucket as a subject: its policy, its ACL and its access points, less what is blocked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html#access-analyzer-s3
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from doorward.analysis.findings.subject import (
    ACCESS_POINT,
    BUCKET_ACL,
    Granting,
    Source,
    named_by,
)
from doorward.engine.public import is_public
from doorward.policy.document import (
    Condition,
    Effect,
    Policy,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
    Version,
)

BUCKET = "AWS::S3::Bucket"
GROUPS = "http://acs.amazonaws.com/groups/global/"
PUBLIC = frozenset({f"{GROUPS}AllUsers", f"{GROUPS}AuthenticatedUsers"})
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject",),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
FULL_CONTROL = tuple(one for each in PERMISSIONS.values() for one in each)
EVERYONE = Principals((), everyone=True)
NOTHING = Policy((), Version.NEW)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The two settings of Block Public Access that count for what is there already."""

    ignore_acls: bool = False
    restrict: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """An access point; `vpc` is empty for one that is reached from the Internet."""

    arn: str
    account: str
    policy: Policy | None
    blocks: Blocks
    vpc: str = ""


def grantings(
    arn: str,
    policy: Policy | None,
    acl: Sequence[Mapping[str, Any]],
    points: Iterable[Point],
    blocks: Blocks,
) -> Iterator[Granting]:
    """Whatever grants access to the bucket *arn*.

    A public policy that is restricted is left out: only the owner and services come in by it.
    """
    if policy is not None and not (blocks.restrict and is_public(policy)):
        yield Granting(policy)
    granted = tuple(_granted(acl, blocks))
    if granted:
        yield Granting(Policy(granted, Version.NEW), Source(BUCKET_ACL))
    for one in points:
        if one.policy is None:
            continue
        if (one.blocks.restrict or blocks.restrict) and is_public(one.policy):
            continue
        yield Granting(
            _from_vpc(one.policy, one.vpc),
            Source(ACCESS_POINT, (("accessPointArn", one.arn),)),
            resources=(one.arn, f"{one.arn}/*"),
            also=policy or NOTHING,
            also_resources=named_by(BUCKET, arn),
            also_given=(
                ("s3:dataaccesspointaccount", one.account),
                ("s3:dataaccesspointarn", one.arn),
            ),
        )


def _from_vpc(policy: Policy, vpc: str) -> Policy:
    """*policy* for requests that come from the VPC *vpc*, the only ones such a point takes."""
    if not vpc:
        return policy
    coming = Condition(Text("StringEquals"), Text("aws:SourceVpc"), Texts((Text(vpc),)))
    return replace(
        policy,
        statements=tuple(
            replace(one, conditions=(*(one.conditions or ()), coming))
            if one.effect is Effect.ALLOW
            else one
            for one in policy.statements
        ),
    )


def _granted(acl: Sequence[Mapping[str, Any]], blocks: Blocks) -> Iterator[Statement]:
    """The grants of an ACL as statements."""
    for one in acl:
        grantee, permission = one["Grantee"], one["Permission"]
        if grantee.get("URI") in PUBLIC:
            if not blocks.ignore_acls:
                yield _statement(EVERYONE, permission)
        elif name := grantee.get("ID"):
            entry = PrincipalEntry(Text("CanonicalUser"), Texts((Text(name),)))
            yield _statement(Principals((entry,)), permission)


def _statement(principals: Principals, permission: str) -> Statement:
    names = FULL_CONTROL if permission == "FULL_CONTROL" else PERMISSIONS.get(permission, ())
    return Statement(
        Effect.ALLOW,
        principals=principals,
        actions=Texts(tuple(Text(one) for one in names)),
        resources=Texts((Text("*"),)),
    )
