"""CheckNoNewAccess, CheckAccessNotGranted and CheckNoPublicAccess through boto3."""

import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.analysis.public import RESOURCE_TYPES

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
WRITE = {**READ, "Action": "s3:PutObject", "Sid": "Write"}
STRANGE = {**READ, "Action": "some-service:SomeAction"}
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
CLOSED = {**OPEN, "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}}
TEAM = "${aws:PrincipalTag/team}"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def new_access(analyzer: Any, new: str, old: str, kind: str = "IDENTITY_POLICY") -> Any:
    return analyzer.check_no_new_access(
        newPolicyDocument=new, existingPolicyDocument=old, policyType=kind
    )


def granted(analyzer: Any, *statements: dict[str, Any], **access: Any) -> Any:
    return analyzer.check_access_not_granted(
        policyDocument=document(*statements), access=[access], policyType="IDENTITY_POLICY"
    )


def public(analyzer: Any, *statements: dict[str, Any], kind: str = "AWS::S3::Bucket") -> Any:
    return analyzer.check_no_public_access(policyDocument=document(*statements), resourceType=kind)


def indexes(answer: Any) -> list[int]:
    return [one["statementIndex"] for one in answer["reasons"]]


def test_a_policy_that_allows_no_more_passes(analyzer: Any) -> None:
    answer = new_access(analyzer, document(READ), document(READ, WRITE))

    assert answer["result"] == "PASS"
    assert answer["message"] == (
        "The modified permissions do not grant new access compared to your existing policy."
    )
    assert "reasons" not in answer


def test_a_policy_that_allows_more_fails_for_each_statement_that_does(analyzer: Any) -> None:
    more = {**READ, "Resource": "*"}
    answer = new_access(analyzer, document(READ, WRITE, more), document(READ))

    assert answer["result"] == "FAIL"
    assert answer["message"] == (
        "The modified permissions grant new access compared to your existing policy."
    )
    assert answer["reasons"] == [
        {
            "description": "New access in the statement with sid: Write.",
            "statementIndex": 1,
            "statementId": "Write",
        },
        {"description": "New access in the statement with index: 2.", "statementIndex": 2},
    ]


def test_policies_of_resources_are_compared_for_all_callers(analyzer: Any) -> None:
    answer = new_access(analyzer, document(OPEN), document(CLOSED), "RESOURCE_POLICY")
    narrower = new_access(analyzer, document(CLOSED), document(OPEN), "RESOURCE_POLICY")

    assert (answer["result"], indexes(answer)) == ("FAIL", [0])
    assert narrower["result"] == "PASS"


def test_a_statement_that_a_deny_of_its_own_policy_undoes_is_not_named(analyzer: Any) -> None:
    deny = {**WRITE, "Effect": "Deny", "Sid": "Never"}
    answer = new_access(analyzer, document(WRITE, {**READ, "Resource": "*"}, deny), document(READ))

    assert indexes(answer) == [1]


@pytest.mark.parametrize(
    ("new", "old", "result"),
    [
        ([READ, STRANGE], [READ], "FAIL"),
        ([READ, STRANGE], [STRANGE, READ], "PASS"),
        ([STRANGE], [STRANGE, {**STRANGE, "Effect": "Deny"}], "FAIL"),
    ],
)
def test_an_action_that_is_not_known_passes_only_where_it_was_there_before(
    analyzer: Any, new: Any, old: Any, result: str
) -> None:
    answer = new_access(analyzer, document(*new), document(*old))

    assert answer["result"] == result
    for one in answer.get("reasons", []):
        assert "could not be ruled out" in one["description"]


def test_what_cannot_be_told_fails_with_a_reason(
    analyzer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)  # it would tell

    def tied(*teams: str) -> str:
        resources = [f"arn:aws:s3:::b/{one}/${{aws:username}}" for one in (TEAM, "*")]
        condition = {"StringEquals": {"aws:PrincipalTag/team": [*teams]}}
        return document({**READ, "Resource": resources, "Condition": condition})

    answer = new_access(analyzer, tied("a"), tied("${aws:username}", "a"))

    assert answer["result"] == "FAIL"
    assert "could not be ruled out" in answer["reasons"][0]["description"]


@pytest.mark.parametrize(
    ("access", "result"),
    [
        ({"actions": ["iam:PassRole"]}, "PASS"),
        ({"actions": ["s3:Put*"]}, "PASS"),
        ({"actions": ["iam:PassRole", "s3:Get*"]}, "FAIL"),
        ({"resources": ["arn:aws:s3:::reports/2026/*"]}, "FAIL"),
        ({"resources": ["arn:aws:s3:::letters/*"]}, "PASS"),
        ({"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::letters/*"]}, "PASS"),
        ({"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::reports/a"]}, "FAIL"),
    ],
)
def test_access_that_must_not_be_granted_is_found(
    analyzer: Any, access: dict[str, Any], result: str
) -> None:
    answer = granted(analyzer, READ, **access)

    assert answer["result"] == result
    if result == "FAIL":
        assert indexes(answer) == [0]
        assert answer["reasons"][0]["description"] == (
            "One or more of the listed actions or resources in the statement with index: 0."
        )


def test_a_public_policy_fails_for_the_statement_that_makes_it_so(analyzer: Any) -> None:
    answer = public(analyzer, CLOSED, {**OPEN, "Sid": "Everybody"})

    assert answer["result"] == "FAIL"
    assert answer["message"] == (
        "The resource policy grants public access for the given resource type."
    )
    assert answer["reasons"] == [
        {
            "description": "Public access granted in the following statement with sid: Everybody.",
            "statementIndex": 1,
            "statementId": "Everybody",
        }
    ]


def test_every_type_of_resource_can_be_asked_about(analyzer: Any) -> None:
    shape = analyzer.meta.service_model.shape_for("AccessCheckResourceType")

    assert sorted(shape.enum) == sorted(RESOURCE_TYPES)
    assert len(shape.enum) == 26
    for kind in shape.enum:
        assert public(analyzer, OPEN, kind=kind)["result"] == "FAIL"
        assert public(analyzer, CLOSED, kind=kind)["result"] == "PASS"


def test_a_trust_policy_names_providers_too(analyzer: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "accounts.google.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    audience = {"StringEquals": {"accounts.google.com:aud": "some-app"}}
    kind = "AWS::IAM::AssumeRolePolicyDocument"

    assert public(analyzer, statement, kind=kind)["result"] == "FAIL"
    assert public(analyzer, statement | {"Condition": audience}, kind=kind)["result"] == "PASS"


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("{", "ValidationException", 400),
        (" " * 131_073, "ValidationException", 400),
        ("{}", "UnprocessableEntityException", 422),
        (
            document({"Effect": "Allow", "Action": "s3:GetObject"}),
            "UnprocessableEntityException",
            422,
        ),
        (document({**READ, "Principal": "*"}), "UnprocessableEntityException", 422),
        (document({"Effect": "Allow", "Resource": "*"}), "UnprocessableEntityException", 422),
    ],
)
def test_what_is_no_identity_policy_is_refused(
    analyzer: Any, text: str, code: str, status: int
) -> None:
    with pytest.raises(ClientError) as caught:
        new_access(analyzer, text, document(READ))

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_policy_of_a_resource_names_principals(analyzer: Any) -> None:
    with pytest.raises(ClientError, match="UnprocessableEntityException"):
        public(analyzer, READ)


@pytest.mark.parametrize(
    ("access", "code"),
    [
        ([], "ValidationException"),
        ([{}], "ValidationException"),
        ([{"actions": ["some-service:SomeAction"]}], "InvalidParameterException"),
        ([{"resources": ["reports"]}], "InvalidParameterException"),
        ([{"resources": ["arn:aws:s3:*:123456789012:reports"]}], "InvalidParameterException"),
    ],
)
def test_access_that_cannot_be_asked_about_is_refused(
    analyzer: Any, access: Any, code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        analyzer.check_access_not_granted(
            policyDocument=document(READ), access=access, policyType="IDENTITY_POLICY"
        )

    assert caught.value.response["Error"]["Code"] == code
