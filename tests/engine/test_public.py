import json
import os
from pathlib import Path

import pytest

from doorward.engine.public import is_public
from doorward.policy.parse import parse

SHARED = os.environ.get("DOORWARD_SHARED")
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
USER = "arn:aws:iam::123456789012:user/alice"

CASES = [
    # Principal                                  Condition                                                         public
    ("*",                                        {},                                                               True),
    ({"AWS": "*"},                               {},                                                               True),
    ({"AWS": USER},                              {},                                                               False),
    ({"Service": "cloudtrail.amazonaws.com"},    {},                                                               False),
    ({"Federated": "accounts.example.com"},      {},                                                               True),
    ("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},                                                       False),
    ("*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},                                                           False),
    ("*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},                                                            True),
    ("*", {"IpAddress": {"aws:SourceIp": "128.0.0.0/2"}},                                                          True),
    ("*", {"IpAddress": {"aws:SourceIp": "2001:db8::/32"}},                                                        False),
    ("*", {"IpAddress": {"aws:SourceIp": "2001::/16"}},                                                            True),
    ("*", {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}},                                        True),
    ("*", {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},                                                    True),
    ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdef1234"}},                                                False),
    ("*", {"StringLike": {"aws:PrincipalOrgID": "o-*"}},                                                           True),
    ("*", {"StringEquals": {"aws:PrincipalArn": "${aws:PrincipalArn}"}},                                           True),
    ("*", {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-12345678"}},                                             True),
    ("*", {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-12345678"}},                                        True),
    ("*", {"StringEquals": {"AWS:SOURCEVPC": "vpc-12345678"}},                                                     False),
    ("*", {"StringEquals": {"aws:UserAgent": "mine"}},                                                             True),
    ("*", {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},                                                         False),
    ("*", {"StringLike": {"aws:userid": "AROA*:alice"}},                                                           True),
    ("*", {"StringLike": {"aws:userid": "AROAEXAMPLE:"}},                                                          True),
    ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/*"}},                                   False),
    ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1234*:user/alice"}},                                      True),
    ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/alice"}},                                          True),
    ("*", {"ArnLike": {"aws:SourceVpcArn": "arn:aws:ec2:us-east-1:123456789012:vpc/*"}},                           True),
    ("*", {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::reports"}},                                                False),
    ("*", {"ArnEquals": {"aws:SourceArn": "arn:aws:iam:::role/auditor"}},                                          True),
    ("*", {"StringLike": {"aws:PrincipalOrgPaths": "o-abcdef1234/r-ab12/*"}},                                      False),
    ("*", {"StringLike": {"aws:PrincipalOrgPaths": "o-abcdef1234*"}},                                              True),
    ("*", {"StringLike": {"aws:VpceOrgPaths": "o-*/r-ab12/"}},                                                     True),
    ("*", {"StringEquals": {"aws:VpceAccount": "123456789012"}},                                                   False),
    ("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}},                                                         False),
    ("*", {"Bool": {"aws:PrincipalIsAWSService": ["true", "false"]}},                                              True),
    ("*", {"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}},                                                 True),
    ("*", {"StringLike": {"aws:PrincipalServiceName": "*"}},                                                       False),
    ("*", {"StringNotLike": {"aws:PrincipalServiceName": "ec2.amazonaws.com"}},                                    True),
    ("*", {"StringEquals": {"kms:CallerAccount": "123456789012"}},                                                 False),
    ("*", {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},                                          False),
    ("*", {"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:123456789012:accesspoint/*"}},               False),
    ("*", {"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:*:accesspoint/*"}},                          True),
    ("*", {"Bool": {"aws:SecureTransport": "true"}},                                                               True),
]  # fmt: skip


def policy(*statements):
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


@pytest.mark.parametrize(("principal", "condition", "public"), CASES)
def test_a_bucket_policy_is_public_unless_fixed_values_hold_it(principal, condition, public):
    assert is_public(policy(READ | {"Principal": principal, "Condition": condition})) is public


def test_a_deny_makes_no_policy_public_and_an_allow_beside_a_narrow_one_does():
    narrow, wide = READ | {"Principal": {"AWS": USER}}, READ | {"Principal": "*"}

    assert is_public(policy(wide | {"Effect": "Deny"}, narrow)) is False
    assert is_public(policy(narrow, wide)) is True
    assert is_public(policy(READ | {"NotPrincipal": {"AWS": USER}})) is True


@pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with cases")
def test_bucket_policies_are_public_where_others_found_them_so():
    rows = Path(SHARED, "data/public-cases.jsonl").read_text("utf-8").splitlines()
    cases = [case for case in map(json.loads, rows) if case["check"].startswith("s3-")]
    answers = [(case["public"], is_public(parse(json.dumps(case["policy"])))) for case in cases]

    assert [pair for pair in answers if pair[0] is not pair[1]] == []
