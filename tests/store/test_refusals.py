"""What the store cannot answer is refused, in the form of every protocol, with the cause in the log.

The server is a real one in this process; its database is damaged behind its back.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import text

from clients.conftest import ACCOUNT, Served
from store.server import Server

pytestmark = pytest.mark.clients


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def alice(served: Served) -> Any:
    """Clients of a user who may do everything, as long as its policies can be read."""
    root = served.client("iam")
    root.create_user(UserName="alice")
    root.attach_user_policy(
        UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    root.create_policy(
        PolicyName="mine",
        PolicyDocument='{"Version":"2012-10-17","Statement":'
        '{"Effect":"Deny","Action":"sqs:*","Resource":"*"}}',
    )
    root.attach_user_policy(UserName="alice", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/mine")
    key = root.create_access_key(UserName="alice")["AccessKey"]
    return lambda service: served.client(service, key["AccessKeyId"], key["SecretAccessKey"])


# What is damaged, and what the log says of it.
DAMAGES = [
    ("DELETE FROM policy", "is not to be found"),
    ("UPDATE policy_version SET document = '{'", "a stored policy cannot be read"),
    ("UPDATE access_key SET account = account, sealed_secret = x'0102'", "cannot be opened"),
]

# An operation that reads, one that writes, one of S3 that reads, and an upload.
CALLS = [
    ("iam", "get_user", {}),
    ("iam", "create_user", {"UserName": "refused"}),
    ("sts", "get_session_token", {}),
    ("s3", "list_buckets", {}),
    ("s3", "create_bucket", {"Bucket": "refused"}),
    ("s3", "put_object", {"Bucket": "refused", "Key": "k", "Body": b"x" * 10}),
]


@pytest.mark.parametrize(("damage", "logged"), DAMAGES)
def test_a_request_that_cannot_be_judged_is_refused_in_its_protocol_and_the_log_says_why(
    served: Served, alice: Any, caplog: pytest.LogCaptureFixture, damage: str, logged: str
) -> None:
    served.running.database.write(lambda db: db.execute(text(damage)).rowcount)
    for service, operation, parameters in CALLS:
        caplog.clear()
        with caplog.at_level(logging.ERROR), pytest.raises(ClientError) as refused:
            getattr(alice(service), operation)(**parameters)
        answer = refused.value.response

        assert answer["Error"]["Code"] == "AccessDenied", (service, operation)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
        assert logged not in answer["Error"]["Message"]
        assert logged in caplog.text
        assert "Traceback" not in caplog.text
    root = served.running.database
    with root.read() as db:
        assert db.execute(text('SELECT count(*) FROM "user"')).scalar() == 1


def code(call: Any, **parameters: Any) -> str:
    """The code of the refusal, empty where there is none."""
    try:
        call(**parameters)
    except ClientError as error:
        return f"{error.response['Error']['Code']} {status(error.response)}"
    return ""


def status(answer: Any) -> int:
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


def test_while_the_database_is_away_nothing_is_allowed_and_afterwards_everything_goes_on(
    tmp_path: Path,
) -> None:
    postgresql = Server()
    served = Served(memory=False, data_dir=tmp_path, database_url=postgresql.empty())
    try:
        iam, s3 = served.client("iam"), served.client("s3")
        iam.create_user(UserName="before")
        postgresql.halt()
        away = {
            code(iam.get_user, UserName="before"),
            code(iam.create_user, UserName="refused"),
            code(s3.list_buckets),
            code(s3.put_object, Bucket="b", Key="k", Body=b"x"),
        }
        postgresql.start(port=postgresql.port)
        # Each connection that was cut is found out once.
        first = [code(iam.get_user, UserName="before") for _ in range(3)]
        second = [code(iam.create_user, UserName=f"after-{n}") for n in range(3)]
        names = [user["UserName"] for user in iam.list_users()["Users"]]
    finally:
        served.stop()
        postgresql.stop()

    assert away == {"ServiceUnavailable 503"}
    assert first[-1] == second[-1] == ""
    assert set(first + second) <= {"", "ServiceUnavailable 503"}
    assert names[-1] == "before"
    assert "refused" not in names
