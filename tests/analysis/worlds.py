"""Policies that touch each other in many ways, and requests that fall on their borders."""

import json

from hypothesis import strategies as st

from doorward.analysis.access import access
from doorward.policy.parse import parse

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*Object", "s3:*", "sqs:SendMessage", "*"]
ASKED_ACTIONS = [
    "s3:getobject",
    "s3:putobject",
    "s3:getobjectacl",
    "sqs:sendmessage",
    "iam:getuser",
]
RESOURCES = [
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a*",
    "arn:aws:s3:::b/*a",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::*/a",
    "arn:aws:s3:*:*:b/a",
    "arn:aws:s3:::b/a",
    "arn:aws:s3",
    "arn:*:sqs:*:*:q",
    "arn:aws:sqs:us-*:111122223333:q*",
    "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::b/${aws:username, 'a'}/*",
    "arn:aws:s3:::b/${aws:username}*",
    "arn:aws:s3:::b/?${aws:username}",
    "arn:aws:s3:::b/${aws:PrincipalTag/team}/${aws:username}",
    "arn:aws:s3:::${aws:username}/a",
]
ASKED_RESOURCES = [
    "*",
    "arn:aws:s3:::b/a",
    "arn:aws:s3:::b/b",
    "arn:aws:s3:::b/ab",
    "arn:aws:s3:::b/ba",
    "arn:aws:s3:::b/",
    "arn:aws:s3:::c/a",
    "arn:aws:s3:x:y:b/a",
    "arn:aws:s3:::b/a/k",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:sqs:us-east-1:111122223333:q2",
    "arn:aws-cn:sqs:a:b:q",
    "arn:aws:s3:::b/alice",
    "arn:aws:s3:::b/a/alice",
    "arn:aws:s3:::a/a",
    "x",
]
CONDITIONS = [
    {"StringEquals": {"aws:username": ["alice", "a"]}},
    {"StringNotEquals": {"aws:username": "alice"}},
    {"StringLike": {"aws:username": "a*"}},
    {"StringNotLikeIfExists": {"aws:username": "*e"}},
    {"StringEqualsIgnoreCase": {"aws:username": "ALICE"}},
    {"StringNotEqualsIgnoreCase": {"aws:username": "Alice"}},
    {"Null": {"aws:username": "true"}},
    {"Null": {"aws:username": ["false"]}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"BoolIfExists": {"aws:SecureTransport": "false"}},
    {"StringEquals": {"aws:SecureTransport": "true"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}},
    {"NumericGreaterThanEqualsIfExists": {"aws:MultiFactorAuthAge": "299.5"}},
    {"NumericNotEquals": {"aws:MultiFactorAuthAge": ["300", "1"]}},
    {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2025-12-31T23:59:59Z"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.1"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.1.0.0/16"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}},
    {"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:*:topic"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAllValues:StringNotLike": {"aws:TagKeys": "a*"}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}},
    {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "c"]}},
    {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": "b*"}},
    {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}},
    {"StringEquals": {"aws:PrincipalTag/team": "a"}},
    {"StringLike": {"aws:ResourceTag/team": ["a*", "b"]}},
    {"StringLyke": {"aws:username": "a"}},
]
VALUES = {
    "aws:username": [None, "alice", "ALICE", "a", "bob", "b"],
    "aws:securetransport": [None, "true", "false"],
    "aws:multifactorauthage": [None, "1", "299.5", "299.7", "300", "301", "0"],
    "aws:currenttime": [
        None,
        "2025-12-31T23:59:59Z",
        "2025-12-31T23:59:59.5Z",
        "2026-01-01T00:00:00Z",
    ],
    "aws:sourceip": [None, "10.0.0.1", "10.1.2.3", "192.0.2.1", "192.0.2.2", "2001:db8::1"],
    "aws:sourcearn": [
        None,
        "arn:aws:sns:us-east-1:111122223333:topic",
        "arn:aws:sns:us-east-1:444455556666:topic",
        "arn:aws:sns:eu-west-1:111122223333:other",
        "arn:aws:s3:::b",
    ],
    "aws:tagkeys": [None, (), ("a",), ("b",), ("a", "b"), ("a", "c"), ("c",), ("b", "c"), ("d",)],
    "aws:principaltag/team": [None, "a", "b", "abc"],
    "aws:resourcetag/team": [None, "a", "b", "abc"],
}


@st.composite
def statements(draw):
    found = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    name = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    found[name] = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2))
    name = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    found[name] = draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=3))
    conditions = {}
    for one in draw(st.lists(st.sampled_from(CONDITIONS), max_size=3)):
        for operator, keys in one.items():
            conditions.setdefault(operator, {}).update(keys)
    if conditions:
        found["Condition"] = conditions
    return found


@st.composite
def documents(draw):
    return {
        "Version": "2012-10-17",
        "Statement": draw(st.lists(statements(), min_size=1, max_size=4)),
    }


@st.composite
def requests(draw):
    context = {}
    for key, values in VALUES.items():
        value = draw(st.sampled_from(values))
        if value is not None:
            context[key] = value
    return draw(st.sampled_from(ASKED_ACTIONS)), draw(st.sampled_from(ASKED_RESOURCES)), context


def allowed_by(*policies):
    """What documents allow together."""
    return access([parse(json.dumps(one)) for one in policies])
