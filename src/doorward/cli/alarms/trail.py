"""The trail behind the alarms: of all Regions, into a bucket and into a log group.

A trail that already delivers to a log group is used as it is. Else a bucket, a role and a trail are
made, as narrow as CloudTrail's guide has them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from doorward.cli.alarms.cis import RETENTION_DAYS
from doorward.cli.alarms.steps import CHANGED, CREATED, THERE, Run
from doorward.wire.client import Refused

CLOUDTRAIL = "cloudtrail.amazonaws.com"
DEFAULT_GROUP = "CloudTrail/cis"
NO_BUCKET = ("NoSuchBucket", "404", "NotFound")
NO_ROLE = ("NoSuchEntity", "NoSuchEntityException")
ROLE_UNKNOWN = frozenset(
    {
        "InvalidCloudWatchLogsRoleArnException",
        "InvalidCloudWatchLogsLogGroupArnException",
    }
)
PAUSES_SECONDS = (2.0, 4.0, 8.0)


class Names(NamedTuple):
    """What the things are called that are made."""

    trail: str
    bucket: str
    role: str
    partition: str
    account: str
    region: str

    @property
    def trail_arn(self) -> str:
        """The ARN of the trail."""
        return f"arn:{self.partition}:cloudtrail:{self.region}:{self.account}:trail/{self.trail}"

    def group_arn(self, group: str) -> str:
        """The ARN of a log group."""
        return f"arn:{self.partition}:logs:{self.region}:{self.account}:log-group:{group}"


def delivering(run: Run, group: str | None) -> tuple[Mapping[str, Any], str] | None:
    """A trail of all Regions that delivers to *group*, or to any, and the group's name."""
    found = run.call("cloudtrail", "DescribeTrails", includeShadowTrails=False)
    for one in found.get("trailList", ()):
        arn = one.get("CloudWatchLogsLogGroupArn") or ""
        name = arn.partition(":log-group:")[2].removesuffix(":*")
        if one.get("IsMultiRegionTrail") and name and group in (None, name):
            return one, name
    return None


def group_kept(run: Run, name: str) -> None:
    """The log group, its events kept for a year at least."""
    answer = run.call("logs", "DescribeLogGroups", logGroupNamePrefix=name)
    found = [one for one in answer.get("logGroups", ()) if one["logGroupName"] == name]
    if not found:
        run.do("log group", name, CREATED, "logs", "CreateLogGroup", logGroupName=name)
    elif found[0].get("retentionInDays", RETENTION_DAYS) >= RETENTION_DAYS:
        # Without a retention, events are never deleted.
        run.told("log group", name, THERE)
        return
    else:
        run.told("log group", name, CHANGED)
    if not run.dry:
        given = {"logGroupName": name, "retentionInDays": RETENTION_DAYS}
        run.call("logs", "PutRetentionPolicy", **given)


def made(run: Run, names: Names, group: str) -> None:
    """The bucket, the role and the trail, delivering to *group*, and logging."""
    _bucket(run, names)
    _role(run, names, group)
    given = {
        "Name": names.trail,
        "S3BucketName": names.bucket,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
        "CloudWatchLogsLogGroupArn": f"{names.group_arn(group)}:*",
        "CloudWatchLogsRoleArn": f"arn:{names.partition}:iam::{names.account}:role/{names.role}",
    }
    found = run.call("cloudtrail", "DescribeTrails", includeShadowTrails=False)
    there = any(one["Name"] == names.trail for one in found.get("trailList", ()))
    operation, outcome = ("UpdateTrail", CHANGED) if there else ("CreateTrail", CREATED)
    _once_the_role_is_known(
        lambda: run.do("trail", names.trail, outcome, "cloudtrail", operation, **given)
    )
    logging(run, names.trail_arn, new=not there)


def _once_the_role_is_known(step: Callable[[], None]) -> None:
    """Do *step*, again for a while: at AWS a role that was just made is not known everywhere."""
    for pause in PAUSES_SECONDS:
        try:
            step()
        except Refused as error:
            if error.code not in ROLE_UNKNOWN:
                raise
            time.sleep(pause)
        else:
            return
    step()


def logging(run: Run, trail: str, *, new: bool = False) -> None:
    """The trail logs."""
    if new and run.dry:
        return
    if not run.call("cloudtrail", "GetTrailStatus", Name=trail).get("IsLogging"):
        run.do("logging of", trail, CHANGED, "cloudtrail", "StartLogging", Name=trail)


def _bucket(run: Run, names: Names) -> None:
    name = names.bucket
    if run.asked(*NO_BUCKET, service="s3", operation="HeadBucket", Bucket=name) is not None:
        run.told("bucket", name, THERE)
    else:
        given: dict[str, Any] = {"Bucket": name}
        if names.region != "us-east-1":
            given["CreateBucketConfiguration"] = {"LocationConstraint": names.region}
        run.do("bucket", name, CREATED, "s3", "CreateBucket", **given)
    if not run.dry:
        run.call("s3", "PutBucketPolicy", Bucket=name, Policy=_bucket_policy(names))


def _bucket_policy(names: Names) -> str:
    """CloudTrail alone may write, for this trail alone.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    bucket = f"arn:{names.partition}:s3:::{names.bucket}"
    own = {"aws:SourceArn": names.trail_arn}
    principal = {"Service": CLOUDTRAIL}
    check = {
        "Sid": "AWSCloudTrailAclCheck20150319",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetBucketAcl",
        "Resource": bucket,
        "Condition": {"StringEquals": own},
    }
    write = {
        "Sid": "AWSCloudTrailWrite20150319",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": f"{bucket}/AWSLogs/{names.account}/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **own}},
    }
    return _document(check, write)


def _role(run: Run, names: Names, group: str) -> None:
    name = names.role
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": CLOUDTRAIL},
        "Action": "sts:AssumeRole",
    }
    given = {"RoleName": name, "AssumeRolePolicyDocument": _document(trust)}
    if run.asked(*NO_ROLE, service="iam", operation="GetRole", RoleName=name) is not None:
        run.told("role", name, THERE)
    else:
        run.do("role", name, CREATED, "iam", "CreateRole", **given)
    stream = f"log-stream:{names.account}_CloudTrail_*"
    allowed = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{names.group_arn(group)}:{stream}",
    }
    if not run.dry:
        policy = {"PolicyName": "deliver", "PolicyDocument": _document(allowed)}
        run.call("iam", "PutRolePolicy", RoleName=name, **policy)


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
