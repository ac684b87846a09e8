"""What PostObject asks for and answers; the form itself is in `clients/test_forms.py`."""

import pytest

from doorward.services.s3.forms import redirection
from doorward.services.s3.service import s3
from doorward.services.s3.shapes import location
from doorward.wire.serialize import Answer
from services.s3.calls import BUCKET, call, get, put_policy, statement
from services.support import accesses

TAG = '"0cc1"'


def test_a_form_asks_for_what_the_same_put_asks_for(bucket):
    given = {"Bucket": BUCKET, "Key": "a", "ACL": "private", "Tagging": "team=red"}

    asked = accesses(s3, "PostObject", bucket, **given)

    assert asked == accesses(s3, "PutObject", bucket, **given)
    assert [one.action for one in asked] == [
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
    ]


def test_an_anonymous_form_needs_a_policy_for_everyone(world, bucket):
    put_policy(bucket, statement(Action="s3:PutObject"))

    call(world.anonymous(), "PostObject", Key="a", Body=b"text")

    assert get(bucket, "a") == b"text"


def test_the_answer_tells_the_version(bucket):
    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"})
    operation = s3.operations["PostObject"]
    answer = operation.handler(bucket, bucket=BUCKET, key="a", success_action_status="201")

    assert isinstance(answer, Answer)
    headers = dict(answer.headers)
    found = call(bucket, "HeadObject", Key="a")
    assert answer.status == 201
    assert (headers["x-amz-version-id"], headers["etag"]) == (found["VersionId"], found["ETag"])


REDIRECTIONS = [
    # asked for                        the browser goes to
    ("http://a.example/x",             "http://a.example/x?bucket=b&key=k%2F%26&etag=%220cc1%22"),
    ("https://a.example/x?y=1#z",      "https://a.example/x?y=1&bucket=b&key=k%2F%26&etag=%220cc1%22#z"),
    ("",                               None),
    (None,                             None),
    ("ftp://a.example/",               None),
    ("javascript:alert(1)",            None),
    ("//a.example/",                   None),
    ("http:///x",                      None),
    ("http://a.example/\r\nx: y",      None),  # would be a header of its own
    ("http://a.example/\xfc",          None),
    ("http://[",                       None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "goes_to"), REDIRECTIONS)
def test_a_redirection_tells_what_was_made(url, goes_to):
    assert redirection(url, "b", "k/&", TAG) == goes_to


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://localhost:4566", "http://localhost:4566/reports/a%2F%C3%BC"),
        ("http://reports.localhost:4566", "http://reports.localhost:4566/a%2F%C3%BC"),
    ],
)
def test_an_object_is_where_the_client_reached_its_bucket(base, expected):
    assert location(base, "reports", "a/ü") == expected
