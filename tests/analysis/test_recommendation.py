"""A policy without what is unused allows nothing new, and nothing that is unused."""

import json

import pytest

from doorward.analysis import access, recommendation
from doorward.analysis.account.model import ActionUse, Document, User
from doorward.analysis.account.unused import UnusedPermissions, UnusedService
from doorward.analysis.prove import Verdict, difference
from doorward.analysis.recommendation import Action, Unproved, smaller, steps
from doorward.policy.parse import parse

LIMIT = 500_000


def document(*statements: dict[str, object], name: str = "own", arn: str | None = None) -> Document:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return Document(name, parse(text), arn)


def allow(actions: object, resource: str = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


CONDITION = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "core"}}}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"}
CASES = [
    # the statements, what is unused, what is left of the actions
    ([allow(["sqs:*", "sns:Publish"])], ["sqs:*"], ["sns:Publish"]),
    ([allow(["sns:Publish", "s3:ListAllMyBuckets"])], ["s3:ListAllMyBuckets"], ["sns:Publish"]),
    ([allow("sts:Get*", "*", **CONDITION)], ["sts:GetSessionToken"],
     ["sts:GetAccessKeyInfo", "sts:GetCallerIdentity", "sts:GetDelegatedAccessToken",
      "sts:GetFederationToken", "sts:GetServiceBearerToken", "sts:GetWebIdentityToken"]),
    ([allow(["sqs:*", "nosuch:Thing"])], ["sqs:*"], ["nosuch:Thing"]),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "unused", "left"), CASES)
def test_what_is_unused_goes_and_the_rest_stays(statements, unused, left):
    made = json.loads(smaller(document(*statements), unused) or "")

    (statement,) = made["Statement"]
    named = statement["Action"]
    assert set([named] if isinstance(named, str) else named) <= set(left)
    assert {one.partition(":")[0] for one in left} == {
        one.partition(":")[0] for one in ([named] if isinstance(named, str) else named)
    }
    assert statement.get("Condition") == statements[0].get("Condition")


def test_everything_becomes_the_services_that_are_used():
    from doorward.catalog import actions

    unused = [f"{one}:*" for one in actions.services() if one not in {"s3", "sqs"}]
    unused.append("s3:DeleteBucket")

    made = json.loads(smaller(document(allow("*")), unused) or "")

    (statement,) = made["Statement"]
    assert "sqs:*" in statement["Action"]
    assert "s3:GetObject" in statement["Action"]
    assert "s3:DeleteBucket" not in statement["Action"]
    assert {one.partition(":")[0] for one in statement["Action"]} == {"s3", "sqs"}


def test_a_not_action_becomes_what_is_left_of_it():
    from doorward.catalog import actions

    statement = {"Effect": "Allow", "NotAction": ["iam:*", "s3:Delete*"], "Resource": "*"}
    unused = [f"{one}:*" for one in actions.services() if one not in {"s3", "sqs", "iam"}]
    existing = document(statement)

    made = json.loads(smaller(existing, unused) or "")

    named = made["Statement"][0]["Action"]
    assert "sqs:*" in named
    assert "s3:GetObject" in named
    assert not [one for one in named if one.startswith(("iam:", "s3:Delete"))]


def test_a_deny_stays_even_where_nothing_is_allowed_any_more():
    existing = document(allow("s3:*"), allow("sqs:SendMessage"), DENY)

    made = json.loads(smaller(existing, ["s3:*"]) or "")

    assert made["Statement"] == [allow("sqs:SendMessage"), DENY]
    left = json.loads(smaller(document(allow("s3:*"), DENY), ["s3:*"]) or "")
    assert left["Statement"] == [DENY]
    assert smaller(document(allow("s3:*")), ["s3:*"]) == ""


def test_a_policy_in_which_all_is_used_stays():
    assert smaller(document(allow("s3:*")), ["sqs:*"]) is None


def test_the_smaller_policy_allows_nothing_new():
    existing = document(allow("s3:*", "arn:aws:s3:::reports/*", **CONDITION), allow("iam:Get*"))

    text = smaller(existing, ["s3:PutObject", "iam:GetUser"])

    new, old = access.access([parse(text or "", limit=LIMIT)]), access.access([existing.policy])
    assert difference(new, old).verdict is Verdict.PROVED
    assert difference(old, new).verdict is Verdict.REFUTED
    assert not new.holds(
        "s3:putobject", "arn:aws:s3:::reports/x", {"aws:principaltag/team": "core"}
    )
    assert new.holds("s3:getobject", "arn:aws:s3:::reports/x", {"aws:principaltag/team": "core"})


def test_what_cannot_be_proved_is_not_recommended(monkeypatch):
    def nothing(_statement, _gone):
        return allow("s3:*")  # wider than what there is

    monkeypatch.setattr(recommendation, "_without", nothing)

    with pytest.raises(Unproved):
        smaller(document(allow("s3:GetObject")), ["sqs:*"])


def test_a_deny_that_limits_another_policy_cannot_get_lost(monkeypatch):
    guarding = document(allow("sqs:*"), DENY, name="guard")
    user = User(
        arn="arn:aws:iam::123456789012:user/alice",
        name="alice",
        inline=(guarding, document(allow("s3:GetObject"), name="read")),
    )
    unused = UnusedPermissions(user, (UnusedService("sqs", None),), 2)

    assert [one.action for one in steps(unused)] == [Action.CREATE, Action.DETACH]
    monkeypatch.setattr(recommendation, "smaller", lambda one, _: "" if one is guarding else None)
    with pytest.raises(Unproved, match="s3:getobject on arn:aws:s3:::secret/"):
        steps(unused)


def test_each_policy_is_replaced_or_detached():
    managed = "arn:aws:iam::aws:policy/Both"
    user = User(
        arn="arn:aws:iam::123456789012:user/alice",
        name="alice",
        inline=(document(allow("sqs:SendMessage"), name="queue"),),
        attached=(
            document(allow(["sqs:*", "sns:Publish"]), name="Both", arn=managed),
            document(allow("ec2:DescribeInstances"), name="Fine", arn="arn:aws:iam::1:policy/Fine"),
        ),
    )
    services = (
        UnusedService("sqs", None),
        UnusedService("s3", None, (ActionUse("ListAllMyBuckets", None),)),
    )

    found = steps(UnusedPermissions(user, services, 3))

    assert [(one.action, one.existing_id) for one in found] == [
        (Action.DETACH, "queue"),
        (Action.CREATE, managed),
        (Action.DETACH, managed),
    ]
    assert json.loads(found[1].policy or "")["Statement"][0]["Action"] == "sns:Publish"
