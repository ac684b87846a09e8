"""`--mode observe` lets everything by and writes down what would have been refused."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from tests.clients.conftest import ACCOUNT, Served

from doorward.server.settings import Mode
from doorward.store import audit
from doorward.store.files import SPOOL

READ_ONLY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}],
    }
)


@pytest.fixture(params=[Mode.OBSERVE, Mode.OFF])
def lenient(request: pytest.FixtureRequest) -> Iterator[Served]:
    server = Served(mode=request.param)
    yield server
    server.stop()


def alice(server: Served):
    """A client of a user who may read users and nothing else."""
    iam = server.client("iam")
    iam.create_user(UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="read", PolicyDocument=READ_ONLY)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    return server.client("iam", key["AccessKeyId"], key["SecretAccessKey"])


def observed(server: Served) -> list[tuple[str, str]]:
    """Operation and the denial that was let by, of every event that has one."""
    if waiting := server.running.recorder.flush():
        waiting.result()
    with server.running.database.read() as db:
        found = audit.page(db, ACCOUNT, limit=100).items
    events = [json.loads(one.event) if isinstance(one.event, str) else one.event for one in found]
    return [
        (event["eventName"], event["additionalEventData"][audit.OBSERVED])
        for event in events
        if audit.OBSERVED in (event.get("additionalEventData") or {})
    ]


def test_what_policies_forbid_is_done_all_the_same(lenient):
    client = alice(lenient)

    client.get_user(UserName="alice")
    client.create_user(UserName="bob")

    assert client.get_user(UserName="bob")["User"]["UserName"] == "bob"


def test_only_observing_writes_down_what_would_have_been_refused(lenient):
    client = alice(lenient)
    client.get_user(UserName="alice")
    client.create_user(UserName="bob")

    found = observed(lenient)

    if lenient.settings.mode is Mode.OFF:
        assert found == []
        return
    ((operation, message),) = found
    assert operation == "CreateUser"
    assert message.endswith("because no identity-based policy allows the iam:CreateUser action")


def test_a_wrong_signature_is_refused_in_every_mode(lenient):
    client = lenient.client("iam", secret="not-the-secret")

    with pytest.raises(ClientError) as caught:
        client.list_users()

    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_bytes_that_a_crash_left_behind_are_swept_at_the_next_start(tmp_path):
    first = Served(memory=False, data_dir=tmp_path)
    s3 = first.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q1", Body=b"kept")
    objects = tmp_path / "objects"
    first.running.files.spool().file.close()  # a crash leaves it, and the mark of a server that did not end
    first.running.files.end = lambda: None
    first.stop()
    lost = objects / "kept" / "ab" / "cd" / "abcd"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"no row refers to this")

    second = Served(memory=False, data_dir=tmp_path)
    body = second.client("s3").get_object(Bucket="reports", Key="q1")["Body"].read()
    second.stop()

    assert body == b"kept"
    assert not lost.exists()
    assert list((objects / SPOOL).iterdir()) == []
