"""Findings about who inside the zone of trust may use a critical resource."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.accessanalyzer.organization import joined
from services.accessanalyzer.watching import Watching, document, eventually
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

BUCKET = "arn:aws:s3:::reports"


def policy(*actions: str, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": list(actions), "Resource": [BUCKET, f"{BUCKET}/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(clients: Clients) -> Any:
    return clients.client("iam", host="127.0.0.1")


@pytest.fixture
def s3(clients: Clients) -> Any:
    client = clients.client("s3", host="127.0.0.1", s3={"addressing_style": "path"})
    client.create_bucket(Bucket="reports")
    return client


def watch(analyzer: Any, **given: Any) -> Watching:
    rule = {"inclusions": [given or {"resourceArns": [BUCKET]}]}
    configuration = {"internalAccess": {"analysisRule": rule}}
    return Watching(analyzer, "ACCOUNT_INTERNAL_ACCESS", configuration=configuration)


def active(watching: Watching) -> dict[str, dict[str, Any]]:
    """The details of active findings by the name of the user or role."""
    client = watching.client
    found = client.list_findings_v2(
        analyzerArn=watching.arn, filter={"status": {"eq": ["ACTIVE"]}}
    )["findings"]
    shown = [client.get_finding_v2(analyzerArn=watching.arn, id=one["id"]) for one in found]
    details = [one["findingDetails"][0]["internalAccessDetails"] for one in shown]
    return {one["principal"]["AWS"].rpartition("/")[2]: one for one in details}


def test_users_and_roles_that_may_use_a_critical_bucket_are_found(
    iam: Any, s3: Any, analyzer: Any, clients: Clients
) -> None:
    clients.user("alice", policy("s3:GetObject", "s3:ListBucket"))
    clients.user("bob")
    iam.create_role(
        RoleName="clean", AssumeRolePolicyDocument=document({"AWS": ACCOUNT}, "sts:AssumeRole")
    )
    iam.put_role_policy(RoleName="clean", PolicyName="p", PolicyDocument=policy("s3:DeleteObject"))

    watching = watch(analyzer)

    found = eventually(lambda: active(watching), lambda seen: len(seen) == 2)
    assert found["alice"]["action"] == ["s3:GetObject", "s3:ListBucket"]
    assert found["alice"]["accessType"] == "INTRA_ACCOUNT"
    assert found["alice"]["principalType"] == "IAM_USER"
    assert found["clean"]["action"] == ["s3:DeleteObject"]
    assert found["clean"]["principalType"] == "IAM_ROLE"
    (counted,) = analyzer.get_findings_statistics(analyzerArn=watching.arn)["findingsStatistics"]
    assert counted["internalAccessFindingsStatistics"]["totalActiveFindings"] == 2


def test_a_change_of_either_side_is_followed(
    iam: Any, s3: Any, analyzer: Any, clients: Clients
) -> None:
    clients.user("alice", policy("s3:GetObject"))
    watching = watch(analyzer)
    eventually(lambda: active(watching), lambda seen: set(seen) == {"alice"})

    alice = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}
    denied = json.loads(document(alice, "s3:*", [BUCKET, f"{BUCKET}/*"]).replace("Allow", "Deny"))
    s3.put_bucket_policy(Bucket="reports", Policy=json.dumps(denied))
    eventually(lambda: active(watching), lambda seen: seen == {})
    s3.delete_bucket_policy(Bucket="reports")
    eventually(lambda: active(watching), lambda seen: set(seen) == {"alice"})
    iam.delete_user_policy(UserName="alice", PolicyName="p0")
    eventually(lambda: active(watching), lambda seen: seen == {})


def test_a_boundary_limits_what_is_found(
    iam: Any, s3: Any, analyzer: Any, clients: Clients
) -> None:
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=policy("s3:GetObject"))
    clients.user("alice", policy("s3:*"))
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=bound["Policy"]["Arn"])

    watching = watch(analyzer)

    found = eventually(lambda: active(watching), lambda seen: "alice" in seen)
    assert found["alice"]["action"] == ["s3:GetObject"]


def test_only_what_the_rule_names_is_looked_at(
    iam: Any, s3: Any, analyzer: Any, clients: Clients
) -> None:
    clients.user("alice", policy("s3:GetObject"))
    s3.create_bucket(Bucket="others")
    watching = watch(analyzer, resourceTypes=["AWS::S3::Bucket"], resourceArns=[BUCKET])

    eventually(lambda: active(watching), lambda seen: set(seen) == {"alice"})

    looked = analyzer.list_analyzed_resources(analyzerArn=watching.arn)["analyzedResources"]
    assert [one["resourceArn"] for one in looked] == [BUCKET]


def test_an_analyzer_without_critical_resources_is_refused(analyzer: Any) -> None:
    with pytest.raises(ClientError, match="names the critical resources"):
        analyzer.create_analyzer(analyzerName="inside", type="ACCOUNT_INTERNAL_ACCESS")


def test_a_member_of_the_organization_may_use_what_lets_it_in(
    iam: Any, s3: Any, analyzer: Any, clients: Clients
) -> None:
    joined(clients)
    theirs = clients.client("iam", "other-key-id", "other-secret", host="127.0.0.1")
    theirs.create_user(UserName="carol")
    theirs.put_user_policy(
        UserName="carol", PolicyName="p", PolicyDocument=policy("s3:GetObject", "s3:PutObject")
    )
    s3.put_bucket_policy(
        Bucket="reports", Policy=document({"AWS": OTHER_ACCOUNT}, "s3:GetObject", f"{BUCKET}/*")
    )
    rule = {"inclusions": [{"resourceArns": [BUCKET]}]}

    watching = Watching(
        analyzer,
        "ORGANIZATION_INTERNAL_ACCESS",
        configuration={"internalAccess": {"analysisRule": rule}},
    )

    found = eventually(lambda: active(watching), lambda seen: "carol" in seen)
    assert found["carol"]["action"] == ["s3:GetObject"]
    assert found["carol"]["accessType"] == "INTRA_ORG"
    assert found["carol"]["principalOwnerAccount"] == OTHER_ACCOUNT
    assert found["carol"]["serviceControlPolicyRestriction"] == "NOT_APPLICABLE"
