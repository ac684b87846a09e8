"""Who from outside is let in: anybody, other accounts, providers; RCPs and blocks keep out."""

from pathlib import Path
from typing import Any

import pytest

from analysis.account import dumps
from analysis.account.dumps import allow, arn, deny, document, trusts
from doorward.analysis.account.external import ANYBODY, FULFILLING, External, external

BUCKET = "arn:aws:s3:::reports"
OBJECTS = "arn:aws:s3:::reports/*"
OTHER = "444455556666"
ORG = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}
GITHUB = f"arn:aws:iam::{dumps.ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


def found(folder: Path, dumped: Any) -> list[External]:
    return list(external(dumps.held(folder, dumped), lambda _: None))


def bucket(principal: Any, *others: Any, **more: Any) -> dict[str, Any]:
    statement = {**allow("s3:GetObject", OBJECTS), "Principal": principal, **more}
    return {"Arn": BUCKET, "Policy": document(statement, *others)}


CASES = [
    # bucket                                           who is let in, whether the public is
    (bucket("*"),                                      [(ANYBODY, True)]),
    (bucket({"AWS": OTHER}),                           [(OTHER, False)]),
    (bucket({"AWS": f"arn:aws:iam::{OTHER}:user/bob"}), [(f"arn:aws:iam::{OTHER}:user/bob", False)]),
    (bucket({"AWS": f"arn:aws:iam::{OTHER}:role/bob"}), [(f"arn:aws:iam::{OTHER}:role/bob", False)]),
    (bucket({"AWS": arn("root")}),                     []),
    (bucket({"Service": "s3.amazonaws.com"}),          []),
    (bucket("*", {**deny("s3:*", OBJECTS), "Principal": "*"}), []),
]  # fmt: skip


@pytest.mark.parametrize(("held", "expected"), CASES)
def test_who_is_let_in_by_a_bucket_is_told(tmp_path: Path, held: Any, expected: Any) -> None:
    result = found(tmp_path, dumps.details([dumps.user("alice")], Resources=[held]))

    assert [(one.who, one.public) for one in result] == expected
    assert all(one.example is not None and one.example.action == "s3:getobject" for one in result)


def test_the_public_is_kept_out_where_public_policies_are_restricted(tmp_path: Path) -> None:
    held = {**bucket("*"), "PublicAccessBlock": {"RestrictPublicBuckets": True}}

    assert found(tmp_path, dumps.details([dumps.user("alice")], Resources=[held])) == []


def test_who_has_to_meet_a_condition_is_not_the_public(tmp_path: Path) -> None:
    result = found(tmp_path, dumps.details([dumps.user("alice")], Resources=[bucket("*", **ORG)]))

    assert FULFILLING in {one.who for one in result}
    assert not any(one.public for one in result)


def test_an_rcp_keeps_strangers_out(tmp_path: Path) -> None:
    rcp = {
        "PolicyName": "perimeter",
        "PolicyDocument": document({**deny("s3:*"), "Principal": "*"}),
    }
    place = {"Levels": [{"Id": "r-abcd", "ResourceControlPolicies": [rcp]}]}

    assert (
        found(
            tmp_path,
            dumps.details([dumps.user("alice")], Resources=[bucket("*")], Organization=place),
        )
        == []
    )


def test_a_role_that_another_account_may_assume_is_told(tmp_path: Path) -> None:
    roles = [
        dumps.role("site", trusts({"AWS": f"arn:aws:iam::{OTHER}:root"})),
        dumps.role("own", trusts({"AWS": arn("root")})),
        dumps.role("build", trusts({"Federated": GITHUB}) | _web()),
    ]

    result = found(tmp_path, dumps.details([dumps.user("alice")], roles))

    assert [(one.resource, one.who) for one in result] == [
        (arn("role/site"), OTHER),
        (arn("role/build"), GITHUB),
    ]


def _web() -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": GITHUB},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    return document(statement)
