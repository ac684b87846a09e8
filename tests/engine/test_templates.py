"""Resources of which a part is unknown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doorward.engine.decision import Outcome, PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.match import UNKNOWN, UNKNOWN_CHARACTER, ResourcePattern, covers, shown, wild
from doorward.engine.templates import agrees
from doorward.engine.templates import covers as covers_template
from engine.policies import (
    ACCOUNT,
    ACTIONS,
    CALLERS,
    CONDITIONS,
    OTHER,
    allow,
    deny,
    identity,
    outcome,
    policy_set,
    request,
)

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-"

COVERED = [
    # pattern                         known part      all of it   some of it
    ("*",                             "?",            True,       True),
    ("arn:aws:sqs:*",                 "?",            True,       True),   # fields are filled up
    (QUEUE + "*",                     "?",            True,       True),
    (QUEUE + "jobs",                  "?",            False,      True),
    (QUEUE + "jobs*",                 "jobs-?",       True,       True),
    (QUEUE + "jobs*",                 "job?",         False,      True),
    (QUEUE + "jobs*",                 "mail-?",       False,      False),
    (QUEUE + "*-dead",                "?",            False,      True),
    (QUEUE + "*-dead",                "?-dead",       True,       True),
    (QUEUE + "?*",                    "?",            False,      True),   # it may be nothing
    (QUEUE + "a?c",                   "a?c",          False,      True),   # it may be longer
    ("arn:aws:sqs:eu-west-1:*:*",     "?",            False,      False),
    ("arn:aws:sns:*",                 "?",            False,      False),
    ("arn:aws:sqs:*:*:jobs",          "?",            False,      True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "known", "every", "some"), COVERED)
def test_a_pattern_covers_all_or_some_of_what_a_resource_may_be(pattern, known, every, some):
    template = QUEUE + known.replace("?", UNKNOWN)
    ready = ResourcePattern(wild(pattern))

    assert covers_template(ready, template, wholly=True) is every
    assert covers_template(ready, template, wholly=False) is some


CHARACTERS = [
    # pattern             all    some
    ("db-??????",         True,  True),
    ("db-*",              True,  True),
    ("db-?????",          False, False),
    ("db-AbC123",         False, True),
    ("db-AbC1234",        False, False),
    ("db-???*???",        True,  True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "every", "some"), CHARACTERS)
def test_an_unknown_character_is_one_character(pattern, every, some):
    template = "db-" + UNKNOWN_CHARACTER * 6

    assert agrees(wild(pattern), template, wholly=True) is every
    assert agrees(wild(pattern), template, wholly=False) is some


patterns = st.text("ab*?", max_size=8)
templates = st.text(["a", "b", UNKNOWN, UNKNOWN_CHARACTER], max_size=6)
fillings = st.lists(st.text("abc", max_size=3), min_size=6, max_size=6)


def filled(template, words):
    """*template* with *words* in its unknown parts; an unknown character gets one character."""
    found = ""
    for mark, word in zip(template, words, strict=False):
        found += (
            word if mark == UNKNOWN else (word or "a")[0] if mark == UNKNOWN_CHARACTER else mark
        )
    return found


@given(patterns, templates, fillings)
@example("?*", UNKNOWN, [""] * 6)
def test_what_holds_for_all_holds_for_each_and_for_some_if_for_any(pattern, template, words):
    text = filled(template, words)

    covered = covers(wild(pattern), text)
    assert covered or not agrees(wild(pattern), template, wholly=True)
    assert agrees(wild(pattern), template, wholly=False) or not covered


@given(patterns, st.text("ab", max_size=10))
def test_without_an_unknown_part_there_is_one_answer(pattern, text):
    expected = covers(wild(pattern), text)

    assert agrees(wild(pattern), text, wholly=True) is expected
    assert agrees(wild(pattern), text, wholly=False) is expected


KNOWN = ["arn:aws:s3:::b/", f"{QUEUE}", f"{QUEUE}jobs-", f"arn:aws:kms:us-east-1:{ACCOUNT}:"]
WRITTEN = [
    "*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a*", "arn:aws:s3:::b/?",
    "arn:aws:s3:::b/${aws:username}", "arn:aws:sqs", "arn:aws:sqs:*:*:jobs-a", f"{QUEUE}jobs*",
    f"{QUEUE}*a", f"{QUEUE}jobs-?*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:alias/*",
]  # fmt: skip
written = st.builds(
    lambda effect, resources, several, condition, who: {
        "Effect": effect,
        "Action": "*",
        resources: several,
        "Condition": condition,
        "Principal": who,
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["Resource", "Resource", "NotResource"]),
    st.lists(st.sampled_from(WRITTEN), min_size=1, max_size=3),
    st.sampled_from(CONDITIONS[:3]),
    st.sampled_from(["*", {"AWS": ACCOUNT}, {"AWS": CALLERS[0]}]),
)
held = st.lists(written, max_size=12)


def without_principal(statements):
    return [{k: v for k, v in one.items() if k != "Principal"} for one in statements]


@given(
    st.sampled_from(CALLERS),
    st.sampled_from([*ACTIONS, "kms:CreateAlias", "kms:Encrypt"]),
    st.sampled_from(KNOWN),
    st.sampled_from(["a", "", "jobs-a", "alice", "key/1", "alias/aws/s3", "alias/mine", "a:b/c"]),
    st.sampled_from([None, ACCOUNT, OTHER]),
    held,
    held,
    held,
    held,
)
def test_what_is_allowed_on_all_is_allowed_on_each_and_a_deny_of_any_denies(
    caller, action, known, filling, owner, own, resource, boundary, scps
):
    policies = Applicable(
        identity=policy_set(PolicyKind.IDENTITY, without_principal(own)),
        resource=policy_set(PolicyKind.RESOURCE, resource),
        boundary=policy_set(PolicyKind.BOUNDARY, without_principal([*boundary, allow()])),
        scps=(policy_set(PolicyKind.SCP, without_principal([*scps, allow()])),),
    )
    team = {"aws__PrincipalTag/team": "red"}
    of_template = decide(request(caller, action, known + UNKNOWN, owner, **team), policies)
    of_filling = decide(request(caller, action, known + filling, owner, **team), policies)

    assert of_filling.allowed or not of_template.allowed
    if of_filling.outcome is Outcome.EXPLICIT_DENY:
        assert of_template.outcome is Outcome.EXPLICIT_DENY


DECIDED = [
    # statements                                                         outcome
    ([allow("sqs:*", QUEUE + "*")],                                      "allowed"),
    ([allow("sqs:*", QUEUE + "jobs")],                                   "implicitDeny"),
    ([allow("sqs:*"), deny("sqs:*", QUEUE + "secret")],                  "explicitDeny"),
    ([allow("sqs:*"), deny("sqs:*", "arn:aws:sqs:eu-west-1:*:*")],       "allowed"),
    ([allow("sqs:*", QUEUE + "a*"), allow("sqs:*", QUEUE + "b*")],       "implicitDeny"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), DECIDED)
def test_a_queue_of_an_unknown_name_is_decided_on_the_safe_side(statements, expected):
    asked = request(action="sqs:SendMessage", resource=QUEUE + UNKNOWN)

    assert outcome(asked, identity=identity(*statements)) == expected


def test_not_resource_leaves_over_what_may_be_left_for_a_deny_and_all_for_an_allow():
    asked = request(action="sqs:SendMessage", resource=QUEUE + UNKNOWN)
    but_jobs = {"Effect": "Allow", "Action": "*", "NotResource": QUEUE + "jobs"}
    but_others = {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}
    deny_but_jobs = but_jobs | {"Effect": "Deny"}
    deny_but_queues = deny_but_jobs | {"NotResource": QUEUE + "*"}

    assert outcome(asked, identity=identity(but_jobs)) == "implicitDeny"
    assert outcome(asked, identity=identity(but_others)) == "allowed"
    assert outcome(asked, identity=identity(allow(), deny_but_jobs)) == "explicitDeny"
    assert outcome(asked, identity=identity(allow(), deny_but_queues)) == "allowed"


def test_a_crowd_of_statements_is_searched_for_all_that_may_be_meant():
    allows = [allow("sqs:*", f"{QUEUE}queue-{n}") for n in range(40)]
    denies = [deny("sqs:*", f"{QUEUE}queue-{n}") for n in range(40)]
    asked = request(action="sqs:SendMessage", resource=QUEUE + UNKNOWN)

    assert outcome(asked, identity=identity(*allows)) == "implicitDeny"
    assert outcome(asked, identity=identity(*allows, allow("sqs:*", QUEUE + "*"))) == "allowed"
    assert outcome(asked, identity=identity(allow(), *denies)) == "explicitDeny"


def test_a_resource_of_which_nothing_is_known_needs_an_allow_of_everything():
    asked = request(action="sqs:SendMessage", resource=UNKNOWN)

    assert outcome(asked, identity=identity(allow("sqs:*"))) == "allowed"
    assert outcome(asked, identity=identity(allow("sqs:*", "arn:aws:sqs:*"))) == "implicitDeny"
    denied = identity(allow(), deny("sqs:*", "arn:aws:sqs:*:*:secret"))
    assert outcome(asked, identity=denied) == "explicitDeny"


def test_an_alias_that_may_be_of_aws_and_a_resource_that_may_be_a_key_are_held_back():
    everything = identity(allow())
    alias = request(
        action="kms:CreateAlias", resource=f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/a" + UNKNOWN
    )
    key = request(action="kms:Encrypt", resource=f"arn:aws:kms:us-east-1:{ACCOUNT}:" + UNKNOWN)

    assert outcome(alias, identity=everything) == "implicitDeny"
    assert outcome(key, identity=everything) == "implicitDeny"


def test_a_template_is_shown_with_the_wildcards_that_people_know():
    assert shown(SECRET + UNKNOWN_CHARACTER * 2 + UNKNOWN) == SECRET + "??*"
    assert shown(SECRET) == SECRET


def test_no_template_makes_matching_explode():
    agrees(wild("a*" * 4_000), UNKNOWN.join("a" * 2_000), wholly=False)
    agrees(wild("?*" * 4_000), UNKNOWN.join("a" * 2_000), wholly=True)
