"""`doorward policy generate`: from names, from log files, from a run in observe mode."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.cli.main import run
from doorward.server.settings import Mode

IAM = f"arn:aws:iam::{ACCOUNT}"
APP = f"{IAM}:user/apps/app"


@pytest.fixture
def generated(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def ask(*flags: str, status: int = 0) -> Any:
        assert run(["policy", "generate", *map(str, flags), "--format", "json"]) == status
        return json.loads(capsys.readouterr().out)

    return ask


def pairs(made: Any) -> set[tuple[str, str]]:
    """The actions and resources that the policy allows."""
    found = set()
    for one in made["policy"]["Statement"]:
        actions, resources = one["Action"], one["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            found |= {
                (action, each)
                for each in ([resources] if isinstance(resources, str) else resources)
            }
    return found


def test_each_action_gets_the_resources_of_its_types(generated: Any) -> None:
    made = generated(
        *(
            "--action",
            "s3:GetObject",
            "--action",
            "s3:ListBucket",
            "--action",
            "s3:ListAllMyBuckets",
        ),
        *("--resource", "arn:aws:s3:::reports/*", "--resource", "arn:aws:s3:::reports"),
    )

    assert pairs(made) == {
        ("s3:GetObject", "arn:aws:s3:::reports/*"),
        ("s3:ListBucket", "arn:aws:s3:::reports"),
        ("s3:ListAllMyBuckets", "*"),
    }


def test_dependent_actions_come_along_when_asked_for(generated: Any) -> None:
    named = ("--action", "ec2:RunInstances", "--with-dependent", "--placeholders")

    found = {action for action, _ in pairs(generated(*named))}

    assert {"ec2:RunInstances", "iam:PassRole"} <= found
    assert "iam:PassRole" not in {
        action for action, _ in pairs(generated(*named[:2], "--placeholders"))
    }


WRONG = [
    # flags                                                             what is said
    (["--action", "s3:NoSuch", "--resource", "arn:aws:s3:::b"],         "`s3:NoSuch` is no action"),
    (["--action", "s3:GetObject", "--resource", "arn:aws:s3:::b"],      "works on"),
    (["--action", "s3:ListBucket", "--resource", "arn:aws:s3:::b",
      "--resource", "arn:aws:sqs:us-east-1:1:q"],                       "none of the actions works on"),
    (["--action", "s3:Get*", "--resource", "arn:aws:sqs:us-east-1:1:q"], "none of the actions works on"),
    ([],                                                                "give either --action"),
    (["--action", "s3:GetObject", "--from-trail", "x"],                 "give either --action"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "said"), WRONG)
def test_what_cannot_be_is_refused_with_what_was_expected(
    capsys: pytest.CaptureFixture[str], flags: list[str], said: str
) -> None:
    assert run(["policy", "generate", *flags]) == 2
    assert said in capsys.readouterr().err


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server in observe mode on which a user without a policy did its work."""
    folder = tmp_path_factory.mktemp("data")
    server = Served(memory=False, data_dir=folder, mode=Mode.OBSERVE)
    try:
        root = server.client("iam")
        root.create_user(UserName="app", Path="/apps/")
        root.create_user(UserName="bob", Path="/people/")
        key = root.create_access_key(UserName="app")["AccessKey"]
        app = (key["AccessKeyId"], key["SecretAccessKey"])
        work(lambda service: server.client(service, *app))
        server.client("s3").create_bucket(Bucket="not-the-app-s")
        if waiting := server.running.recorder.flush():
            waiting.result()
        yield server, folder
    finally:
        server.stop()


def work(client: Callable[[str], Any]) -> None:
    s3, iam = client("s3"), client("iam")
    s3.create_bucket(Bucket="reports")
    for name in ("may", "june", "what*"):
        s3.put_object(Bucket="reports", Key=f"2026/{name}", Body=b"x")
    s3.get_object(Bucket="reports", Key="2026/what*")
    s3.list_objects_v2(Bucket="reports")
    iam.get_user(UserName="bob")
    iam.list_users()
    client("sts").get_caller_identity()


NEEDED = {
    ("s3:CreateBucket", "arn:aws:s3:::reports"),
    ("s3:PutObject", "arn:aws:s3:::reports/2026/may"),
    ("s3:PutObject", "arn:aws:s3:::reports/2026/june"),
    ("s3:PutObject", "arn:aws:s3:::reports/2026/what${*}"),
    ("s3:GetObject", "arn:aws:s3:::reports/2026/what${*}"),
    ("s3:ListBucket", "arn:aws:s3:::reports"),
    ("iam:GetUser", f"{IAM}:user/people/bob"),
    ("iam:ListUsers", "*"),
}


def test_a_run_in_observe_mode_needs_what_it_did(
    observed: tuple[Served, Path], generated: Any
) -> None:
    _, folder = observed

    made = generated("--from-observed", str(folder), "--principal", APP)
    grouped = generated("--from-observed", str(folder), "--principal", APP, "--group-from", "2")

    assert pairs(made) == NEEDED
    assert made["wider"] is None
    assert made["notAllowed"] == []
    assert ("s3:PutObject", "arn:aws:s3:::reports/2026/*") in pairs(grouped)
    assert grouped["patterns"] == ["s3:PutObject on arn:aws:s3:::reports/2026/*"]


def test_the_policy_lets_the_same_work_be_done_when_policies_are_enforced(
    observed: tuple[Served, Path], generated: Any
) -> None:
    _, folder = observed
    made = generated("--from-observed", str(folder), "--principal", APP)
    server = Served()
    try:
        root = server.client("iam")
        root.create_user(UserName="app", Path="/apps/")
        root.create_user(UserName="bob", Path="/people/")
        key = root.create_access_key(UserName="app")["AccessKey"]
        client = lambda service: server.client(service, key["AccessKeyId"], key["SecretAccessKey"])  # noqa: E731
        with pytest.raises(client("iam").exceptions.ClientError, match="AccessDenied"):
            work(client)
        policy = json.dumps(made["policy"])
        root.put_user_policy(UserName="app", PolicyName="own", PolicyDocument=policy)

        work(client)

        server.client("s3").put_object(Bucket="reports", Key="2026/whatever", Body=b"x")
        for service, name, given in REFUSED:
            with pytest.raises(client("iam").exceptions.ClientError, match="AccessDenied"):
                getattr(client(service), name)(**given)
    finally:
        server.stop()


REFUSED = [
    ("s3", "get_object", {"Bucket": "reports", "Key": "2026/may"}),
    ("s3", "get_object", {"Bucket": "reports", "Key": "2026/whatever"}),
    ("s3", "delete_object", {"Bucket": "reports", "Key": "2026/may"}),
    ("iam", "get_user", {"UserName": "app"}),
    ("iam", "create_user", {"UserName": "eve"}),
]


def test_only_what_was_let_by_is_what_is_missing(
    observed: tuple[Served, Path], generated: Any
) -> None:
    _, folder = observed

    made = generated("--from-observed", str(folder), "--only-denied")

    assert ("iam:GetUser", f"{IAM}:user/people/bob") in pairs(made)
    assert ("s3:CreateBucket", "arn:aws:s3:::not-the-app-s") not in pairs(made)


def test_a_server_tells_at_its_address_what_is_not_about_data(
    observed: tuple[Served, Path], generated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = observed
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root-secret")

    made = generated("--from-observed", server.endpoint, "--principal", APP)

    found = {action for action, _ in pairs(made)}
    assert {"s3:CreateBucket", "iam:GetUser"} <= found
    assert "s3:GetObject" not in found


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def written(*events: dict[str, Any]) -> str:
        made = tmp_path / "events.json"
        made.write_text(json.dumps({"Records": [
            {"eventTime": "2026-09-01T00:00:00Z", "eventID": str(number), "awsRegion": "us-east-1",
             "userIdentity": {"type": "IAMUser", "arn": APP, "accountId": ACCOUNT}, **one}
            for number, one in enumerate(events)
        ]}))  # fmt: skip
        return str(made)

    return written


GET = {
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "requestParameters": {"bucketName": "b", "key": "k"},
}


def test_what_was_refused_is_not_allowed_unless_asked_for(generated: Any, file: Any) -> None:
    refused = {**GET, "eventName": "PutObject", "errorCode": "AccessDenied"}
    place = file(GET, refused)

    assert pairs(generated("--from-trail", place)) == {("s3:GetObject", "arn:aws:s3:::b/k")}
    assert len(pairs(generated("--from-trail", place, "--include-denied"))) == 2


def test_placeholders_stand_in_the_place_of_arns_when_asked_for(generated: Any, file: Any) -> None:
    made = generated("--from-trail", file(GET), "--placeholders")

    assert pairs(made) == {("s3:GetObject", "arn:aws:s3:::${BucketName}/${ObjectName}")}


def test_a_call_that_nobody_knows_is_told(generated: Any, file: Any) -> None:
    other = {"eventSource": "nosuch.amazonaws.com", "eventName": "DoThing"}

    made = generated("--from-trail", file(GET, other), status=4)

    assert made["notMapped"] == ["nosuch:DoThing"]
    assert pairs(made) == {("s3:GetObject", "arn:aws:s3:::b/k")}


def test_the_time_and_the_principal_choose_events(generated: Any, file: Any) -> None:
    later = {**GET, "eventTime": "2026-10-01T00:00:00Z", "eventName": "DeleteObject"}
    other = {**GET, "userIdentity": {"arn": f"{IAM}:user/bob"}, "eventName": "PutObject"}
    place = file(GET, later, other)

    made = generated("--from-trail", place, "--principal", APP, "--until", "2026-09-10")

    assert pairs(made) == {("s3:GetObject", "arn:aws:s3:::b/k")}
    assert made["events"] == 1
