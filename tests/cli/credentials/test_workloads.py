"""Roles that trust a service only: had in its place by whoever may pass them to it."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from cli.credentials.workload import document, fetched, identity, refreshed
from clients.conftest import ACCOUNT, OTHER_ACCOUNT, Served
from doorward.base.errors import BadInput
from doorward.cli.credentials import source
from doorward.cli.credentials.vouched import Vouched
from doorward.cli.rotation.signed import Refused
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.server.workloads.services import PATH
from doorward.store import audit

EC2, TASKS, LAMBDA = "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
ALL = {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}


class House:
    """The role `app`, and the user `launcher` with a key."""

    def __init__(self, served):
        self.served = served
        served.clock.ahead = timedelta()
        self.iam = served.client("iam")
        self.iam.create_user(UserName="launcher")
        key = self.iam.create_access_key(UserName="launcher")["AccessKey"]
        self.keys = Keys(key["AccessKeyId"], key["SecretAccessKey"])
        self.iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust(EC2))
        self.iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=document(ALL))
        self.may_pass(EC2)
        self.may_start("ec2:RunInstances", "ecs:RunTask", "lambda:CreateFunction")

    def may_start(self, *actions, effect="Allow", resource="*"):
        text = document({"Effect": effect, "Action": list(actions), "Resource": resource})
        self.iam.put_user_policy(UserName="launcher", PolicyName="start", PolicyDocument=text)

    def may_pass(self, *services, **more):
        statement = {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::*:role/*",
            "Condition": {"StringEquals": {"iam:PassedToService": list(services)}},
            **more,
        }
        text = document(statement)
        self.iam.put_user_policy(UserName="launcher", PolicyName="pass", PolicyDocument=text)

    def trusts(self, *args, **more):
        text = trust(*args, **more)
        self.iam.update_assume_role_policy(RoleName="app", PolicyDocument=text)

    def vouched(self, service=EC2, *, role=ROLE, name=None, keys=None):
        asked = source.asked(role, self.served.endpoint, "us-east-1", name, 3600, None, service)
        return Vouched(asked, lambda: keys or self.keys, self.served.clock)

    def refusal(self, *args, **more):
        with pytest.raises(Refused) as caught:
            self.vouched(*args, **more)()
        return str(caught.value)

    def client(self, issued, service):
        keys = issued.keys
        return self.served.client(service, keys.access_key_id, keys.secret, keys.token)

    def post(self, **members):
        """Status and answer to a request with those members."""
        import http.client

        body = json.dumps(members).encode()
        place = Place(urlsplit(self.served.endpoint), "iam", "us-east-1")
        headers = outgoing.signed(place, self.keys, self.served.clock.now(), body, {}, path=PATH)
        connection = http.client.HTTPConnection(place.endpoint.netloc, timeout=10)
        try:
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def events(self, name):
        if waiting := self.served.running.recorder.flush():
            waiting.result()
        with self.served.running.database.read() as db:
            found = audit.page(db, ACCOUNT, limit=1_000).items
        return [json.loads(one.event) for one in found if one.operation == name]


def trust(*services, **more):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": "sts:AssumeRole",
        **more,
    }
    return document(statement)


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def house(served):
    served.clock.ahead = timedelta()
    served.running.reset()
    return House(served)


@pytest.fixture
def environment(house, tmp_path):
    return {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": house.keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": house.keys.secret,
        "AWS_ENDPOINT_URL": house.served.endpoint,
    }


def line(*words):
    return [sys.executable, "-m", "doorward", *words]


@contextmanager
def serving(environment, *flags):
    command = line("credentials", "serve", "--role", ROLE, "--service", EC2, *flags)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            _, *lines = [process.stdout.readline() for _ in range(5)]
            yield dict(one.removeprefix("export ").strip().split("=", 1) for one in lines)
        finally:
            process.terminate()
            assert process.wait(20) == 0


def test_boto3_gets_an_instances_role_from_instance_metadata(house, environment, monkeypatch):
    with serving(environment, "--no-container") as variables:
        found, session = fetched(monkeypatch, "iam-role", **variables)
        first = found.get_frozen_credentials()
        who = identity(house.served, session)

        assert who.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-")
        assert len(who.rpartition("/")[2]) == 19
        assert refreshed(found) == first
        client = house.served.client("iam", first.access_key, first.secret_key, first.token)
        assert client.list_roles()["Roles"]
        with pytest.raises(ClientError, match="not authorized"):
            client.list_users()


def test_a_program_runs_in_a_role_that_trusts_a_service_only(house, environment):
    house.may_pass(LAMBDA)
    house.trusts(LAMBDA)
    program = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    flags = ("--role", ROLE, "--service", LAMBDA, "--session-name", "resize")

    done = subprocess.run(
        line("run", *flags, "--", sys.executable, "-c", program),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout.strip() == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/resize", done.stderr


def test_whoever_may_not_pass_the_role_does_not_get_it(house, environment):
    house.may_pass(LAMBDA)
    assert f"not authorized to perform: iam:PassRole on resource: {ROLE}" in house.refusal()
    house.may_pass(EC2, Resource=ROLE + "2")
    assert "iam:PassRole" in house.refusal()
    house.may_pass(EC2, Effect="Deny")
    assert "with an explicit deny" in house.refusal()

    done = subprocess.run(
        line("credentials", "serve", "--role", ROLE, "--service", EC2),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "iam:PassRole" in done.stderr
    assert done.stdout == ""


def test_whoever_may_start_nothing_with_the_role_does_not_get_it(house):
    house.may_start("lambda:CreateFunction")
    assert "not authorized to perform: ec2:RunInstances on resource: *" in house.refusal()
    house.may_start("ec2:RunInstances", effect="Deny")
    assert "with an explicit deny" in house.refusal()
    house.may_start("ec2:RunInstances", resource="arn:aws:ec2:*:*:instance/*")
    house.vouched()()


def test_a_role_that_does_not_trust_the_service_is_not_given(house):
    refused = f"AccessDenied: User: {EC2} is not authorized to perform: sts:AssumeRole"
    for statement in (
        {"Principal": {"Service": LAMBDA}},
        {"Principal": {"AWS": ACCOUNT}},
        {"Action": "sts:TagSession"},
        {"Effect": "Deny"},
        {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}},
    ):
        house.trusts(EC2, **statement)

        assert house.refusal().startswith(refused), statement


def test_a_role_of_another_account_cannot_be_passed(house):
    assert "iam:PassRole" in house.refusal(role=ROLE.replace(ACCOUNT, OTHER_ACCOUNT))


def test_a_role_that_is_not_there_is_refused_alike(house):
    assert house.refusal(role=ROLE + "2").startswith(f"AccessDenied: User: {EC2} is not")


def test_a_wrong_key_gets_nothing(house):
    wrong = Keys(house.keys.access_key_id, "wrong")

    assert house.refusal(keys=wrong).startswith("InvalidSignatureException: ")
    assert house.events("GetWorkloadCredentials") == []


def test_a_task_says_which_it_is_to_the_trust_policy(house):
    house.may_pass(TASKS)
    condition = {
        "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    house.trusts(TASKS, Condition=condition)
    assert house.vouched(TASKS)()

    house.trusts(TASKS, Condition={"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}})
    assert "sts:AssumeRole" in house.refusal(TASKS)


def test_the_session_says_which_instance_it_is_and_how_it_was_delivered(house):
    vouched = house.vouched()
    issued = vouched()
    instance = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/{vouched.session_name}"
    keys = {
        "NumericGreaterThanEquals": {"ec2:RoleDelivery": "2.0"},
        "ArnEquals": {"ec2:SourceInstanceARN": instance},
    }
    only = document({**ALL, "Condition": keys})
    house.iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=only)
    assert house.client(issued, "iam").list_roles()

    other = house.vouched()
    with pytest.raises(ClientError, match="not authorized"):
        house.client(other(), "iam").list_roles()
    newest = house.events("ListRoles")[0]
    assert newest["userIdentity"]["sessionContext"]["ec2RoleDelivery"] == "2.0"


def test_who_asks_without_a_token_too_is_told_apart(house, environment, monkeypatch):
    keys = {"NumericGreaterThanEquals": {"ec2:RoleDelivery": "2.0"}}
    only = document({**ALL, "Condition": keys})
    house.iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=only)
    with serving(environment, "--no-container", "--allow-v1") as variables:
        found, _ = fetched(monkeypatch, "iam-role", **variables)
        keys = found.get_frozen_credentials()
        client = house.served.client("iam", keys.access_key, keys.secret_key, keys.token)

        with pytest.raises(ClientError, match="not authorized"):
            client.list_roles()


def test_a_workload_keeps_its_name_and_cannot_choose_it(house):
    one, two = house.vouched(), house.vouched()
    assert one().keys != one().keys
    first = one.session_name
    one()
    two()

    assert one.session_name == first != two.session_name
    given = {"RoleArn": ROLE, "Service": EC2, "RoleSessionName": "i-0123456789abcdef0"}
    assert house.post(**given)[0] == 400
    assert house.post(**given, Workload="0" * 32)[0] == 400


def test_what_cannot_be_vouched_for_is_refused(house):
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{EC2}/AWSServiceRoleForX"
    given = {"RoleArn": ROLE, "Service": EC2, "Workload": "0" * 32}
    assert house.post(**given)[0] == 200
    for wrong in (
        {"Service": "s3.amazonaws.com"},
        {"Service": "sts.amazonaws.com"},
        {"RoleArn": f"arn:aws:iam::{ACCOUNT}:user/app"},
        {"RoleArn": linked},
        {"DurationSeconds": 899},
        {"DurationSeconds": True},
        {"RoleDelivery": "3.0"},
        {"Workload": "x"},
        {"SourceArn": "x"},
    ):
        status, answer = house.post(**given | wrong)

        assert (status, answer["code"]) == (400, "ValidationError"), wrong


def test_the_role_says_how_long_a_session_may_be(house):
    given = {"RoleArn": ROLE, "Service": EC2, "Workload": "0" * 32}

    assert house.post(**given, DurationSeconds=7200)[0] == 400
    house.iam.update_role(RoleName="app", MaxSessionDuration=7200)
    assert house.post(**given, DurationSeconds=7200)[0] == 200


def test_both_the_asking_and_the_assuming_are_on_record(house):
    issued = house.vouched()()
    house.trusts(LAMBDA)
    house.refusal()

    refused, asked = house.events("GetWorkloadCredentials")
    assert asked["userIdentity"]["userName"] == "launcher"
    assert asked["requestParameters"]["service"] == EC2
    assert "errorCode" not in asked
    assert refused["errorCode"] == "AccessDenied"
    denied, assumed = house.events("AssumeRole")
    assert assumed["userIdentity"] == {"type": "AWSService", "invokedBy": EC2}
    assert assumed["requestParameters"]["roleArn"] == ROLE
    assert denied["errorCode"] == "AccessDenied"
    told = json.dumps([asked, assumed])
    assert issued.keys.secret not in told
    assert issued.keys.token not in told


def test_taking_the_right_to_pass_ends_new_sessions_at_once(house):
    vouched = house.vouched()
    vouched()

    house.iam.delete_user_policy(UserName="launcher", PolicyName="pass")

    with pytest.raises(Refused, match="iam:PassRole"):
        vouched()


@pytest.mark.parametrize(
    ("flags", "place"),
    [
        (("s3.amazonaws.com", None, None), "--service"),
        ((EC2, "mine", None), "--session-name"),
        ((LAMBDA, "mine", "external"), "--external-id"),
    ],
)
def test_flags_that_do_not_go_with_a_service_are_named(flags, place):
    service, name, external = flags

    with pytest.raises(BadInput) as caught:
        source.asked(ROLE, "http://127.0.0.1:1", "us-east-1", name, 3600, external, service)

    assert str(caught.value).startswith(place)
