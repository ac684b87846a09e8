"""Values that fit shapes of the model, made without chance, for round trips against botocore."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from doorward.wire.validate import rules

NAMES = (
    # One of these fits every pattern of the services that are tested; the tests fail where none does.
    "alice",
    "a1b2c3d4e5f6a7b8",
    "123456789012",
    "arn:aws:iam::123456789012:role/staff/auditor",
    "arn:aws:s3:us-east-1:123456789012:accesspoint/reports",
    "arn:aws:s3:::reports",
    "/",
    "/staff/",
    "123456",
    "AKIAIOSFODNN7EXAMPLE",
    "red team",
    "AWS::IAM::Role",
    "1.0.0",
    "arn:aws:cloudformation:us-east-1:123456789012:type-configuration/hook/Some-Hook",
    "arn:aws:cloudformation:us-east-1:123456789012:type/hook/Some-Hook",
    "arn:aws:cloudformation:us-east-1::type/resource/a1b2c3d4e5f6a7b8/Some-Type",
    "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "alice@example.com",
    "o-a1b2c3d4e5",
    "r-ab12",
    "ou-ab12-a1b2c3d4",
    "p-a1b2c3d4",
    "rp-a1b2c3d4",
    "rt-a1b2c3d4",
    "h-a1b2c3d4e5",
    "car-a1b2c3d4e5f6a7b8a1b2c3d4e5f6a7b8",
    "arn:aws:organizations::123456789012:account/o-a1b2c3d4e5/123456789012",
    "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5",
    "arn:aws:organizations::123456789012:root/o-a1b2c3d4e5/r-ab12",
    "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-a1b2c3d4",
    "arn:aws:organizations::123456789012:policy/o-a1b2c3d4e5/service_control_policy/p-a1b2c3d4",
    "arn:aws:organizations::123456789012:handshake/o-a1b2c3d4e5/invite/h-a1b2c3d4e5",
    "arn:aws:organizations::123456789012:resourcepolicy/o-a1b2c3d4e5/rp-a1b2c3d4",
    "arn:aws:organizations::123456789012:transfer/o-a1b2c3d4e5/billing/inbound/rt-a1b2c3d4",
    "o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4/",
    "0123456789abcdef" * 2,
    "0123456789ABCDEF" * 2,
    "+1 555 0100",
    "alice@example.com",
    "123456",
    "ABC123",
    "v1",
    "https://example.com/back",
    "arn:aws:kms:us-east-1:123456789012:key/a1b2",
    "arn:aws:sso::123456789012:application/a1b2",
    "arn:aws:sso::123456789012:instance/a1b2",
    "arn:aws:s3:us-east-1:123456789012:storage-lens-group/a1b2",
    "arn:aws:s3:us-east-1:123456789012:storage-lens/a1b2",
    "arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "arn:aws:rolesanywhere:us-east-1:123456789012:profile/a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "arn:aws:rolesanywhere:us-east-1:123456789012:crl/a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "12:00",
    "iam.amazonaws.com",
    "arn:aws:sso:::instance/ssoins-a1b2c3d4e5f6a7b8",
    "arn:aws:sso:::permissionSet/ssoins-a1b2c3d4e5f6a7b8/ps-a1b2c3d4e5f6a7b8",
    "arn:aws:sso::123456789012:application/ssoins-a1b2c3d4e5f6a7b8/apl-a1b2c3d4e5f6a7b8",
    "arn:aws:sso::123456789012:trustedTokenIssuer/ssoins-a1b2c3d4e5f6a7b8/tti-a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "arn:aws:sso::aws:applicationProvider/custom",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:identitystore::123456789012:identitystore/d-a1b2c3d4e5",
    "aws:identitystore:enterprise",
    "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-a1b2c3d4",
    "vpc-a1b2c3d4",
    "192.0.2.0/24",
    "PT1H",
    "us-east-1",
    "arn:aws:kms:us-east-1:123456789012:key/a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "Average",
    "default",
    "s3://reports",
    "vpce-a1b2",
    "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/outside",
    "arn:aws:s3express:us-east-1:123456789012:accesspoint/reports",
    "arn:aws:cloudtrail:us-east-1:123456789012:trail/all",
)
HARD_TEXT = "<a & \"b\"> 'c' é 漢 + % =\ttab"
PLAIN_TEXT = "plain-text"
WHEN = datetime(2026, 11, 25, 6, 35, 1, tzinfo=UTC)
DEPTH = 6


class NoSample(Exception):
    """No text here fits a shape."""


def output(shape: Any) -> Any:
    """A full value of an output *shape*, whose texts keep no rules: those are for input."""
    return sample(shape, loose=True)


def sample(
    shape: Any, *, full: bool = True, depth: int = 0, plain: bool = False, loose: bool = False
) -> Any:
    """A value of *shape*: every member where *full*, else the required ones only.

    *plain* keeps to text that headers and paths can hold.
    """
    match shape.type_name:
        case "structure":
            return structure(shape, full=full, depth=depth, loose=loose)
        case "list":
            count = max(shape.metadata.get("min", 0), 1 if "enum" in shape.member.metadata else 2)
            count = min(count, shape.metadata.get("max", count))
            inner = sample(shape.member, full=full, depth=depth + 1, plain=plain, loose=loose)
            return [inner for _ in range(count)]
        case "map":
            key = text(shape.key, plain=True, loose=loose)
            keys = [key, *(f"{key}{n}" for n in range(2, shape.metadata.get("min", 1) + 1))]
            inner = sample(shape.value, full=full, depth=depth + 1, plain=plain, loose=loose)
            return dict.fromkeys(keys, inner)
        case "string" | "character":
            return text(shape, plain=plain, loose=loose)
        case "integer" | "long":
            return max(shape.metadata.get("min", 7), min(7, shape.metadata.get("max", 7)))
        case "float" | "double":
            return float(shape.metadata.get("min", 1)) + 0.5
        case "boolean":
            return True
        case "timestamp":
            return WHEN
        case _:
            return b"\x00\xff bytes".ljust(shape.metadata.get("min", 0), b"x")


def structure(shape: Any, *, full: bool, depth: int, loose: bool) -> dict[str, Any]:
    required = set(shape.required_members)
    chosen = list(members(shape, full=full and depth < DEPTH))
    if shape.is_tagged_union:
        chosen = list(shape.members)[:1]
    if depth and not chosen:
        chosen = list(shape.members)[:1]  # an empty structure cannot be sent in a form
    found = {}
    for name in chosen:
        member = shape.members[name]
        if member.serialization.get("eventstream"):
            continue
        plain = member.serialization.get("location") is not None
        found[name] = sample(member, full=full, depth=depth + 1, plain=plain, loose=loose)
    assert shape.is_tagged_union or required <= found.keys()
    return found


def members(shape: Any, *, full: bool) -> Iterator[str]:
    for name in shape.members:
        if full or name in shape.required_members:
            yield name


def text(shape: Any, *, plain: bool, loose: bool) -> str:
    """A text that keeps the rules of *shape*."""
    if "enum" in shape.metadata:
        return str(shape.metadata["enum"][0])
    if loose:
        return PLAIN_TEXT if plain else HARD_TEXT
    asked = rules(shape)
    least = shape.metadata.get("min", 0)
    usual = (PLAIN_TEXT,) if plain else (HARD_TEXT, PLAIN_TEXT)
    for candidate in (*usual, *NAMES):
        for padded in (candidate, candidate + "x" * (least - len(candidate))):
            if all(rule.holds(padded) for rule in asked):
                return padded
    raise NoSample(shape.name, shape.metadata)
