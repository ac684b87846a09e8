"""Findings about buckets and roles: they appear, change, are archived, resolved, and come back."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.accessanalyzer.watching import Watching, document, eventually
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

BUCKET = "arn:aws:s3:::reports"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"


@pytest.fixture
def s3(clients: Clients) -> Any:
    client = clients.client("s3", host="127.0.0.1", s3={"addressing_style": "path"})
    client.create_bucket(Bucket="reports")
    client.delete_public_access_block(Bucket="reports")
    return client


@pytest.fixture
def iam(clients: Clients) -> Any:
    return clients.client("iam", host="127.0.0.1")


@pytest.fixture
def watching(analyzer: Any) -> Watching:
    return Watching(analyzer)


def let_in(s3: Any, principal: Any, action: str = "s3:GetObject", **condition: Any) -> None:
    s3.put_bucket_policy(
        Bucket="reports", Policy=document(principal, action, f"{BUCKET}/*", **condition)
    )


def role(iam: Any, principal: Any) -> None:
    iam.create_role(
        RoleName="deploy",
        Path="/team/",
        AssumeRolePolicyDocument=document(principal, "sts:AssumeRole"),
    )


def test_a_public_bucket_is_found_within_a_second(s3: Any, watching: Watching) -> None:
    watching.status(BUCKET)
    begun = time.monotonic()
    let_in(s3, "*")

    (found,) = watching.status(BUCKET, "ACTIVE")

    assert time.monotonic() - begun < 1
    assert found["principal"] == {"AWS": "*"}
    assert found["isPublic"] is True
    assert found["action"] == ["s3:GetObject"]
    assert found["condition"] == {}
    assert found["resourceType"] == "AWS::S3::Bucket"
    assert found["resourceOwnerAccount"] == ACCOUNT
    assert found["sources"] == [{"type": "POLICY"}]
    assert found["resourceControlPolicyRestriction"] == "NOT_APPLICABLE"


def test_what_is_there_before_the_analyzer_is_found_too(s3: Any, iam: Any, analyzer: Any) -> None:
    let_in(s3, {"AWS": OTHER_ACCOUNT})
    role(iam, {"AWS": OTHER_ACCOUNT})

    watching = Watching(analyzer)

    (of_bucket,) = watching.status(BUCKET, "ACTIVE")
    (of_role,) = watching.status(ROLE, "ACTIVE")
    assert of_bucket["principal"] == of_role["principal"] == {"AWS": OTHER_ACCOUNT}
    assert of_role["action"] == ["sts:AssumeRole"]


def test_a_finding_is_resolved_with_its_cause_and_the_same_one_comes_back(
    s3: Any, watching: Watching
) -> None:
    let_in(s3, "*")
    (first,) = watching.status(BUCKET, "ACTIVE")

    s3.delete_bucket_policy(Bucket="reports")
    (resolved,) = watching.status(BUCKET, "RESOLVED")
    let_in(s3, "*")
    (again,) = watching.status(BUCKET, "ACTIVE")

    assert first["id"] == resolved["id"] == again["id"]
    assert again["createdAt"] == first["createdAt"]


def test_other_actions_change_the_finding_and_another_principal_makes_one(
    s3: Any, watching: Watching
) -> None:
    let_in(s3, {"AWS": OTHER_ACCOUNT})
    (first,) = watching.status(BUCKET, "ACTIVE")

    let_in(s3, {"AWS": OTHER_ACCOUNT}, "s3:PutObject")
    changed = eventually(
        lambda: watching.about(BUCKET), lambda found: found[0]["action"] == ["s3:PutObject"]
    )
    let_in(s3, {"AWS": "333333333333"}, "s3:PutObject")
    both = watching.status(BUCKET, "ACTIVE", "RESOLVED")

    assert [one["id"] for one in changed] == [first["id"]]
    assert {one["status"]: one["principal"]["AWS"] for one in both} == {
        "ACTIVE": "333333333333",
        "RESOLVED": OTHER_ACCOUNT,
    }


def test_a_bucket_is_public_by_its_acl_until_that_is_ignored(s3: Any, watching: Watching) -> None:
    s3.put_bucket_ownership_controls(
        Bucket="reports", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_bucket_acl(Bucket="reports", ACL="public-read")

    (found,) = watching.status(BUCKET, "ACTIVE")
    s3.put_public_access_block(
        Bucket="reports", PublicAccessBlockConfiguration={"IgnorePublicAcls": True}
    )
    watching.status(BUCKET, "RESOLVED")

    assert found["sources"] == [{"type": "BUCKET_ACL"}]
    assert found["isPublic"] is True
    assert "s3:ListBucket" in found["action"]


def test_the_block_of_the_account_closes_every_bucket(
    s3: Any, watching: Watching, clients: Clients
) -> None:
    let_in(s3, "*")
    watching.status(BUCKET, "ACTIVE")

    clients.client("s3control").put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )

    watching.status(BUCKET, "RESOLVED")


def test_an_access_point_is_a_source(s3: Any, watching: Watching, clients: Clients) -> None:
    let_in(s3, "*", "s3:GetObject", StringEquals={"s3:DataAccessPointAccount": ACCOUNT})
    control = clients.client("s3control")
    control.create_access_point(
        AccountId=ACCOUNT,
        Name="front",
        Bucket="reports",
        PublicAccessBlockConfiguration={"RestrictPublicBuckets": False},
    )
    arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/front"
    control.put_access_point_policy(
        AccountId=ACCOUNT,
        Name="front",
        Policy=document({"AWS": OTHER_ACCOUNT}, "s3:GetObject", f"{arn}/object/*"),
    )

    (found,) = watching.status(BUCKET, "ACTIVE")
    control.delete_access_point(AccountId=ACCOUNT, Name="front")
    watching.status(BUCKET, "RESOLVED")

    assert found["principal"] == {"AWS": OTHER_ACCOUNT}
    assert found["sources"] == [{"type": "S3_ACCESS_POINT", "detail": {"accessPointArn": arn}}]


def test_a_role_that_is_deleted_has_its_findings_resolved(iam: Any, watching: Watching) -> None:
    role(iam, {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"})
    watching.status(ROLE, "ACTIVE")

    iam.delete_role(RoleName="deploy")

    watching.status(ROLE, "RESOLVED")
    with pytest.raises(ClientError, match="was not analyzed"):
        watching.client.get_analyzed_resource(analyzerArn=watching.arn, resourceArn=ROLE)


def test_a_role_trusted_anew_is_looked_at_again(iam: Any, watching: Watching) -> None:
    role(iam, {"Service": "lambda.amazonaws.com"})
    assert watching.status(ROLE) == []

    iam.update_assume_role_policy(
        RoleName="deploy", PolicyDocument=document({"AWS": OTHER_ACCOUNT}, "sts:AssumeRole")
    )

    watching.status(ROLE, "ACTIVE")


def test_findings_are_archived_by_hand_and_made_active_again(s3: Any, watching: Watching) -> None:
    let_in(s3, "*")
    (found,) = watching.status(BUCKET, "ACTIVE")
    client = watching.client

    client.update_findings(analyzerArn=watching.arn, status="ARCHIVED", ids=[found["id"]])
    archived = client.get_finding(analyzerArn=watching.arn, id=found["id"])["finding"]
    client.update_findings(analyzerArn=watching.arn, status="ACTIVE", resourceArn=BUCKET)
    active = client.get_finding_v2(analyzerArn=watching.arn, id=found["id"])

    assert (archived["status"], active["status"]) == ("ARCHIVED", "ACTIVE")
    assert active["findingType"] == "ExternalAccess"
    (details,) = active["findingDetails"]
    assert details["externalAccessDetails"]["principal"] == {"AWS": "*"}


def test_a_scan_by_hand_looks_again(s3: Any, watching: Watching) -> None:
    let_in(s3, "*")
    watching.status(BUCKET, "ACTIVE")
    before = watching.client.get_analyzed_resource(analyzerArn=watching.arn, resourceArn=BUCKET)

    watching.client.start_resource_scan(analyzerArn=watching.arn, resourceArn=BUCKET)

    def analyzed() -> Any:
        shown = watching.client.get_analyzed_resource(analyzerArn=watching.arn, resourceArn=BUCKET)
        return shown["resource"]

    found = eventually(
        analyzed, lambda shown: shown["analyzedAt"] > before["resource"]["analyzedAt"]
    )
    assert (found["isPublic"], found["sharedVia"], found["status"]) == (True, ["POLICY"], "ACTIVE")
    assert found["updatedAt"] == before["resource"]["updatedAt"]


def test_another_account_sees_no_analyzer_and_no_finding(
    s3: Any, watching: Watching, clients: Clients
) -> None:
    from doorward.store import accounts

    running = clients.served.running

    def make(db: Any) -> None:
        now = running.clock.now()
        accounts.create(db, OTHER_ACCOUNT, now)
        accounts.set_root_key(
            db, running.secrets, OTHER_ACCOUNT, "other-key-id", "other-secret", now
        )

    running.database.write(make)
    let_in(s3, "*")
    watching.status(BUCKET, "ACTIVE")
    other = clients.client("accessanalyzer", "other-key-id", "other-secret", host="127.0.0.1")

    assert other.list_analyzers()["analyzers"] == []
    with pytest.raises(ClientError) as refused:
        other.list_findings(analyzerArn=watching.arn)
    assert refused.value.response["Error"]["Code"] in {
        "ResourceNotFoundException",
        "AccessDeniedException",
    }
