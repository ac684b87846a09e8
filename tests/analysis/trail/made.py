"""Records and log files as CloudTrail makes them."""

import gzip
import json
from typing import Any

ACCOUNT = "123456789012"


def record(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A record; None as a change takes an element away."""
    made = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAIOSFODNN7EXAMPLE",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
            "accountId": ACCOUNT,
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "alice",
        },
        "eventTime": f"2026-09-01T10:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.15",
        "requestParameters": {"userName": f"user-{number}", "tags": [{"key": "a", "value": "},{"}]},
        "responseElements": None,
        "requestID": f"00000000-0000-0000-0001-{number:012}",
        "eventID": f"00000000-0000-0000-0000-{number:012}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    made |= changes
    return {name: value for name, value in made.items() if value is not None or name[0] == "r"}


def session(name: str, role: str) -> dict[str, Any]:
    """The identity of a role's session."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAIOSFODNN7EXAMPLE:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAIOSFODNN7EXAMPLE",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {"creationDate": "2026-09-01T09:00:00Z", "mfaAuthenticated": "false"},
        },
    }


def text(*records: dict[str, Any], indent: int | None = None) -> bytes:
    """The text of a log file."""
    return json.dumps({"Records": records}, indent=indent).encode()


def zipped(*records: dict[str, Any]) -> bytes:
    """A log file."""
    return gzip.compress(text(*records), mtime=0)
