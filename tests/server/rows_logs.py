"""For each operation of CloudWatch Logs, a call that does its work."""

import json
import time
from typing import Any

from authn.clients import NOW
from server import things as make
from server.place import Side
from server.things import Row

AT = int(NOW.timestamp() * 1000)
PATTERN = "{ $.errorCode = AccessDenied }"


def arn(side: Side, name: str) -> str:
    return f"arn:aws:logs:us-east-1:{side.account}:log-group:{name}"


def group(side: Side) -> dict[str, str]:
    name = f"{side.new('/group')}-{side.account}"
    side.call("logs", "CreateLogGroup", logGroupName=name, tags={"team": f"team-{side.account}"})
    return {"logGroupName": name}


def tagged(side: Side) -> dict[str, str]:
    return {"resourceArn": arn(side, group(side)["logGroupName"])}


def stream(side: Side) -> dict[str, str]:
    made = {**group(side), "logStreamName": side.new("stream")}
    side.call("logs", "CreateLogStream", **made)
    return made


def events(side: Side) -> dict[str, Any]:
    told = {"timestamp": AT, "message": f"told by {side.account}"}
    return {**stream(side), "logEvents": [told]}


def filled(side: Side) -> dict[str, Any]:
    given = events(side)
    side.call("logs", "PutLogEvents", **given)
    return {name: value for name, value in given.items() if name != "logEvents"}


def metric_filter(side: Side) -> dict[str, Any]:
    transformation = {
        "metricName": f"metric-{side.account}",
        "metricNamespace": "App",
        "metricValue": "1",
    }
    return {
        **group(side),
        "filterName": side.new("filter"),
        "filterPattern": PATTERN,
        "metricTransformations": [transformation],
    }


def filtering(side: Side) -> dict[str, str]:
    given = metric_filter(side)
    side.call("logs", "PutMetricFilter", **given)
    return {name: given[name] for name in ("logGroupName", "filterName")}


def subscription(side: Side) -> dict[str, str]:
    """A subscription to a stream that no upstream has."""
    stream = f"arn:aws:kinesis:us-east-1:{side.account}:stream/events"
    named = {**group(side), "filterName": side.new("subscription"), "filterPattern": ""}
    return {**named, "destinationArn": stream, "roleArn": side.arn(f"role/{make.role(side)}")}


def policy(side: Side) -> dict[str, str]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": arn(side, "*"),
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return {"policyName": f"{side.new('policy')}-{side.account}", "policyDocument": document}


def kept_policy(side: Side) -> dict[str, str]:
    given = policy(side)
    side.call("logs", "PutResourcePolicy", **given)
    return {"policyName": given["policyName"]}


def query(side: Side) -> dict[str, str]:
    return {"name": f"{side.new('query')}-{side.account}", "queryString": "fields @message"}


def kept_query(side: Side) -> dict[str, str]:
    made = side.call("logs", "PutQueryDefinition", **query(side))
    return {"queryDefinitionId": made["queryDefinitionId"]}


def started(side: Side) -> dict[str, str]:
    """A query that has ended, so that nothing changes it any more."""
    found = {"queryId": side.call("logs", "StartQuery", **asked(side))["queryId"]}
    end = time.monotonic() + 20
    while side.call("logs", "GetQueryResults", **found)["status"] != "Complete":
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def asked(side: Side) -> dict[str, Any]:
    span = {"startTime": AT // 1000 - 60, "endTime": AT // 1000 + 60}
    return {"logGroupName": filled(side)["logGroupName"], **span, "queryString": "fields @message"}


def pointer(side: Side) -> dict[str, str]:
    (row,) = side.call("logs", "GetQueryResults", **started(side))["results"]
    return {"logRecordPointer": next(one["value"] for one in row if one["field"] == "@ptr")}


def nothing(maker: Row) -> Row:
    """A call without parameters, what it is about being made."""

    def row(side: Side) -> dict[str, Any]:
        maker(side)
        return {}

    return row


ROWS: dict[str, Row] = {
    "AssociateKmsKey": lambda side: {**group(side), "kmsKeyId": f"key-{side.account}"},
    "CreateLogGroup": lambda side: {"logGroupName": f"{side.new('/new')}-{side.account}"},
    "CreateLogStream": lambda side: {**group(side), "logStreamName": "new"},
    "DeleteLogGroup": group,
    "DeleteLogStream": stream,
    "DeleteMetricFilter": filtering,
    "DeleteQueryDefinition": kept_query,
    "DeleteResourcePolicy": kept_policy,
    "DeleteRetentionPolicy": group,
    "DescribeLogGroups": nothing(group),
    "DescribeLogStreams": lambda side: {"logGroupName": stream(side)["logGroupName"]},
    "DescribeMetricFilters": lambda side: {"logGroupName": filtering(side)["logGroupName"]},
    "DescribeQueryDefinitions": nothing(kept_query),
    "DescribeResourcePolicies": nothing(kept_policy),
    "DisassociateKmsKey": group,
    "FilterLogEvents": lambda side: {"logGroupName": filled(side)["logGroupName"]},
    "GetLogEvents": filled,
    "GetLogGroupFields": lambda side: {"logGroupName": filled(side)["logGroupName"]},
    "GetLogRecord": pointer,
    "GetQueryResults": started,
    "StartQuery": asked,
    "StopQuery": started,
    "DescribeQueries": nothing(started),
    "ListTagsForResource": tagged,
    "ListTagsLogGroup": group,
    "PutLogEvents": events,
    "PutLogGroupDeletionProtection": lambda side: {
        "logGroupIdentifier": arn(side, group(side)["logGroupName"]),
        "deletionProtectionEnabled": True,
    },
    "PutMetricFilter": metric_filter,
    "PutQueryDefinition": query,
    "PutResourcePolicy": policy,
    "PutSubscriptionFilter": subscription,
    "DeleteSubscriptionFilter": lambda side: {**group(side), "filterName": "none"},
    "DescribeSubscriptionFilters": group,
    "PutRetentionPolicy": lambda side: {**group(side), "retentionInDays": 365},
    "TagLogGroup": lambda side: {**group(side), "tags": {"cost": "low"}},
    "TagResource": lambda side: {**tagged(side), "tags": {"cost": "low"}},
    "TestMetricFilter": lambda side: {
        "filterPattern": PATTERN,
        "logEventMessages": ['{"errorCode": "AccessDenied"}'],
    },
    "UntagLogGroup": lambda side: {**group(side), "tags": ["team"]},
    "UntagResource": lambda side: {**tagged(side), "tagKeys": ["team"]},
}
