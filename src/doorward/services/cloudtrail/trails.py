"""Trails: what is delivered, and where to.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trails.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doorward.base.arn import Arn
from doorward.services.cloudtrail import buckets, finding, organization, paging, resources, tags
from doorward.services.cloudtrail.errors import InvalidParameterCombination
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import (
    InvalidCloudWatchLogsLogGroupArn,
    InvalidCloudWatchLogsRoleArn,
    InvalidKmsKeyId,
    InvalidSnsTopicName,
    MaximumNumberOfTrailsExceeded,
    TrailAlreadyExists,
)
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trails
from doorward.store.tables.trail import Trail

MOST = 5
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,256}(\.fifo)?")
TOPIC_CHARACTERS = 256
HIDDEN_UNTIL_DESCRIBED = ("HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors")


@cloudtrail.operation(on=resources.new_trail)
def create_trail(
    ctx: Context,
    *,
    name: str,
    s3_bucket_name: str,
    s3_key_prefix: str | None = None,
    sns_topic_name: str | None = None,
    include_global_service_events: bool = True,
    is_multi_region_trail: bool = False,
    enable_log_file_validation: bool = False,
    cloud_watch_logs_log_group_arn: str | None = None,
    cloud_watch_logs_role_arn: str | None = None,
    kms_key_id: str | None = None,
    is_organization_trail: bool = False,
    tags_list: list[dict[str, str]] | None = None,
    recursive_logging: bool | None = None,
) -> Output:
    """Make a trail that does not log yet, once CloudTrail may write to its bucket.

    Raises:
        InvalidTrailName, TrailAlreadyExists, MaximumNumberOfTrailsExceeded: of its name, or there
            are five.
        S3BucketDoesNotExist, InsufficientS3BucketPolicy, InvalidS3BucketName, InvalidS3Prefix: of
            its bucket.
        InvalidSnsTopicName, InvalidKmsKeyId, InvalidCloudWatchLogsLogGroupArn,
            InvalidCloudWatchLogsRoleArn: of what else it names.
        InvalidParameterCombination: it is of all Regions without the global services.
        OrganizationsNotInUse, NotOrganizationMasterAccount, CloudTrailAccessNotEnabled: it is for
            an organization that there is not, or for which the caller may not.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    """
    finding.check_name(name)
    arn = finding.trail_arn(ctx, name)
    if finding.shown(ctx, name) is not None:
        raise TrailAlreadyExists(name)
    if sum(one.account == ctx.account for one in finding.visible(ctx)) >= MOST:
        raise MaximumNumberOfTrailsExceeded(str(MOST))
    members = {
        "Name": name,
        "S3BucketName": s3_bucket_name,
        "S3KeyPrefix": s3_key_prefix,
        "SnsTopicName": sns_topic_name,
        "IncludeGlobalServiceEvents": include_global_service_events,
        "IsMultiRegionTrail": is_multi_region_trail,
        "TrailARN": arn,
        "LogFileValidationEnabled": enable_log_file_validation,
        "CloudWatchLogsLogGroupArn": cloud_watch_logs_log_group_arn,
        "CloudWatchLogsRoleArn": cloud_watch_logs_role_arn,
        "KmsKeyId": kms_key_id,
        "IsOrganizationTrail": is_organization_trail,
        "RecursiveLogging": recursive_logging,
    }
    members, owner = _checked(ctx, members, arn)
    made = Trail(
        arn=arn,
        account=ctx.account,
        region=ctx.facts.region,
        name=name,
        members=members,
        selectors={},
        insights=[],
        settings={},
        tags=tags.checked(ctx, tags_list or []),
        logging=False,
        organization=owner,
        status={},
        created_at=ctx.now,
    )
    trails.add(ctx.db, made)
    return members


@cloudtrail.operation(on=resources.trail)
def update_trail(
    ctx: Context,
    *,
    name: str,
    s3_bucket_name: str | None = None,
    s3_key_prefix: str | None = None,
    sns_topic_name: str | None = None,
    include_global_service_events: bool | None = None,
    is_multi_region_trail: bool | None = None,
    enable_log_file_validation: bool | None = None,
    cloud_watch_logs_log_group_arn: str | None = None,
    cloud_watch_logs_role_arn: str | None = None,
    kms_key_id: str | None = None,
    is_organization_trail: bool | None = None,
    recursive_logging: bool | None = None,
) -> Output:
    """Change a trail; what is not given stays, and an empty text takes it away.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid, InvalidHomeRegion: of its name.
        AwsError: as for CreateTrail.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
    """
    found = finding.own_trail(ctx, name)
    given = {
        "S3BucketName": s3_bucket_name,
        "S3KeyPrefix": s3_key_prefix,
        "SnsTopicName": sns_topic_name,
        "IncludeGlobalServiceEvents": include_global_service_events,
        "IsMultiRegionTrail": is_multi_region_trail,
        "LogFileValidationEnabled": enable_log_file_validation,
        "CloudWatchLogsLogGroupArn": cloud_watch_logs_log_group_arn,
        "CloudWatchLogsRoleArn": cloud_watch_logs_role_arn,
        "KmsKeyId": kms_key_id,
        "IsOrganizationTrail": is_organization_trail,
        "RecursiveLogging": recursive_logging,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    members, owner = _checked(ctx, {**found.members, **changes}, found.arn)
    trails.change(ctx.db, found.arn, {"members": members, "organization": owner})
    return members


@cloudtrail.operation(on=resources.trail)
def delete_trail(ctx: Context, *, name: str) -> Output:
    """Delete a trail, with what it had not delivered yet.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid, InvalidHomeRegion: of its name.
        NotOrganizationMasterAccount: it is the organization's.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
    """
    found = finding.own_trail(ctx, name)
    trails.remove(ctx.db, found.arn)
    return {}


@cloudtrail.operation(on=resources.trail)
def get_trail(ctx: Context, *, name: str) -> Output:
    """Show one trail.

    Raises:
        TrailNotFound, InvalidTrailName, CloudTrailARNInvalid: of its name.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
    """
    return {"Trail": described(finding.trail(ctx, name))}


@cloudtrail.operation(on=resources.everything)
def describe_trails(
    ctx: Context,
    *,
    trail_name_list: list[str] | None = None,
    include_shadow_trails: bool = True,
) -> Output:
    """Show trails: those named, or every one that shows in this Region.

    Names of trails that are not there are passed over.

    Raises:
        InvalidTrailName: a name is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
    """
    found: Sequence[Trail]
    if trail_name_list:
        for name in trail_name_list:
            if not name.startswith("arn:"):
                finding.check_name(name)
        named = [finding.shown(ctx, name) for name in dict.fromkeys(trail_name_list)]
        found = [one for one in named if one is not None]
    else:
        found = finding.visible(ctx)
    if not include_shadow_trails:
        found = [
            one for one in found if one.region == ctx.facts.region and one.account == ctx.account
        ]
    return {"trailList": [described(one) for one in found]}


@cloudtrail.operation(on=resources.everything)
def list_trails(ctx: Context, *, next_token: str | None = None) -> Output:
    """List the trails of the account, of every Region; they fit on one page.

    Raises:
        InvalidNextToken: there is no further page.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html
    """
    paging.after(ctx, "ListTrails", next_token)
    found = trails.of(ctx.db, ctx.account, finding.organization_id(ctx))
    return {
        "Trails": [
            {"TrailARN": one.arn, "Name": one.name, "HomeRegion": one.region} for one in found
        ]
    }


def described(one: Trail) -> Output:
    """A trail as DescribeTrails shows it."""
    return {
        **one.members,
        "HomeRegion": one.region,
        "HasCustomEventSelectors": bool(one.selectors),
        "HasInsightSelectors": bool(one.insights),
    }


def _checked(ctx: Context, given: Mapping[str, Any], arn: str) -> tuple[dict[str, Any], str]:
    """The members that are set, and the organization that the trail is of.

    Raises:
        AwsError: something in them cannot be.
    """
    members = {name: value for name, value in given.items() if value not in {None, ""}}
    if members["IsMultiRegionTrail"] and not members["IncludeGlobalServiceEvents"]:
        raise InvalidParameterCombination("Multi-Region trail must include global service events.")
    owner = organization.administered(ctx).id if members["IsOrganizationTrail"] else ""
    _topic(ctx, members)
    _logs(members)
    key = members.get("KmsKeyId")
    if key is not None and not key.startswith("arn:"):
        members["KmsKeyId"] = _key_arn(ctx, key)
    buckets.check(ctx, members, arn, owner)
    return members, owner


def _topic(ctx: Context, members: dict[str, Any]) -> None:
    name = members.get("SnsTopicName")
    members.pop("SnsTopicARN", None)
    if name is None:
        return
    parsed = Arn.parse(name) if name.startswith("arn:") else None
    plain = parsed.resource if parsed and parsed.service == "sns" else name
    if len(name) > TOPIC_CHARACTERS or not TOPIC.fullmatch(plain):
        raise InvalidSnsTopicName(name)
    members["SnsTopicName"] = plain
    members["SnsTopicARN"] = (
        name if parsed else f"arn:{ctx.partition}:sns:{ctx.facts.region}:{ctx.account}:{name}"
    )


def _logs(members: Mapping[str, Any]) -> None:
    """Refuse a log group without a role, and the other way round."""
    group, role = members.get("CloudWatchLogsLogGroupArn"), members.get("CloudWatchLogsRoleArn")
    if group is None and role is None:
        return
    parsed = Arn.parse(group or "")
    if parsed is None or parsed.service != "logs" or not str(group).endswith(":*"):
        raise InvalidCloudWatchLogsLogGroupArn(
            "CloudTrail cannot validate the specified log group ARN."
        )
    named = Arn.parse(role or "")
    if named is None or named.service != "iam" or not named.resource.startswith("role/"):
        raise InvalidCloudWatchLogsRoleArn("CloudTrail cannot validate the specified role ARN.")


def _key_arn(ctx: Context, key: str) -> str:
    if not re.fullmatch(r"(alias/)?[A-Za-z0-9/_-]+", key):
        raise InvalidKmsKeyId(key)
    kind = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:{ctx.partition}:kms:{ctx.facts.region}:{ctx.account}:{kind}"
