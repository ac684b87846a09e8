"""Generated policies: what is needed and nothing else, by the engine and by the procedure."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.analysis.generation.check import checked
from doorward.analysis.generation.grouping import grouped
from doorward.analysis.generation.needed import Needed, delicate, written
from doorward.analysis.generation.policy import policy
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.engine.match import ANY, ONE

LIMIT = AWS_POLICY_DOCUMENT_CHARACTERS
BUCKET = "arn:aws:s3:::reports"
ROLE = "arn:aws:iam::123456789012:role/app"


def test_actions_share_a_statement_only_where_they_share_every_resource():
    made = policy(
        [
            Needed("s3:GetObject", f"{BUCKET}/may"),
            Needed("s3:PutObject", f"{BUCKET}/may"),
            Needed("s3:DeleteObject", f"{BUCKET}/june"),
            Needed("s3:ListAllMyBuckets", "*"),
            Needed("ec2:DescribeInstances", "*"),
        ]
    )

    assert [(one["Action"], one["Resource"]) for one in made["Statement"]] == [
        ("s3:DeleteObject", f"{BUCKET}/june"),
        (["s3:GetObject", "s3:PutObject"], f"{BUCKET}/may"),
        (["ec2:DescribeInstances", "s3:ListAllMyBuckets"], "*"),
    ]


def test_a_role_is_passed_to_the_service_that_got_it_alone():
    passing = Needed("iam:PassRole", ROLE, (("iam:passedtoservice", "lambda.amazonaws.com"),))

    made = policy([passing])

    (statement,) = made["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}
    }
    assert checked(made, [passing], LIMIT).refused == ()
    assert checked(made, [passing._replace(conditions=())], LIMIT).refused


WRITTEN = [
    # the resource                                as policies write it
    (f"{BUCKET}/a*b",                             f"{BUCKET}/a${{*}}b"),
    (f"{BUCKET}/what?",                           f"{BUCKET}/what${{?}}"),
    (f"{BUCKET}/${{aws:username}}",               f"{BUCKET}/${{$}}{{aws:username}}"),
    (f"{BUCKET}/{ANY}",                           f"{BUCKET}/*"),
    (f"{BUCKET}/{ONE}",                           f"{BUCKET}/?"),
    (f"{BUCKET}/\u20ac",                          f"{BUCKET}/?"),  # no policy can hold it
    ("*",                                         "*"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text"), WRITTEN)
def test_a_resource_is_taken_at_its_word(resource, text):
    assert written(resource) == text


KEYS = st.text(st.sampled_from("ab/*?${}: \u00e9"), min_size=1, max_size=8)
ACTIONS = st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ACTIONS, KEYS), min_size=1, max_size=6))
def test_whatever_is_needed_is_allowed_and_nothing_more(pairs):
    needed = [Needed(action, f"{BUCKET}/{key}") for action, key in pairs]

    found = checked(policy(needed), needed, LIMIT)

    assert found.refused == ()
    assert found.wider == ""


def test_a_policy_that_allows_more_is_found_out():
    made = policy([Needed("s3:GetObject", f"{BUCKET}/{ANY}")])

    found = checked(made, [Needed("s3:GetObject", f"{BUCKET}/may")], LIMIT)

    assert "s3:getobject on arn:aws:s3:::reports/" in found.wider


def many(action: str, start: str, count: int = 12) -> list[Needed]:
    return [Needed(action, f"{start}{number}") for number in range(count)]


def test_so_is_one_of_very_many_needs():
    needed = many("s3:GetObject", f"{BUCKET}/x", 300)
    made = policy(needed)

    assert checked(made, needed, LIMIT).wider == ""
    assert checked(made, needed[1:], LIMIT).wider == f"s3:GetObject on {BUCKET}/x0"
    assert checked(policy(needed[1:]), needed, LIMIT).refused == (needed[0],)


GROUPS = [
    # what is needed                                                 the resources afterwards
    (many("s3:GetObject", f"{BUCKET}/2026/may/"),                    {f"{BUCKET}/2026/may/*"}),
    (many("s3:GetObject", f"{BUCKET}/"),                             {f"{BUCKET}/*"}),
    (many("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:1:table/"), None),  # a whole type
    (many("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:queue"),       None),  # no folder
    (many("iam:PassRole", "arn:aws:iam::1:role/app/"),               None),  # delicate
    (many("sts:AssumeRole", "arn:aws:iam::1:role/app/"),             None),
    (many("ssm:GetParameter", "arn:aws:ssm:us-east-1:1:parameter/app/"), None),
    (many("s3:PutObjectAcl", f"{BUCKET}/"),                          None),  # manages permissions
    (many("s3:GetObject", f"{BUCKET}/", 10),                         None),  # not more than ten
]  # fmt: skip


@pytest.mark.parametrize(("needed", "patterns"), GROUPS)
def test_many_resources_of_a_folder_become_a_pattern(needed, patterns):
    made = grouped(needed, 10)

    wanted = patterns or {one.written for one in needed}
    assert {one.written for one in made.needed} == wanted
    assert {one.written for one in made.widened} == (patterns or set())
    document = policy(made.needed)
    assert checked(document, needed, LIMIT).refused == ()


def test_every_step_of_a_way_to_an_administrator_is_delicate():
    assert delicate("lambda:UpdateFunctionCode")
    assert delicate("nosuch:Thing")
    assert not delicate("s3:GetObject")


def test_what_is_generated_passes_validation_without_an_error():
    needed = [*many("s3:GetObject", f"{BUCKET}/x"), Needed("ec2:DescribeInstances", "*")]
    made = policy(needed)

    assert checked(made, needed, LIMIT).findings == ()
    assert json.dumps(made)


def test_nothing_needed_is_no_statement():
    assert policy([])["Statement"] == []
    assert checked(policy([]), [], LIMIT).refused == ()
