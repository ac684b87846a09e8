"""What becomes of requests that were seen, when policies change."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps, trails
from analysis.account.trails import DENIED
from doorward.analysis.account import changes, dump, whatif
from doorward.analysis.account.held import hold
from doorward.analysis.account.rebuilt import Passed, requests
from doorward.analysis.account.whatif import Effect, Outcome
from doorward.engine.match import UNKNOWN

READ = dumps.allow("s3:GetObject", "arn:aws:s3:::reports/*")
ALICE = trails.user("alice")
Over = Callable[..., Outcome]


@pytest.fixture
def over(tmp_path: Path) -> Over:
    def make(dumped: Mapping[str, Any], change: Any, *records: Any) -> Outcome:
        accounts = dump.accounts([dumps.write(tmp_path, dumped)])
        old = hold(accounts)
        then = changes.applied(accounts, changes.read([change], "a test"))
        return whatif.over(old, hold(then, beside=old), records)

    return make


def inline(policy: Any, who: str = "alice") -> dict[str, Any]:
    return {"do": "put-inline-policy", "principal": who, "name": "more", "policy": policy}


def scp(*statements: Any) -> dict[str, Any]:
    policy = dumps.document(*statements)
    return {"do": "attach-scp", "target": dumps.ACCOUNT, "name": "new", "policy": policy}


def test_requests_that_a_new_scp_refuses_are_counted_by_principal_action_and_resource(
    over: Over,
) -> None:
    people = dumps.details([dumps.user("alice", READ), dumps.user("bob", READ)])
    bob = trails.user("bob")
    change = scp(dumps.deny("s3:*", "arn:aws:s3:::reports/secret*"))

    found = over(
        people,
        change,
        *[trails.read(ALICE, key="secret")] * 3,
        trails.read(bob, key="secret"),
        trails.read(bob),
    )

    (first, three), (second, one) = found.of(Effect.DENIED)
    assert (first.principal, three) == (dumps.arn("user/alice"), 3)
    assert (second.principal, one) == (dumps.arn("user/bob"), 1)
    assert (first.action, first.resource) == ("s3:GetObject", "arn:aws:s3:::reports/secret")
    assert "statement 1 of `new`" in first.reason
    assert (found.count(Effect.ALLOWED), found.count(Effect.UNTOLD), found.unchanged) == (0, 0, 1)


def test_a_request_that_was_refused_and_would_be_allowed_is_told(over: Over) -> None:
    people = dumps.details([dumps.user("alice")])
    change = inline(dumps.document(READ))

    found = over(
        people, change, trails.read(ALICE, **DENIED), trails.read(ALICE, "other", **DENIED)
    )

    ((one, count),) = found.of(Effect.ALLOWED)
    assert (one.resource, count, found.unchanged) == ("arn:aws:s3:::reports/may", 1, 1)


def test_what_the_event_does_not_carry_is_not_guessed(over: Over) -> None:
    people = dumps.details([dumps.user("alice", READ)])
    tagged = {"StringEquals": {"s3:ExistingObjectTag/secret": "yes"}}
    change = scp(dumps.allow("*"), dumps.deny("s3:GetObject", Condition=tagged))

    found = over(people, change, trails.read(ALICE))

    ((one, _),) = found.of(Effect.UNTOLD)
    assert one.reason == "the event does not carry s3:existingobjecttag/secret"


CARRIED = [
    # a condition of a Deny                                        the request is newly refused
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},            True),
    ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},           False),
    ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}},       True),
    ({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},    False),
    ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},    True),
    ({"Bool": {"aws:MultiFactorAuthPresent": "true"}},             False),
    ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, True),
    ({"StringEquals": {"aws:username": "bob"}},                    False),
    ({"Null": {"aws:SourceVpce": "true"}},                         True),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "refused"), CARRIED)
def test_condition_keys_come_from_the_event(over: Over, condition: Any, *, refused: bool) -> None:
    people = dumps.details([dumps.user("alice", READ)])
    change = scp(dumps.deny("s3:GetObject", Condition=condition))

    found = over(people, change, trails.read(ALICE))

    assert (found.count(Effect.DENIED), found.count(Effect.UNTOLD)) == (int(refused), 0)


def test_a_session_is_decided_as_its_role(over: Over) -> None:
    world = dumps.details((), [dumps.role("deploy", dumps.trusts("*"), READ)])
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    change = {
        "do": "put-boundary",
        "principal": "deploy",
        "policy": dumps.document(dumps.allow("s3:*", Condition=mfa)),
    }

    found = over(
        world,
        change,
        trails.read(trails.session("deploy")),
        trails.read(trails.session("deploy", "true")),
    )

    assert (found.count(Effect.DENIED), found.unchanged) == (1, 1)


def test_what_the_policies_do_not_explain_is_told_as_such(over: Over) -> None:
    people = dumps.details([dumps.user("alice"), dumps.user("bob", READ)])

    found = over(people, scp(dumps.deny("s3:*")), trails.read(ALICE))
    ((one, _),) = found.of(Effect.UNTOLD)
    assert "it was allowed, but the policies as they are refuse it" in one.reason

    wider = inline(dumps.document(dumps.allow("s3:GetObject")), "bob")
    found = over(people, wider, trails.read(trails.user("bob"), **DENIED))
    ((one, _),) = found.of(Effect.UNTOLD)
    assert "it was refused, but the policies as they are allow it" in one.reason


PASSED = [
    # the record                                                      why nothing is made of it
    (trails.read({"type": "Root", "accountId": dumps.ACCOUNT}),        "made by a service, by root"),
    (trails.read({"type": "AWSService", "invokedBy": "x"}),            "made by a service"),
    (trails.read(ALICE, errorCode="NoSuchKey"),                        "failed for another reason"),
    (trails.record("signin", "ConsoleLogin", ALICE, eventType="AwsConsoleSignIn"), "not decided by"),
    (trails.record("s3", "NoSuchThing", ALICE),                        "no action of the catalogue"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "why"), PASSED)
def test_records_that_are_no_requests_of_somebody_are_counted_by_why(
    over: Over, record: Any, why: str
) -> None:
    found = over(dumps.details([dumps.user("alice", READ)]), scp(dumps.deny("s3:*")), record)

    (reason,) = found.passed
    assert reason.startswith(why) or why in reason
    assert not found.found


def test_somebody_who_is_not_in_the_accounts_is_counted(over: Over) -> None:
    people = dumps.details([dumps.user("alice", READ)])

    found = over(people, scp(dumps.deny("s3:*")), trails.read(trails.user("gone")))

    assert dict(found.passed) == {whatif.STRANGER: 1}


MADE = [
    # source      operation              parameters                        action and resource
    ("s3",        "ListObjects",         {"bucketName": "b"},              "s3:ListBucket arn:aws:s3:::b"),
    ("lambda",    "Invoke20150331",      {"functionName": "f"},
     f"lambda:InvokeFunction arn:aws:lambda:us-east-1:{dumps.ACCOUNT}:function:f"),
    ("monitoring", "ListMetrics",        {},                               None),
    ("iam",       "ListUsers",           {},                               None),
    ("sts",       "AssumeRole",          {"roleArn": dumps.arn("role/deploy")},
     f"sts:AssumeRole {dumps.arn('role/deploy')}"),
    ("iam",       "PutUserPolicy",       {"userName": "bob"},
     f"iam:PutUserPolicy {dumps.arn('user/')}{UNKNOWN}bob"),
    ("sqs",       "SendMessage",         {"queueUrl": "https://sqs/1/jobs"},
     f"sqs:SendMessage arn:aws:sqs:us-east-1:{dumps.ACCOUNT}:jobs"),
    ("dynamodb",  "GetItem",             {"tableName": "t"},
     f"dynamodb:GetItem arn:aws:dynamodb:us-east-1:{dumps.ACCOUNT}:table/t"),
    ("kms",       "Decrypt",             {},
     f"kms:Decrypt arn:aws:kms:us-east-1:{dumps.ACCOUNT}:key/{UNKNOWN}"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "parameters", "made"), MADE)
def test_operations_become_actions_on_resources(
    source: str, name: str, parameters: Any, made: str | None
) -> None:
    found = requests(trails.record(source, name, ALICE, requestParameters=parameters))

    assert not isinstance(found, Passed)
    if made is not None:
        assert [f"{one.action} {one.template}" for one in found] == [made]


def test_a_user_is_found_under_its_path(over: Over) -> None:
    bob = {**dumps.user("bob"), "Arn": dumps.arn("user/staff/bob"), "Path": "/staff/"}
    staff = dumps.arn("user/staff/*")
    people = dumps.details([dumps.user("alice", dumps.allow("iam:PutUserPolicy", staff)), bob])
    given = {"userName": "bob"}
    record = trails.record("iam", "PutUserPolicy", ALICE, requestParameters=given)

    found = over(people, scp(dumps.deny("iam:*", staff)), record)

    ((one, _),) = found.of(Effect.DENIED)
    assert one.resource == dumps.arn("user/staff/bob")


def test_an_action_whose_resource_is_not_named_is_told_where_all_answers_agree(over: Over) -> None:
    people = dumps.details([dumps.user("alice", dumps.allow("cloudwatch:*"))])
    record = trails.record("monitoring", "ListMetrics", ALICE)
    one = f"arn:aws:cloudwatch:us-east-1:{dumps.ACCOUNT}:dataset/one"

    assert over(people, scp(dumps.deny("cloudwatch:*")), record).count(Effect.DENIED) == 1
    assert over(people, scp(dumps.deny("cloudwatch:*", one)), record).count(Effect.UNTOLD) == 1
