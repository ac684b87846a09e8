"""New keys in the Secrets Manager behind Doorward's own gateway: the user's policies decide."""

import json
import socket
from datetime import timedelta

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.store.tables.rotation import Status, Step
from server.rotation.rotating import Rotating

WRITES = ["secretsmanager:PutSecretValue", "secretsmanager:CreateSecret"]
OWN = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:app/alice*"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server():
    port = free_port()
    served = Served(
        port=port,
        upstreams=("secretsmanager=moto",),
        secrets_endpoint=f"http://127.0.0.1:{port}",
    )
    yield served
    served.stop()


@pytest.fixture
def rotating(server):
    server.clock.ahead = timedelta()
    server.running.reset()
    return Rotating(server)


def allow(rotating, resource):
    statement = {"Effect": "Allow", "Action": WRITES, "Resource": resource}
    rotating.served.client("iam").put_user_policy(
        UserName="alice",
        PolicyName="secrets",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )


def test_the_users_own_policies_let_their_key_be_stored(rotating):
    old, _ = rotating.user()
    allow(rotating, OWN)
    rotating.schedule("secret", "app/alice")
    row = rotating.look(days=90)
    assert (row.step, row.status) == (Step.DELIVERED, Status.WAITING), row.reason
    rotating.served.clock.ahead = timedelta()

    found = rotating.served.client("secretsmanager").get_secret_value(SecretId="app/alice")
    value = json.loads(found["SecretString"])
    assert value["AccessKeyId"] == row.new_id
    assert rotating.works(row.new_id, value["SecretAccessKey"])
    assert rotating.keys() == {old: True, row.new_id: True}


def test_who_may_not_write_the_secret_keeps_the_old_key_alone(rotating):
    old, _ = rotating.user()
    allow(rotating, OWN)
    rotating.schedule("secret", "somebody/elses")
    failed = rotating.look(days=90)

    assert failed.status is Status.FAILED
    assert "AccessDenied" in failed.reason
    rotating.look()
    assert rotating.keys() == {old: True}
