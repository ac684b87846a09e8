"""Templates in the form of policy_sentry: to policies and back."""

import json
import re

import pytest
import yaml
from policy_sentry.command.write_policy import write_policy_with_template

from doorward.analysis.crud.making import make
from doorward.analysis.crud.reading import read, write
from doorward.analysis.crud.writing import write as written
from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.policy.parse import parse
from doorward.policy.render import render

CRUD = """
mode: crud
name: reader
read: ["arn:aws:s3:::reports/*", "arn:aws:sqs:us-east-1:111122223333:q"]
list: ["arn:aws:s3:::reports"]
write: ["arn:aws:dynamodb:us-east-1:111122223333:table/t"]
tagging: ["", "arn:aws:ssm:us-east-1:111122223333:parameter/p"]
permissions-management: ["arn:aws:kms:us-east-1:111122223333:key/k"]
wildcard-only:
  single-actions: ["s3:ListAllMyBuckets"]
  service-read: [ecr]
skip-resource-constraints: ["sqs:SendMessage"]
exclude-actions: ["s3:GetObjectVersion*"]
sts:
  assume-role: ["arn:aws:iam::111122223333:role/r"]
"""


def policy_of(text):
    return json.loads(render(written(read(text)).policy))


def statement(found, sid):
    return next(one for one in found["Statement"] if one["Sid"] == sid)


def test_an_arn_is_granted_what_its_access_level_and_type_hold():
    found = statement(policy_of(CRUD), "S3ReadObject")

    assert "s3:GetObject" in found["Action"]
    assert all(actions.find(one).access_level == "Read" for one in found["Action"])
    assert found["Resource"] == ["arn:aws:s3:::reports/*"]


def test_excluded_actions_are_nowhere():
    assert not any("s3:GetObjectVersion" in str(one) for one in policy_of(CRUD)["Statement"])


def test_actions_without_resource_types_are_granted_on_everything_and_others_where_asked():
    found = policy_of(CRUD)

    assert "s3:ListAllMyBuckets" in statement(found, "WildcardOnly")["Action"]
    assert "ecr:GetAuthorizationToken" in statement(found, "WildcardOnly")["Action"]
    assert statement(found, "SkipResourceConstraints")["Action"] == ["sqs:SendMessage"]
    assert statement(found, "StsAssumeRole")["Resource"] == ["arn:aws:iam::111122223333:role/r"]


def test_whatever_policy_sentry_writes_is_written_here_too_but_for_dependent_actions():
    ours = policy_of(CRUD)
    theirs = write_policy_with_template(yaml.safe_load(CRUD.replace('"", ', "")))
    granted = {
        (action.lower(), arn)
        for one in ours["Statement"]
        for action in one["Action"]
        for arn in one["Resource"]
    }
    dependent = {
        each.lower() for action, _ in granted for each in actions.find(action).dependent_actions
    }

    assert {
        (action.lower(), arn)
        for one in theirs["Statement"]
        for action in one["Action"]
        for arn in one["Resource"]
        if actions.find(action) is not None and action.lower() not in dependent
    } <= granted


def test_a_list_of_actions_is_written_on_the_resources_of_their_types():
    found = policy_of("mode: actions\nactions: [kms:CreateGrant, sqs:ListQueues]\n")

    assert statement(found, "KmsPermissionsManagementKey")["Resource"] == ["arn:*:kms:*:*:key/*"]
    assert statement(found, "WildcardOnly")["Action"] == ["sqs:ListQueues"]


def test_dependent_actions_are_named_and_not_granted():
    found = written(read("mode: actions\nactions: [lambda:CreateFunction]\n"))

    assert any("iam:PassRole" in one for one in found.notes)
    assert "PassRole" not in render(found.policy)


def test_a_template_comes_back_from_its_policy_and_grants_the_same():
    template = read(CRUD)
    made = make(written(template).policy, "reader")

    assert made.lost == ()
    assert "the same" in made.verdict
    assert made.template.arns == {
        key: tuple(one for one in found if one) for key, found in template.arns.items()
    }
    assert read(write(made.template)) == made.template


def made_of(**elements):
    one = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", **elements}
    kept = {key: value for key, value in one.items() if value is not None}
    return make(parse(json.dumps({"Version": "2012-10-17", "Statement": kept})))


QUEUE = "arn:aws:sqs:us-east-1:111122223333:q"
LOST = [
    # what a template cannot say, how that is told
    ({"Effect": "Deny"}, "no Deny"),
    ({"Action": None, "NotAction": "sqs:*"}, "no NotAction"),
    ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, "no conditions"),
    ({"Principal": "*"}, "no principals"),
    ({"Resource": "arn:aws:nope:::x"}, "is of no resource type"),
    ({"Action": "sqs:Unheard"}, "no action `sqs:Unheard`"),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "said"), LOST)
def test_what_a_template_cannot_say_is_told(elements, said):
    assert any(said in one for one in made_of(**elements).lost)


def test_a_part_of_a_level_is_its_arn_with_the_rest_excluded():
    made = made_of(Resource=QUEUE)

    assert made.template.arns == {"write": (QUEUE,)}
    assert "sqs:DeleteQueue" in made.template.excluded
    assert "the same" in made.verdict


def test_different_parts_of_a_level_cannot_both_be_said_and_nothing_is_widened():
    other = {"Effect": "Allow", "Action": "sqs:DeleteQueue", "Resource": f"{QUEUE}2"}
    one = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
    made = make(parse(json.dumps({"Version": "2012-10-17", "Statement": [one, other]})))

    assert len(made.lost) == 2
    assert "grants less" in made.verdict


WRONG = [
    # a template, what is said
    ("mode: crud\nreed: []\n", "line 2: a template has no key `reed`"),
    ("mode: crud\nread: arn\n", "line 2: must be a list of texts"),
    ("mode: other\n", "`mode` must be"),
    ("mode: actions\n", "needs the list `actions`"),
    ("mode: [\n", "line 2"),
    ("- a\n", "a template must be a mapping"),
    ("mode: crud\nread: [nope]\n", "`nope` is no ARN"),
    ("mode: crud\nread: ['arn:aws:nope:::x']\n", "is of no resource type"),
    ("mode: actions\nactions: ['s3:Nope']\n", "no action `s3:Nope`"),
    ("mode: crud\nwildcard-only: {single-actions: ['s3:GetObject']}\n", "can be granted on resources"),
    ("mode: crud\nwildcard-only: {service-read: ['nope']}\n", "there is no service `nope`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_no_template_is_refused_in_words(text, said):
    with pytest.raises(BadInput, match=re.escape(said)):
        written(read(text))
