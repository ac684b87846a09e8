"""The portable cases of tests/cases, and laws that hold for each of them."""

import json
from pathlib import Path

import pytest
import yaml

import doorward

FOLDER = Path(__file__).parent.parent / "cases"
CASES = [
    case for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text())
]

ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
DENY_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def policy(document):
    return doorward.Policy(json.dumps(document))


def optional(document):
    return None if document is None else policy(document)


def levels(written):
    return None if written is None else [[policy(one) for one in level] for level in written]


def decide(case):
    return doorward.authorize(
        doorward.Request(
            case["principal"],
            case["action"],
            case["resource"],
            case.get("context", {}),
            case.get("account"),
        ),
        identity=[policy(one) for one in case.get("identity", [])],
        resource=optional(case.get("resource_policy")),
        trust=optional(case.get("trust")),
        boundary=optional(case.get("boundary")),
        session=None if "session" not in case else [policy(one) for one in case["session"]],
        endpoint=optional(case.get("endpoint")),
        scps=levels(case.get("scps")),
        rcps=levels(case.get("rcps")),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_is_decided_as_its_page_says(case):
    decision = decide(case)

    assert str(decision.outcome) == case["outcome"]
    assert decision.decided_by == case.get("decided_by")
    assert [match.sid for match in decision.matched] == case["statements"]
    assert decision.allowed == (case["outcome"] == "allowed")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_added_deny_never_allows_and_an_added_allow_never_denies(case):
    if case["action"] == "sts:GetCallerIdentity":
        pytest.skip("no policy is asked")
    identity = case.get("identity", [])
    before = decide(case).allowed

    denied = decide(case | {"endpoint": DENY_ALL})
    widened = decide(case | {"identity": [*identity, ALLOW_ALL]})

    assert not denied.allowed
    assert widened.allowed or not before


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_order_and_repetition_of_policies_do_not_matter(case):
    identity = case.get("identity", [])

    shuffled = decide(case | {"identity": [*reversed(identity), *identity]})

    assert str(shuffled.outcome) == case["outcome"]


def test_a_denial_says_why_in_the_words_of_aws():
    decision = doorward.authorize(
        doorward.Request("arn:aws:iam::123456789012:user/alice", "s3:GetObject", "arn:aws:s3:::b/k")
    )

    assert decision.reason == "because no identity-based policy allows the s3:GetObject action"
    assert "identity-based policy" in decision.explain()


def test_a_thousand_statements_are_found_by_their_resource():
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::bucket-{n}/*"}
        for n in range(1_000)
    ]
    many = {"Version": "2012-10-17", "Statement": statements}

    case = {"principal": "arn:aws:iam::123456789012:user/alice", "action": "s3:GetObject"}
    inside = decide(case | {"resource": "arn:aws:s3:::bucket-999/x", "identity": [many]})
    outside = decide(case | {"resource": "arn:aws:s3:::bucket-1000/x", "identity": [many]})

    assert [match.index for match in inside.matched] == [999]
    assert not outside.allowed
