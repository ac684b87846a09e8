"""Subscription filters: events of log groups in functions and streams that an upstream has."""

import base64
import gzip
import json
import time

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from gateway.conftest import allow, document
from gateway.test_compute import passing, trusted

LOGS = "logs.amazonaws.com"


@pytest.fixture
def stream(root, name):
    """The ARN of a stream of Kinesis that takes records."""
    kinesis = root("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{name}"


@pytest.fixture
def group(root, name):
    root("logs").create_log_group(logGroupName=name)
    root("logs").create_log_stream(logGroupName=name, logStreamName="s")
    return name


def lets_in(root, name, arn, principal=LOGS):
    """A role that lets CloudWatch Logs put records into the stream."""
    role = trusted(root, name, principal)
    root("iam").put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="own",
        PolicyDocument=document(allow("kinesis:PutRecord", arn)),
    )
    return role


def put(served, logs, group, *messages):
    now = int(served.running.clock.now().timestamp() * 1000)
    events = [{"timestamp": now, "message": one} for one in messages]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def received(root, name, count):
    """The messages in the stream, once there are so many."""
    kinesis = root("kinesis")
    shard = kinesis.describe_stream(StreamName=name)["StreamDescription"]["Shards"][0]["ShardId"]
    end = time.monotonic() + 20
    while True:
        at = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = kinesis.get_records(ShardIterator=at)["Records"]
        if len(found) >= count:
            return [json.loads(gzip.decompress(one["Data"])) for one in found]
        assert time.monotonic() < end
        time.sleep(0.05)


def refusal(call, *given, **named):
    with pytest.raises(ClientError) as caught:
        call(*given, **named)
    return caught.value.response["Error"]["Message"]


def subscribe(logs, group, arn, role=None, pattern="", name="all"):
    given = {"logGroupName": group, "filterName": name, "filterPattern": pattern}
    more = {"roleArn": role} if role else {}
    return logs.put_subscription_filter(**given, destinationArn=arn, **more)


def test_a_stream_gets_a_test_message_and_then_what_the_pattern_means(
    served, root, name, stream, group
):
    role = lets_in(root, name, stream)
    logs = root("logs")
    put(served, logs, group, "ERROR before")
    subscribe(logs, group, stream, role, "ERROR")
    put(served, logs, group, "ERROR one", "fine", "ERROR two")
    test, told = received(root, name, 2)

    assert (test["messageType"], test["owner"]) == ("CONTROL_MESSAGE", "CloudwatchLogs")
    assert (
        told.items()
        >= {
            "messageType": "DATA_MESSAGE",
            "owner": ACCOUNT,
            "logGroup": group,
            "logStream": "s",
            "subscriptionFilters": ["all"],
        }.items()
    )
    assert [one["message"] for one in told["logEvents"]] == ["ERROR one", "ERROR two"]
    (shown,) = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    assert (shown["destinationArn"], shown["roleArn"]) == (stream, role)
    assert shown["distribution"] == "ByLogStream"


def test_fields_between_spaces_come_with_the_event(served, root, name, stream, group):
    role = lets_in(root, name, stream, "logs.us-east-1.amazonaws.com")
    subscribe(root("logs"), group, stream, role, "[ip, status=4*]")
    put(served, root("logs"), group, "10.0.0.1 404", "10.0.0.2 200")
    _, told = received(root, name, 2)

    (event,) = told["logEvents"]
    assert event["extractedFields"] == {"ip": "10.0.0.1", "status": "404"}


def test_a_destination_that_does_not_take_the_test_message_is_refused(root, name, stream, group):
    logs = root("logs")
    untrusted = trusted(root, f"{name}-other", "lambda.amazonaws.com")
    idle = trusted(root, f"{name}-idle", LOGS)
    good = lets_in(root, name, stream)
    nowhere = stream.replace(name, "nowhere")
    account = stream.replace(ACCOUNT, "999999999999")

    told = "Could not deliver test message to specified Kinesis stream"
    for arn, role in ((stream, untrusted), (stream, idle), (nowhere, good)):
        assert told in refusal(subscribe, logs, group, arn, role)
    assert "account" in refusal(subscribe, logs, group, account, good)
    assert "without roleArn" in refusal(subscribe, logs, group, stream)
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    assert "vendor sqs" in refusal(subscribe, logs, group, queue, good)
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []


def test_a_role_is_given_to_a_filter_by_who_may_pass_it_to_logs(root, user, name, stream, group):
    role = lets_in(root, name, stream)
    bob = user(allow("logs:*"), passing("lambda.amazonaws.com", role))("logs")
    carol = user(allow("logs:*"), passing(LOGS, role))("logs")

    assert "iam:PassRole" in refusal(subscribe, bob, group, stream, role)
    assert subscribe(carol, group, stream, role)


@pytest.mark.parametrize(
    ("principal", "source", "taken"),
    [
        # whom the function lets in    for which group          whether that is enough
        (LOGS, "arn:aws:logs:us-east-1:{account}:log-group:{group}:*", True),
        ("logs.us-east-1.amazonaws.com", None, True),
        (LOGS, "arn:aws:logs:us-east-1:{account}:log-group:other:*", False),
        ("sns.amazonaws.com", None, False),
    ],
)
def test_a_function_is_called_if_its_policy_lets_logs_in_for_the_group(
    served, root, name, group, principal, source, taken
):
    function = root("lambda")
    archive = base64.b64decode(EMPTY_ZIP)
    made = function.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=trusted(root, name, "lambda.amazonaws.com"),
        Handler="a.b",
        Code={"ZipFile": archive},
    )
    more = {"SourceArn": source.format(account=ACCOUNT, group=group)} if source else {}
    function.add_permission(
        FunctionName=name,
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal=principal,
        **more,
    )
    if taken:
        assert subscribe(root("logs"), group, made["FunctionArn"])
    else:
        with pytest.raises(ClientError, match="Could not execute the lambda function"):
            subscribe(root("logs"), group, made["FunctionArn"])


EMPTY_ZIP = b"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="


def test_what_a_destination_refuses_later_is_dropped_and_it_is_left_alone_for_a_while(
    served, root, name, stream, group
):
    role = lets_in(root, name, stream)
    logs = root("logs")
    subscribe(logs, group, stream, role)
    root("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="own")
    put(served, logs, group, "lost")
    end = time.monotonic() + 20
    while waiting(served) or not closed(served, group):
        assert time.monotonic() < end
        time.sleep(0.05)
    put(served, logs, group, "skipped")

    assert waiting(served) == 0
    (test,) = received(root, name, 1)
    assert test["messageType"] == "CONTROL_MESSAGE"


def test_what_was_written_down_is_sent_after_a_restart(served, root, name, stream, group):
    role = lets_in(root, name, stream)
    logs, running = root("logs"), served.running
    subscribe(logs, group, stream, role)
    running.workers.logs._deliveries.stop()
    put(served, logs, group, "later")
    end = time.monotonic() + 20
    while not waiting(served):
        assert time.monotonic() < end
        time.sleep(0.05)
    running.workers.logs.stop()
    running.workers.logs = type(running.workers.logs)(running)
    running.workers.logs.start()

    _, told = received(root, name, 2)
    assert [one["message"] for one in told["logEvents"]] == ["later"]


def test_what_came_before_the_filter_is_not_delivered_though_it_is_counted_later(
    served, root, name, stream, group
):
    role = lets_in(root, name, stream)
    logs, running = root("logs"), served.running
    running.workers.logs.stop()
    put(served, logs, group, "before")
    subscribe(logs, group, stream, role)
    put(served, logs, group, "behind")
    running.workers.logs = type(running.workers.logs)(running)
    running.workers.logs.start()

    _, told = received(root, name, 2)
    assert [one["message"] for one in told["logEvents"]] == ["behind"]


def test_a_group_has_two_filters_at_most_and_takes_them_with_it(root, name, stream, group):
    role = lets_in(root, name, stream)
    logs = root("logs")
    for one in ("a", "b", "b"):
        subscribe(logs, group, stream, role, name=one)

    assert "Resource limit exceeded" in refusal(subscribe, logs, group, stream, role, name="c")
    logs.delete_subscription_filter(logGroupName=group, filterName="a")
    assert "does not exist" in refusal(
        logs.delete_subscription_filter, logGroupName=group, filterName="a"
    )
    logs.delete_log_group(logGroupName=group)
    logs.create_log_group(logGroupName=group)
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []


def waiting(served):
    with served.running.database.read() as db:
        return db.exec_driver_sql("SELECT count(*) FROM log_delivery").scalar()


def closed(served, group):
    from doorward.store import subscription_filters

    with served.running.database.read() as db:
        (one,) = subscription_filters.of_group(db, ACCOUNT, "us-east-1", group)
    return one.open_at > served.running.clock.now()
