"""Metrics in and out, in each protocol, through boto3."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from services.served import Clients

PROTOCOLS = ("smithy-rpc-v2-cbor", "json", "query")
LIVE = [{"Name": "Stage", "Value": "live"}]


@pytest.fixture
def cloudwatch(clients: Clients) -> Any:
    clients.served.clock.ahead = timedelta()
    return clients.client("cloudwatch")


def spoken(clients: Clients, protocol: str) -> Any:
    """A client that speaks *protocol* and no other."""
    session = boto3.Session("root-key-id", "root-secret", region_name="us-east-1")
    loader = session._session.get_component("data_loader")
    load = loader.load_service_model

    def only(name: str, *rest: Any, **more: Any) -> Any:
        found = load(name, *rest, **more)
        if name == "cloudwatch" and "metadata" in found:
            metadata = {**found["metadata"], "protocol": protocol, "protocols": [protocol]}
            return {**found, "metadata": metadata}
        return found

    loader.load_service_model = only
    endpoint = f"http://localhost:{clients.port}"
    config = Config(retries={"total_max_attempts": 1})
    return session.client("cloudwatch", endpoint_url=endpoint, config=config)


def now() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


def put(client: Any, name: str, *values: float, at: datetime | None = None, **more: Any) -> None:
    for value in values:
        datum = {"MetricName": name, "Value": value, "Timestamp": at or now(), **more}
        client.put_metric_data(Namespace="Shop", MetricData=[datum])


def span(minutes: int = 60) -> dict[str, datetime]:
    return {
        "StartTime": now() - timedelta(minutes=minutes),
        "EndTime": now() + timedelta(minutes=1),
    }


def statistics(client: Any, name: str, **asked: Any) -> list[dict[str, Any]]:
    wanted = {"Period": 60, "Statistics": ["Sum", "SampleCount"], **span(), **asked}
    found = client.get_metric_statistics(Namespace="Shop", MetricName=name, **wanted)
    return sorted(found["Datapoints"], key=lambda one: one["Timestamp"])


def data(client: Any, *queries: dict[str, Any], **asked: Any) -> dict[str, list[float]]:
    answer = client.get_metric_data(
        MetricDataQueries=list(queries), ScanBy="TimestampAscending", **{**span(), **asked}
    )
    return {one["Id"]: one["Values"] for one in answer["MetricDataResults"]}


def metric(id_: str, name: str, stat: str = "Sum", **more: Any) -> dict[str, Any]:
    asked = {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 60, "Stat": stat}
    return {"Id": id_, "MetricStat": asked, **more}


def worked(id_: str, expression: str) -> dict[str, Any]:
    return {"Id": id_, "Expression": expression}


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_takes_and_gives_the_same(clients: Clients, protocol: str) -> None:
    clients.served.clock.ahead = timedelta()
    client = spoken(clients, protocol)
    put(client, "Orders", 2, 3.5, Dimensions=LIVE, Unit="Count")
    (found,) = statistics(client, "Orders", Dimensions=LIVE)

    assert (found["Sum"], found["SampleCount"], found["Unit"]) == (5.5, 2.0, "Count")
    assert found["Timestamp"] in (now(), now() - timedelta(minutes=1))
    listed = client.list_metrics(Namespace="Shop")["Metrics"]
    assert listed == [{"Namespace": "Shop", "MetricName": "Orders", "Dimensions": LIVE}]
    with pytest.raises(client.exceptions.ResourceNotFound) as caught:
        client.set_alarm_state(AlarmName="none", StateValue="OK", StateReason="x")
    assert code(caught) == "ResourceNotFound"
    with pytest.raises(ClientError) as caught:
        client.put_metric_data(Namespace="AWS/EC2", MetricData=[{"MetricName": "a", "Value": 1}])
    assert code(caught) == "InvalidParameterValue"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_denial_is_read_by_every_client(clients: Clients, protocol: str) -> None:
    clients.served.clock.ahead = timedelta()
    client = spoken(clients, protocol)
    client._request_signer._credentials = clients.user("alice")("iam")._request_signer._credentials
    with pytest.raises(ClientError) as caught:
        client.list_metrics()

    assert code(caught) == "AccessDenied"
    assert "cloudwatch:ListMetrics" in caught.value.response["Error"]["Message"]


def test_arrays_and_sets_of_statistics_are_joined_with_values(cloudwatch: Any) -> None:
    given = [
        {"MetricName": "Latency", "Values": [1.0, 2.0], "Counts": [3.0, 1.0]},
        {"MetricName": "Latency", "Value": 10.0},
    ]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=given)
    asked = {
        "Statistics": ["Average", "Maximum", "Minimum"],
        "ExtendedStatistics": ["p50", "tm80", "PR(:2)"],
    }
    (found,) = statistics(cloudwatch, "Latency", Period=3600, **asked)

    assert (found["Average"], found["Maximum"], found["Minimum"]) == (3.0, 10.0, 1.0)
    assert found["ExtendedStatistics"] == {"p50": 1.0, "tm80": 1.25, "PR(:2)": 80.0}
    values = {"SampleCount": 2.0, "Sum": 4.0, "Minimum": 1.0, "Maximum": 3.0}
    datum = {"MetricName": "Latency", "StatisticValues": values}
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[datum])
    (found,) = statistics(cloudwatch, "Latency", Period=3600, **asked)
    assert found["Average"] == pytest.approx(19 / 7)
    assert "ExtendedStatistics" not in found  # no longer known


WRONG = [
    # datum                                                              code
    ({},                                                                 "MissingParameter"),
    ({"Value": 1.0, "Values": [1.0]},                                    "InvalidParameterCombination"),
    ({"Value": 2.0**361},                                                "InvalidParameterValue"),
    ({"Values": [1.0] * 151},                                            "InvalidParameterValue"),
    ({"Values": [1.0], "Counts": [1.0, 2.0]},                            "InvalidParameterValue"),
    ({"Value": 1.0, "StorageResolution": 5},                             "InvalidParameterValue"),
    ({"Value": 1.0, "Timestamp": datetime(2020, 1, 1, tzinfo=UTC)},      "InvalidParameterValue"),
    ({"Value": 1.0, "Dimensions": LIVE * 2},                             "InvalidParameterValue"),
    ({"Value": 1.0, "Unit": "Parsecs"},                                  "ValidationError"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_a_datum_that_cannot_be_is_refused_with_all_others(
    cloudwatch: Any, given: Any, wanted: str
) -> None:
    good = {"MetricName": "Good", "Value": 1.0}
    with pytest.raises(ClientError) as caught:
        cloudwatch.put_metric_data(
            Namespace="Shop", MetricData=[good, {"MetricName": "Bad", **given}]
        )

    assert code(caught) == wanted
    assert cloudwatch.list_metrics(Namespace="Shop")["Metrics"] == []


def test_metrics_are_listed_by_dimension_and_in_pages(cloudwatch: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("doorward.services.cloudwatch.metric_lists.PER_PAGE", 2)
    for stage in ("live", "test"):
        for name in ("a", "b"):
            put(cloudwatch, name, 1, Dimensions=[{"Name": "Stage", "Value": stage}])
    put(cloudwatch, "a", 1)

    def names(**asked: Any) -> list[str]:
        pages = cloudwatch.get_paginator("list_metrics").paginate(**asked)
        return sorted(one["MetricName"] for page in pages for one in page["Metrics"])

    assert names(Namespace="Shop") == ["a", "a", "a", "b", "b"]
    assert names(Dimensions=[{"Name": "Stage"}]) == ["a", "a", "b", "b"]
    assert names(Dimensions=LIVE, MetricName="b", RecentlyActive="PT3H") == ["b"]
    assert names(Namespace="Other") == []


def test_expressions_are_worked_out_over_metrics(cloudwatch: Any) -> None:
    early, late = now() - timedelta(minutes=10), now() - timedelta(minutes=5)
    for at, errors, orders in ((early, 1, 4), (late, 3, 10)):
        put(cloudwatch, "Errors", errors, at=at)
        put(cloudwatch, "Orders", orders, at=at)
    found = data(
        cloudwatch,
        metric("m1", "Errors", ReturnData=False),
        metric("m2", "Orders", ReturnData=False),
        worked("rate", "100 * m1 / m2"),
        worked("total", "SUM(METRICS())"),
        worked("high", "IF(m1 > AVG(m1), m1)"),
        worked("grown", "RUNNING_SUM(m1) + 0.5"),
    )

    assert found == {"rate": [25, 30], "total": [5, 13], "high": [3], "grown": [1.5, 4.5]}


def test_search_finds_metrics_by_schema_and_words(cloudwatch: Any) -> None:
    for stage, value in (("live", 1), ("test", 2)):
        put(cloudwatch, "Errors", value, Dimensions=[{"Name": "Stage", "Value": stage}])
    put(cloudwatch, "Errors", 4)
    schema = "{Shop, Stage}"

    def sums(term: str) -> list[list[float]]:
        expression = f"SEARCH('{term}', 'Sum', 60)"
        answer = cloudwatch.get_metric_data(MetricDataQueries=[worked("e", expression)], **span())
        return sorted(one["Values"] for one in answer["MetricDataResults"])

    assert sums(f'{schema} MetricName="Errors"') == [[1], [2]]
    assert sums(f"{schema} Errors NOT Stage=test") == [[1]]
    assert sums("Stage=(live OR test)") == [[1], [2]]
    assert sums("{Shop} Errors") == [[4]]
    assert data(cloudwatch, worked("s", f"SUM(SEARCH('{schema} Errors', 'Sum', 60))")) == {"s": [3]}


def test_data_comes_in_pages_newest_first(cloudwatch: Any) -> None:
    for minutes in range(5):
        put(cloudwatch, "Orders", minutes, at=now() - timedelta(minutes=minutes))
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[metric("m", "Orders")], MaxDatapoints=2, **span()
    )
    results = [one for page in pages for one in page["MetricDataResults"]]

    assert [one["Values"] for one in results] == [[0, 1], [2, 3], [4]]
    assert [one["StatusCode"] for one in results] == ["PartialData", "PartialData", "Complete"]


REFUSED = [
    "m +", "m1 + nothing", "SUM()", "SUM(m, m)", "NONE(m)", "AVG(m)", "1", "m / 'a'", "FILL(m, 'x')",
    "ANOMALY_DETECTION_BAND(m, 0)", "ANOMALY_DETECTION_BAND(2)", "(" * 60 + "m" + ")" * 60, "e", "e2", "SEARCH('(', 'Sum', 60)",
    "SEARCH('a', 'Worst', 60)",
]  # fmt: skip


@pytest.mark.parametrize("expression", REFUSED)
def test_an_expression_that_cannot_be_is_refused(cloudwatch: Any, expression: str) -> None:
    put(cloudwatch, "Orders", 1)
    with pytest.raises(ClientError) as caught:
        data(cloudwatch, metric("m", "Orders"), worked("e", expression), worked("e2", "e + 1"))

    assert code(caught) == "ValidationError"


def test_dashboards_are_kept_listed_and_tagged(cloudwatch: Any) -> None:
    body = json.dumps({"widgets": []})
    for name in ("shop", "shed"):
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)
    found = cloudwatch.get_dashboard(DashboardName="shop")
    assert found["DashboardBody"] == body
    cloudwatch.tag_resource(
        ResourceARN=found["DashboardArn"], Tags=[{"Key": "team", "Value": "red"}]
    )
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "red"}]
    listed = cloudwatch.list_dashboards(DashboardNamePrefix="sh")["DashboardEntries"]
    assert [(one["DashboardName"], one["Size"]) for one in listed] == [("shed", 15), ("shop", 15)]
    with pytest.raises(ClientError):
        cloudwatch.put_dashboard(DashboardName="shop", DashboardBody="[]")
    with pytest.raises(ClientError):
        cloudwatch.delete_dashboards(DashboardNames=["shop", "none"])
    assert cloudwatch.get_dashboard(DashboardName="shop")
    cloudwatch.delete_dashboards(DashboardNames=["shop", "shed"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_a_namespace_and_tags_decide(clients: Clients) -> None:
    clients.served.clock.ahead = timedelta()
    allowed = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": "Shop"}},
        },
    }
    alice = clients.user("alice", json.dumps(allowed))("cloudwatch")
    put(alice, "Orders", 1)
    with pytest.raises(ClientError) as caught:
        alice.put_metric_data(Namespace="Bank", MetricData=[{"MetricName": "a", "Value": 1.0}])

    assert code(caught) == "AccessDenied"
