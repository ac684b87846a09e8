"""ValidatePolicy through boto3."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

DOCUMENT = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow", "Action": ["s3:GetObjec", "sqs:SendMessag"], "Resource": "*",
    "Condition": {"StringEquals": {"color": "red"}}
  }]
}"""
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Resource": "*",
        },
    }
)


def codes(answer: Any) -> list[str]:
    return [one["issueCode"] for one in answer["findings"]]


def validated(analyzer: Any, document: str = DOCUMENT, **more: Any) -> Any:
    given = {"policyDocument": document, "policyType": "IDENTITY_POLICY"} | more
    return analyzer.validate_policy(**given)


def test_a_finding_says_what_and_where_in_lines_from_1_and_columns_from_0(analyzer: Any) -> None:
    found = validated(analyzer)["findings"][0]

    assert (found["issueCode"], found["findingType"]) == ("INVALID_ACTION", "ERROR")
    assert "GetObject" in found["findingDetails"]
    assert found["learnMoreLink"].endswith("-error-invalid-action")
    location = found["locations"][0]
    assert location["path"] == [
        *({"value": "Statement"}, {"index": 0}),
        *({"value": "Action"}, {"index": 0}),
    ]
    start = DOCUMENT.index('"s3:GetObjec"')
    column = start - DOCUMENT.rindex("\n", 0, start) - 1
    assert location["span"] == {
        "start": {"line": 4, "column": column, "offset": start},
        "end": {"line": 4, "column": column + 13, "offset": start + 13},
    }


def test_a_finding_about_a_key_leads_to_the_key_and_not_to_its_value(analyzer: Any) -> None:
    found = validated(analyzer)["findings"][-1]

    assert found["issueCode"] == "INVALID_CONDITION_KEY_FORMAT"
    assert found["locations"][0]["path"][-2:] == [{"value": "StringEquals"}, {"key": "color"}]


def test_what_is_no_json_is_one_finding(analyzer: Any) -> None:
    assert codes(validated(analyzer, '{"Version": ')) == ["JSON_SYNTAX_ERROR"]


def test_a_trust_policy_is_known_by_its_resource_type(analyzer: Any) -> None:
    of_role = {"validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}

    found = codes(validated(analyzer, TRUST, policyType="RESOURCE_POLICY", **of_role))
    assert "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE" in found
    plain = codes(validated(analyzer, TRUST, policyType="RESOURCE_POLICY"))
    assert "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE" not in plain


def test_policies_of_organizations_have_checks_of_their_own(analyzer: Any) -> None:
    assert "SCP_SYNTAX_ERROR_PRINCIPAL" in codes(
        validated(analyzer, TRUST, policyType="SERVICE_CONTROL_POLICY")
    )
    assert "MISSING_PRINCIPAL" in codes(validated(analyzer, policyType="RESOURCE_CONTROL_POLICY"))


def test_pages_join_to_the_whole(analyzer: Any) -> None:
    pages = analyzer.get_paginator("validate_policy").paginate(
        policyDocument=DOCUMENT,
        policyType="IDENTITY_POLICY",
        PaginationConfig={"PageSize": 1},
    )
    found = [page["findings"] for page in pages]

    assert [len(one) for one in found] == [1, 1, 1]
    assert [one for page in found for one in page] == validated(analyzer)["findings"]


@pytest.mark.parametrize(
    "more",
    [
        {"validatePolicyResourceType": "AWS::S3::Bucket"},
        {"maxResults": 0},
        {"nextToken": "some-token"},
        {"policyDocument": " " * 131_073},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_cannot_be_asked_is_refused_with_a_reason(analyzer: Any, more: Any) -> None:
    with pytest.raises(ClientError) as caught:
        validated(analyzer, **more)

    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["reason"] == "fieldValidationFailed"


def test_a_token_is_good_for_its_own_policy_only(analyzer: Any) -> None:
    token = validated(analyzer, maxResults=1)["nextToken"]

    with pytest.raises(ClientError, match="nextToken"):
        validated(analyzer, TRUST, maxResults=1, nextToken=token)
