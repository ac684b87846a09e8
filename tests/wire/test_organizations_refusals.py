"""Organizations names one problem of the input, and its reason."""

from typing import Any

import pytest

from doorward.wire.model import service
from doorward.wire.organizations_refusals import refusal
from doorward.wire.validate import checker


@pytest.mark.parametrize(
    ("operation", "given", "reason"),
    [
        ("AttachPolicy", {"PolicyId": "p-FullAWSAccess", "TargetId": "x"}, "INVALID_PATTERN_TARGET_ID"),
        ("AttachPolicy", {"PolicyId": "x", "TargetId": "r-aaaa"}, "INVALID_PATTERN"),
        ("DescribeAccount", {}, "INPUT_REQUIRED"),
        ("ListPolicies", {"Filter": "LAW"}, "INVALID_ENUM_POLICY_TYPE"),
        ("CreatePolicy", {"Content": "a", "Description": "", "Name": "a", "Type": "LAW"}, "INVALID_ENUM_POLICY_TYPE"),
        ("CreateOrganization", {"FeatureSet": "SOME"}, "INVALID_ENUM"),
        ("ListAccounts", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED"),
        ("ListAccounts", {"MaxResults": 0}, "MIN_VALUE_EXCEEDED"),
        ("CreateOrganizationalUnit", {"ParentId": "r-aaaa", "Name": ""}, "MIN_LENGTH_EXCEEDED"),
        ("CreateOrganizationalUnit", {"ParentId": "r-aaaa", "Name": "a" * 129}, "MAX_LENGTH_EXCEEDED"),
        ("UntagResource", {"ResourceId": "r-aaaa", "TagKeys": ["a;"]}, "INVALID_LIST_MEMBER"),
    ],
)  # fmt: skip
def test_the_reason_follows_from_the_constraint(
    operation: str, given: dict[str, Any], reason: str
) -> None:
    found = service("organizations").operation(operation)
    assert found is not None

    error = refusal(found, checker(found.input)(given))

    assert error.code == "InvalidInputException"
    assert error.details == {"Reason": reason}
