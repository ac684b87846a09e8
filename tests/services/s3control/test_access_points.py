"""Access points: what stands behind them, and that both sides must allow."""

import json
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from services.served import ACCOUNT, Clients

ARN = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/readers"
B = "arn:aws:s3:::reports"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def code(call: Any, *arguments: Any, **parameters: Any) -> str:
    """The code of a refusal; `-` where there is none."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "-"


class Point(NamedTuple):
    """The access point `readers`, and the client of S3 Control that made it."""

    control: Any
    arn: str
    alias: str


@pytest.fixture
def point(clients: Clients, s3: Any) -> Point:
    del s3
    control = clients.client("s3control")
    made = control.create_access_point(AccountId=ACCOUNT, Name="readers", Bucket="reports")
    return Point(control, made["AccessPointArn"], made["Alias"])


DELEGATED = allow(
    "*", [B, f"{B}/*"], Principal={"AWS": "*"},
    Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
)  # fmt: skip


def test_a_new_access_point_blocks_public_access(point: Point) -> None:
    found = point.control.get_access_point(AccountId=ACCOUNT, Name="readers")

    assert (found["Bucket"], found["NetworkOrigin"]) == ("reports", "Internet")
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert found["AccessPointArn"] == point.arn == ARN
    assert found["Alias"] == point.alias
    assert point.alias.startswith("readers-")
    assert point.alias.endswith("-s3alias")
    assert len(point.alias) <= 63


def test_objects_are_reached_by_alias_by_arn_and_by_path(
    clients: Clients, s3: Any, point: Point
) -> None:
    by_path = clients.client("s3", host="127.0.0.1")
    for client, name in ((s3, point.alias), (s3, point.arn), (by_path, point.alias)):
        assert client.get_object(Bucket=name, Key="a/1.txt")["Body"].read() == b"text"
        listed = client.list_objects_v2(Bucket=name)["Contents"]
        assert [one["Key"] for one in listed] == ["a/1.txt", "b/1.txt"]
        client.put_object(Bucket=name, Key="c", Body=b"new")
        copied = {"Bucket": name, "Key": "d", "CopySource": f"{point.arn}/object/c"}
        client.copy_object(**copied)
        client.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "c"}, {"Key": "d"}]})
    uploading = s3.create_multipart_upload(Bucket=point.alias, Key="big")["UploadId"]
    part = {"Bucket": point.alias, "Key": "big", "UploadId": uploading, "PartNumber": 1}
    etag = s3.upload_part(Body=b"part", **part)["ETag"]
    del part["PartNumber"]
    s3.complete_multipart_upload(
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}, **part
    )
    assert s3.get_object(Bucket="reports", Key="big")["Body"].read() == b"part"


def test_an_arn_may_stand_in_the_path_with_its_slash(clients: Clients, point: Point) -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from botocore.httpsession import URLLib3Session

    escaped = point.arn.replace(":", "%3A")
    for path in (escaped, escaped.replace("/", "%2F")):
        url = f"http://127.0.0.1:{clients.port}/{path}/a/1.txt"
        request = AWSRequest("GET", url, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
        S3SigV4Auth(Credentials("root-key-id", "root-secret"), "s3", "us-east-1").add_auth(request)
        answer = URLLib3Session().send(request.prepare())
        assert (answer.status_code, answer.text) == (200, "text")


BOTH_SIDES = [
    # identity policy                                         policy of the point                  of the bucket    may read a/1.txt
    ([],                                                      None,                                None,            False),
    ([allow("s3:*", "*")],                                    None,                                None,            True),
    ([allow("s3:GetObject", f"{ARN}/object/*")],              None,                                None,            False),
    ([allow("s3:GetObject", f"{B}/*")],                       None,                                None,            False),
    ([allow("s3:GetObject", [f"{ARN}/object/*", f"{B}/*"])],  None,                                None,            True),
    ([],                                                      "alice reads a/",                    None,            False),
    ([],                                                      "alice reads a/",                    [DELEGATED],     True),
    ([],                                                      "alice reads b/",                    [DELEGATED],     False),
    ([],                                                      None,                                [DELEGATED],     False),
    ([allow("s3:GetObject", f"{ARN}/object/*")],              None,                                [DELEGATED],     True),
    ([allow("s3:*", "*")],                                    "nobody reads",                      None,            False),
    ([allow("s3:*", "*")],                                    None,                                ["no points"],   False),
    ([allow("s3:*", "*", Condition={"StringEquals": {"s3:DataAccessPointArn": ARN}})], None,       None,            True),
    ([allow("s3:*", "*", Condition={"StringEquals": {"s3:AccessPointNetworkOrigin": "VPC"}})], None, None,          False),
]  # fmt: skip

POINT_POLICIES = {
    "alice reads a/": allow("s3:GetObject", f"{ARN}/object/a/*", Principal={"AWS": ALICE}),
    "alice reads b/": allow("s3:GetObject", f"{ARN}/object/b/*", Principal={"AWS": ALICE}),
    "nobody reads": {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/object/*",
    },
}  # fmt: skip
NO_POINTS = {
    "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{B}/*",
    "Condition": {"Null": {"s3:DataAccessPointArn": "false"}},
}  # fmt: skip


@pytest.mark.parametrize(("identity", "of_point", "of_bucket", "may"), BOTH_SIDES)
def test_the_access_point_and_the_bucket_must_both_allow(
    clients: Clients,
    s3: Any,
    point: Point,
    identity: list,
    of_point: str | None,
    of_bucket: list | None,
    may: bool,
) -> None:
    alice = clients.user("alice", *[policy(one) for one in identity])("s3")
    if of_point:
        point.control.put_access_point_policy(
            AccountId=ACCOUNT, Name="readers", Policy=policy(POINT_POLICIES[of_point])
        )
    if of_bucket:
        statements = [NO_POINTS if one == "no points" else one for one in of_bucket]
        s3.put_bucket_policy(Bucket="reports", Policy=policy(*statements))

    for name in (point.alias, point.arn):
        found = code(alice.get_object, Bucket=name, Key="a/1.txt")
        assert found == ("-" if may else "AccessDenied")


def test_what_an_access_point_grants_is_not_had_without_it(
    clients: Clients, s3: Any, point: Point
) -> None:
    alice = clients.user("alice")("s3")
    reads = policy(POINT_POLICIES["alice reads a/"])
    point.control.put_access_point_policy(AccountId=ACCOUNT, Name="readers", Policy=reads)
    s3.put_bucket_policy(Bucket="reports", Policy=policy(DELEGATED))

    assert code(alice.get_object, Bucket=point.alias, Key="a/1.txt") == "-"
    assert code(alice.get_object, Bucket="reports", Key="a/1.txt") == "AccessDenied"
    assert code(alice.get_object, Bucket=point.alias, Key="b/1.txt") == "AccessDenied"
    assert code(alice.put_object, Bucket=point.alias, Key="a/2.txt") == "AccessDenied"
    copying = {"Bucket": point.alias, "Key": "a/3", "CopySource": f"{point.arn}/object/b/1.txt"}
    assert code(alice.copy_object, **copying) == "AccessDenied"
    several = alice.delete_objects(Bucket=point.alias, Delete={"Objects": [{"Key": "a/1.txt"}]})
    assert [one["Code"] for one in several["Errors"]] == ["AccessDenied"]
    assert s3.get_bucket_policy_status(Bucket="reports")["PolicyStatus"] == {"IsPublic": False}


def test_what_an_operation_decides_inside_asks_both_sides_too(
    clients: Clients, s3: Any, point: Point
) -> None:
    on_bucket = clients.user("alice", policy(allow("s3:*", [B, f"{B}/*"])))("s3")
    on_both = clients.user("bob", policy(allow("s3:*", [B, f"{B}/*", ARN, f"{ARN}/*"])))("s3")
    several = {"Bucket": point.alias, "Delete": {"Objects": [{"Key": "a/1.txt"}]}}

    refused = on_bucket.delete_objects(**several)["Errors"]
    assert [one["Code"] for one in refused] == ["AccessDenied"]
    assert code(s3.head_object, Bucket="reports", Key="a/1.txt") == "-"
    assert code(on_bucket.get_object, Bucket=point.alias, Key="none") == "AccessDenied"
    assert code(on_both.get_object, Bucket=point.alias, Key="none") == "NoSuchKey"
    assert "Errors" not in on_both.delete_objects(**several)


def test_the_source_of_a_copy_may_be_behind_an_access_point_too(
    clients: Clients, s3: Any, point: Point
) -> None:
    s3.create_bucket(Bucket="mine")
    own = allow("s3:*", ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"])
    direct = clients.user("alice", policy(own, allow("s3:Get*", f"{B}/*")))("s3")
    both = clients.user("bob", policy(own, allow("s3:Get*", [f"{B}/*", f"{ARN}/*"])))("s3")
    source = {"Bucket": "mine", "Key": "k", "CopySource": f"{point.arn}/object/a/1.txt"}

    assert code(direct.copy_object, **source) == "AccessDenied"
    assert code(both.copy_object, **source) == "-"
    assert code(direct.copy_object, **{**source, "CopySource": "reports/a/1.txt"}) == "-"


def test_nobody_comes_in_unsigned_or_from_a_vpc_that_is_not_there(
    clients: Clients, s3: Any, point: Point
) -> None:
    from botocore import UNSIGNED

    s3.put_bucket_policy(
        Bucket="reports", Policy=policy(allow("s3:GetObject", f"{B}/*", Principal="*"))
    )
    anonymous = clients.client("s3", signature_version=UNSIGNED)
    inside = point.control.create_access_point(
        AccountId=ACCOUNT, Name="inside", Bucket="reports", VpcConfiguration={"VpcId": "vpc-1"}
    )

    assert code(anonymous.get_object, Bucket="reports", Key="a/1.txt") == "-"
    assert code(anonymous.get_object, Bucket=point.alias, Key="a/1.txt") == "AccessDenied"
    assert code(s3.get_object, Bucket=inside["Alias"], Key="a/1.txt") == "AccessDenied"
    found = point.control.get_access_point(AccountId=ACCOUNT, Name="inside")
    assert (found["NetworkOrigin"], found["VpcConfiguration"]) == ("VPC", {"VpcId": "vpc-1"})


def test_an_access_point_takes_objects_and_not_the_settings_of_its_bucket(
    s3: Any, point: Point
) -> None:
    assert code(s3.put_bucket_policy, Bucket=point.alias, Policy="{}") == "MethodNotAllowed"
    assert code(s3.delete_bucket, Bucket=point.alias) == "MethodNotAllowed"
    assert code(s3.put_object, Bucket=point.alias, Key="k", ACL="public-read") == "AccessDenied"
    assert code(s3.get_object, Bucket="none-a-s3alias", Key="k") == "NoSuchAccessPoint"


def test_access_points_are_listed_by_bucket_and_in_pages(s3: Any, point: Point) -> None:
    s3.create_bucket(Bucket="others")
    for name, bucket in (("a-1", "others"), ("z-1", "reports")):
        point.control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=bucket)

    def names(**given: Any) -> list[str]:
        page = point.control.list_access_points(AccountId=ACCOUNT, **given)
        rest = names(**{**given, "NextToken": page["NextToken"]}) if "NextToken" in page else []
        return [one["Name"] for one in page["AccessPointList"]] + rest

    assert names(MaxResults=1) == ["a-1", "readers", "z-1"]
    assert names(Bucket="reports") == ["readers", "z-1"]


WRONG = [
    ({"Name": "Readers"},                             "InvalidURI"),
    ({"Name": "x-s3alias"},                           "InvalidURI"),
    ({"Name": "readers"},                             "AccessPointAlreadyOwnedByYou"),
    ({"Bucket": "nope"},                              "InvalidRequest"),
    ({"BucketAccountId": "210987654321"},             "InvalidRequest"),
    ({"Scope": {"Prefixes": ["a/"]}},                 "InvalidRequest"),
    ({"AccountId": "210987654321"},                   "AccessDenied"),
    ({"Tags": [{"Key": "aws:a", "Value": ""}]},       "InvalidTag"),
]  # fmt: skip


def test_an_access_point_that_cannot_be_is_refused(point: Point) -> None:
    for given, expected in WRONG:
        wanted = {"AccountId": ACCOUNT, "Name": "new", "Bucket": "reports"} | given

        assert code(point.control.create_access_point, **wanted) == expected, given


def test_a_host_name_means_a_bucket_or_an_access_point_and_never_both(
    s3: Any, point: Point
) -> None:
    taken = f"readers-{ACCOUNT}"
    s3.create_bucket(Bucket=f"new-{ACCOUNT}")
    wanted = {"AccountId": ACCOUNT, "Name": "new", "Bucket": "reports"}

    assert code(s3.create_bucket, Bucket=taken) == "BucketAlreadyExists"
    assert code(point.control.create_access_point, **wanted) == "InvalidRequest"


def test_a_bucket_stays_while_access_points_lead_to_it(s3: Any, point: Point) -> None:
    for key in ("a/1.txt", "b/1.txt"):
        s3.delete_object(Bucket="reports", Key=key)
    assert code(s3.delete_bucket, Bucket="reports") == "BucketHasAccessPointsAttached"

    point.control.delete_access_point(AccountId=ACCOUNT, Name="readers")
    s3.delete_bucket(Bucket="reports")
    gone = code(point.control.get_access_point, AccountId=ACCOUNT, Name="readers")
    assert gone == "NoSuchAccessPoint"


POLICIES = [
    (allow("s3:GetObject", f"{ARN}/object/*", Principal="*"),                         "AccessDenied"),
    (allow("s3:GetObject", f"{B}/*", Principal={"AWS": ALICE}),                       "MalformedPolicy"),
    (allow("s3:GetObject", f"{ARN}2/object/*", Principal={"AWS": ALICE}),             "MalformedPolicy"),
    (allow("iam:GetUser", f"{ARN}/object/*", Principal={"AWS": ALICE}),               "MalformedPolicy"),
    (allow("s3:GetObject", f"{ARN}/object/*"),                                        "MalformedPolicy"),
    (allow("s3:GetObject", f"{ARN}/object/*", NotPrincipal={"AWS": ALICE}),           "MalformedPolicy"),
    (allow("s3:GetObject", f"{ARN}/object/*", Principal={"AWS": f"{ALICE}-2"}),       "MalformedPolicy"),
    (allow("s3:ListBucket", ARN, Principal={"AWS": ALICE}),                           "-"),
]  # fmt: skip


def test_which_policies_an_access_point_takes(clients: Clients, point: Point) -> None:
    clients.user("alice")
    given = {"AccountId": ACCOUNT, "Name": "readers"}
    for statement, expected in POLICIES:
        document = policy(statement)

        assert code(point.control.put_access_point_policy, Policy=document, **given) == expected
        stored = code(point.control.get_access_point_policy, **given)
        assert stored == ("-" if expected == "-" else "NoSuchAccessPointPolicy"), statement


def test_a_policy_names_the_user_that_it_named_and_no_namesake(
    clients: Clients, s3: Any, point: Point
) -> None:
    clients.user("alice")
    given = {"AccountId": ACCOUNT, "Name": "readers"}
    statement = POINT_POLICIES["alice reads a/"]
    point.control.put_access_point_policy(Policy=policy(statement), **given)
    s3.put_bucket_policy(Bucket="reports", Policy=policy(DELEGATED))
    assert ALICE in point.control.get_access_point_policy(**given)["Policy"]
    iam = clients.client("iam")
    for key in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="alice")

    again = clients.user("alice")("s3")

    assert code(again.get_object, Bucket=point.alias, Key="a/1.txt") == "AccessDenied"
    assert ALICE not in point.control.get_access_point_policy(**given)["Policy"]
    point.control.delete_access_point_policy(**given)
    assert code(point.control.get_access_point_policy_status, **given) == "NoSuchAccessPointPolicy"
