"""New keys in Secrets Manager: each a version of one secret, stored once however often it is sent."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.base.clock import SystemClock
from doorward.cli.rotation import deliver
from doorward.server.rotation import secrets_manager
from doorward.server.rotation.handover import NewKey, Unclear, Undelivered
from doorward.server.rotation.outgoing import Keys, Place
from doorward.store.tables.rotation import Status, Step
from server.rotation.rotating import Rotating
from server.rotation.secrets_manager import SecretsManager

KEYS = Keys("AKIAOLD", "old-secret")
SECRET = "doorward/123456789012/alice"


@pytest.fixture(scope="module")
def moto():
    service = SecretsManager()
    yield service
    service.stop()


@pytest.fixture
def empty(moto):
    for secret in moto.client.list_secrets()["SecretList"]:
        moto.client.delete_secret(SecretId=secret["Name"], ForceDeleteWithoutRecovery=True)
    return moto


@pytest.fixture(scope="module")
def server(moto):
    served = Served(secrets_endpoint=moto.endpoint)
    yield served
    served.stop()


@pytest.fixture
def rotating(server, empty):
    server.clock.ahead = timedelta()
    server.running.reset()
    return Rotating(server)


def send(endpoint, key_id, name="app/key"):
    place = Place(urlsplit(endpoint), "secretsmanager", "us-east-1")
    new = NewKey(key_id, "new-secret", SystemClock().now())
    secrets_manager.deliver(place, KEYS, SystemClock(), name, "alice", new)


def value(moto, name, stage="AWSCURRENT"):
    found = moto.client.get_secret_value(SecretId=name, VersionStage=stage)
    return json.loads(found["SecretString"])


def test_a_scheduled_rotation_makes_the_secret_and_then_new_versions_of_it(rotating, empty):
    rotating.user()
    rotating.schedule("secret", "app/alice")
    first = rotating.look(days=90)
    found = value(empty, "app/alice")
    assert (found["UserName"], found["AccessKeyId"]) == ("alice", first.new_id)
    assert rotating.works(first.new_id, found["SecretAccessKey"])
    rotating.look(hours=1)
    rotating.look(hours=2)
    second = rotating.look(days=90)

    assert value(empty, "app/alice")["AccessKeyId"] == second.new_id
    assert value(empty, "app/alice", "AWSPREVIOUS")["AccessKeyId"] == first.new_id


def test_a_key_that_is_sent_twice_is_stored_once(empty):
    for key_id in ("AKIANEW1", "AKIANEW2", "AKIANEW2"):
        send(empty.endpoint, key_id)

    versions = empty.client.list_secret_version_ids(SecretId="app/key")["Versions"]
    assert len(versions) == 2
    assert value(empty, "app/key")["AccessKeyId"] == "AKIANEW2"


@pytest.fixture
def refusing():
    """The address of a service that refuses everything."""

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            body = b'{"__type": "AccessDeniedException", "Message": "You may not."}'
            self.send_response(400)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_refusal_says_that_nobody_has_the_key(refusing):
    with pytest.raises(Undelivered, match=r"refuses: AccessDeniedException: You may not\."):
        send(refusing, "AKIANEW")
    with pytest.raises(Undelivered, match="cannot be reached"):
        send("http://127.0.0.1:1", "AKIANEW")


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (500, b'{"__type": "InternalServiceError"}', Unclear),
        (503, b"<html>", Unclear),
        (400, b'{"__type": "ThrottlingException"}', Unclear),
        (404, b"<html>", Undelivered),
        (403, b"[]", Undelivered),
    ],
)
def test_an_answer_that_does_not_say_is_not_taken_for_a_refusal(status, content, error):
    place = Place(urlsplit("http://user:password@127.0.0.1:1"), "secretsmanager", "us-east-1")
    with pytest.raises(error) as raised:
        secrets_manager._read(place, status, content)
    assert "password" not in str(raised.value)


def test_the_operators_profile_writes_under_the_name_of_the_account_only(
    moto, tmp_path, monkeypatch
):
    file = tmp_path / "credentials"
    file.write_text("[vault]\naws_access_key_id = AKIAVAULT\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    served = Served(secrets_endpoint=moto.endpoint, secrets_profile="vault")
    try:
        rotating = Rotating(served)
        rotating.user()
        with pytest.raises(Exception, match=f"must begin with `doorward/{ACCOUNT}/`"):
            rotating.schedule("secret", "billing/master")
        rotating.schedule("secret", SECRET)
        row = rotating.look(days=90)
    finally:
        served.stop()

    assert value(moto, SECRET)["AccessKeyId"] == row.new_id


def test_an_old_key_that_is_off_signs_nothing_so_the_new_one_is_taken_back(rotating, empty):
    old, _ = rotating.user()
    rotating.schedule("secret", "app/alice")
    deliveries = rotating.served.app.rotator.deliveries
    kept, deliveries._find_key = deliveries._find_key, lambda _: None
    try:
        failed = rotating.look(days=90)
        assert (failed.step, failed.status) == (Step.UNDELIVERED, Status.FAILED)
        rotating.look()
    finally:
        deliveries._find_key = kept
    assert rotating.keys() == {old: True}


def test_the_command_puts_a_key_into_a_secret_too(empty):
    way = deliver.to_secret(
        "app/{user}", empty.endpoint, KEYS, SystemClock(), "us-east-1", several=True
    )
    way("alice", NewKey("AKIANEW", "secret", SystemClock().now()))

    assert value(empty, "app/alice")["AccessKeyId"] == "AKIANEW"
