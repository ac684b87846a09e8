import json

import pytest

import doorward
from doorward import Policy, Request, authorize

ALICE = "arn:aws:iam::123456789012:user/alice"
READ = Policy(
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Sid": "Own",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/${aws:username}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
        }
    ),
    "own-files",
)
REQUEST = Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/alice/k")


def test_a_decision_says_what_decided_it():
    request = Request(*vars_of(REQUEST), {"AWS:SecureTransport": "true"})

    decision = authorize(request, identity=[READ])

    assert (decision.allowed, str(decision.outcome), decision.decided_by) == (
        True,
        "allowed",
        "identity",
    )
    assert [(match.policy, match.sid) for match in decision.matched] == [("own-files", "Own")]
    assert (
        decision.explain().splitlines()[1].strip()
        == "Allow by statement 1 `Own` of own-files (identity-based policy)"
    )


def test_a_denial_says_what_was_missing():
    decision = authorize(REQUEST, identity=[READ])

    assert decision.reason == "because no identity-based policy allows the s3:GetObject action"
    assert decision.missing == ("identity",)
    assert decision.missing_keys == ("aws:securetransport",)
    assert "condition keys not given: aws:securetransport" in decision.explain()


@pytest.mark.parametrize(
    ("principal", "limits"),
    [
        ("alice", {}),
        (ALICE, {"session": [READ]}),
        ("arn:aws:iam::123456789012:root", {"boundary": READ}),
        ("anonymous", {"boundary": READ}),
    ],
)
def test_a_caller_that_cannot_be_is_refused(principal, limits):
    with pytest.raises(ValueError, match=r"principal|only"):
        authorize(Request(principal, "s3:GetObject", "*"), identity=[READ], **limits)


def test_the_library_is_imported_when_it_is_first_asked_for():
    assert doorward.__all__ == ["Decision", "Policy", "Request", "authorize"]
    with pytest.raises(AttributeError, match="Nothing"):
        doorward.Nothing  # noqa: B018 - the look-up is what is tested


def vars_of(request):
    return request.principal, request.action, request.resource
