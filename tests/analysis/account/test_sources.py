"""Accounts from every kind of file: AWS Config, organizations, folders, gzip, and wrong ones."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.account import config_files as config
from analysis.account import dumps
from analysis.account.config_files import A, B
from doorward.analysis.account import dump
from doorward.analysis.account.model import Account
from doorward.base.errors import BadInput

READ = dumps.document(dumps.allow("s3:GetObject"))
TRUST = dumps.trusts({"AWS": f"arn:aws:iam::{A}:root"})
PUBLIC = dumps.document({**dumps.allow("s3:GetObject", "arn:aws:s3:::site/*"), "Principal": "*"})
Read = Callable[..., dict[str, Account]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def make(*texts: Any) -> dict[str, Account]:
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}.json")
            if isinstance(text, bytes):
                paths[-1].write_bytes(text)
            else:
                paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
        return {one.id: one for one in dump.accounts(paths)}

    return make


def test_a_snapshot_of_aws_config_tells_of_users_roles_policies_and_resources(read: Read) -> None:
    managed = {
        "policyName": "shared",
        "arn": f"arn:aws:iam::{A}:policy/shared",
        "defaultVersionId": "v2",
        "policyVersionList": [
            {"versionId": "v1", "isDefaultVersion": False, "document": "nothing at all"},
            {"versionId": "v2", "isDefaultVersion": True, "document": config.encoded(READ)},
        ],
    }
    attached = [{"policyName": "shared", "policyArn": managed["arn"]}]
    alice = config.user(A, "alice", attachedManagedPolicies=attached, groupList=["staff"])
    alice["tags"] = {"team": "red"}
    blocked = {"blockPublicPolicy": True, "restrictPublicBuckets": True}
    acl = {"grantSet": None, "grantList": [{"grantee": "AllUsers", "permission": "Read"}]}
    given = {"PublicAccessBlockConfiguration": blocked, "AccessControlList": json.dumps(acl)}
    queue = f"arn:aws:sqs:us-east-1:{A}:jobs"

    found = read(
        config.snapshot(
            alice,
            config.role(A, "deploy", TRUST, READ),
            config.item(A, "AWS::IAM::Policy", managed["arn"], managed),
            config.bucket(A, "site", PUBLIC, **given),
            config.item(A, "AWS::SQS::Queue", queue, {"Policy": json.dumps(PUBLIC)}),
            config.item(A, "AWS::EC2::Volume", f"arn:aws:ec2:us-east-1:{A}:volume/v", {"size": 8}),
        )
    )

    account = found[A]
    (user,), (role,) = account.users, account.roles
    assert (user.groups, user.tags, [one.name for one in user.attached]) == (
        ("staff",),
        {"team": "red"},
        ["shared"],
    )
    assert (role.profiles, role.trust.policy.statements[0].effect.value) == (
        ("deploy-profile",),
        "Allow",
    )
    assert account.resources is not None
    bucket, sqs = account.resources
    assert (bucket.block.restrict, bucket.granted) == (True, (("AllUsers", "READ"),))
    assert bucket.policy is not None
    assert (sqs.arn, sqs.policy is None) == (queue, False)


def test_an_aggregate_tells_of_several_accounts_as_text_lines_and_as_answers(read: Read) -> None:
    items = [
        config.aggregate(one)
        for one in (config.user(A, "alice", READ), config.role(B, "deploy", TRUST))
    ]
    lines = "\n".join(json.dumps(one) for one in items)
    answer = {"Results": [json.dumps(one) for one in items], "QueryInfo": {"SelectFields": []}}

    for given in (lines, answer, items):
        found = read(given)
        assert [one.name for one in found[A].users] == ["alice"]
        assert [one.name for one in found[B].roles] == ["deploy"]


def test_of_several_items_of_one_resource_the_newest_counts(read: Read) -> None:
    old, new = config.user(A, "alice"), config.user(A, "alice", READ)
    new["configurationItemCaptureTime"] = "2026-02-01T00:00:00.000Z"
    gone = {**new, "configurationItemStatus": "ResourceDeleted", "configuration": None}
    gone["configurationItemCaptureTime"] = "2026-03-01T00:00:00.000Z"
    bob = config.user(A, "bob")

    for items in ((old, new), (new, old)):
        (alice,) = read(config.snapshot(*items))[A].users
        assert len(alice.inline) == 1
    for items in ((old, gone, bob), (gone, old, bob)):
        assert [one.name for one in read(config.snapshot(*items))[A].users] == ["bob"]


ORGANIZATION = {
    "Organization": {
        "Id": "o-example",
        "MasterAccountId": A,
        "Policies": [
            {
                "PolicySummary": {"Id": "p-1", "Name": "no-iam", "Arn": "arn:aws:organizations::p"},
                "Content": json.dumps(dumps.document(dumps.deny("iam:*"))),
            }
        ],
        "Roots": [
            {
                "Id": "r-abcd",
                "Accounts": [{"Id": A}],
                "OrganizationalUnits": [
                    {
                        "Id": "ou-abcd-1",
                        "Name": "prod",
                        "ServiceControlPolicies": ["p-1"],
                        "Accounts": [{"Id": B, "Name": "prod"}],
                    }
                ],
            }
        ],
    }
}


def test_the_tree_of_an_organization_places_each_account(read: Read) -> None:
    found = read(config.snapshot(config.user(A, "alice"), config.user(B, "bob")), ORGANIZATION)

    main, prod = found[A].organization, found[B].organization
    assert main is not None
    assert prod is not None
    assert (main.management, prod.management, prod.id) == (True, False, "o-example")
    assert [one.id for one in prod.levels] == ["r-abcd", "ou-abcd-1", B]
    assert [one.name for one in prod.levels[1].service_control] == ["no-iam"]


def test_resources_beside_several_accounts_say_whose_they_are(read: Read) -> None:
    people = config.snapshot(config.user(A, "alice"), config.user(B, "bob"))
    told = {"Resources": [{"Arn": "arn:aws:s3:::site", "Policy": PUBLIC}]}

    found = read(people, {"AccountId": B, **told})

    assert (found[A].resources, len(found[B].resources or ())) == (None, 1)
    with pytest.raises(BadInput, match="but not whose they are"):
        read(people, told)


def test_a_folder_of_dumps_gzipped_or_not_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    first = dumps.details([dumps.user("alice")])
    (tmp_path / "deep" / "one.json.gz").write_bytes(gzip.compress(json.dumps(first).encode()))
    (tmp_path / "two.json").write_text(config.snapshot(config.user(B, "bob")))
    (tmp_path / "README.txt").write_text("not one of them")
    told: list[int] = []

    found = dump.accounts([tmp_path], told.append)

    assert {one.id for one in found} == {A, B}
    assert sum(told) == dump.size([tmp_path])


def test_memory_does_not_grow_with_what_nobody_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    filler = config.item(A, "AWS::EC2::NetworkInterface", f"arn:aws:ec2:::{A}", {"x": "y" * 2_000})
    with path.open("w") as file:
        file.write('{"configurationItems": [' + json.dumps(config.user(A, "alice")))
        for _ in range(8_000):
            file.write("," + json.dumps(filler))
        file.write("]}")
    dump.accounts([path])  # what is loaded once
    tracemalloc.start()
    dump.accounts([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 16 << 20
    assert peak < 10 << 20


WHOLE = json.dumps(dumps.details([dumps.user(f"user-{n}", dumps.allow("*")) for n in range(3)]))
SNAPSHOT = config.snapshot(config.user(A, "alice", READ), config.user(A, "bob"))
BROKEN = config.user(A, "alice")
BROKEN["configuration"]["userPolicyList"] = [
    {"policyName": "reports", "policyDocument": config.encoded(READ)[:-9]}
]
WRONG = [
    # the file                            what is said of it
    (WHOLE[:-200],                        r"0\.json:1:\d+: the JSON is cut short, inside .*List"),
    (SNAPSHOT[:300],
     r"0\.json:1:\d+: the JSON is cut short, inside .*configurationItems\[0\]: expecting"),
    (SNAPSHOT[:-2],                       r"cut short, inside configurationItems: expected `,`"),
    (gzip.compress(WHOLE.encode())[:-20], r"0\.json: byte \d+: ends in the middle of its gzip"),
    (b"\x7fELF\x02\x01\x00\x00",          "looks like a file of bytes"),
    (b"\x89PNG\x0d\x0a",                  "is not text in UTF-8"),
    ("AWSTemplateFormatVersion: '2010'",  r"0\.json:1:1: .* a CloudFormation template in YAML"),
    ({"AWSTemplateFormatVersion": "x", "Resources": {}}, "looks like a CloudFormation template"),
    ({"Records": []},                     "looks like a log file of CloudTrail"),
    (dumps.document(),                    "looks like a policy"),
    ({"hello": 1, "world": 2},            "looks like an object with `hello`, `world`"),
    ("a,b,c\n1,2,3",                      "CSV of another kind"),
    ({"Results": [json.dumps({"resourceId": "x"})]}, "is no configuration item"),
    ({"Results": ["{"]},                  r"Results\[0\]: is no JSON"),
    (config.snapshot({**config.user(A, "alice"), "awsAccountId": None}), "has no `awsAccountId`"),
    (config.snapshot(BROKEN),
     r"PolicyDocument: is no policy: .*\(policy `reports` of `arn:aws:iam::1.*:user/alice`\)"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_a_wrong_file_is_told_with_its_place_and_what_was_expected(
    read: Read, given: Any, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        read(given)


def test_what_is_no_dump_is_told_with_the_kinds_that_are_read(read: Read) -> None:
    with pytest.raises(BadInput) as error:
        read({"planned_values": {}})

    assert "a Terraform plan" in error.value.problem
    for kind in ("authorization details", "AWS Config", "credential report"):
        assert kind in error.value.help


def test_a_policy_id_that_the_organization_does_not_hold_is_named(read: Read) -> None:
    tree = {"Organization": {"Roots": [{"Id": "r-1", "ServiceControlPolicies": ["p-9"]}]}}

    with pytest.raises(BadInput, match=r"ServiceControlPolicies\[0\]: no policy `p-9`"):
        read(dumps.details([dumps.user("alice")]), tree)
