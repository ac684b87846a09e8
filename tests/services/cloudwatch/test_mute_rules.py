"""Mute rules, through boto3: actions wait while one is active."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.services.cloudwatch import schedule
from doorward.services.cloudwatch.schedule import WrongSchedule
from services.cloudwatch.test_alarms import TOPIC, Watch, watch
from services.served import Clients

__all__ = ["watch"]


def covers(expression: str, duration: str, at: str, zone: str | None = None) -> bool:
    given = {"Expression": expression, "Duration": duration}
    found = schedule.read(given | ({"Timezone": zone} if zone else {}))
    return found.covers(datetime.fromisoformat(at).replace(tzinfo=UTC))


COVERED = [
    # expression               lasts    at                  covered
    ("cron(0 2 * * *)",        "PT4H",  "2026-03-01T02:00", True),
    ("cron(0 2 * * *)",        "PT4H",  "2026-03-01T05:59", True),
    ("cron(0 2 * * *)",        "PT4H",  "2026-03-01T06:00", False),
    ("cron(0 23 * * *)",       "PT2H",  "2026-03-02T00:30", True),   # begun the day before
    ("cron(*/30 * * * *)",     "PT10M", "2026-03-01T10:39", True),
    ("cron(*/30 * * * *)",     "PT10M", "2026-03-01T10:40", False),
    ("cron(0 0 * * SAT)",      "P2D",   "2026-03-01T23:59", True),   # a Sunday
    ("cron(0 0 * * 6)",        "P2D",   "2026-03-02T00:00", False),
    ("cron(0 9 1,15 * *)",     "PT1H",  "2026-03-15T09:30", True),
    ("cron(0 9 * JAN-MAR *)",  "PT1H",  "2026-04-01T09:30", False),
    ("cron(0 9 1 * MON)",      "PT1H",  "2026-03-02T09:30", True),   # either of the two
    ("at(2026-03-01T10:00)",   "PT1H",  "2026-03-01T10:59", True),
    ("at(2026-03-01T10:00)",   "PT1H",  "2026-03-01T11:00", False),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "duration", "at", "covered"), COVERED)
def test_a_window_begins_as_the_schedule_says_and_lasts_so_long(
    expression: str, duration: str, at: str, covered: bool
) -> None:
    assert covers(expression, duration, at) is covered


def test_a_window_begins_by_the_clocks_of_its_time_zone() -> None:
    assert covers("cron(0 9 * * *)", "PT1H", "2026-07-01T07:30", "Europe/Berlin")
    assert covers("cron(0 9 * * *)", "PT1H", "2026-01-01T08:30", "Europe/Berlin")
    assert not covers("cron(0 9 * * *)", "PT1H", "2026-01-01T07:30", "Europe/Berlin")


@pytest.mark.parametrize(
    ("expression", "duration", "zone"),
    [
        ("rate(1 day)", "PT1H", None),
        ("cron(0 2 * *)", "PT1H", None),
        ("cron(60 2 * * *)", "PT1H", None),
        ("cron(0 2 * * FOO)", "PT1H", None),
        ("cron(5-1 2 * * *)", "PT1H", None),
        ("at(tomorrow)", "PT1H", None),
        ("cron(0 2 * * *)", "PT0M", None),
        ("cron(0 2 * * *)", "P16D", None),
        ("cron(0 2 * * *)", "1h", None),
        ("cron(0 2 * * *)", "PT1H", "Nowhere/At all"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    expression: str, duration: str, zone: str | None
) -> None:
    with pytest.raises(WrongSchedule):
        covers(expression, duration, "2026-01-01T00:00", zone)


def rule(watch: Watch, *alarms: str, **more: Any) -> None:
    now = watch.running.clock.now()
    schedule = {"Expression": f"at({now:%Y-%m-%dT%H:%M})", "Duration": "PT2M"}
    watch.cloudwatch.put_alarm_mute_rule(
        Name="night", Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": list(alarms)}, **more
    )


def alarm(watch: Watch, name: str) -> None:
    watch.alarm(name, AlarmActions=[TOPIC], TreatMissingData="ignore")
    watch.cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="drill")


def test_actions_wait_for_the_end_of_the_window_and_others_do_not(watch: Watch) -> None:
    rule(watch, "errors")
    alarm(watch, "errors")
    alarm(watch, "others")
    watch.later(seconds=1)
    during = [message for _, message in watch.told]
    watch.later(minutes=2)

    assert ["others" in one for one in during] == [True]
    assert [arn for arn, _ in watch.told] == [TOPIC, TOPIC]
    assert '"AlarmName": "errors"' in watch.told[1][1]


def test_an_alarm_that_is_back_when_the_window_ends_tells_nothing(watch: Watch) -> None:
    watch.alarm("errors", AlarmActions=[TOPIC], OKActions=[TOPIC], TreatMissingData="ignore")
    watch.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="x")
    watch.later(seconds=1)
    watch.told.clear()
    rule(watch, "errors")
    for state in ("ALARM", "OK"):
        watch.cloudwatch.set_alarm_state(AlarmName="errors", StateValue=state, StateReason="x")
        watch.later(seconds=1)
    watch.later(minutes=2)

    assert watch.told == []


def test_rules_are_shown_with_what_they_do_now(watch: Watch) -> None:
    client = watch.cloudwatch
    rule(watch, "errors", Description="quiet", Tags=[{"Key": "team", "Value": "red"}])
    nightly = {"Schedule": {"Expression": "cron(0 2 1 1 *)", "Duration": "PT1M"}}
    client.put_alarm_mute_rule(Name="yearly", Rule=nightly)
    found = client.get_alarm_mute_rule(AlarmMuteRuleName="night")
    arn = found["AlarmMuteRuleArn"]

    assert (found["Status"], found["MuteTargets"]) == ("ACTIVE", {"AlarmNames": ["errors"]})
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"][0]["Value"] == "red"
    of_alarm = client.list_alarm_mute_rules(AlarmName="errors")["AlarmMuteRuleSummaries"]
    assert [one["AlarmMuteRuleArn"] for one in of_alarm] == [arn]
    first = client.list_alarm_mute_rules(MaxRecords=1)
    rest = client.list_alarm_mute_rules(MaxRecords=1, NextToken=first["NextToken"])
    assert rest["AlarmMuteRuleSummaries"][0]["AlarmMuteRuleArn"].endswith(":yearly")
    watch.served.clock.ahead += timedelta(minutes=3)
    assert client.list_alarm_mute_rules(Statuses=["EXPIRED"])["AlarmMuteRuleSummaries"]
    client.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client.get_alarm_mute_rule(AlarmMuteRuleName="night")


def test_muting_an_alarm_needs_a_permission_on_the_alarm(watch: Watch) -> None:
    policy = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "cloudwatch:*",'
        ' "Resource": ["arn:aws:cloudwatch:*:*:alarm-mute-rule:*", "arn:aws:cloudwatch:*:*:alarm:own"]}}'
    )
    alice = Clients(watch.served).user("alice", policy)("cloudwatch", host="127.0.0.1")
    nightly = {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}}
    alice.put_alarm_mute_rule(Name="a", Rule=nightly, MuteTargets={"AlarmNames": ["own"]})

    with pytest.raises(ClientError, match="alarm:other"):
        alice.put_alarm_mute_rule(Name="a", Rule=nightly, MuteTargets={"AlarmNames": ["other"]})
    with pytest.raises(ClientError, match="ValidationError"):
        alice.put_alarm_mute_rule(
            Name="a", Rule={"Schedule": {"Expression": "never", "Duration": "PT1H"}}
        )
