"""A server for each module, and the stacks in it through boto3."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.conftest import Served

ENDS = ("_COMPLETE", "_FAILED")


class Stacks:
    """CloudFormation of one server, as whoever the client signs for."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def create(self, name: str, template: Any, **given: Any) -> dict[str, Any]:
        """The stack once its creation has ended, one way or another."""
        self.client.create_stack(StackName=name, TemplateBody=text(template), **acknowledged(given))
        return self.settled(name)

    def update(self, name: str, template: Any, **given: Any) -> dict[str, Any]:
        """The stack once its update has ended."""
        self.client.update_stack(StackName=name, TemplateBody=text(template), **acknowledged(given))
        return self.settled(name)

    def delete(self, name: str, **given: Any) -> dict[str, Any]:
        """The stack once its deletion has ended."""
        stack_id = self.show(name)["StackId"]
        self.client.delete_stack(StackName=name, **given)
        return self.settled(stack_id)

    def show(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_stacks(StackName=name)["Stacks"][0]
        return found

    def settled(self, name: str) -> dict[str, Any]:
        for _ in range(2_000):
            found = self.show(name)
            if not found["StackStatus"].endswith("_IN_PROGRESS"):
                return found
            time.sleep(0.005)
        raise AssertionError(found)

    def events(self, name: str) -> list[tuple[str, str, str | None]]:
        """What happened, oldest first."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=name)
        found = [one for page in pages for one in page["StackEvents"]]
        return [
            (one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason"))
            for one in reversed(found)
        ]

    def outputs(self, name: str) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.show(name).get("Outputs", [])}


def text(template: Any) -> str:
    return template if isinstance(template, str) else json.dumps(template)


def acknowledged(given: dict[str, Any]) -> dict[str, Any]:
    return {"Capabilities": ["CAPABILITY_NAMED_IAM"]} | given


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def fresh(served: Served) -> Served:
    served.running.reset()
    return served


@pytest.fixture
def iam(fresh: Served) -> Any:
    return fresh.client("iam")


@pytest.fixture
def stacks(fresh: Served) -> Stacks:
    return Stacks(fresh.client("cloudformation"))


@pytest.fixture
def as_user(fresh: Served) -> Callable[..., Any]:
    """Makes a user who may do these actions; gives back what makes clients of theirs."""

    def make(name: str, *actions: str) -> Callable[[str], Any]:
        root = fresh.client("iam")
        root.create_user(UserName=name)
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": allow})
        root.put_user_policy(UserName=name, PolicyName="allowed", PolicyDocument=document)
        key = root.create_access_key(UserName=name)["AccessKey"]
        return lambda service: fresh.client(service, key["AccessKeyId"], key["SecretAccessKey"])

    return make
