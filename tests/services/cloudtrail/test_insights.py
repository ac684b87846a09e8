"""Unusual activity is found, delivered, looked up and put into event data stores."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT
from doorward.server.trails.delivery import Courier
from doorward.server.trails.insights import Insights
from doorward.store import insights
from server.turns import settled
from services.cloudtrail.lake import REGION, Lake, lake, refused, server

__all__ = ["lake", "server"]
CALLS, ERRORS = {"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}
OF_INSIGHTS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]


def watched(lake: Lake, *chosen: dict[str, Any]) -> None:
    """A trail with insight selectors, in an account that is watched for three days already."""
    lake.bucket("logs")
    lake.trail.create_trail(Name="main", S3BucketName="logs")
    lake.trail.start_logging(Name="main")
    aged(lake)
    lake.trail.put_insight_selectors(TrailName="main", InsightSelectors=list(chosen))


def aged(lake: Lake) -> None:
    since = lake.served.clock.now() - timedelta(days=3)
    lake.running.database.write(lambda db: insights.watch(db, ACCOUNT, since), world=False)


def burst(lake: Lake, calls: int) -> None:
    """So many calls that change something, of which none does."""
    for _ in range(calls):
        with pytest.raises(ClientError):
            lake.iam.delete_user(UserName="nobody")
    settled(lake.running)


def looked(lake: Lake, minutes: int) -> None:
    """Look as if so many minutes had gone by."""
    lake.served.clock.ahead = timedelta(minutes=minutes)
    Insights(lake.running).look()
    Courier(lake.running).deliver(digest=False)
    lake.served.clock.ahead = timedelta()


def found(lake: Lake, **by: str) -> list[dict[str, Any]]:
    attributes = [{"AttributeKey": name, "AttributeValue": value} for name, value in by.items()]
    told = lake.trail.lookup_events(
        EventCategory="insight",
        LookupAttributes=attributes,
        EndTime=lake.served.clock.now() + timedelta(hours=1),
    )
    return [json.loads(one["CloudTrailEvent"]) for one in told["Events"]]


def test_a_burst_of_calls_makes_an_event_of_its_start_and_one_of_its_end(lake: Lake) -> None:
    watched(lake, CALLS)
    burst(lake, 30)
    looked(lake, 2)
    looked(lake, 2)  # the same minutes once more make no other event

    (start,) = found(lake)
    details = start["insightDetails"]
    assert (details["state"], details["eventName"]) == ("Start", "DeleteUser")
    assert details["insightType"] == "ApiCallRateInsight"
    context = details["insightContext"]
    assert context["statistics"]["baseline"]["average"] == 0
    assert context["statistics"]["baselineDuration"] >= 3 * 24 * 60 - 10
    assert context["statistics"]["insight"]["average"] * context["statistics"][
        "insightDuration"
    ] == pytest.approx(30)
    caller, _, error = context["attributions"]
    assert caller["insight"][0]["value"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert error["insight"][0]["value"] == "NoSuchEntityException"

    looked(lake, 20)
    end, again = found(lake)
    assert again == start
    assert end["insightDetails"]["state"] == "End"
    assert end["sharedEventID"] == start["sharedEventID"]
    assert end["eventID"] != start["eventID"]
    assert found(lake, EventId=end["eventID"]) == [end]
    assert found(lake, EventName="CreateUser") == []

    keys = [
        one["Key"]
        for one in lake.s3.list_objects_v2(
            Bucket="logs", Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail-Insight/{REGION}/"
        )["Contents"]
    ]
    assert len(keys) == 2
    body = lake.s3.get_object(Bucket="logs", Key=keys[0])["Body"].read()
    assert json.loads(gzip.decompress(body))["Records"] == [start]
    assert f"{ACCOUNT}_CloudTrail-Insight_{REGION}_" in keys[0]


def test_errors_are_looked_for_by_their_code(lake: Lake) -> None:
    watched(lake, ERRORS)
    burst(lake, 12)
    looked(lake, 2)

    (start,) = found(lake)
    assert start["insightDetails"]["errorCode"] == "NoSuchEntityException"
    assert start["insightDetails"]["insightType"] == "ApiErrorRateInsight"
    data = lake.trail.list_insights_metric_data(
        EventSource="iam.amazonaws.com",
        EventName="DeleteUser",
        InsightType="ApiErrorRateInsight",
        ErrorCode="NoSuchEntityException",
        Period=60,
    )
    assert sum(data["Values"]) == 12
    assert len(data["Timestamps"]) == len(data["Values"])


def test_a_few_calls_and_an_account_just_watched_are_not_unusual(lake: Lake) -> None:
    watched(lake, CALLS)
    burst(lake, 9)
    looked(lake, 2)
    assert found(lake) == []

    lake.running.reset()
    lake.bucket("logs")
    lake.trail.create_trail(Name="main", S3BucketName="logs")
    lake.trail.start_logging(Name="main")
    lake.trail.put_insight_selectors(TrailName="main", InsightSelectors=[CALLS])
    burst(lake, 30)
    looked(lake, 2)
    assert found(lake) == []


def test_what_is_turned_off_is_no_longer_counted(lake: Lake) -> None:
    watched(lake, CALLS)
    lake.trail.put_insight_selectors(TrailName="main", InsightSelectors=[])
    burst(lake, 12)
    looked(lake, 2)

    assert found(lake) == []
    with lake.running.database.read() as db:
        assert insights.watched(db, [ACCOUNT]) == frozenset()
    assert refused(lake.trail.get_insight_selectors, TrailName="main") == (
        "InsightNotEnabledException"
    )


def test_an_event_data_store_has_them_put_into_another_one(lake: Lake) -> None:
    pytest.importorskip("duckdb")
    source = lake.store("source")
    taker = lake.store("taker", AdvancedEventSelectors=OF_INSIGHTS)
    aged(lake)
    put = lake.trail.put_insight_selectors
    wrong = {"EventDataStore": source, "InsightSelectors": [CALLS]}
    assert refused(put, **wrong) == "InvalidParameterCombinationException"
    assert refused(put, **wrong, InsightsDestination=source) == "InvalidInsightSelectorsException"
    put(**wrong, InsightsDestination=taker)
    shown = lake.trail.get_insight_selectors(EventDataStore=source)
    assert shown["InsightsDestination"] == taker
    burst(lake, 30)
    looked(lake, 2)

    table = taker.rpartition("/")[2]
    rows = lake.asked(
        "SELECT insightEventName, insightState, insightSource, eventCategory, "  # noqa: S608
        f"json_extract_scalar(insightContext, '$.insightAverage') IS NULL FROM {table}"
    )
    assert rows == [["DeleteUser", "Start", source, "Insight", "false"]]


def test_insights_on_events_of_data_are_listed_for_the_trail_that_takes_them(lake: Lake) -> None:
    lake.bucket("logs")
    lake.s3.create_bucket(Bucket="data")
    lake.trail.create_trail(Name="main", S3BucketName="logs")
    lake.trail.start_logging(Name="main")
    aged(lake)
    of_data = {**CALLS, "EventCategories": ["Data"]}
    put = lake.trail.put_insight_selectors
    code = refused(put, TrailName="main", InsightSelectors=[of_data])
    assert code == "InvalidInsightSelectorsException"
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]
    lake.trail.put_event_selectors(
        TrailName="main", AdvancedEventSelectors=[{"FieldSelectors": fields}]
    )
    put(TrailName="main", InsightSelectors=[of_data])
    for number in range(15):
        lake.s3.put_object(Bucket="data", Key=f"{number}", Body=b"x")
    settled(lake.running)
    looked(lake, 2)

    arn = lake.trail.get_trail(Name="main")["Trail"]["TrailARN"]
    given = {"InsightSource": arn, "DataType": "InsightsEvents"}
    soon = lake.served.clock.now() + timedelta(hours=1)
    (one,) = lake.trail.list_insights_data(**given, EndTime=soon)["Events"]
    assert (one["EventName"], one["EventSource"]) == ("PutObject", "s3.amazonaws.com")
    by = {"EventName": "GetObject"}
    assert lake.trail.list_insights_data(**given, EndTime=soon, Dimensions=by)["Events"] == []
    assert found(lake) == []
    asked = {
        "EventSource": "s3.amazonaws.com",
        "EventName": "PutObject",
        "InsightType": "ApiCallRateInsight",
    }
    metric = lake.trail.list_insights_metric_data(**asked, TrailName="main")
    assert sum(metric["Values"]) == 15
    assert metric["TrailARN"] == arn
    assert lake.trail.list_insights_metric_data(**asked)["Values"] == []


def test_metric_data_has_its_periods_and_pages(lake: Lake) -> None:
    watched(lake, CALLS)
    burst(lake, 3)
    now = lake.served.clock.now()
    asked = {
        "EventSource": "iam.amazonaws.com",
        "EventName": "DeleteUser",
        "InsightType": "ApiCallRateInsight",
    }
    metric = lake.trail.list_insights_metric_data
    start = now - timedelta(minutes=10)
    given = {**asked, "Period": 60, "DataType": "FillWithZeros", "StartTime": start}
    every = metric(**given)
    assert len(every["Values"]) in {10, 11}
    assert sum(every["Values"]) == 3
    first = metric(**given, MaxResults=4)
    rest = metric(**given, NextToken=first["NextToken"])
    assert first["Timestamps"] + rest["Timestamps"] == every["Timestamps"]
    assert refused(metric, **asked, Period=61) == "InvalidParameterException"
    errors = asked | {"InsightType": "ApiErrorRateInsight"}
    assert refused(metric, **errors) == "InvalidParameterException"
