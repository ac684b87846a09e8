import time

import pytest

from doorward.engine.decision import PolicyKind
from doorward.engine.match import glob, wild
from engine.policies import ALICE, allow, deny, identity, outcome, policy_set, request

CROWD = 400

SHAPES = [
    # what the patterns look like           a resource of the 7th
    ("arn:aws:s3:::bucket-{}/*",            "arn:aws:s3:::bucket-7/x"),
    ("arn:aws:s3:::*/part-{}/*",            "arn:aws:s3:::a/b/part-7/x"),
    ("arn:aws:s3:::b/*-{}",                 "arn:aws:s3:::b/x-7"),
    ("*-{}",                                "arn:aws:s3:::b/x-7"),
    ("arn:aws:sqs:*:123456789012:jobs-{}",  "arn:aws:sqs:eu-west-1:123456789012:jobs-7"),
    ("arn:aws:s3:::b/${{aws:username}}/{}", "arn:aws:s3:::b/alice/7"),
    ("arn:aws:s3:::b/{}?",                  "arn:aws:s3:::b/7x"),
    ("arn:aws:s3:::b/k",                    "arn:aws:s3:::b/k"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "resource"), SHAPES)
def test_a_crowd_of_patterns_is_searched_right(shape, resource):
    crowd = identity(*(allow("s3:GetObject", shape.format(n)) for n in range(CROWD)))
    asked = request(resource=resource)

    found = crowd.applicable("s3:getobject", asked.resource, asked.context)
    scanned = [
        one for one in crowd.statements() if one.covers_resource(asked.resource, asked.context)
    ]
    assert found == scanned
    assert scanned


def test_a_deny_in_a_crowd_is_found():
    crowd = [allow("s3:*", f"arn:aws:s3:::*/{n}/*") for n in range(CROWD)]
    asked = request(resource="arn:aws:s3:::b/7/secret")

    assert outcome(asked, identity=identity(*crowd)) == "allowed"
    crowd.append(deny("s3:*", "arn:aws:s3:::*/secret"))
    assert outcome(asked, identity=identity(*crowd)) == "explicitDeny"


def test_more_actions_than_are_remembered_are_decided_right():
    held = identity(allow("s3:Get*"))

    for n in range(3_000):
        assert bool(held.applicable(f"s3:get{n}", "*", {})) is True
    assert held.applicable("s3:put", "*", {}) == []


HOSTILE = [
    # pattern                            text
    ("a*" * 2_000 + "b",                 "a" * 4_000),
    ("*" + "?a" * 1_000 + "*b",          "a" * 4_000),
    ("*" + "?" * 1_000 + "x*b",          "a" * 4_000),
    ("*" + "a?" * 2_000 + "x*",          "a" * 20_000),
    ("*?" * 2_000,                       "a" * 3_000),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
def test_no_pattern_makes_matching_explode(pattern, text):
    start = time.thread_time()
    glob(wild(pattern), text)

    assert time.thread_time() - start < 0.2


def test_no_variable_makes_reading_a_policy_explode():
    start = time.thread_time()
    policy = policy_set(PolicyKind.IDENTITY, [allow("*", "arn:aws:s3:::${" + " " * 50_000 + "}")])
    policy.statements()

    assert time.thread_time() - start < 0.5


def test_a_private_character_of_a_policy_is_no_wildcard():
    held = identity(allow("s3:*", "arn:aws:s3:::\ue000"))

    assert outcome(request(ALICE), identity=held) == "implicitDeny"
