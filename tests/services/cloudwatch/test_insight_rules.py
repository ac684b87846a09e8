"""Rules of Contributor Insights, through boto3: who contributes to log groups."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.served import Clients

ACCESS = {
    "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
    "LogGroupNames": ["/web*"],
    "LogFormat": "JSON",
    "Contribution": {
        "Keys": ["$.ip"],
        "ValueOf": "$.bytes",
        "Filters": [{"Match": "$.method", "In": ["PUT", "POST"]}],
    },
    "AggregateOn": "Sum",
}
EVENTS = [
    {"ip": "10.0.0.1", "bytes": 10, "method": "PUT"},
    {"ip": "10.0.0.2", "bytes": 70, "method": "POST"},
    {"ip": "10.0.0.1", "bytes": 30, "method": "PUT"},
    {"ip": "10.0.0.1", "bytes": 900, "method": "GET"},  # filtered
    {"ip": "10.0.0.3", "method": "PUT"},  # without an amount
]


class Site:
    """A log group with events, and CloudWatch."""

    def __init__(self, clients: Clients) -> None:
        clients.served.clock.ahead = timedelta()
        self.clients = clients
        self.cloudwatch = clients.client("cloudwatch", host="127.0.0.1")
        self.logs = clients.client("logs", host="127.0.0.1")
        for group in ("/web/a", "/other"):
            self.logs.create_log_group(logGroupName=group)
            self.logs.create_log_stream(logGroupName=group, logStreamName="s")

    @property
    def now(self) -> datetime:
        return self.clients.served.running.clock.now()

    def put(self, *messages: Any, group: str = "/web/a") -> None:
        at = int(self.now.timestamp() * 1000)
        texts = [one if isinstance(one, str) else json.dumps(one) for one in messages]
        events = [{"timestamp": at, "message": one} for one in texts]
        self.logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)

    def rule(self, definition: dict[str, Any] = ACCESS, **more: Any) -> None:
        self.cloudwatch.put_insight_rule(
            RuleName="access", RuleDefinition=json.dumps(definition), **more
        )

    def report(self, **more: Any) -> Any:
        span = {"StartTime": self.now - timedelta(minutes=10), "EndTime": self.now + timedelta(1)}
        return self.cloudwatch.get_insight_rule_report(
            RuleName="access", **span, **{"Period": 3600, **more}
        )

    def contributors(self, **more: Any) -> list[tuple[str, float]]:
        found = self.report(**more)["Contributors"]
        return [(*one["Keys"], one["ApproximateAggregateValue"]) for one in found]


@pytest.fixture
def site(clients: Clients) -> Site:
    return Site(clients)


def test_a_report_names_the_largest_contributors_of_the_groups_of_the_rule(site: Site) -> None:
    site.rule()
    site.put(*EVENTS)
    site.put({"ip": "10.0.0.9", "bytes": 1, "method": "PUT"}, group="/other")
    found = site.report(Metrics=["UniqueContributors", "Maximum", "SampleCount"])

    assert site.contributors() == [("10.0.0.2", 70.0), ("10.0.0.1", 40.0)]
    assert site.contributors(MaxContributorCount=1) == [("10.0.0.2", 70.0)]
    assert (found["AggregateValue"], found["ApproximateUniqueCount"]) == (110.0, 2)
    assert (found["KeyLabels"], found["AggregationStatistic"]) == (["$.ip"], "Sum")
    points = found["MetricDatapoints"]
    assert sum(one["SampleCount"] for one in points) == 3
    assert max(one["Maximum"] for one in points) == 70


def test_events_that_came_while_a_rule_was_disabled_do_not_count(site: Site) -> None:
    site.rule(RuleState="DISABLED")
    site.put(EVENTS[0])
    site.clients.served.clock.ahead += timedelta(seconds=2)
    failed = site.cloudwatch.enable_insight_rules(RuleNames=["access", "nothing"])["Failures"]
    site.put(EVENTS[1])
    site.clients.served.clock.ahead += timedelta(seconds=2)
    site.cloudwatch.disable_insight_rules(RuleNames=["access"])
    site.put(EVENTS[2])

    assert site.contributors() == [("10.0.0.2", 70.0)]
    assert [one["FailureResource"] for one in failed] == ["nothing"]


def test_events_that_are_no_json_are_read_by_the_places_of_their_fields(site: Site) -> None:
    site.rule(
        {
            **ACCESS,
            "LogFormat": "CLF",
            "Fields": {"1": "ip", "3": "status"},
            "Contribution": {"Keys": ["ip"], "Filters": [{"Match": "status", "GreaterThan": 399}]},
            "AggregateOn": "Count",
        }
    )
    site.put("10.0.0.1 - 404", "10.0.0.1 - 200", "10.0.0.2 - 500", "10.0.0.1 - 403")

    assert site.contributors() == [("10.0.0.1", 2.0), ("10.0.0.2", 1.0)]


def test_rules_are_listed_tagged_and_deleted(site: Site) -> None:
    site.rule(Tags=[{"Key": "team", "Value": "red"}])
    (shown,) = site.cloudwatch.describe_insight_rules()["InsightRules"]
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:insight-rule/access"
    tags = site.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]

    assert (shown["Name"], shown["State"]) == ("access", "ENABLED")
    assert json.loads(shown["Definition"]) == ACCESS
    assert tags == [{"Key": "team", "Value": "red"}]
    assert site.cloudwatch.delete_insight_rules(RuleNames=["access"])["Failures"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        site.report()


@pytest.mark.parametrize(
    "changed",
    [
        {"Schema": {"Name": "Other", "Version": 1}},
        {"LogGroupNames": []},
        {"LogFormat": "XML"},
        {"LogGroupARNs": ["arn:aws:logs:us-east-1:1:log-group:a"]},
        {"Contribution": {"Keys": []}},
        {"Contribution": {"Keys": ["ip"]}},
        {"Contribution": {"Keys": ["$.ip"], "Filters": [{"Match": "$.a"}]}},
        {"Contribution": {"Keys": ["$.ip"], "Filters": [{"Match": "$.a", "Matches": "x"}]}},
        {"Contribution": {"Keys": ["$.ip"]}, "AggregateOn": "Sum"},
    ],
)
def test_a_definition_that_cannot_be_is_refused(site: Site, changed: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        site.rule(ACCESS | changed)


def test_the_groups_of_a_rule_are_a_condition_key(site: Site) -> None:
    held = {"ForAllValues:StringEquals": {"cloudwatch:requestInsightRuleLogGroups": ["/web*"]}}
    statement = {"Effect": "Allow", "Action": "cloudwatch:*", "Resource": "*", "Condition": held}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    alice = site.clients.user("alice", policy)("cloudwatch", host="127.0.0.1")
    given = {"RuleName": "access", "RuleDefinition": json.dumps(ACCESS)}
    alice.put_insight_rule(**given)

    other = json.dumps({**ACCESS, "LogGroupNames": ["/secret"]})
    with pytest.raises(ClientError, match="not authorized"):
        alice.put_insight_rule(**given | {"RuleDefinition": other})
