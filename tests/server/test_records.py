"""Records hold what CloudTrail's hold: who asked, what about, and a copy for whom it concerns."""

import json
from collections.abc import Iterator

import pytest

from doorward.store import audit
from server.place import Place, Side

OPEN = {"Effect": "Allow", "Principal": {"AWS": "*"}}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


def policy(action: str, **more) -> str:
    statement = {**OPEN, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def role(side: Side) -> str:
    name = side.new("role")
    trust = policy("sts:AssumeRole")
    made = side.call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)
    return made["Role"]["Arn"]


def bucket(side: Side) -> str:
    name = f"bucket-{side.account}-{side.new('b')}"
    side.call("s3", "CreateBucket", Bucket=name)
    return name


def sent(side: Side, service: str, operation: str, by=None, **parameters) -> list[dict]:
    before = side.place.last_event()
    side.place_call(service, operation, parameters, by or side.admin)
    return side.place.events(before)


def test_a_role_of_another_account_is_on_record_in_both(place: Place) -> None:
    mine, other = place.side(), place.side()
    arn = role(other)

    one, copy = sent(mine, "sts", "AssumeRole", RoleArn=arn, RoleSessionName="visit")

    assert one["sharedEventID"] == copy["sharedEventID"]
    assert one["requestID"] == copy["requestID"]
    assert one["eventID"] != copy["eventID"]
    assert one["userIdentity"]["arn"] == mine.arn("user/admin")
    assert copy["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": one["userIdentity"]["principalId"],
        "accountId": mine.account,
    }
    assert (one["recipientAccountId"], copy["recipientAccountId"]) == (mine.account, other.account)
    assert one["resources"] == [{"accountId": other.account, "type": "AWS::IAM::Role", "ARN": arn}]
    assert one["responseElements"]["credentials"].keys() >= {"accessKeyId", "expiration"}
    assert "secretAccessKey" not in one["responseElements"]["credentials"]


def test_a_role_of_the_same_account_is_on_record_once(place: Place) -> None:
    side = place.side()

    (event,) = sent(side, "sts", "AssumeRole", RoleArn=role(side), RoleSessionName="home")

    assert "sharedEventID" not in event
    assert event["readOnly"] is True


def test_a_role_that_is_denied_is_on_record_with_the_caller_alone(place: Place) -> None:
    mine, other = place.side(), place.side()
    arn = role(other)

    (event,) = sent(mine, "sts", "AssumeRole", mine.nobody, RoleArn=arn, RoleSessionName="visit")

    assert event["errorCode"] == "AccessDenied"
    assert (event["requestParameters"], event["responseElements"]) == (None, None)


def test_an_object_of_another_account_is_on_record_in_both(place: Place) -> None:
    mine, other = place.side(), place.side()
    name = bucket(other)
    allowed = policy("s3:*", Resource=f"arn:aws:s3:::{name}/*")
    allowed = allowed.replace('{"AWS": "*"}', json.dumps({"AWS": mine.account}))
    other.call("s3", "PutBucketPolicy", Bucket=name, Policy=allowed)

    one, copy = sent(mine, "s3", "PutObject", Bucket=name, Key="k", Body=b"four")

    assert one["resources"][0] == {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{name}/k"}
    assert one["resources"][1]["accountId"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert copy["resources"][1]["accountId"] == other.account
    assert copy["userIdentity"]["type"] == "AWSAccount"
    for event in (one, copy):
        assert (event["managementEvent"], event["eventCategory"]) == (False, "Data")
        assert event["additionalEventData"]["bytesTransferredIn"] == 4
        assert event["additionalEventData"]["AuthenticationMethod"] == "AuthHeader"
        assert event["userAgent"].startswith("[")
        assert event["requestParameters"].items() >= {"bucketName": name, "key": "k"}.items()


def test_the_copy_of_another_accounts_call_is_nobodys_last_access(place: Place) -> None:
    mine, other = place.side(), place.side()
    sent(mine, "sts", "AssumeRole", RoleArn=role(other), RoleSessionName="visit")
    place.flush()

    with place.running.database.read() as db:
        copies = [
            one
            for one in audit.page(db, other.account, limit=50).items
            if "AWSAccount" in one.event
        ]

    assert [one.principal_id for one in copies] == [""]


def test_a_list_of_objects_tells_what_they_begin_with(place: Place) -> None:
    side = place.side()
    name = bucket(side)

    (event,) = sent(side, "s3", "ListObjectsV2", Bucket=name, Prefix="logs/")

    assert event["eventName"] == "ListObjects"
    assert event["eventCategory"] == "Data"
    assert event["resources"][0]["ARNPrefix"] == f"arn:aws:s3:::{name}/logs/"
    assert event["additionalEventData"]["bytesTransferredOut"] > 0


def test_a_bucket_is_managed(place: Place) -> None:
    side = place.side()

    (event,) = sent(side, "s3", "CreateBucket", Bucket=f"managed-{side.account}")

    assert (event["managementEvent"], event["eventCategory"]) == (True, "Management")
    assert event["eventSource"] == "s3.amazonaws.com"


def test_root_goes_by_the_alias_of_its_account(place: Place) -> None:
    side = place.side()
    (plain,) = sent(side, "iam", "ListUsers", side.root)
    side.call("iam", "CreateAccountAlias", AccountAlias=f"alias-{side.account}")
    (named,) = sent(side, "iam", "ListUsers", side.root)

    assert "userName" not in plain["userIdentity"]
    assert named["userIdentity"]["userName"] == f"alias-{side.account}"
    assert "sessionContext" not in named["userIdentity"]


def test_an_error_of_iam_goes_by_its_exception(place: Place) -> None:
    side = place.side()

    (event,) = sent(side, "iam", "GetUser", UserName="missing")

    assert event["errorCode"] == "NoSuchEntityException"
    assert event["requestParameters"] == {"userName": "missing"}


def test_a_session_of_a_user_has_an_empty_issuer(place: Place) -> None:
    from botocore.credentials import Credentials

    side = place.side()
    made = side.call("sts", "GetSessionToken", side.admin)["Credentials"]
    keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    (event,) = sent(side, "sts", "GetCallerIdentity", keys)

    context = event["userIdentity"]["sessionContext"]
    assert (context["sessionIssuer"], context["webIdFederationData"]) == ({}, {})
    assert context["attributes"]["mfaAuthenticated"] == "false"


def test_what_is_larger_than_cloudtrail_keeps_is_left_out() -> None:
    event = {"requestParameters": {"a": "x" * 200_000}, "responseElements": {"b": "y"}}

    assert json.loads(audit.text(event)) == {"responseElements": {"b": "y"}}
