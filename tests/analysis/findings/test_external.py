"""Who from outside of a zone of trust is let in by a resource, and on what terms."""

import json
from typing import Any

import pytest

from doorward.analysis.findings.external import External, external
from doorward.analysis.findings.subject import (
    ACCESS_POINT,
    ACCESS_POINT_ACCOUNT,
    BUCKET_ACL,
    Granting,
    Source,
    Subject,
)
from doorward.analysis.findings.zone import Zone
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Policy
from doorward.policy.parse import parse

ME, MEMBER, OTHER = "111111111111", "333333333333", "222222222222"
ORG = "o-abcdefghij"
ACCOUNT = Zone(frozenset({ME}), home=ORG, members=frozenset({ME, MEMBER}))
ORGANIZATION = Zone(frozenset({ME, MEMBER}), ORG, home=ORG, members=frozenset({ME, MEMBER}))
BUCKET = ("AWS::S3::Bucket", "arn:aws:s3:::reports")
ROLE = ("AWS::IAM::Role", f"arn:aws:iam::{ME}:role/deploy")
KEY = ("AWS::KMS::Key", f"arn:aws:kms:us-east-1:{ME}:key/1")
TOPIC = ("AWS::SNS::Topic", f"arn:aws:sns:us-east-1:{ME}:news")
OIDC = f"arn:aws:iam::{ME}:oidc-provider/token.actions.githubusercontent.com"

Statement = dict[str, Any]


def policy(*statements: Statement) -> Policy:
    return parse(json.dumps({"Version": "2012-10-17", "Statement": statements}))


def statement(
    principal: Any, action: Any, *, effect: str = "Allow", resource: bool = True, **condition: Any
) -> Statement:
    found = {"Effect": effect, "Principal": principal, "Action": action}
    if resource:
        found["Resource"] = "*"
    if condition:
        found["Condition"] = condition
    return found


def look(
    resource: tuple[str, str],
    *statements: Statement,
    zone: Zone = ACCOUNT,
    rcp: Statement | None = None,
) -> list[External]:
    levels = None
    if rcp is not None:
        levels = (PolicySet(PolicyKind.RCP, [NamedPolicy("rcp", policy(rcp))]),)
    return external(
        Subject(resource[0], resource[1], ME, [Granting(policy(*statements))], rcps=levels), zone
    )


def told(found: list[External]) -> list[tuple[str, dict[str, str], bool]]:
    return [(one.principal.name, dict(one.condition), one.public) for one in found]


GET = "s3:GetObject"
OWN_ORG = {"aws:PrincipalOrgID": ORG}
CASES: list[tuple[tuple[str, str], list[Statement], list[tuple[str, dict[str, str], bool]]]] = [
    # who is named
    (BUCKET, [statement("*", GET)], [("*", {}, True)]),
    (BUCKET, [statement({"AWS": "*"}, GET)], [("*", {}, True)]),
    (BUCKET, [statement({"AWS": [OTHER, ME]}, GET)], [(OTHER, {}, False)]),
    (BUCKET, [statement({"AWS": f"arn:aws:iam::{OTHER}:root"}, GET)], [(OTHER, {}, False)]),
    (BUCKET, [statement({"Service": "cloudtrail.amazonaws.com"}, GET)], []),
    (BUCKET, [statement({"AWS": "AIDAABCDEFGHIJKLMNOPQ"}, GET)], []),  # is gone
    (
        ROLE,
        [statement({"AWS": f"arn:aws:iam::{OTHER}:role/ci"}, "sts:AssumeRole", resource=False)],
        [(f"arn:aws:iam::{OTHER}:role/ci", {}, False)],
    ),
    (ROLE, [statement({"AWS": ME}, "sts:AssumeRole", resource=False)], []),
    # on what terms
    (BUCKET, [statement("*", GET, StringEquals=OWN_ORG)], [("*", OWN_ORG, False)]),
    (
        BUCKET,
        [statement("*", GET), statement("*", "*", effect="Deny", StringNotEquals=OWN_ORG)],
        [("*", OWN_ORG, False)],
    ),
    (  # holds nobody, for who has no organization is let in
        BUCKET,
        [statement("*", GET, StringEqualsIfExists=OWN_ORG)],
        [("*", {}, True)],
    ),
    (
        BUCKET,
        [statement("*", GET, IpAddress={"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7/32"]})],
        [
            ("*", {"aws:SourceIp": "203.0.113.0/24"}, False),
            ("*", {"aws:SourceIp": "198.51.100.7/32"}, False),
        ],
    ),
    (TOPIC, [statement({"AWS": "*"}, "sns:Publish", StringEquals={"AWS:SourceOwner": ME})], []),
    (KEY, [statement({"AWS": "*"}, "kms:*", StringEquals={"kms:CallerAccount": ME})], []),
    (
        ROLE,
        [
            statement(
                {"AWS": OTHER},
                "sts:AssumeRole",
                resource=False,
                StringEquals={"sts:ExternalId": "x"},
            )
        ],
        [(OTHER, {"sts:ExternalId": "x"}, False)],
    ),
    (
        ROLE,
        [
            statement(
                {"Federated": OIDC},
                "sts:AssumeRoleWithWebIdentity",
                resource=False,
                StringLike={"token.actions.githubusercontent.com:sub": "repo:o/r:*"},
            )
        ],
        [(OIDC, {"token.actions.githubusercontent.com:sub": "repo:o/r:*"}, False)],
    ),
    # what says nothing new is not said again
    (BUCKET, [statement("*", GET), statement({"AWS": OTHER}, GET)], [("*", {}, True)]),
    (
        BUCKET,
        [statement("*", GET), statement({"AWS": OTHER}, "s3:PutObject")],
        [("*", {}, True), (OTHER, {}, False)],
    ),
]


@pytest.mark.parametrize(("resource", "statements", "expected"), CASES)
def test_a_finding_for_each_principal_and_set_of_terms(
    resource: tuple[str, str],
    statements: list[Statement],
    expected: list[tuple[str, dict[str, str], bool]],
) -> None:
    assert told(look(resource, *statements)) == expected


def test_members_are_not_outside_of_an_organization() -> None:
    everyone = statement("*", GET, StringEquals=OWN_ORG)
    member = statement({"AWS": [MEMBER, OTHER]}, GET)

    assert told(look(BUCKET, everyone, zone=ORGANIZATION)) == []
    assert told(look(BUCKET, member, zone=ORGANIZATION)) == [(OTHER, {}, False)]


def test_actions_are_those_that_no_deny_takes_away() -> None:
    (found,) = look(
        BUCKET,
        statement({"AWS": OTHER}, "s3:*Object"),
        statement("*", "s3:Put*", effect="Deny"),
    )

    assert "s3:GetObject" in found.actions
    assert "s3:PutObject" not in found.actions


def test_what_rcps_deny_is_not_told_but_that_they_were_asked_is() -> None:
    deny = statement(
        "*", "s3:Put*", effect="Deny", StringNotEqualsIfExists={"aws:PrincipalOrgID": ORG}
    )
    both = [GET, "s3:PutObject"]

    (other,) = look(BUCKET, statement({"AWS": OTHER}, both), rcp=deny)
    (member,) = look(BUCKET, statement({"AWS": MEMBER}, both), rcp=deny)

    assert (other.actions, other.restriction) == ((GET,), "APPLIED")
    assert (member.actions, member.restriction) == ((GET, "s3:PutObject"), "APPLIED")


def test_one_finding_has_all_its_sources() -> None:
    acl = Granting(policy(statement("*", GET)), Source(BUCKET_ACL))
    own = Granting(policy(statement("*", "s3:ListBucket")))

    (found,) = external(Subject(*BUCKET, ME, [own, acl]), ACCOUNT)

    assert [one.kind for one in found.sources] == ["POLICY", BUCKET_ACL]
    assert found.actions == (GET, "s3:ListBucket")


def test_an_access_point_lets_in_whom_the_bucket_lets_in_too() -> None:
    name = f"arn:aws:s3:us-east-1:{ME}:accesspoint/front"
    source = Source(ACCESS_POINT, (("accessPointArn", name),))
    granted = policy(statement({"AWS": OTHER}, [GET, "s3:PutObject"]))
    handing_over = policy(statement("*", GET, StringEquals={"s3:DataAccessPointAccount": ME}))

    def of(bucket: Policy) -> list[External]:
        through = Granting(
            granted,
            source,
            resources=(name, f"{name}/*"),
            also=bucket,
            also_resources=(BUCKET[1], f"{BUCKET[1]}/*"),
            also_given=(("s3:dataaccesspointaccount", ME), ("s3:dataaccesspointarn", name)),
        )
        return external(Subject(*BUCKET, ME, [Granting(bucket), through]), ACCOUNT)

    (found,) = of(handing_over)
    assert (found.principal.name, found.actions, found.sources) == (OTHER, (GET,), (source,))
    assert of(policy(statement({"AWS": ME}, GET))) == []


def test_a_bucket_handed_over_to_access_points_of_another_account_is_found() -> None:
    (found,) = look(BUCKET, statement("*", GET, StringEquals={"s3:DataAccessPointAccount": OTHER}))

    detail = (("accessPointAccount", OTHER),)
    assert found.sources == (Source(ACCESS_POINT_ACCOUNT, detail),)
    assert not found.public
