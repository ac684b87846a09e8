"""The portable cases of tests/cases, and laws that hold for each of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import doorward
from doorward.authz.cases.read import read
from doorward.authz.cases.verdict import judge
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import decide
from doorward.engine.reserved import OPEN
from doorward.policy.parse import parse

FOLDER = Path(__file__).parent.parent / "cases"
LEAST = 300


def nothing_beside(path, file):
    raise FileNotFoundError(path)


CASES = [
    case
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in read(file.read_text("utf-8"), file.name, nothing_beside)
]


def a_policy(kind, **statement):
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return PolicySet(kind, [NamedPolicy("added", parse(json.dumps(document)))])


DENY_ALL = a_policy(PolicyKind.ENDPOINT, Effect="Deny", Principal="*", Action="*", Resource="*")
ALLOW_ALL = a_policy(PolicyKind.IDENTITY, Effect="Allow", Action="*", Resource="*").policies


def with_identity(case, policies):
    return replace(case.policies, identity=PolicySet(PolicyKind.IDENTITY, policies))


def identity(case):
    return case.policies.identity.policies if case.policies.identity else ()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_is_decided_as_its_page_says(case):
    assert judge(case).differences == ()


def test_an_added_deny_never_allows_and_an_added_allow_never_denies():
    for case in CASES:
        if case.request.action.lower() in OPEN:
            continue
        before = decide(case.request, case.policies).allowed

        denied = decide(case.request, replace(case.policies, endpoint=DENY_ALL))
        widened = decide(case.request, with_identity(case, [*identity(case), *ALLOW_ALL]))

        assert not denied.allowed, case.name
        assert widened.allowed or not before, case.name


def test_order_and_repetition_of_policies_do_not_matter():
    for case in CASES:
        once = identity(case)

        shuffled = decide(case.request, with_identity(case, [*reversed(once), *once]))

        assert shuffled.outcome == decide(case.request, case.policies).outcome, case.name


def test_there_are_enough_cases_and_each_says_why():
    said = {"outcome", "decided_by", "statements"}

    assert len(CASES) >= LEAST
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        wanted = said if case.expected.outcome == "allowed" else said | {"blocked_by"}
        assert wanted <= case.expected.said, case.name
        assert case.source, case.name
        assert case.source.startswith("https://docs.aws.amazon.com/"), case.name


def test_the_cases_cover_every_kind_of_policy_as_granting_and_as_denying():
    granting = {case.expected.decided_by for case in CASES if case.expected.outcome == "allowed"}
    denying = {kind for case in CASES for kind in case.expected.blocked_by}

    assert granting == {"identity", "resource", "trust", None}
    assert denying == {str(kind) for kind in PolicyKind}


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
    many = doorward.Policy(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    alice = "arn:aws:iam::123456789012:user/alice"

    def asked(resource):
        request = doorward.Request(alice, "s3:GetObject", resource)
        return doorward.authorize(request, identity=[many])

    assert [match.index for match in asked("arn:aws:s3:::bucket-999/x").matched] == [999]
    assert not asked("arn:aws:s3:::bucket-1000/x").allowed
