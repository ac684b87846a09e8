"""Alarms that change their state tell topics, a webhook and a command, beside all requests."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.conftest import ACCOUNT, OTHER_ACCOUNT, Served
from doorward.base.errors import BadInput
from doorward.server.alarm_actions import announce, lane, perform
from server.alarm_actions.listening import Listening

ALARM = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:RootUse"
MESSAGE = json.dumps({"AlarmName": "RootUse", "NewStateValue": "ALARM"})
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:security"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
TOLD = (ACCOUNT, "us-east-1", "ALARM: RootUse", MESSAGE)

Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    begun: list[Served] = []

    def begin(**settings: Any) -> Served:
        begun.append(Served(**settings))
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listening]]:
    begun: list[Listening] = []

    def begin(*statuses: int, **more: Any) -> Listening:
        begun.append(Listening(*statuses, **more))
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "PAUSES_SECONDS", (0.01, 0.01, 0.01))


def eventually(found: Callable[[], Any]) -> Any:
    for _ in range(400):
        if value := found():
            return value
        time.sleep(0.02)
    pytest.fail("it did not come")


def test_a_message_reaches_the_outbox_where_no_sns_answers(serve: Serve) -> None:
    running = serve().running

    perform(running, TOPIC, *TOLD, source_arn=ALARM)

    folder = running.database.directory / "notifications" / "us-east-1" / ACCOUNT / "security"
    (file,) = eventually(lambda: list(folder.glob("*.json")) if folder.exists() else [])
    assert json.loads(file.read_text()) == {
        "TopicArn": TOPIC,
        "Subject": "ALARM: RootUse",
        "Message": MESSAGE,
    }


def test_the_topics_policy_decides_whether_cloudwatch_publishes_for_the_alarm(
    serve: Serve,
) -> None:
    served = serve(upstreams=("sns=moto", "sqs=moto"))
    sns, sqs = served.client("sns"), served.client("sqs")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:inbox"
    topics = {"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    lets = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": arn, **topics}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(lets)})
    own = sns.create_topic(Name="security")["TopicArn"]
    shut = sns.create_topic(Name="shut")["TopicArn"]
    only = sns.create_topic(Name="only")["TopicArn"]
    for topic in (own, shut, only):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    cloudwatch = {"Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}
    narrow = {"ArnLike": {"aws:SourceArn": ALARM}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    for topic, statement in (
        (shut, DENY),
        (only, {"Effect": "Allow", "Resource": only, "Condition": narrow, **cloudwatch}),
    ):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    perform(served.running, shut, *TOLD, source_arn=ALARM)
    perform(served.running, only, *TOLD, source_arn=f"{ALARM}2")
    perform(served.running, own, OTHER_ACCOUNT, *TOLD[1:], source_arn=ALARM)
    perform(served.running, only, *TOLD, source_arn=ALARM)
    perform(served.running, own, *TOLD, source_arn=ALARM)

    found: list[dict[str, Any]] = []

    def both() -> bool:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        found.extend(json.loads(one["Body"]) for one in got)
        return len(found) >= 2

    eventually(both)
    assert sorted((one["TopicArn"], one["Message"]) for one in found) == sorted(
        [(own, MESSAGE), (only, MESSAGE)]
    )


def test_the_webhook_hears_of_every_change_and_is_tried_again(
    serve: Serve, listen: Callable[..., Listening]
) -> None:
    hook = listen(503, 429)
    running = serve(alarm_webhook=f"{hook.url}/alarms?to=us").running

    announce(running, *TOLD, source_arn=ALARM)

    hook.wait(3)
    path, body = hook.posted[-1]
    assert path == "/alarms?to=us"
    assert json.loads(body) == {
        "type": "alarm",
        "account": ACCOUNT,
        "region": "us-east-1",
        "alarmArn": ALARM,
        "subject": "ALARM: RootUse",
        "message": json.loads(MESSAGE),
    }


def test_the_webhook_follows_no_redirect_and_its_path_stays_out_of_the_log(
    serve: Serve, listen: Callable[..., Listening], caplog: pytest.LogCaptureFixture
) -> None:
    other = listen()
    hook = listen(307, location=other.url)
    running = serve(alarm_webhook=f"{hook.url}/s3cr3t-path").running

    announce(running, *TOLD)

    hook.wait()
    eventually(lambda: "answered 307" in caplog.text)
    assert other.posted == []
    assert "s3cr3t" not in caplog.text


def test_the_command_reads_the_change_without_a_shell(serve: Serve, tmp_path: Path) -> None:
    script, told = tmp_path / "tell.py", tmp_path / "told;x"
    script.write_text(
        "import pathlib, sys\n"
        "part = pathlib.Path(sys.argv[1] + '.part')\n"
        "part.write_text(sys.stdin.read())\n"
        "part.rename(sys.argv[1])\n"
    )
    running = serve(alarm_command=f"{sys.executable} {script} '{told}'").running

    announce(running, *TOLD, source_arn=ALARM)

    eventually(told.exists)
    assert json.loads(told.read_text())["message"]["NewStateValue"] == "ALARM"


def test_an_action_of_another_kind_goes_to_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    perform(serve().running, "arn:aws:automate:us-east-1:ec2:stop", *TOLD)

    assert "`arn:aws:automate:us-east-1:ec2:stop`" in caplog.text


def test_nothing_waits_for_a_webhook_that_hangs(
    serve: Serve, listen: Callable[..., Listening]
) -> None:
    hook = listen()
    hook.server.shutdown()
    running = serve(alarm_webhook=hook.url).running
    begun = time.monotonic()

    for _ in range(lane.MOST + 10):
        announce(running, *TOLD)

    assert time.monotonic() - begun < 2
    hook.server.server_close()


@pytest.mark.parametrize(
    "settings",
    [
        {"alarm_webhook": "ftp://127.0.0.1/"},
        {"alarm_webhook": "http://user:password@127.0.0.1/"},
        {"alarm_webhook": "http://127.0.0.1:port/"},
        {"alarm_command": "tell 'open"},
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_the_start(settings: dict[str, str]) -> None:
    from doorward.server.alarm_actions import AlarmActions
    from doorward.server.settings import Settings

    class Running:
        pass

    running: Any = Running()
    running.settings = Settings(memory=True, **settings)

    with pytest.raises(BadInput):
        AlarmActions(running)
