"""What the budget of a proof leaves over: Z3 settles it, and without Z3 nobody claims to know."""

import sys

import pytest

from analysis.worlds import CONDITIONS, RESOURCES, allowed_by
from doorward.analysis import residue
from doorward.analysis.prove import Verdict, difference

TEAM = "arn:aws:s3:::b/${aws:PrincipalTag/team}/${aws:username}"
OPEN = "arn:aws:s3:::b/*/${aws:username}"


def allow(*resources, **condition):
    found = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(resources)}
    return {
        "Version": "2012-10-17",
        "Statement": [found | ({"Condition": condition} if condition else {})],
    }


NARROW = allow(TEAM, OPEN, StringEquals={"aws:PrincipalTag/team": "a"})
WIDE = allow(TEAM, OPEN, StringEquals={"aws:PrincipalTag/team": ["${aws:username}", "a"]})


def test_z3_settles_what_is_left():
    pytest.importorskip("z3")

    assert difference(allowed_by(NARROW), allowed_by(WIDE)).verdict is Verdict.PROVED


def test_without_z3_it_stays_unknown_with_a_hint(monkeypatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    answer = difference(allowed_by(NARROW), allowed_by(WIDE))

    assert answer.verdict is Verdict.UNKNOWN
    assert residue.HINT in answer.reason


@pytest.mark.parametrize("written", RESOURCES[1:])
def test_what_z3_finds_in_a_resource_is_there(written):
    pytest.importorskip("z3")
    one, other = allowed_by(allow("*")), allowed_by(allow(written))
    found = residue.example((one.allows, ()), (other.allows, ()), {}, ())

    assert one.holds("s3:getobject", found.resource, found.context)
    if not found.loose:
        assert not other.holds("s3:getobject", found.resource, found.context)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: next(iter(one)))
def test_what_z3_finds_under_a_condition_is_there(condition):
    pytest.importorskip("z3")
    one, other = allowed_by(allow("*")), allowed_by(allow("*", **condition))
    for new, old in ((one, other), (other, one)):
        found = residue.example((new.allows, ()), (old.allows, ()), {}, ())
        ours = difference(new, old).verdict
        if found is None:
            assert ours is Verdict.PROVED
        elif not found.loose:
            assert ours is Verdict.REFUTED
            assert new.holds("s3:getobject", found.resource, found.context)
            assert not old.holds("s3:getobject", found.resource, found.context)
