"""Log groups and streams, as boto3 sees them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.served import ACCOUNT, Clients

ARN = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/app"


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


def allow(action: Any, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_a_group_is_shown_with_what_was_set_on_it(logs: Any) -> None:
    logs.create_log_group(logGroupName="/app", tags={"team": "red"}, kmsKeyId="key")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=365)

    (shown,) = logs.describe_log_groups(logGroupNamePrefix="/a")["logGroups"]

    assert shown.pop("creationTime") > 1_700_000_000_000
    assert shown == {
        "logGroupName": "/app",
        "retentionInDays": 365,
        "metricFilterCount": 0,
        "arn": f"{ARN}:*",
        "logGroupArn": ARN,
        "storedBytes": 0,
        "kmsKeyId": "key",
        "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": False,
    }


def test_pages_of_groups_join_to_the_whole_list(logs: Any) -> None:
    names = [f"g{n}" for n in range(7)]
    for name in names:
        logs.create_log_group(logGroupName=name)

    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 2})
    found = [one["logGroupName"] for page in pages for one in page["logGroups"]]
    patterned = logs.get_paginator("describe_log_groups").paginate(
        logGroupNamePattern="G", PaginationConfig={"PageSize": 3}
    )

    assert found == names
    assert [one["logGroupName"] for page in patterned for one in page["logGroups"]] == names


def test_what_is_not_there_or_there_already_is_refused(logs: Any) -> None:
    logs.create_log_group(logGroupName="/app")

    assert code(logs.create_log_group, logGroupName="/app") == "ResourceAlreadyExistsException"
    assert code(logs.delete_log_group, logGroupName="/none") == "ResourceNotFoundException"
    assert (
        code(logs.put_retention_policy, logGroupName="/app", retentionInDays=2)
        == "InvalidParameterException"
    )
    assert code(logs.describe_log_groups, nextToken="made-up") == "InvalidParameterException"


def test_a_protected_group_is_not_deleted(logs: Any) -> None:
    logs.create_log_group(logGroupName="/app", deletionProtectionEnabled=True)
    assert code(logs.delete_log_group, logGroupName="/app") == "ValidationException"

    logs.put_log_group_deletion_protection(logGroupIdentifier=ARN, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName="/app")

    assert logs.describe_log_groups()["logGroups"] == []


def test_both_apis_of_tags_speak_of_the_same_tags(logs: Any) -> None:
    logs.create_log_group(logGroupName="/app", tags={"a": "1"})
    logs.tag_resource(resourceArn=ARN, tags={"b": "2"})
    logs.tag_log_group(logGroupName="/app", tags={"c": "3"})
    logs.untag_resource(resourceArn=ARN, tagKeys=["a"])
    logs.untag_log_group(logGroupName="/app", tags=["c"])

    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"b": "2"}
    assert logs.list_tags_log_group(logGroupName="/app")["tags"] == {"b": "2"}
    many = {f"k{n}": "" for n in range(50)}
    assert code(logs.tag_resource, resourceArn=ARN, tags=many) == "TooManyTagsException"


def test_streams_are_listed_by_name_and_by_their_last_event(logs: Any) -> None:
    logs.create_log_group(logGroupName="/app")
    for name in ("a", "b", "c"):
        logs.create_log_stream(logGroupName="/app", logStreamName=name)
    shown = logs.describe_log_groups()["logGroups"][0]["creationTime"]
    for name, later in (("b", 1), ("a", 2)):
        event = {"timestamp": shown + later, "message": "x"}
        logs.put_log_events(logGroupName="/app", logStreamName=name, logEvents=[event])

    def names(**more: Any) -> list[str]:
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName="/app", PaginationConfig={"PageSize": 1}, **more
        )
        return [one["logStreamName"] for page in pages for one in page["logStreams"]]

    assert names() == ["a", "b", "c"]
    assert names(orderBy="LastEventTime", descending=True) == ["a", "b", "c"]
    assert names(orderBy="LastEventTime") == ["c", "b", "a"]
    assert (
        code(logs.create_log_stream, logGroupName="/app", logStreamName="a")
        == "ResourceAlreadyExistsException"
    )


def test_policies_name_groups_with_a_star_and_streams_in_them(clients: Clients) -> None:
    root = clients.client("logs", host="127.0.0.1")
    for name in ("/app", "/other"):
        root.create_log_group(logGroupName=name)
        root.create_log_stream(logGroupName=name, logStreamName="s")
    streams = f"{ARN}:log-stream:*"
    bob = clients.user("bob", allow("logs:PutLogEvents", streams), allow("logs:Desc*", f"{ARN}:*"))
    logs = bob("logs", host="127.0.0.1")
    now = root.describe_log_groups()["logGroups"][0]["creationTime"]
    put = {"logStreamName": "s", "logEvents": [{"timestamp": now, "message": "x"}]}

    logs.put_log_events(logGroupName="/app", **put)
    logs.describe_log_streams(logGroupName="/app")

    assert code(logs.put_log_events, logGroupName="/other", **put) == "AccessDeniedException"
    assert code(logs.describe_log_streams, logGroupName="/other") == "AccessDeniedException"
    assert code(logs.describe_log_groups) == "AccessDeniedException"
    assert code(logs.delete_log_stream, logGroupName="/app", logStreamName="s") == (
        "AccessDeniedException"
    )


def test_tags_of_the_request_and_of_the_group_decide(clients: Clients) -> None:
    tagged = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogGroup", "logs:TagResource"],
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:RequestTag/team": "red"}},
                },
                {
                    "Effect": "Allow",
                    "Action": "logs:DeleteLogGroup",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}},
                },
            ],
        }
    )
    root = clients.client("logs", host="127.0.0.1")
    root.create_log_group(logGroupName="/blue", tags={"team": "blue"})
    logs = clients.user("bob", tagged)("logs", host="127.0.0.1")

    logs.create_log_group(logGroupName="/red", tags={"team": "red"})
    logs.delete_log_group(logGroupName="/red")

    assert code(logs.create_log_group, logGroupName="/none") == "AccessDeniedException"
    assert code(logs.delete_log_group, logGroupName="/blue") == "AccessDeniedException"


def test_resource_policies_and_saved_queries_are_kept(logs: Any) -> None:
    document = allow("logs:PutLogEvents", "*")
    logs.put_resource_policy(policyName="p", policyDocument=document)
    made = logs.put_query_definition(name="q", queryString="fields @message")["queryDefinitionId"]
    logs.put_query_definition(name="r", queryString="fields @log", queryDefinitionId=made)

    (policy,) = logs.describe_resource_policies()["resourcePolicies"]
    (query,) = logs.describe_query_definitions()["queryDefinitions"]
    assert (policy["policyName"], policy["policyDocument"]) == ("p", document)
    assert (query["name"], query["queryString"]) == ("r", "fields @log")
    assert code(logs.put_resource_policy, policyName="p", policyDocument="{") == (
        "InvalidParameterException"
    )

    logs.delete_resource_policy(policyName="p")
    assert logs.delete_query_definition(queryDefinitionId=made)["success"] is True
    assert code(logs.delete_query_definition, queryDefinitionId=made) == (
        "ResourceNotFoundException"
    )
