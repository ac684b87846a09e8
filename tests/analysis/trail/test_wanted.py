"""Each flag lets through the records that it describes, and no others."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from analysis.trail.made import ACCOUNT, record, session
from doorward.analysis.trail.records import one
from doorward.analysis.trail.wanted import Wanted

ROOT = {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}
RESOURCES = [{"ARN": "arn:aws:s3:::reports/x", "type": "AWS::S3::Object"}]
NOON = datetime(2026, 9, 1, 10, tzinfo=UTC)

CASES = [
    # asked                                          let through                    and not
    ({"user": "alice"}, {}, {"userIdentity": session("alic", "r")}),
    ({"user": "bob"}, {"userIdentity": session("bob", "r")}, {}),
    ({"user": "root"}, {"userIdentity": ROOT}, {}),
    ({"principal": f"arn:aws:iam::{ACCOUNT}:user/alice"}, {}, {"userIdentity": ROOT}),
    ({"principal": f"arn:aws:iam::{ACCOUNT}:role/r"}, {"userIdentity": session("b", "r")}, {}),
    ({"access_key": "AKIAIOSFODNN7EXAMPLE"}, {}, {"userIdentity": ROOT}),
    ({"event_name": "CreateUser"}, {}, {"eventName": "createUser"}),
    ({"event_source": "iam"}, {}, {"eventSource": "sts.amazonaws.com"}),
    ({"event_source": "iam.amazonaws.com"}, {}, {"eventSource": "sts.amazonaws.com"}),
    ({"failed": True}, {"errorCode": "NoSuchEntityException"}, {}),
    ({"denied": True}, {"errorCode": "AccessDenied"}, {"errorCode": "NoSuchEntityException"}),
    ({"denied": True}, {"errorCode": "Client.UnauthorizedOperation"}, {}),
    ({"since": NOON}, {}, {"eventTime": "2026-09-01T09:59:59Z"}),
    ({"until": NOON}, {}, {"eventTime": "2026-09-01T10:00:01Z"}),
    ({"account": ACCOUNT}, {}, {"recipientAccountId": "210987654321"}),
    ({"account": ACCOUNT}, {"recipientAccountId": None}, {"recipientAccountId": "1"}),
    ({"region": "us-east-1"}, {}, {"awsRegion": "eu-west-1"}),
    ({"address": ip_network("203.0.113.0/24")}, {}, {"sourceIPAddress": "203.0.114.9"}),
    ({"address": ip_network("0.0.0.0/0")}, {}, {"sourceIPAddress": "AWS Internal"}),
    ({"address": ip_network("::/0")}, {"sourceIPAddress": "2001:db8::1"}, {}),
    ({"resource": "user-0"}, {}, {"requestParameters": {"userName": "user-01"}}),
    ({"resource": "arn:aws:s3:::reports/x"}, {"resources": RESOURCES}, {}),
    ({"resource": "x"}, {"requestParameters": {"key": "x"}}, {"requestParameters": None}),
]


@pytest.mark.parametrize(("asked", "yes", "no"), CASES)
def test_a_record_is_let_through_by_what_it_is(asked, yes, no):
    wanted = Wanted(**asked)

    assert wanted.matches(one(json.dumps(record(**yes)).encode()))
    assert not wanted.matches(one(json.dumps(record(**no)).encode()))
    assert not wanted.everything


def test_nothing_asked_for_is_everything():
    assert Wanted().everything
    assert Wanted().matches(one(json.dumps(record(userIdentity={})).encode()))
