"""Stacks wait for what others have to do: custom resources, wait conditions, signals.

Lambda is played by an HTTP endpoint behind the gateway, which answers as a function would.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import Served
from gateway.endpoint import Endpoint, ok
from services.cloudformation.conftest import Stacks
from services.cloudformation.templates import group

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:maker"
Answer = Callable[[dict[str, Any]], dict[str, Any] | None]


def put(url: str, body: Any) -> int:
    """The status of a signal."""
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method="PUT")
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


class Functions(Endpoint):
    """Lambda: the function is `answers`, which gives the answer to an event or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: Answer = lambda _: {}
        self.events: list[dict[str, Any]] = []
        self.answer = self.run

    def run(self, handler: BaseHTTPRequestHandler) -> None:
        got = self.got[-1]
        if "/invocations" not in got.path:
            ok(b"{}")(handler)
            return
        event = json.loads(got.body)
        self.events.append(event)
        given = self.answers(event)
        handler.send_response(202)
        handler.send_header("content-length", "0")
        handler.end_headers()
        if given is not None:
            kept = ("StackId", "RequestId", "LogicalResourceId")
            answer = {name: event[name] for name in kept} | {"Status": "SUCCESS"} | given
            threading.Thread(target=put, args=(event["ResponseURL"], answer)).start()


@pytest.fixture(scope="module")
def lambdas() -> Iterator[Functions]:
    endpoint = Functions()
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="module")
def served(lambdas: Functions) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOORWARD_UPSTREAM_LAMBDA_ACCESS_KEY_ID", "key")
        patch.setenv("DOORWARD_UPSTREAM_LAMBDA_SECRET_ACCESS_KEY", "secret")
        server = Served(upstreams=(f"lambda={lambdas.url}",))
    yield server
    server.stop()


@pytest.fixture
def functions(lambdas: Functions, fresh: Served) -> Functions:
    fresh.clock.ahead = timedelta()
    lambdas.events.clear()
    lambdas.answers = named("thing-1")
    return lambdas


def named(physical_id: str, **more: Any) -> Answer:
    return lambda _: {"PhysicalResourceId": physical_id, **more}


def custom(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "Custom::Thing",
        "Properties": {"ServiceToken": FUNCTION, "ServiceTimeout": 60, **properties},
    }


def template(**properties: Any) -> dict[str, Any]:
    return {
        "Resources": {"Thing": custom(**properties)},
        "Outputs": {"Color": {"Value": {"Fn::GetAtt": "Thing.Color"}}},
    }


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError


def test_a_function_makes_changes_and_deletes_what_a_template_asks(
    stacks: Stacks, functions: Functions
) -> None:
    functions.answers = named("thing-1", Data={"Color": "red"})
    made = stacks.create("custom", template(Size=3, Open=True))

    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events("custom")
    assert stacks.outputs("custom") == {"Color": "red"}
    (event,) = functions.events
    assert event["RequestType"] == "Create"
    assert event["ResourceType"] == "Custom::Thing"
    assert event["ResourceProperties"]["Size"] == "3"
    assert event["ResourceProperties"]["Open"] == "true"

    functions.answers = named("thing-1", Data={"Color": "blue"})
    assert stacks.update("custom", template(Size=4))["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.outputs("custom") == {"Color": "blue"}
    assert functions.events[-1]["RequestType"] == "Update"
    assert functions.events[-1]["OldResourceProperties"]["Size"] == "3"

    assert stacks.delete("custom")["StackStatus"] == "DELETE_COMPLETE"
    assert [one["RequestType"] for one in functions.events] == ["Create", "Update", "Delete"]
    assert functions.events[-1]["PhysicalResourceId"] == "thing-1"
    assert len({one["RequestId"] for one in functions.events}) == 3


def test_another_id_replaces_and_the_old_thing_is_deleted(
    stacks: Stacks, functions: Functions
) -> None:
    stacks.create("custom", {"Resources": {"Thing": custom(Size=1)}})
    functions.answers = named("thing-2")

    updated = stacks.update("custom", {"Resources": {"Thing": custom(Size=2)}})

    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    last = functions.events[-1]
    assert (last["RequestType"], last["PhysicalResourceId"]) == ("Delete", "thing-1")


def test_a_failure_is_told_and_rolled_back(stacks: Stacks, functions: Functions) -> None:
    def failing(event: dict[str, Any]) -> dict[str, Any]:
        if event["RequestType"] == "Create":
            return {"Status": "FAILED", "Reason": "no paint", "PhysicalResourceId": "half"}
        return {}

    functions.answers = failing
    made = stacks.create("custom", template())

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    (failed,) = [one for one in stacks.events("custom") if one[1] == "CREATE_FAILED"]
    said = "Received response status [FAILED] from custom resource. Message returned: no paint"
    assert failed[2].startswith(said)
    assert functions.events[-1]["PhysicalResourceId"] == "half"


def test_a_function_that_never_answers_fails_when_its_time_is_over(
    stacks: Stacks, functions: Functions, fresh: Served
) -> None:
    functions.answers = lambda event: None if event["RequestType"] == "Create" else {}
    stacks.client.create_stack(StackName="custom", TemplateBody=json.dumps(template()))
    until(lambda: len(functions.events) == 1)
    assert stacks.show("custom")["StackStatus"] == "CREATE_IN_PROGRESS"

    fresh.clock.ahead = timedelta(seconds=61)

    assert stacks.settled("custom")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "did not receive a response" in str(stacks.events("custom"))
    assert [one["RequestType"] for one in functions.events] == ["Create", "Delete"]


def test_who_may_not_invoke_the_function_makes_nothing(
    stacks: Stacks, functions: Functions, as_user: Any
) -> None:
    theirs = Stacks(as_user("alice", "cloudformation:*")("cloudformation"))

    made = theirs.create("custom", template())

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "not authorized to perform: lambda:InvokeFunction" in str(theirs.events("custom"))
    assert functions.events == []


def test_what_is_not_to_be_echoed_is_shown_in_no_event(
    stacks: Stacks, functions: Functions
) -> None:
    functions.answers = named("thing-1", Data={"Color": "s3cret-color"}, NoEcho=True)
    parts = template()["Resources"]
    path = {"Fn::Sub": "/${Thing.Color}/"}
    parts["Team"] = {"Type": "AWS::IAM::Group", "Properties": {"Path": path}}

    made = stacks.create("custom", {"Resources": parts})

    assert made["StackStatus"] == "CREATE_COMPLETE"
    shown = stacks.client.describe_stack_events(StackName="custom")
    assert "s3cret-color" not in json.dumps(shown, default=str)


def test_only_the_url_that_was_given_out_takes_an_answer(
    stacks: Stacks, functions: Functions
) -> None:
    functions.answers = lambda event: None if event["RequestType"] == "Create" else {}
    stacks.client.create_stack(StackName="custom", TemplateBody=json.dumps(template()))
    until(lambda: len(functions.events) == 1)
    url = functions.events[0]["ResponseURL"]
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "x", "LogicalResourceId": "Thing",
              "Data": {"Color": "red"}}  # fmt: skip

    assert put(url[:-1] + ("0" if url[-1] != "0" else "1"), answer) == 403
    assert put(url.replace("/Thing/", "/Other/"), answer) == 403
    assert put(url, {"Status": "MAYBE"}) == 400
    assert put(url, {**answer, "Reason": "x" * 5_000}) == 413
    assert stacks.show("custom")["StackStatus"] == "CREATE_IN_PROGRESS"
    assert put(url, answer) == 200
    assert stacks.settled("custom")["StackStatus"] == "CREATE_COMPLETE"
    assert put(url, {**answer, "Data": {"Color": "forged"}}) == 403
    assert stacks.outputs("custom") == {"Color": "red"}


WAITS = {
    "Resources": {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": 300, "Count": 2},
        },
        "Team": group("team", DependsOn="Wait"),
    },
    "Outputs": {"Data": {"Value": {"Fn::GetAtt": "Wait.Data"}}},
}


def handle(stacks: Stacks, name: str) -> str:
    """The address of the handle, once the stack waits for what comes in there."""
    until(lambda: ("Wait", "CREATE_IN_PROGRESS", None) in stacks.events(name))
    found = stacks.client.describe_stack_resource(StackName=name, LogicalResourceId="Handle")
    url: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return url


def begin(stacks: Stacks, name: str, waiting: Any) -> None:
    stacks.client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(waiting),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def test_a_condition_waits_for_as_many_signals_as_it_says(
    stacks: Stacks, iam: Any, functions: Functions
) -> None:
    begin(stacks, "waits", WAITS)
    url = handle(stacks, "waits")
    done = {"Status": "SUCCESS", "Reason": "done"}

    assert put(url, {**done, "UniqueId": "a", "Data": "one"}) == 200
    assert put(url, {**done, "UniqueId": "a", "Data": "again"}) == 200
    assert stacks.show("waits")["StackStatus"] == "CREATE_IN_PROGRESS"
    assert iam.list_groups()["Groups"] == []
    assert put(url, {**done, "UniqueId": "b", "Data": "two"}) == 200

    assert stacks.settled("waits")["StackStatus"] == "CREATE_COMPLETE"
    assert json.loads(stacks.outputs("waits")["Data"]) == {"a": "one", "b": "two"}


@pytest.mark.parametrize("late", [False, True])
def test_a_condition_fails_by_a_signal_or_by_the_clock(
    stacks: Stacks, functions: Functions, fresh: Served, *, late: bool
) -> None:
    begin(stacks, "waits", WAITS)
    url = handle(stacks, "waits")
    if late:
        fresh.clock.ahead = timedelta(seconds=301)
    else:
        put(url, {"Status": "FAILURE", "UniqueId": "a", "Reason": "no disk"})

    assert stacks.settled("waits")["StackStatus"] == "ROLLBACK_COMPLETE"
    said = (
        "WaitCondition timed out. Received 0 conditions when expecting 2"
        if late
        else "WaitCondition received failed message: 'no disk' for uniqueId: a"
    )
    assert said in [one[2] for one in stacks.events("waits")]


def test_a_creation_policy_waits_for_signals_of_the_resource(
    stacks: Stacks, functions: Functions
) -> None:
    policy = {"ResourceSignal": {"Count": 2, "Timeout": "PT10M"}}
    wait = {"Type": "AWS::CloudFormation::WaitCondition", "CreationPolicy": policy}
    begin(stacks, "signalled", {"Resources": {"Wait": wait}})
    until(lambda: ("Wait", "CREATE_IN_PROGRESS", None) in stacks.events("signalled"))
    signal = {"StackName": "signalled", "LogicalResourceId": "Wait", "Status": "SUCCESS"}

    stacks.client.signal_resource(**signal, UniqueId="i-1")
    assert stacks.show("signalled")["StackStatus"] == "CREATE_IN_PROGRESS"
    stacks.client.signal_resource(**signal, UniqueId="i-2")

    assert stacks.settled("signalled")["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="which is not waiting"):
        stacks.client.signal_resource(**signal, UniqueId="i-3")


def test_many_waiting_stacks_keep_no_other_from_being_made(
    stacks: Stacks, functions: Functions
) -> None:
    for n in range(6):
        waiting = {"Resources": {k: v for k, v in WAITS["Resources"].items() if k != "Team"}}
        begin(stacks, f"waits{n}", waiting)

    assert stacks.create("quick", {"Resources": {"One": group("one")}})["StackStatus"] == (
        "CREATE_COMPLETE"
    )
    for n in range(6):
        assert stacks.delete(f"waits{n}")["StackStatus"] == "DELETE_COMPLETE"
