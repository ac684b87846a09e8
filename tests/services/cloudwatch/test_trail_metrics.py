"""What is on record is counted, and alarms can be set on the counts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.server import key_ages
from doorward.server.followers import take
from doorward.server.trail_metrics import TrailMetrics, reason
from services.served import Clients

NAMESPACE = "Doorward/IAM"
DENY_ALL = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"},
}
ALLOW_ALL = json.loads(json.dumps(DENY_ALL).replace("Deny", "Allow"))

SENTENCES = [
    # end of the message                                                    outcome         policy
    ("because no identity-based policy allows the iam:ListUsers action",    "implicitDeny", "identity-based policy"),
    ("with an explicit deny in an identity-based policy",                   "explicitDeny", "identity-based policy"),
    ("because no permissions boundary allows the s3:GetObject action",      "implicitDeny", "permissions boundary"),
    ("with an explicit deny in a service control policy: arn:aws:x",        "explicitDeny", "service control policy"),
    ("with an explicit deny in the role trust policy",                      "explicitDeny", "role trust policy"),
    ("Access Denied",                                                       "Unknown",      "Unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("end", "outcome", "policy"), SENTENCES)
def test_the_reason_is_read_from_the_sentence(end: str, outcome: str, policy: str) -> None:
    assert reason(f"User: a is not authorized to perform: b on resource: c {end}") == (
        outcome,
        policy,
    )


def settled(clients: Clients) -> Any:
    """A client of CloudWatch, once everything on record is counted."""
    running = clients.served.running
    if waiting := running.recorder.flush():
        waiting.result()
    while take(running, TrailMetrics()):
        pass
    return clients.client("cloudwatch")


def total(cloudwatch: Any, name: str, namespace: str = NAMESPACE, **dimensions: str) -> float:
    clock = cloudwatch.served_clock.now()
    found = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=clock - timedelta(minutes=30),
        EndTime=clock + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(one["Sum"] for one in found))


@pytest.fixture
def counted(clients: Clients) -> Any:
    def count() -> Any:
        found = settled(clients)
        found.served_clock = clients.served.clock
        return found

    clients.served.clock.ahead = timedelta()
    return count


def denied(client: Any) -> None:
    with pytest.raises(ClientError):
        client.list_users()


def test_calls_are_counted_by_service_and_by_operation(clients: Clients, counted: Any) -> None:
    clients.user("alice")
    iam = clients.client("iam")
    iam.list_users()
    iam.list_users()
    found = counted()

    usage = {"Service": "IAM", "Resource": "ListUsers", "Type": "API", "Class": "None"}
    assert total(found, "CallCount", "AWS/Usage", **usage) == 2
    assert total(found, "Calls", Service="iam") == 4
    assert total(found, "Calls") >= 4
    assert total(found, "RootCalls") >= 4
    assert total(found, "Denials") == 0


def test_denials_are_counted_by_what_denied(clients: Clients, counted: Any) -> None:
    denied(clients.user("alice")("iam"))
    denied(clients.user("bob", json.dumps(DENY_ALL))("iam"))
    carol = clients.user("carol", json.dumps(ALLOW_ALL))("iam")
    root = clients.client("iam")
    made = root.create_policy(
        PolicyName="little",
        PolicyDocument=json.dumps(ALLOW_ALL).replace('"Action": "*"', '"Action": "s3:*"'),
    )
    root.put_user_permissions_boundary(UserName="carol", PermissionsBoundary=made["Policy"]["Arn"])
    denied(carol)
    found = counted()

    assert total(found, "Denials") == 3
    assert total(found, "Denials", Outcome="implicitDeny", PolicyType="Identity") == 1
    assert total(found, "Denials", Outcome="explicitDeny", PolicyType="Identity") == 1
    assert total(found, "Denials", Outcome="implicitDeny", PolicyType="PermissionsBoundary") == 1
    assert total(found, "PermissionsBoundaryDenials") == 1
    assert total(found, "ServiceControlPolicyDenials") == 0


def test_an_alarm_on_denials_goes_off(clients: Clients, counted: Any) -> None:
    clients.client("cloudwatch").put_metric_alarm(
        AlarmName="denied",
        Namespace=NAMESPACE,
        MetricName="Denials",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )
    denied(clients.user("alice")("iam"))
    cloudwatch = counted()
    clients.served.running.workers.alarms.stop()
    clients.served.clock.ahead += timedelta(minutes=1)
    clients.served.running.workers.alarms.look()

    (found,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert found["StateValue"] == "ALARM"


def test_the_ages_of_active_keys_are_measured_once_an_hour(clients: Clients, counted: Any) -> None:
    clients.user("alice")
    running = clients.served.running
    running.workers.alarms.stop()
    later = running.clock.now() + timedelta(days=10)
    clients.served.clock.ahead += timedelta(days=10)
    for minutes in (0, 1):
        moment = later + timedelta(minutes=minutes)
        running.database.write(
            lambda db, at=moment: key_ages.measure(db, "us-east-1", at), world=False
        )
    clients.served.clock.ahead = timedelta()  # or the request would be signed in the past
    asked = {"Namespace": NAMESPACE, "MetricName": "AccessKeyAge", "Period": 3600}
    span = {"StartTime": later - timedelta(hours=1), "EndTime": later + timedelta(hours=1)}
    (found,) = counted().get_metric_statistics(
        **asked, **span, Statistics=["Maximum", "SampleCount"]
    )["Datapoints"]

    assert found["Maximum"] == pytest.approx(10, abs=0.1)
    assert found["SampleCount"] in (1, 2)  # alice's, and the root's where it was made just now
