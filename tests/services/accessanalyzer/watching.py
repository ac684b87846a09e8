"""An analyzer, and waiting for what it finds."""

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
WITHIN_SECONDS = 5.0
"""How long a test waits before it fails; how fast it must be, it says itself."""


def document(principal: Any, action: str, resource: Any = None, **condition: Any) -> str:
    """A policy of one statement that allows."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if resource is not None:
        statement["Resource"] = resource
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def eventually(
    ask: Callable[[], T], wanted: Callable[[T], bool], *, seconds: float = WITHIN_SECONDS
) -> T:
    """What *ask* answers once it is as *wanted*."""
    until = time.monotonic() + seconds
    while True:
        found = ask()
        if wanted(found):
            return found
        assert time.monotonic() < until, f"still {found}"
        time.sleep(0.02)


class Watching:
    """An analyzer of an account, through a client."""

    def __init__(self, client: Any, kind: str = "ACCOUNT", **more: Any) -> None:
        self.client = client
        self.name = f"watch-{kind.lower()}"
        self.arn = client.create_analyzer(analyzerName=self.name, type=kind, **more)["arn"]

    def findings(self, **criteria: Any) -> list[dict[str, Any]]:
        given = {"filter": criteria} if criteria else {}
        return self.client.list_findings(analyzerArn=self.arn, **given)["findings"]

    def about(self, resource: str) -> list[dict[str, Any]]:
        return self.findings(resource={"eq": [resource]})

    def status(self, resource: str, *wanted: str) -> list[dict[str, Any]]:
        """The findings about *resource* once they have these statuses."""
        return eventually(
            lambda: self.about(resource),
            lambda found: sorted(one["status"] for one in found) == sorted(wanted),
        )
