"""Two `doorward serve` on one PostgreSQL database: what one acknowledged, the other knows."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from sqlalchemy import select

from doorward.store.database import Database
from doorward.store.tables.audit import audit_events
from doorward.store.tables.user import users
from store.server import Server

pytestmark = pytest.mark.clients

ROOT = ("root-key-id", "root-secret")
ALLOW_ALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


class Served:
    """A `doorward serve` in a process of its own."""

    def __init__(self, url: str, data: Path) -> None:
        command = [sys.executable, "-m", "doorward", "serve", "--port", "0"]
        command += ["--database-url", url, "--data-dir", str(data)]
        command += ["--root-access-key-id", ROOT[0], "--root-secret-access-key", ROOT[1]]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def client(self, service: str, key: str = ROOT[0], secret: str = ROOT[1]) -> Any:
        session = boto3.Session(key, secret, region_name="us-east-1")
        config = Config(
            retries={"total_max_attempts": 1},
            max_pool_connections=16,
            s3={"addressing_style": "path"},
        )
        return session.client(service, endpoint_url=self.url, config=config)

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def pair(
    postgresql: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Served]]:
    url, data = postgresql.url(), tmp_path_factory.mktemp("shared")
    found = Served(url, data), Served(url, data)
    yield found
    for served in found:
        served.stop()
        assert served.process.returncode == 0


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


def test_a_user_that_one_makes_is_there_in_the_other(pair: tuple[Served, Served]) -> None:
    one, other = (served.client("iam") for served in pair)
    for n in range(10):
        made = one.create_user(UserName=f"made-{n}")["User"]

        assert other.get_user(UserName=f"made-{n}")["User"]["Arn"] == made["Arn"]


def test_a_key_that_one_deactivates_is_refused_by_the_very_next_request_to_the_other(
    pair: tuple[Served, Served],
) -> None:
    one, other = pair
    iam = one.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = other.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    for _ in range(10):
        name = {"UserName": "alice", "AccessKeyId": key["AccessKeyId"]}
        iam.update_access_key(**name, Status="Active")
        assert alice.get_caller_identity()["Arn"].endswith(":user/alice")
        iam.update_access_key(**name, Status="Inactive")
        assert refusal(alice.get_caller_identity) == "InvalidClientTokenId"


def test_a_policy_that_one_takes_away_allows_nothing_in_the_other(
    pair: tuple[Served, Served],
) -> None:
    one, other = pair
    iam = one.client("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = other.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
    for n in range(5):
        iam.put_user_policy(UserName="bob", PolicyName="all", PolicyDocument=ALLOW_ALL)
        bob.create_user(UserName=f"of-bob-{n}")
        iam.delete_user_policy(UserName="bob", PolicyName="all")
        assert refusal(bob.create_user, UserName="refused") == "AccessDenied"


def test_sessions_and_page_markers_of_one_are_good_in_the_other(
    pair: tuple[Served, Served],
) -> None:
    one, other = pair
    for n in range(3):
        one.client("iam").create_group(GroupName=f"group-{n}")
    token = one.client("sts").get_session_token()["Credentials"]
    session = boto3.Session(
        token["AccessKeyId"], token["SecretAccessKey"], token["SessionToken"], "us-east-1"
    )
    first = one.client("iam").list_groups(MaxItems=2)
    rest = other.client("iam").list_groups(Marker=first["Marker"])

    found = session.client("sts", endpoint_url=other.url).get_caller_identity()
    assert found["Account"] == one.client("sts").get_caller_identity()["Account"]
    assert [group["GroupName"] for group in rest["Groups"]] == ["group-2"]


def test_the_bytes_that_one_keeps_the_other_gives_from_the_shared_directory(
    pair: tuple[Served, Served],
) -> None:
    one, other = (served.client("s3") for served in pair)
    one.create_bucket(Bucket="shared-bucket")
    for key in ("b", "A", "ä", "a"):
        one.put_object(Bucket="shared-bucket", Key=key, Body=key.encode() * 1000)
    listed = other.list_objects_v2(Bucket="shared-bucket")["Contents"]
    body = other.get_object(Bucket="shared-bucket", Key="ä")["Body"].read()
    other.delete_object(Bucket="shared-bucket", Key="ä")

    assert [found["Key"] for found in listed] == ["A", "a", "b", "ä"]
    assert body == "ä".encode() * 1000
    assert refusal(one.get_object, Bucket="shared-bucket", Key="ä") == "NoSuchKey"


def test_a_quota_holds_although_both_are_asked_at_once(pair: tuple[Served, Served]) -> None:
    pair[0].client("iam").create_user(UserName="carol")
    clients = [served.client("iam") for served in pair]
    made: list[str] = []

    def work(n: int) -> None:
        try:
            key = clients[n % 2].create_access_key(UserName="carol")["AccessKey"]
        except ClientError as error:
            made.append(error.response["Error"]["Code"])
        else:
            made.append(key["AccessKeyId"][:4])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == ["AKIA"] * 2 + ["LimitExceeded"] * 6


def serve_once(*arguments: str, **environment: str) -> tuple[int, str]:
    """The status and the whole output of a server that does not start."""
    done = subprocess.run(
        [sys.executable, "-m", "doorward", "serve", "--port", "0", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment or None,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_server_that_cannot_open_its_database_ends_with_2_and_shows_no_password(
    postgresql: Server, tmp_path: Path
) -> None:
    wrong = postgresql.by_password(postgresql.address("postgres"), "s3cret")
    nobody = "postgresql://doorward:s3cret@127.0.0.1:1/doorward"
    for url, said in ((wrong, "password authentication failed"), (nobody, "refused")):
        status, output = serve_once("--data-dir", str(tmp_path), "--database-url", url)

        assert status == 2
        assert said in output
        assert "help: " in output
        assert "s3cret" not in output
        assert "Traceback" not in output


def test_without_the_driver_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('No module named psycopg')")
    status, output = serve_once(
        "--data-dir", str(tmp_path / "data"), "--database-url", "postgresql://host/name",
        PYTHONPATH=str(tmp_path), HOME=str(tmp_path),
    )  # fmt: skip

    assert status == 2
    assert "pip install doorward[postgres]" in output


def write_until_killed(served: Served, prefix: str, most: int) -> set[str]:
    """Names of users whose creation the server acknowledged before it was killed."""
    iam = served.client("iam")
    told: set[str] = set()
    enough = threading.Event()

    def work(writer: int) -> None:
        for n in range(100_000):
            name = f"{prefix}-{writer}-{n}"
            try:
                iam.create_user(UserName=name)
            except (BotoCoreError, ClientError, ResponseParserError):
                return  # the last: killed between head and body of its answer
            told.add(name)
            if len(told) >= most:
                enough.set()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    served.kill()
    for thread in threads:
        thread.join()
    iam.close()
    return told


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_killed_server_has_lost_nothing_acknowledged_and_the_other_goes_on_at_once(
    url: str, tmp_path: Path, rounds: int
) -> None:
    staying = Served(url, tmp_path / "data")
    told: set[str] = set()
    for number in range(rounds):
        told |= write_until_killed(Served(url, tmp_path / "data"), f"{number}", 30 + 7 * number)
        staying.client("iam").create_user(UserName=f"after-{number}")
        told.add(f"after-{number}")
        database = Database.open(tmp_path / "data", url=url)
        with database.read() as db:
            state = set(db.execute(select(users.c.name)).scalars())
            asked = select(audit_events.c.event).where(
                audit_events.c.operation == "CreateUser", audit_events.c.outcome == "done"
            )
            events = [json.loads(one) for one in db.execute(asked).scalars()]
        database.close()

        assert told <= state
        assert state == {event["requestParameters"]["userName"] for event in events}
    staying.stop()
