"""What requests to S3 Control want: actions of S3, on the account or on an access point.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import Finder
from doorward.services.s3control.errors import AccessDenied, NoSuchAccessPoint
from doorward.store import access_points
from doorward.store.tables.access_point import AccessPoint

Parameters = Mapping[str, Any]
Keys = dict[str, Value]


def own(ctx: Context, account_id: str) -> str:
    """The account that a request is about, which can only be the caller's.

    Raises:
        AccessDenied: it is another one.
    """
    if account_id != ctx.account:
        raise AccessDenied
    return account_id


def point_arn(ctx: Context, account: str, name: str, region: str | None = None) -> str:
    """The ARN of an access point."""
    where = region or ctx.facts.region
    return f"arn:{ctx.partition}:s3:{where}:{account}:accesspoint/{name}"


def arn_of(ctx: Context, point: AccessPoint) -> str:
    """The ARN of an access point that is there."""
    return point_arn(ctx, point.account, point.name, point.region)


def found(ctx: Context, account_id: str, name: str) -> AccessPoint:
    """The access point of that name.

    Raises:
        AccessDenied: another account is asked about.
        NoSuchAccessPoint: there is none.
    """
    point = access_points.find(ctx.db, own(ctx, account_id), name)
    if point is None:
        raise NoSuchAccessPoint(name)
    return point


def on_account(action: str) -> Finder:
    """A finder of the account, which actions without a resource type ask about."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        own(ctx, parameters["AccountId"])
        return Access(f"s3:{action}", "*", context=common(ctx))

    return find


def on_point(action: str) -> Finder:
    """A finder of an access point; a missing one has the ARN that it would have."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        account, name = own(ctx, parameters["AccountId"]), parameters["Name"]
        point = access_points.find(ctx.db, account, name)
        resource = arn_of(ctx, point) if point else point_arn(ctx, account, name)
        origin = bool(point.vpc) if point else False
        return Access(
            f"s3:{action}",
            resource,
            account=account,
            context=common(ctx) | keys(account, resource, vpc=origin),
            tags=point.tags if point else {},
        )

    return find


def new_point(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """An access point that is not there yet, with the tags that it shall have."""
    account = own(ctx, parameters["AccountId"])
    resource = point_arn(ctx, account, parameters["Name"])
    context = common(ctx) | keys(account, resource, vpc=bool(parameters.get("VpcConfiguration")))
    wanted = {one["Key"]: one.get("Value", "") for one in parameters.get("Tags") or ()}
    context |= request_tags(wanted)
    yield Access("s3:CreateAccessPoint", resource, account=account, context=context)
    if wanted:
        yield Access("s3:TagResource", resource, account=account, context=context)


def common(ctx: Context) -> Keys:
    """Keys of every request."""
    signature = ctx.caller.signature
    found: Keys = {
        "s3:resourceaccount": ctx.account,
        "s3:authtype": signature.auth_type.value,
        "s3:signatureversion": signature.version,
    }
    if signature.age_ms is not None:
        found["s3:signatureage"] = str(signature.age_ms)
    if signature.content_sha256 is not None:
        found["s3:x-amz-content-sha256"] = signature.content_sha256
    return found


def keys(account: str, arn: str, *, vpc: bool) -> Keys:
    """Keys of the access point that a request is about."""
    return {
        "s3:dataaccesspointarn": arn,
        "s3:dataaccesspointaccount": account,
        "s3:accesspointnetworkorigin": "VPC" if vpc else "Internet",
    }


def request_tags(wanted: Mapping[str, str]) -> Keys:
    """Keys of the tags that a request gives."""
    if not wanted:
        return {}
    found: Keys = {f"aws:requesttag/{key.lower()}": value for key, value in wanted.items()}
    return found | {"aws:tagkeys": tuple(wanted)}
