import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doorward.engine.match import EarlyEnd, action_covers, covers, glob, wild

COVERED = [
    # pattern                       resource                               covered
    ("*",                           "*",                                   True),
    ("*",                           "arn:aws:s3:::b",                      True),
    ("arn:aws:s3:::b",              "*",                                   False),  # `*` is no ARN
    ("arn:aws:s3:::b*",             "arn:aws:s3:::b2/x",                   True),
    ("arn:aws:s3:::b/*",            "arn:aws:s3:::b",                      False),
    ("arn:aws:s3:::b/*",            "arn:aws:s3:::b/a:c/d",                True),   # crosses : and /
    ("arn:aws:s3:::B",              "arn:aws:s3:::b",                      False),
    ("arn:aws:iam::*:user/x",       "arn:aws:iam::123456789012:user/x",    True),
    ("arn:aws:sqs:*:1:q",           "arn:aws:sqs:us-east-1:2:q",           False),
    ("arn:aws:s*:::b",              "arn:aws:s3:::b",                      False),  # service has none
    ("arn:aws:*:::b",               "arn:aws:s3:::b",                      True),
    ("arn:*:s3:::b",                "arn:aws-cn:s3:::b",                   True),
    ("arn:aws:s3:::b?",             "arn:aws:s3:::b",                      False),
    ("arn:aws:s3:::ab*ba",          "arn:aws:s3:::aba",                    False),  # no overlap
    ("arn:aws:s3:::a.b+",           "arn:aws:s3:::axbb",                   False),  # no regex
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "resource", "expected"), COVERED)
def test_a_resource_pattern_covers_what_aws_says_it_covers(pattern, resource, expected):
    assert covers(wild(pattern), resource) is expected


EARLY = [
    # pattern               what it means         covers the queue
    ("arn:aws:sqs",         EarlyEnd.PAD,         True),
    ("arn:aws:sqs",         EarlyEnd.WILD,        False),
    ("arn:aws:sqs:*",       EarlyEnd.WILD,        True),
    ("arn:aws:sqs:*",       EarlyEnd.FINAL,       True),
    ("arn:aws:sqs:*:1",     EarlyEnd.FINAL,       False),
    ("arn:aws:sqs:*",       EarlyEnd.NOTHING,     False),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "early", "expected"), EARLY)
def test_an_arn_that_ends_early_means_what_its_kind_of_policy_says(pattern, early, expected):
    assert covers(wild(pattern), "arn:aws:sqs:us-east-1:1:queue", early) is expected


ACTIONS = [
    ("*", "s3:GetObject", True),
    ("s3:*", "s3:GetObject", True),
    ("S3:getobject", "s3:GetObject", True),
    ("s3:Get*Tagging", "s3:GetObjectTagging", True),
    ("s*:GetObject", "s3:GetObject", False),
    ("s3:", "s3:GetObject", False),
    ("s3:GetObject,s3:PutObject", "s3:GetObject", False),
    ("s3:Get?bject", "s3:GetObject", True),
]


@pytest.mark.parametrize(("pattern", "action", "expected"), ACTIONS)
def test_an_action_pattern_covers_what_aws_says_it_covers(pattern, action, expected):
    assert action_covers(wild(pattern.lower()), action.lower()) is expected


def by_table(pattern: str, text: str) -> bool:
    """The textbook definition, slow and plain."""
    reach = [[False] * (len(text) + 1) for _ in range(len(pattern) + 1)]
    reach[0][0] = True
    for row, mark in enumerate(pattern, 1):
        for column in range(len(text) + 1):
            if mark == "*":
                before = column > 0 and reach[row][column - 1]
                reach[row][column] = reach[row - 1][column] or before
            elif column > 0 and mark in ("?", text[column - 1]):
                reach[row][column] = reach[row - 1][column - 1]
    return reach[-1][-1]


@given(st.text("ab*?", max_size=10), st.text("ab", max_size=12))
@example("ab*ba", "aba")
@example("*a?b*", "aabab")
def test_the_matcher_agrees_with_the_definition(pattern, text):
    assert glob(wild(pattern), text) is by_table(pattern, text)
