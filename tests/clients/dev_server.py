"""`doorward dev` in a process of its own, for tools that are programs themselves."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "000000000000"
REGION = "us-east-1"


class DevServer:
    """Where it listens, and what tools are told of it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def environment(self, host: str, home: Path) -> dict[str, str]:
        """What points AWS's tools at the server as *host*, and at nothing of the machine's own."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_ENDPOINT_URL": f"http://{host}:{self.port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CI": "true",
        }

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name=REGION,
            config=Config(retries={"total_max_attempts": 1}),
        )


@contextmanager
def dev_server() -> Iterator[DevServer]:
    """A fresh `doorward dev`, ended with the block."""
    command = [sys.executable, "-m", "doorward", "dev", "--port", "0"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first.startswith("doorward listening on http://"), first
        yield DevServer(int(first.strip().rpartition(":")[2]))
    finally:
        child.terminate()
        child.communicate()


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """What *command* prints; it must succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
