"""Questions about policies that name principals, and about access that must not be granted."""

import json

import pytest

from doorward.analysis import questions
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import no_new_access, not_granted, without_kept
from doorward.engine.decision import PolicyKind
from doorward.policy.parse import parse

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/app"


def bucket(principal, effect="Allow", *, action="s3:GetObject", element="Principal", **condition):
    statement = {
        "Effect": effect,
        element: principal,
        "Action": action,
        "Resource": "arn:aws:s3:::b/*",
    }
    return statement | ({"Condition": condition} if condition else {})


def policy(*statements):
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def verdict(new, old):
    return no_new_access([policy(*new)], [policy(*old)], PolicyKind.RESOURCE).answer.verdict


ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
NARROWER = [
    (bucket({"AWS": ALICE}), bucket({"AWS": ACCOUNT})),
    (bucket({"AWS": ACCOUNT}), bucket({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
    (bucket({"AWS": ROLE}), bucket("*")),
    (bucket({"AWS": "*"}), bucket("*")),
    (
        bucket({"Service": "ec2.amazonaws.com"}),
        bucket({"Service": ["ec2.amazonaws.com", "sns.amazonaws.com"]}),
    ),
    (bucket("*", **ORG), bucket("*")),
    (bucket({"AWS": ROLE}), bucket("*", ArnLike={"aws:PrincipalArn": ROLE})),
    (bucket("*", StringEquals={"aws:PrincipalAccount": ACCOUNT}), bucket({"AWS": "*"})),
    (
        bucket("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}),
        bucket({"AWS": "*"}),
    ),
]
WIDER = [
    (bucket({"AWS": ACCOUNT}), bucket({"AWS": ALICE})),
    (bucket("*"), bucket({"AWS": "*"}, **ORG)),
    (bucket({"AWS": [ALICE, ROLE]}), bucket({"AWS": ALICE})),
    (bucket({"AWS": "444455556666"}), bucket({"AWS": ACCOUNT})),
    (bucket({"Service": "sns.amazonaws.com"}), bucket({"Service": "ec2.amazonaws.com"})),
    (bucket("*"), bucket({"AWS": ROLE})),
    (
        bucket("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}),
        bucket({"AWS": ROLE}),
    ),
    (bucket({"AWS": ALICE}, element="NotPrincipal"), bucket({"AWS": ROLE})),
]


@pytest.mark.parametrize(("new", "old"), NARROWER)
def test_a_policy_for_fewer_principals_grants_no_new_access(new, old):
    assert verdict([new], [old]) is Verdict.PROVED


@pytest.mark.parametrize(("new", "old"), WIDER)
def test_a_policy_for_more_principals_is_refuted_by_a_caller(new, old):
    found = no_new_access([policy(new)], [policy(old)], PolicyKind.RESOURCE)

    assert found.answer.verdict is Verdict.REFUTED
    assert found.caller is not None


def test_a_deny_for_one_principal_takes_away_from_that_one_alone():
    everyone, but_alice = bucket("*"), [bucket("*"), bucket({"AWS": ALICE}, "Deny")]

    assert verdict(but_alice, [everyone]) is Verdict.PROVED
    found = no_new_access([policy(everyone)], [policy(*but_alice)], PolicyKind.RESOURCE)
    assert found.caller.name == ALICE


READ = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}


@pytest.mark.parametrize(
    ("actions", "resources", "granted"),
    [
        (["s3:GetObject"], [], True),
        (["s3:PutObject"], [], False),
        (["s3:GetObject"], ["arn:aws:s3:::c/*"], False),
        (["s3:GetObject"], ["arn:aws:s3:::b/secret"], True),
        ([], ["arn:aws:s3:::b/x"], True),
        ([], ["arn:aws:s3:::c"], False),
        (["s3:*"], ["arn:aws:s3:::*"], True),
    ],
)
def test_access_that_is_granted_is_found_and_other_is_proved_absent(actions, resources, granted):
    found = not_granted([policy(READ)], actions, resources)

    assert found.answer.verdict is (Verdict.REFUTED if granted else Verdict.PROVED)


def test_what_was_allowed_word_for_word_is_not_looked_at_again():
    tied = bucket({"AWS": ALICE}) | {"Resource": "arn:aws:s3:::${aws:username}${aws:userid}"}
    named = tied | {"Sid": "Named"}
    wide = bucket("*", action="*")

    assert without_kept([policy(named, wide)], [policy(tied)])[0].statements[0].index == 1
    assert verdict([named], [tied]) is Verdict.PROVED


def test_what_was_allowed_is_looked_at_again_where_less_is_denied():
    deny = bucket("*", "Deny", Bool={"aws:SecureTransport": "false"})

    assert verdict([bucket("*")], [bucket("*"), deny]) is Verdict.REFUTED
    assert verdict([bucket("*"), deny], [bucket("*"), deny]) is Verdict.PROVED


def test_the_language_of_a_policy_is_part_of_what_it_says():
    literal = {"Version": "2008-10-17", "Statement": [bucket("*", action="s3:*")]}
    literal["Statement"][0]["Resource"] = "arn:aws:s3:::b/${aws:username}"
    new = parse(json.dumps(literal | {"Version": "2012-10-17"}))

    found = no_new_access([new], [parse(json.dumps(literal))], PolicyKind.RESOURCE)
    assert found.answer.verdict is not Verdict.PROVED


def test_a_question_about_too_many_statements_and_principals_is_given_up(monkeypatch):
    monkeypatch.setattr(questions, "MOST_WORK", 3)
    new = [policy(*(bucket({"AWS": one}) for one in (ALICE, ROLE, ACCOUNT)))]
    old = [policy(bucket("*"), bucket("*", action="s3:PutObject"))]

    found = no_new_access(new, old, PolicyKind.RESOURCE)

    assert found.answer.verdict is Verdict.UNKNOWN
    assert found.answer.reason == "too many statements for too many principals"


@pytest.mark.parametrize("kind", ["Federated", "Service", "CanonicalUser"])
def test_a_wildcard_for_a_provider_or_service_is_never_proved_to_let_in_nobody(kind):
    web = "sts:AssumeRoleWithWebIdentity"
    old = policy(bucket({"Federated": "accounts.example.com"}, action=web))
    new = policy(
        bucket({kind: "*"}, action=web),
        bucket({"Federated": "other.example.com"}, "Deny", action=web),
    )

    found = no_new_access([new], [old], PolicyKind.TRUST).answer

    assert found.verdict is Verdict.UNKNOWN
    assert f"{kind} `*`" in found.reason
    assert no_new_access([new], [new], PolicyKind.TRUST).answer.verdict is Verdict.PROVED
