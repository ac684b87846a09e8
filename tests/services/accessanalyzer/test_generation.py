"""Policies made from what a role did, through boto3 on a real server."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.auth
import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, Served
from services.served import Clients

ARN = f"arn:aws:iam::{ACCOUNT}"
WORKER = f"{ARN}:role/jobs/worker"
READER = f"{ARN}:role/reader"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LOOKING = {
    "Effect": "Allow",
    "Action": [
        *("cloudtrail:GetTrail", "s3:ListBucket", "iam:GenerateServiceLastAccessedDetails"),
        "iam:GetServiceLastAccessedDetails",
    ],
    "Resource": "*",
}
Made = dict[str, Any]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trusting(principal: dict[str, str]) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


class World:
    """A trail, a role that reads it, and a worker of which a policy is made."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.iam = clients.client("iam", host="127.0.0.1")
        self.analyzer = clients.client("accessanalyzer", host="127.0.0.1")
        starter = clients.user("starter", document({**ALL, "Action": "sts:AssumeRole"}))
        self.sts = starter("sts", host="127.0.0.1")
        self.begun = datetime.now(UTC) - timedelta(minutes=1)
        self.iam.create_role(
            RoleName="worker",
            Path="/jobs/",
            AssumeRolePolicyDocument=trusting({"AWS": f"{ARN}:root"}),
        )
        self.iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=document(ALL))
        self.reader()
        s3 = clients.client("s3")
        s3.create_bucket(Bucket="logs")
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
        }
        s3.put_bucket_policy(Bucket="logs", Policy=document(allowed))
        trail = clients.client("cloudtrail", host="127.0.0.1")
        made = trail.create_trail(Name="main", S3BucketName="logs", IsMultiRegionTrail=True)
        self.trail = made["TrailARN"]

    def reader(
        self, trusted: str = "access-analyzer.amazonaws.com", *statements: dict[str, Any]
    ) -> None:
        self.iam.create_role(
            RoleName="reader", AssumeRolePolicyDocument=trusting({"Service": trusted})
        )
        look = document(*(statements or (LOOKING,)))
        self.iam.put_role_policy(RoleName="reader", PolicyName="look", PolicyDocument=look)

    def worker(self) -> Any:
        """What makes clients of a session of the worker."""
        given = self.sts.assume_role(RoleArn=WORKER, RoleSessionName="job")["Credentials"]
        key, secret, token = (
            given[one] for one in ("AccessKeyId", "SecretAccessKey", "SessionToken")
        )
        return lambda service: self.clients.served.client(service, key, secret, token)

    def details(self, **more: Any) -> dict[str, Any]:
        return {
            "accessRole": READER,
            "trails": [{"cloudTrailArn": self.trail, "allRegions": True}],
            "startTime": self.begun,
            **more,
        }

    def start(self, details: dict[str, Any] | None = None, **more: Any) -> str:
        given = {"cloudTrailDetails": self.details() if details is None else details}
        chosen = {"policyGenerationDetails": {"principalArn": WORKER}, **given, **more}
        return str(self.analyzer.start_policy_generation(**chosen)["jobId"])

    def made(self, job: str, **flags: bool) -> Made:
        """What came of it, when it has ended."""
        for _ in range(400):
            found = self.analyzer.get_generated_policy(jobId=job, **flags)
            if found["jobDetails"]["status"] != "IN_PROGRESS":
                return found
            time.sleep(0.01)
        raise AssertionError(found)


@pytest.fixture
def later(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Puts the clocks of server and clients ahead."""

    def ahead(by: timedelta) -> None:
        served.clock.ahead = by
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: now() + by)

    now = botocore.auth.get_current_datetime
    yield ahead
    served.clock.ahead = timedelta()


@pytest.fixture
def world(clients: Clients, served: Served) -> Iterator[World]:
    served.clock.ahead = timedelta()
    served.running.reset()
    yield World(clients)
    served.clock.ahead = timedelta()


def work(client: Any) -> None:
    iam, s3 = client("iam"), client("s3")
    iam.create_user(UserName="alice")
    iam.get_user(UserName="alice")
    iam.list_users()
    s3.create_bucket(Bucket="reports")
    s3.get_bucket_location(Bucket="reports")
    s3.put_object(Bucket="reports", Key="may", Body=b"x")
    client("sts").get_caller_identity()


WORKED = [
    "iam:CreateUser",
    "iam:GetUser",
    "iam:ListUsers",
    "s3:CreateBucket",
    "s3:GetBucketLocation",
]


def policies(made: Made) -> list[dict[str, Any]]:
    return [json.loads(one["policy"]) for one in made["generatedPolicyResult"]["generatedPolicies"]]


def test_a_policy_of_what_a_role_did_allows_exactly_that(world: World) -> None:
    work(world.worker())

    found = world.made(world.start())

    (policy,) = policies(found)
    assert policy["Statement"] == [
        {"Sid": "SupportedServiceSid0", "Effect": "Allow", "Action": WORKED, "Resource": "*"}
    ]
    properties = found["generatedPolicyResult"]["properties"]
    assert properties["principalArn"] == WORKER
    assert properties["isComplete"] is True
    assert properties["cloudTrailProperties"]["trailProperties"] == [
        {"cloudTrailArn": world.trail, "regions": [], "allRegions": True}
    ]
    assert found["jobDetails"]["completedOn"] >= found["jobDetails"]["startedOn"]

    world.iam.put_role_policy(
        RoleName="worker", PolicyName="all", PolicyDocument=json.dumps(policy)
    )
    client = world.worker()
    client("iam").get_user(UserName="alice")
    client("iam").list_users()
    with pytest.raises(ClientError, match="AccessDenied"):
        client("iam").list_roles()
    with pytest.raises(ClientError, match="AccessDenied"):
        client("iam").delete_user(UserName="alice")
    with pytest.raises(ClientError, match="AccessDenied"):
        client("s3").delete_bucket(Bucket="reports")


def test_placeholders_stand_for_the_resources_of_each_type(world: World) -> None:
    work(world.worker())

    found = world.made(world.start(), includeResourcePlaceholders=True)

    (policy,) = policies(found)
    assert {json.dumps(one["Action"]): one["Resource"] for one in policy["Statement"]} == {
        '["iam:CreateUser", "iam:GetUser"]': "arn:aws:iam::${Account}:user/${UserNameWithPath}",
        '["s3:CreateBucket", "s3:GetBucketLocation"]': "arn:aws:s3:::${BucketName}",
        '"iam:ListUsers"': "*",
    }


def test_events_of_data_show_in_the_template_of_services_alone(world: World) -> None:
    world.clients.client("s3").create_bucket(Bucket="others")
    world.worker()("s3").put_object(Bucket="others", Key="may", Body=b"x")

    job = world.start()

    plain, template = world.made(job), world.made(job, includeServiceLevelTemplate=True)
    assert policies(plain) == []
    assert plain["generatedPolicyResult"]["properties"]["isComplete"] is False
    (policy,) = policies(template)
    assert policy["Statement"][0]["Action"] == ["s3:${Action}"]


def test_what_was_refused_and_what_others_did_is_not_allowed(world: World) -> None:
    world.iam.put_role_policy(
        RoleName="worker",
        PolicyName="all",
        PolicyDocument=document({**ALL, "Action": "iam:ListRoles"}),
    )
    client = world.worker()
    client("iam").list_roles()
    with pytest.raises(ClientError):
        client("iam").list_users()

    (policy,) = policies(world.made(world.start()))

    assert policy["Statement"][0]["Action"] == "iam:ListRoles"


def test_a_time_in_which_nothing_was_done_makes_no_policy(world: World) -> None:
    work(world.worker())
    end = world.begun + timedelta(seconds=1)

    assert policies(world.made(world.start(world.details(endTime=end)))) == []


def test_a_region_of_no_trail_tells_nothing(world: World) -> None:
    work(world.worker())
    elsewhere = [{"cloudTrailArn": world.trail, "regions": ["eu-west-1"]}]

    assert policies(world.made(world.start(world.details(trails=elsewhere)))) == []


FAILURES = [
    # who may take on the role, what the role may, the trail, the code
    ("ec2.amazonaws.com",             LOOKING, "main", "AUTHORIZATION_ERROR"),
    ("access-analyzer.amazonaws.com", {**LOOKING, "Action": "iam:*"}, "main", "AUTHORIZATION_ERROR"),
    ("access-analyzer.amazonaws.com", {**LOOKING, "Action": "cloudtrail:*"}, "main", "AUTHORIZATION_ERROR"),
    ("access-analyzer.amazonaws.com", LOOKING, "none", "RESOURCE_NOT_FOUND_ERROR"),
]  # fmt: skip


@pytest.mark.parametrize(("trusted", "allowed", "trail", "code"), FAILURES)
def test_without_the_right_role_and_trail_it_fails(
    world: World, trusted: str, allowed: dict[str, Any], trail: str, code: str
) -> None:
    world.iam.delete_role_policy(RoleName="reader", PolicyName="look")
    world.iam.delete_role(RoleName="reader")
    world.reader(trusted, allowed)
    named = [{"cloudTrailArn": world.trail.replace("/main", f"/{trail}"), "allRegions": True}]

    found = world.made(world.start(world.details(trails=named)))

    assert found["jobDetails"]["status"] == "FAILED"
    assert found["jobDetails"]["jobError"]["code"] == code
    assert "generatedPolicies" not in found["generatedPolicyResult"]


def test_without_a_trail_the_whole_record_counts(world: World) -> None:
    work(world.worker())
    asked = {"policyGenerationDetails": {"principalArn": WORKER}}

    found = world.made(world.analyzer.start_policy_generation(**asked)["jobId"])

    assert policies(found)[0]["Statement"][0]["Action"] == WORKED
    assert "cloudTrailProperties" not in found["generatedPolicyResult"]["properties"]


def refused(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as told:
        call(**given)
    return str(told.value.response["Error"]["Code"])


def test_what_is_asked_wrongly_is_refused(world: World) -> None:
    start = world.analyzer.start_policy_generation
    mine = {"policyGenerationDetails": {"principalArn": WORKER}}
    wrong = [
        {"policyGenerationDetails": {"principalArn": f"{ARN}:role/worker"}},  # another path
        {"policyGenerationDetails": {"principalArn": "arn:aws:iam::210987654321:role/r"}},
        {**mine, "cloudTrailDetails": world.details(endTime=world.begun - timedelta(days=1))},
        {**mine, "cloudTrailDetails": world.details(startTime=world.begun - timedelta(days=91))},
        {**mine, "cloudTrailDetails": world.details(startTime=world.begun + timedelta(days=9))},
        {**mine, "cloudTrailDetails": world.details(trails=[])},
    ]

    assert [refused(start, **one) for one in wrong] == ["ValidationException"] * len(wrong)
    assert refused(world.analyzer.get_generated_policy, jobId="none") == "ValidationException"
    assert refused(world.analyzer.cancel_policy_generation, jobId="none") == "ValidationException"


def test_the_role_must_be_one_that_the_caller_may_pass(world: World) -> None:
    starting = {**ALL, "Action": "access-analyzer:*"}
    passing = {**ALL, "Action": "iam:PassRole", "Resource": READER}
    without = world.clients.user("eve", document(starting))("accessanalyzer", host="127.0.0.1")
    allowed = world.clients.user("bob", document(starting, passing))(
        "accessanalyzer", host="127.0.0.1"
    )
    asked = {
        "policyGenerationDetails": {"principalArn": WORKER},
        "cloudTrailDetails": world.details(),
    }

    assert refused(without.start_policy_generation, **asked) == "AccessDeniedException"
    assert allowed.start_policy_generation(**asked)["jobId"]


def test_the_same_token_begins_one_and_no_other_request(world: World) -> None:
    details = world.details()

    first = world.start(details, clientToken="one")

    assert world.start(details, clientToken="one") == first
    other = {**details, "startTime": world.begun - timedelta(days=1)}
    asked = {
        "policyGenerationDetails": {"principalArn": WORKER},
        "cloudTrailDetails": other,
        "clientToken": "one",
    }
    assert refused(world.analyzer.start_policy_generation, **asked) == "ConflictException"


def test_one_is_made_at_a_time_and_fifty_a_day(
    world: World, served: Served, later: Callable[[timedelta], None]
) -> None:
    worker = served.running.workers.generations
    assert worker is not None
    worker.stop()  # so that the first is not ended
    first = world.start()
    asked = {"policyGenerationDetails": {"principalArn": WORKER}}
    assert (
        refused(world.analyzer.start_policy_generation, **asked) == "ServiceQuotaExceededException"
    )
    world.analyzer.cancel_policy_generation(jobId=first)
    assert world.made(first)["jobDetails"]["status"] == "CANCELED"

    for _ in range(49):
        world.analyzer.cancel_policy_generation(jobId=world.start())

    assert (
        refused(world.analyzer.start_policy_generation, **asked) == "ServiceQuotaExceededException"
    )
    later(timedelta(days=1, minutes=1))
    assert world.start()


def test_they_are_listed_for_a_week_the_newest_first(
    world: World, later: Callable[[timedelta], None]
) -> None:
    jobs = []
    for minutes in range(3):
        later(timedelta(minutes=minutes))
        jobs.append(world.start())
        world.made(jobs[-1])

    first = world.analyzer.list_policy_generations(maxResults=2)
    rest = world.analyzer.list_policy_generations(maxResults=2, nextToken=first["nextToken"])

    found = [one["jobId"] for page in (first, rest) for one in page["policyGenerations"]]
    assert found == jobs[::-1]
    assert "nextToken" not in rest
    nobody = world.analyzer.list_policy_generations(principalArn=f"{ARN}:role/none")
    assert nobody["policyGenerations"] == []
    later(timedelta(days=8))
    assert world.analyzer.list_policy_generations()["policyGenerations"] == []
    assert refused(world.analyzer.get_generated_policy, jobId=jobs[0]) == "ValidationException"


def test_what_was_half_done_is_taken_up_at_the_next_start(world: World, served: Served) -> None:
    worker = served.running.workers.generations
    assert worker is not None
    worker.stop()
    work(world.worker())
    job = world.start()

    served.running.rest()
    served.running.work()

    assert world.made(job)["jobDetails"]["status"] == "SUCCEEDED"
