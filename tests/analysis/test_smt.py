"""The decision procedure beside Z3, which gets the same policies in a translation of its own."""

import random

import pytest

from analysis.worlds import ACTIONS, RESOURCES, allowed_by
from doorward.analysis import universe
from doorward.analysis.access import Access
from doorward.analysis.prove import Verdict, difference

smt = pytest.importorskip("analysis.smt")

PLAIN = [one for one in RESOURCES if "${" not in one]
CONDITIONS = [
    ("StringEquals", "aws:username", ["alice", "a"]),
    ("StringNotEquals", "aws:username", ["alice"]),
    ("StringLike", "aws:username", ["a*", "*b"]),
    ("StringNotLike", "aws:username", ["?l*"]),
    ("StringLikeIfExists", "aws:username", ["al*"]),
    ("StringNotEqualsIfExists", "aws:PrincipalTag/team", ["a"]),
    ("StringLike", "aws:PrincipalTag/team", ["*a*", "b?"]),
    ("StringEquals", "aws:SecureTransport", ["true"]),
    ("Null", "aws:username", ["true"]),
    ("Null", "aws:PrincipalTag/team", ["false"]),
]
ASKED = ["s3:getobject", "s3:putobject", "sqs:sendmessage"]
SECONDS = 10


def document(rnd):
    found = []
    for _ in range(rnd.choice([1, 2, 3])):
        statement = {"Effect": rnd.choice(["Allow", "Allow", "Deny"])}
        statement[rnd.choice(["Action", "Action", "NotAction"])] = [rnd.choice(ACTIONS)]
        resources = rnd.sample(PLAIN, rnd.choice([1, 2]))
        statement[rnd.choice(["Resource", "Resource", "NotResource"])] = resources
        for operator, key, values in rnd.sample(CONDITIONS, rnd.choice([0, 1, 2])):
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = values
        found.append(statement)
    return {"Version": "2012-10-17", "Statement": found}


def only(access, action):
    """*access* to one action."""
    bit = universe.covered(action, loose=False)
    made = Access(access.policies)
    for name in ("allows", "denies"):
        kept = tuple(_kept(one, bit) for one in getattr(made, name) if one.actions & bit)
        object.__setattr__(made, name, kept)
    return made


def _kept(rule, bit):
    return type(rule)(rule.statement, rule.actions & bit, rule.questions)


def compare(seed, pairs):
    rnd = random.Random(seed)
    answered = 0
    for _ in range(pairs):
        one, other = document(rnd), document(rnd)
        new, old = allowed_by(one), allowed_by(other)
        for action in ASKED:
            theirs = smt.more(one, other, action, seconds=SECONDS)
            ours = difference(only(new, action), only(old, action)).verdict
            assert ours is not Verdict.UNKNOWN, (one, other, action)
            if theirs is not None:
                answered += 1
                assert theirs is (ours is Verdict.REFUTED), (one, other, action)
    return answered


def test_z3_says_the_same():
    assert compare(1, 12) > 24


@pytest.mark.slow
def test_z3_says_the_same_of_three_hundred_pairs():
    answered = compare(2, 300)
    print(f"Z3 answered {answered} of 900 questions, all alike")
    assert answered > 600
