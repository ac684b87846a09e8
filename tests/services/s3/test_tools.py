"""Public tools for S3, those that are installed: let in where they may, refused where not.

Each lists and reads under `pub/`, which its user may, reads under `priv/` and writes, which not.
"""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.served import Clients, clients, served

__all__ = ["clients", "served"]

HERE = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
SECONDS = 60
DENIED = ("AccessDenied", "Access Denied", "403", "Forbidden")
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
         "Resource": "arn:aws:s3:::tools"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::tools/pub/*"},
    ],
}  # fmt: skip


class Login(NamedTuple):
    """Where the server is, and who asks."""

    host: str
    key: str
    secret: str
    folder: Path


@pytest.fixture
def login(clients: Clients, tmp_path: Path) -> Login:
    """A user who may list the bucket and read under `pub/`."""
    s3 = clients.client("s3")
    s3.create_bucket(Bucket="tools")
    for key in ("pub/a.txt", "priv/b.txt"):
        s3.put_object(Bucket="tools", Key=key, Body=b"text")
    clients.user("reader", json.dumps(ALLOWED))
    made = clients.client("iam").create_access_key(UserName="reader")["AccessKey"]
    (tmp_path / "up").write_text("x")
    host = f"127.0.0.1:{clients.port}"
    return Login(host, made["AccessKeyId"], made["SecretAccessKey"], tmp_path)


def run(login: Login, tool: str, *arguments: str) -> str:
    """`ok`, or `denied`; anything else fails."""
    found = shutil.which(tool, path=HERE)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    environment = {
        "PATH": HERE,
        "HOME": str(login.folder),
        "AWS_ACCESS_KEY_ID": login.key,
        "AWS_SECRET_ACCESS_KEY": login.secret,
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        [found, *arguments], cwd=login.folder, env=environment, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return "ok"
    said = done.stdout + done.stderr
    assert any(word in said for word in DENIED), said
    return "denied"


def s3cmd(login: Login, *arguments: str) -> str:
    (login.folder / "c").write_text(
        f"[default]\naccess_key={login.key}\nsecret_key={login.secret}\nhost_base={login.host}\n"
        f"host_bucket={login.host}\nuse_https=False\nbucket_location=us-east-1\n"
    )
    return run(login, "s3cmd", "-c", "c", *arguments)


def rclone(login: Login, *arguments: str) -> str:
    (login.folder / "r").write_text(
        "[m]\ntype=s3\nprovider=Other\nenv_auth=true\nregion=us-east-1\nforce_path_style=true\n"
        f"endpoint=http://{login.host}\n"
    )
    once = ("--retries", "1", "--low-level-retries", "1", "--s3-no-check-bucket")
    return run(login, "rclone", "--config", "r", *once, *arguments)


def s5cmd(login: Login, *arguments: str) -> str:
    return run(login, "s5cmd", "--endpoint-url", f"http://{login.host}", *arguments)


TOOLS: list[tuple[Callable[..., str], dict[str, tuple[str, ...]]]] = [
    (s3cmd, {
        "list": ("ls", "s3://tools/pub/"),
        "read": ("get", "s3://tools/pub/a.txt", "o1"),
        "read other": ("get", "s3://tools/priv/b.txt", "o2"),
        "write": ("put", "up", "s3://tools/pub/up"),
    }),
    (rclone, {
        "list": ("ls", "m:tools/pub"),
        "read": ("copyto", "m:tools/pub/a.txt", "o1"),
        "read other": ("cat", "m:tools/priv/b.txt"),
        "write": ("copyto", "up", "m:tools/pub/up"),
    }),
    (s5cmd, {
        "list": ("ls", "s3://tools/pub/"),
        "read": ("cp", "s3://tools/pub/a.txt", "o1"),
        "read other": ("cp", "s3://tools/priv/b.txt", "o2"),
        "write": ("cp", "up", "s3://tools/pub/up"),
    }),
]  # fmt: skip
EXPECTED = {"list": "ok", "read": "ok", "read other": "denied", "write": "denied"}


@pytest.mark.parametrize(("tool", "commands"), TOOLS, ids=["s3cmd", "rclone", "s5cmd"])
def test_a_tool_may_what_its_user_may(
    login: Login, tool: Callable[..., str], commands: dict[str, tuple[str, ...]]
) -> None:
    found = {name: tool(login, *arguments) for name, arguments in commands.items()}

    assert found == EXPECTED
    assert (login.folder / "o1").read_bytes() == b"text"


def outcome(call: Callable[[], Any]) -> str:
    """`ok`, or `denied`; any other failure is one of the test."""
    try:
        call()
    except Exception as error:
        said = f"{type(error).__name__} {error} {getattr(error, 'code', '')}"
        if not any(word in said for word in (*DENIED, "PermissionError")):
            raise
        return "denied"
    return "ok"


@pytest.mark.skipif(importlib.util.find_spec("minio") is None, reason="minio is not installed")
def test_minio_may_what_its_user_may(login: Login) -> None:
    from minio import Minio

    client = Minio(
        endpoint=login.host, access_key=login.key, secret_key=login.secret, secure=False,
        region="us-east-1",
    )  # fmt: skip

    def read(key: str) -> bytes:
        answer = client.get_object(bucket_name="tools", object_name=key)
        with answer:
            return bytes(answer.read())

    assert {
        "list": outcome(lambda: list(client.list_objects(bucket_name="tools", prefix="pub/"))),
        "read": outcome(lambda: read("pub/a.txt")),
        "read other": outcome(lambda: read("priv/b.txt")),
        "write": outcome(
            lambda: client.put_object(
                bucket_name="tools", object_name="pub/up", data=io.BytesIO(b"x"), length=1
            )
        ),
    } == EXPECTED
