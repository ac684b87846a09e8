"""S3 at an endpoint: decided here, kept there. The endpoint is a Doorward that verifies for itself."""

import hashlib
import http.client
import io
import json
import os
import resource
import urllib.error
import urllib.request

import pytest
from botocore import UNSIGNED
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, Served
from gateway.conftest import SESSION, Gateway, allow, deny, other
from gateway.raw import send
from gateway.test_audit import events
from gateway.test_resource_policies import grant
from gateway.test_unread import denied

KEY, SECRET = "endpoint-key-id", "endpoint-secret"


@pytest.fixture(scope="module")
def behind():
    server = Served(root_access_key_id=KEY, root_secret_access_key=SECRET)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def served(behind):
    patch = pytest.MonkeyPatch()
    patch.setenv("DOORWARD_UPSTREAM_S3_ACCESS_KEY_ID", KEY)
    patch.setenv("DOORWARD_UPSTREAM_S3_SECRET_ACCESS_KEY", SECRET)
    server = Gateway(upstreams=(f"s3={behind.endpoint}",))
    patch.undo()
    other(server)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def root(served):
    return served.client


@pytest.fixture
def bucket(root, name):
    root("s3").create_bucket(Bucket=name)
    return name


def code(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def anybody(served):
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return SESSION.create_client(
        "s3", region_name="us-east-1", endpoint_url=served.endpoint, config=config
    )


def test_what_is_kept_is_kept_at_the_endpoint_and_nowhere_else(served, behind, root, bucket):
    root("s3").put_object(
        Bucket=bucket,
        Key="a/b c+d//é.txt",
        Body=b"hello",
        Metadata={"k": "v"},
        ContentType="text/x",
    )

    there = behind.client("s3", KEY, SECRET).get_object(Bucket=bucket, Key="a/b c+d//é.txt")
    here = root("s3").get_object(Bucket=bucket, Key="a/b c+d//é.txt", Range="bytes=1-2")
    assert there["Body"].read() == b"hello"
    assert (here["Body"].read(), here["Metadata"], here["ContentType"]) == (
        b"el", {"k": "v"}, "text/x",
    )  # fmt: skip
    assert not list((served.running.database.directory / "objects").rglob("*.txt"))
    with served.running.database.read() as db:
        from doorward.store import buckets

        assert buckets.find(db, bucket) is None


CASES = [
    # statements of the user                                                 what may be done
    ([],                                                                      set()),
    ([allow("s3:GetObject", "arn:aws:s3:::{bucket}/red/*")],                  {"get red"}),
    ([allow("s3:*"), deny("s3:*", "arn:aws:s3:::{bucket}/red/*")],            {"get blue", "list"}),
    ([allow("s3:GetObject", "arn:aws:s3:::other/*")],                         set()),
    ([allow("s3:ListBucket", Condition={"StringEquals": {"s3:prefix": ""}})], set()),
    ([allow("s3:ListBucket")],                                                {"list"}),
    ([allow("s3:*"), deny("s3:GetObject", Condition={
        "StringEquals": {"s3:ExistingObjectTag/secret": "yes"}})],            {"list"}),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), CASES)
def test_policies_decide_on_buckets_elsewhere(root, user, bucket, statements, expected):
    for key in ("red/1", "blue/1"):
        root("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    bob = user(*json.loads(json.dumps(statements).replace("{bucket}", bucket)))("s3")
    calls = {
        "get red": lambda: bob.get_object(Bucket=bucket, Key="red/1"),
        "get blue": lambda: bob.get_object(Bucket=bucket, Key="blue/1"),
        "list": lambda: bob.list_objects_v2(Bucket=bucket),
    }

    done = set()
    for name, call in calls.items():
        if not denied(call):
            done.add(name)
    assert done == expected


def test_the_policy_of_the_bucket_counts_from_the_next_request_on(served, root, user, bucket):
    root("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    bob = user()
    objects = f"arn:aws:s3:::{bucket}/*"
    before = code(bob("s3").get_object, Bucket=bucket, Key="a")
    only = {"ArnEquals": {"aws:PrincipalArn": bob.arn}}
    policy = grant("Allow", "*", "s3:GetObject", objects, Condition=only)

    root("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    assert before == "AccessDenied"
    assert bob("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"
    assert code(anybody(served).get_object, Bucket=bucket, Key="a") == "AccessDenied"
    policy = grant(
        "Deny",
        "*",
        "s3:GetObject",
        objects,
        Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}},
    )
    root("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        root("s3").get_object(Bucket=bucket, Key="a")
    root("s3").delete_bucket_policy(Bucket=bucket)
    assert root("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"


def test_everybody_is_let_in_by_a_policy_that_says_so(served, behind, root, bucket):
    theirs = behind.client("s3", KEY, SECRET)
    theirs.delete_public_access_block(Bucket=bucket)
    root("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    before = code(anybody(served).get_object, Bucket=bucket, Key="a")

    policy = grant("Allow", "*", "s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    root("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    assert before == "AccessDenied"
    assert anybody(served).get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"
    assert code(anybody(served).list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert code(anybody(served).delete_object, Bucket=bucket, Key="a") == "AccessDenied"
    assert code(anybody(served).list_buckets) == "AccessDenied"


def test_another_account_needs_the_bucket_s_leave(served, root, bucket, stranger):
    root("s3").put_object(Bucket=bucket, Key="a", Body=b"x")

    assert code(stranger("s3").get_object, Bucket=bucket, Key="a") == "AccessDenied"
    assert code(stranger("s3").list_buckets) == "AccessDenied"
    assert code(stranger("s3").create_bucket, Bucket=f"{bucket}-b") == "AccessDenied"
    theirs = {"StringEquals": {"aws:PrincipalAccount": "210987654321"}}
    objects = f"arn:aws:s3:::{bucket}/*"
    policy = grant("Allow", "*", "s3:GetObject", objects, Condition=theirs)
    root("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert stranger("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"


def test_both_sides_of_a_copy_and_every_key_of_a_list_are_decided_on(root, user, bucket):
    for key in ("red/1", "blue/1"):
        root("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    red = f"arn:aws:s3:::{bucket}/red/*"
    bob = user(allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], red))("s3")
    keys = [{"Key": "red/2"}, {"Key": "blue/1"}]

    bob.copy_object(Bucket=bucket, Key="red/2", CopySource=f"{bucket}/red/1")

    assert (
        code(bob.copy_object, Bucket=bucket, Key="red/3", CopySource=f"{bucket}/blue/1")
        == "AccessDenied"
    )
    assert (
        code(bob.copy_object, Bucket=bucket, Key="blue/2", CopySource=f"{bucket}/red/1")
        == "AccessDenied"
    )
    assert code(bob.delete_objects, Bucket=bucket, Delete={"Objects": keys}) == "AccessDenied"
    assert bob.delete_objects(Bucket=bucket, Delete={"Objects": keys[:1]})["Deleted"]


def test_large_objects_pass_through_in_bounded_memory(root, bucket):
    size = 192 << 20
    s3 = root("s3")

    class Zeros(io.RawIOBase):
        at = 0

        def readable(self):
            return True

        def seekable(self):
            return True

        def tell(self):
            return self.at

        def seek(self, offset, whence=0):
            self.at = offset if whence == 0 else size + offset if whence == 2 else self.at + offset
            return self.at

        def read(self, count=-1):
            left = size - self.at
            count = min(left if count < 0 else count, left)
            self.at += count
            return bytes(count)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    s3.put_object(Bucket=bucket, Key="large", Body=Zeros())
    got = 0
    for piece in s3.get_object(Bucket=bucket, Key="large")["Body"].iter_chunks(1 << 20):
        got += len(piece)

    assert got == size
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    assert grown < size // 2


def test_an_upload_in_parts_is_put_together_at_the_endpoint(root, user, bucket):
    bob = user(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))("s3")
    part, last = os.urandom(5 << 20), b"end"
    begun = bob.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    named = {"Bucket": bucket, "Key": "a", "UploadId": begun}

    parts = [
        {"PartNumber": n, "ETag": bob.upload_part(PartNumber=n, Body=body, **named)["ETag"]}
        for n, body in ((1, part), (2, last))
    ]
    bob.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)

    assert root("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == part + last


def test_an_upload_that_is_not_allowed_is_refused_before_its_body_comes(served, user, bucket):
    key = user()("s3")._request_signer._credentials
    head = {"expect": "100-continue", "content-length": str(1 << 30)}
    request = AWSRequest("PUT", f"{served.endpoint}/{bucket}/a", headers=head, data=b"")
    request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    S3SigV4Auth(key, "s3", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection(served.endpoint.removeprefix("http://"), timeout=30)

    connection.putrequest("PUT", f"/{bucket}/a", skip_host=True, skip_accept_encoding=True)
    for name, value in {"host": connection.host + f":{connection.port}", **request.headers}.items():
        connection.putheader(name, value)
    connection.endheaders()

    answer = connection.getresponse()
    assert (answer.status, b"AccessDenied" in answer.read()) == (403, True)
    connection.close()


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_presigned_url_is_good_for_what_its_signer_may(served, user, bucket, version):
    def client(*statements):
        key = user(*statements)("s3")._request_signer._credentials
        return served.client("s3", key.access_key, key.secret_key, signature_version=version)

    bob = client(allow("s3:PutObject"), allow("s3:GetObject"))
    put = bob.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "a"})
    get = bob.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})

    plain = {"Content-Type": ""}
    urllib.request.urlopen(
        urllib.request.Request(put, data=b"x", method="PUT", headers=plain)
    ).close()

    with urllib.request.urlopen(get) as answer:
        assert answer.read() == b"x"
    delete = client().generate_presigned_url("delete_object", Params={"Bucket": bucket, "Key": "a"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(delete, method="DELETE"))


def test_how_a_request_is_signed_counts(served, user, bucket):
    key = user(
        allow("s3:*"),
        deny("s3:*", Condition={"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}),
        deny("s3:*", Condition={"StringNotEquals": {"s3:ResourceAccount": ACCOUNT}}),
    )("s3")._request_signer._credentials
    bob = served.client("s3", key.access_key, key.secret_key, signature_version="s3v4")
    url = bob.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})

    bob.put_object(Bucket=bucket, Key="a", Body=b"x")

    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url)


REFUSED = [
    # operation                 parameters
    ("get_object",              {"Key": "a", "ExpectedBucketOwner": "999999999999"}),
    ("get_object",              {"Key": "a/../b"}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters"), REFUSED)
def test_what_would_be_read_otherwise_there_is_refused(root, bucket, operation, parameters):
    root("s3").put_object(Bucket=bucket, Key="a", Body=b"x")

    assert code(getattr(root("s3"), operation), Bucket=bucket, **parameters) in {
        "AccessDenied", "ValidationError",
    }  # fmt: skip


def test_nothing_of_our_own_answers_in_the_endpoint_s_place(served):
    path = "/v20180820/configuration/publicAccessBlock"
    empty = hashlib.sha256().hexdigest()
    headers = {"x-amz-account-id": ACCOUNT, "x-amz-content-sha256": empty}

    status, _, said = send(served.endpoint, "s3", method="GET", path=path, headers=headers)

    assert (status, b"does not answer s3control" in said) == (400, True)


def test_objects_are_on_record_by_their_names_alone(served, root, bucket):
    root("s3").put_object(Bucket=bucket, Key="told", Body=b"not-told")

    found = [one for one in events(served, "PutObject") if bucket in json.dumps(one)]
    (event,) = [one for one in found if one["requestParameters"]["key"] == "told"]
    assert event["requestParameters"]["bucketName"] == bucket
    assert event["managementEvent"] is False
    assert "not-told" not in json.dumps(event)
