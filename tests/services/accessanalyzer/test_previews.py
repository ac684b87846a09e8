"""Access previews: what a change would let in, beside what is let in now."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.accessanalyzer.watching import Watching, document, eventually
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

BUCKET = "arn:aws:s3:::reports"
THIRD = "333333333333"


@pytest.fixture
def watching(analyzer: Any) -> Watching:
    return Watching(analyzer)


def previewed(watching: Watching, arn: str, configuration: dict[str, Any]) -> str:
    """The id of a preview that is worked out."""
    made = watching.client.create_access_preview(
        analyzerArn=watching.arn, configurations={arn: configuration}
    )
    where = {"analyzerArn": watching.arn, "accessPreviewId": made["id"]}
    eventually(
        lambda: watching.client.get_access_preview(**where)["accessPreview"]["status"],
        lambda status: status != "CREATING",
    )
    return str(made["id"])


def found(watching: Watching, preview: str, **criteria: Any) -> list[dict[str, Any]]:
    answer = watching.client.list_access_preview_findings(
        analyzerArn=watching.arn, accessPreviewId=preview, filter=criteria
    )
    return list(answer["findings"])


def test_a_bucket_policy_is_tried_before_there_is_a_bucket(watching: Watching) -> None:
    text = document("*", "s3:GetObject", f"{BUCKET}/*")
    preview = previewed(watching, BUCKET, {"s3Bucket": {"bucketPolicy": text}})

    (one,) = found(watching, preview)

    assert (one["changeType"], one["status"], one["isPublic"]) == ("NEW", "ACTIVE", True)
    assert one["principal"] == {"AWS": "*"}
    assert one["action"] == ["s3:GetObject"]
    assert watching.findings() == []
    listed = watching.client.list_access_previews(analyzerArn=watching.arn)["accessPreviews"]
    assert [(each["id"], each["status"]) for each in listed] == [(preview, "COMPLETED")]


def test_a_preview_says_what_is_new_what_stays_and_what_goes(
    watching: Watching, clients: Clients
) -> None:
    s3 = clients.client("s3", host="127.0.0.1", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="reports")
    both = document({"AWS": [OTHER_ACCOUNT, THIRD]}, "s3:GetObject", f"{BUCKET}/*")
    s3.put_bucket_policy(Bucket="reports", Policy=both)
    now = {one["principal"]["AWS"]: one["id"] for one in watching.status(BUCKET, *["ACTIVE"] * 2)}
    other = document({"AWS": [THIRD, "444444444444"]}, "s3:GetObject", f"{BUCKET}/*")

    preview = previewed(watching, BUCKET, {"s3Bucket": {"bucketPolicy": other}})

    told = {one["principal"]["AWS"]: one for one in found(watching, preview)}
    assert {who: (one["changeType"], one["status"]) for who, one in told.items()} == {
        "444444444444": ("NEW", "ACTIVE"),
        THIRD: ("UNCHANGED", "ACTIVE"),
        OTHER_ACCOUNT: ("CHANGED", "RESOLVED"),
    }
    assert told[THIRD]["existingFindingId"] == now[THIRD]
    (new,) = found(watching, preview, changeType={"eq": ["NEW"]})
    assert "existingFindingId" not in new


def test_blocks_acls_and_access_points_of_a_preview_count(watching: Watching) -> None:
    everyone = {"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}
    acl = {"bucketAclGrants": [{"permission": "READ", "grantee": everyone}]}
    block = {"ignorePublicAcls": True, "restrictPublicBuckets": False}

    opened = previewed(watching, BUCKET, {"s3Bucket": acl})
    closed = previewed(watching, BUCKET, {"s3Bucket": {**acl, "bucketPublicAccessBlock": block}})

    assert [one["sources"] for one in found(watching, opened)] == [[{"type": "BUCKET_ACL"}]]
    assert found(watching, closed) == []


def test_a_role_and_a_key_are_tried(watching: Watching) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/new"
    trust = document({"AWS": OTHER_ACCOUNT}, "sts:AssumeRole")
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/new"
    policy = document({"AWS": OTHER_ACCOUNT}, "kms:Decrypt", "*")

    of_role = previewed(watching, role, {"iamRole": {"trustPolicy": trust}})
    of_key = previewed(watching, key, {"kmsKey": {"keyPolicies": {"default": policy}}})

    assert [one["action"] for one in found(watching, of_role)] == [["sts:AssumeRole"]]
    assert [one["action"] for one in found(watching, of_key)] == [["kms:Decrypt"]]


def test_a_policy_that_is_none_fails_the_preview(watching: Watching) -> None:
    preview = previewed(watching, BUCKET, {"s3Bucket": {"bucketPolicy": "{"}})

    shown = watching.client.get_access_preview(analyzerArn=watching.arn, accessPreviewId=preview)
    assert shown["accessPreview"]["status"] == "FAILED"
    assert shown["accessPreview"]["statusReason"] == {"code": "INVALID_CONFIGURATION"}
    with pytest.raises(ClientError, match="status FAILED"):
        found(watching, preview)


def test_what_cannot_be_previewed_is_refused_in_plain_words(watching: Watching) -> None:
    snapshot = f"arn:aws:ec2:us-east-1:{ACCOUNT}:snapshot/snap-1"

    with pytest.raises(ClientError, match="ebsSnapshot are not supported here"):
        previewed(watching, snapshot, {"ebsSnapshot": {"groups": ["all"]}})
