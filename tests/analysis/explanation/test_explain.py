"""Policies in words: each operator, whom and what, and what surprises."""

import json

import pytest

from doorward.analysis.explanation import conditions
from doorward.analysis.explanation.explain import explain
from doorward.catalog import managed_policies
from doorward.engine.conditions.registry import OPERATORS
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Condition, Text, Texts
from doorward.policy.parse import parse

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def explained(*statements, kind=None, version="2012-10-17"):
    document = {"Version": version, "Statement": list(statements)}
    return explain(parse(json.dumps(document)), kind)


def one(**elements):
    made = {key: value for key, value in {**ALLOW, **elements}.items() if value is not None}
    return explained(made).statements[0]


def said(operator, key, *values):
    texts = Texts(tuple(Text(each) for each in values))
    return conditions.sentence(Condition(Text(operator), Text(key), texts), variables=True)


SENTENCES = [
    # operator, key, values, what is said
    ("StringEquals", "aws:username", ["alice"], "the caller's user name (aws:username) is `alice`"),
    ("StringEquals", "s3:prefix", ["a", "b"], "`s3:prefix` is one of `a`, `b`"),
    ("StringEqualsIfExists", "s3:prefix", ["a"], "`s3:prefix` is `a`, or the request does not have it"),
    # a negation holds where the key is absent, with IfExists or without
    ("StringNotEquals", "s3:prefix", ["a"], "`s3:prefix` is not `a`, or the request does not have it"),
    ("stringlike", "aws:PrincipalTag/team", ["a*"], "the caller's tag `team` (aws:PrincipalTag) is like `a*`"),
    ("NumericLessThan", "s3:max-keys", ["5"], "`s3:max-keys` is less than `5`"),
    ("DateGreaterThanEquals", "aws:CurrentTime", ["2026-01-01T00:00:00Z"], "the time of the request (aws:CurrentTime) is not before `2026-01-01T00:00:00Z`"),
    ("NotIpAddress", "s3:x", ["10.0.0.0/8", "::1"], "`s3:x` lies outside of all of `10.0.0.0/8`, `::1`, or the request does not have it"),
    ("Null", "aws:TagKeys", ["true"], "the request does not tell the tag keys in the request (aws:TagKeys)"),
    ("Null", "aws:TagKeys", ["False"], "the request tells the tag keys in the request (aws:TagKeys)"),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], "each value of the tag keys in the request (aws:TagKeys) is `a`, or there is no value"),
    ("ForAnyValue:StringNotLike", "aws:TagKeys", ["a*"], "at least one value of the tag keys in the request (aws:TagKeys) is not like `a*`"),
    ("StringEquals", "s3:prefix", ["${aws:username}/"], "`s3:prefix` is `${aws:username}/` (here `${aws:username}` is the caller's user name (aws:username))"),
    ("StringLyke", "s3:prefix", ["a"], "`StringLyke` of `s3:prefix` holds, but there is no such operator"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "key", "values", "sentence"), SENTENCES)
def test_a_condition_is_said_in_words(operator, key, values, sentence):
    assert said(operator, key, *values) == sentence


def test_every_operator_has_its_words():
    assert {one.name for one in OPERATORS.values()} == conditions.PHRASES.keys()


def test_wildcards_are_counted_by_service_and_access_level():
    (line,) = one(Action=["s3:List*", "s3:GetObject*"]).actions

    assert line.startswith("Amazon S3: ")
    assert "list actions" in line
    assert "read actions" in line
    assert "GetObject (read)" in one(Action=["s3:List*", "s3:GetObject"]).actions[0]
    assert one(Action="sqs:*").actions[0].startswith("Amazon SQS: all ")


def test_what_the_catalogue_does_not_know_is_said():
    assert "which the catalogue does not know" in one(Action="s3:Unheard").actions[0]
    assert "of no service" in one(Action="nope:Unheard").actions[0]


def test_resources_are_named_with_their_type():
    assert one(Resource="arn:aws:s3:::b/*").resources == ("`arn:aws:s3:::b/*` (object)",)
    assert one(Resource="arn:aws:s3:::b").resources == ("`arn:aws:s3:::b` (bucket)",)


PEOPLE = [
    ("*", "anybody, without signing in too"),
    ({"AWS": "111122223333"}, "account 111122223333, whomever its own policies let"),
    ({"AWS": "arn:aws:iam::111122223333:user/a/alice"}, "the user `a/alice` of 111122223333"),
    ({"Service": "ec2.amazonaws.com"}, "the AWS service `ec2.amazonaws.com`"),
]


@pytest.mark.parametrize(("principal", "who"), PEOPLE)
def test_principals_are_said_in_words(principal, who):
    assert one(Principal=principal).who == (who,)


NOTES = [
    # what surprises, part of the note
    ({"Action": None, "NotAction": "iam:*"}, "grants all other actions"),
    ({"NotPrincipal": {"AWS": "111122223333"}}, "lets in everybody else"),
    ({"Condition": {"StringNotEquals": {"aws:username": "a"}}}, "applies as well where `aws:username`"),
    ({"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}, "ForAllValues holds where"),
    ({"Condition": {"StringEquals": {"aws:TagKeys": "a"}}}, "nothing matches"),
    ({"Condition": {"StringEquals": {"no:such": "a"}}}, "knows no condition key"),
    ({"Effect": "Deny", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, "does not apply where"),
    ({"Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}, "authorized on `*` only"),
    ({"Action": "s3:Unheard"}, "no effect today"),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "note"), NOTES)
def test_what_surprises_is_noted(elements, note):
    assert any(note in each for each in one(**elements).notes)


def test_a_condition_on_a_key_that_must_be_there_surprises_nobody():
    condition = {"StringNotEquals": {"aws:username": "a"}, "Null": {"aws:username": "false"}}

    assert one(Condition=condition).notes == ()


def test_an_allow_that_a_deny_takes_away_is_proved_to_have_no_effect():
    deny = {"Sid": "Never", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    found = explained(ALLOW, deny)

    assert found.statements[0].notes == (
        "no effect: statement 2 (`Never`) denies all of it, which is proved",
    )


def test_variables_are_plain_text_in_the_old_language():
    found = explained({**ALLOW, "Resource": "arn:aws:s3:::${aws:username}"}, version="2008-10-17")

    assert any("plain text" in each for each in found.statements[0].notes)


def test_a_service_control_policy_is_said_to_grant_nothing():
    assert "grants nothing" in explained(ALLOW, kind=PolicyKind.SCP).statements[0].notes[-1]


def described(records):
    for record in records:
        found = explain(parse(record.document, limit=len(record.document)))
        assert all(each.actions for each in found.statements)


def test_policies_of_aws_can_be_explained():
    described(managed_policies.records()[::60])


@pytest.mark.slow
def test_every_policy_of_aws_can_be_explained():
    described(managed_policies.records())
