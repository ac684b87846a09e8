"""What is told of a delivery: a message to a topic, and the events to a log group."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from doorward.base.arn import Arn
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.server import service_roles
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail import Trail

if TYPE_CHECKING:
    from doorward.server.trails.delivery import Courier

Said = dict[str, str | None]
MOST_EVENTS = 500
SESSION = "CloudTrail"
NO_STREAM = "ResourceNotFoundException"


def tell(courier: "Courier", trail: Trail, key: str, now: datetime) -> Said:
    """Tell the topic of *trail* of a log file; what its status says of that.

    The message goes to the outbox of this server, as there is no SNS (see `store.outbox`).

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-cloudtrail-to-send-notifications.html
    """
    topic = Arn.parse(trail.members.get("SnsTopicARN") or "")
    if topic is None:
        return {}
    message = {"s3Bucket": trail.members["S3BucketName"], "s3ObjectKey": [key]}
    said: Said = {"LatestNotificationAttemptTime": iso8601(now)}
    where = (topic.region, topic.account, topic.resource)
    try:
        courier.running.outbox.deliver(where, courier.running.ids.request_id(), message)
    except OSError:
        return said | {"LatestNotificationError": "InternalError"}
    return said | {
        "LatestNotificationTime": iso8601(now),
        "LatestNotificationAttemptSucceeded": iso8601(now),
        "LatestNotificationError": None,
    }


def log(
    courier: "Courier", trail: Trail, account: str, region: str, events: Sequence[AuditEvent]
) -> Said:
    """Put *events* into the log group of *trail* in its role; what its status says of that.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
    """
    group = Arn.parse(trail.members.get("CloudWatchLogsLogGroupArn") or "")
    if group is None:
        return {}
    name = group.resource.removeprefix("log-group:").removesuffix(":*")
    stream = f"{account}_CloudTrail_{region}"
    named = {"logGroupName": name, "logStreamName": stream}
    now = courier.running.clock.now()
    stamp = int(now.timestamp() * 1_000)
    try:
        caller = service_roles.assume(
            courier.running,
            PRINCIPAL,
            trail.members["CloudWatchLogsRoleArn"],
            source_arn=trail.arn,
            source_account=trail.account,
            session_name=SESSION,
            region=group.region,
        )
        facts = courier.facts(trail)
        for start in range(0, len(events), MOST_EVENTS):
            part = events[start : start + MOST_EVENTS]
            entries = [{"timestamp": stamp, "message": one.event} for one in part]
            given = {**named, "logEvents": entries}
            try:
                courier.calls.call(caller, facts, "logs", "PutLogEvents", given)
            except AwsError as error:
                if error.code != NO_STREAM:
                    raise
                courier.calls.call(caller, facts, "logs", "CreateLogStream", named)
                courier.calls.call(caller, facts, "logs", "PutLogEvents", given)
    except AwsError as error:
        return {"LatestCloudWatchLogsDeliveryError": error.code}
    return {
        "LatestCloudWatchLogsDeliveryTime": iso8601(now),
        "LatestCloudWatchLogsDeliveryError": None,
    }
