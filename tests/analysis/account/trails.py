"""Records of CloudTrail in miniature."""

from typing import Any

from analysis.account.dumps import ACCOUNT, arn


def user(name: str) -> dict[str, Any]:
    return {"type": "IAMUser", "arn": arn(f"user/{name}"), "accountId": ACCOUNT, "userName": name}


def session(role: str, mfa: str = "false") -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROA{role.upper()}:work",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/work",
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": arn(f"role/{role}"), "userName": role},
            "attributes": {"mfaAuthenticated": mfa},
        },
    }


def record(source: str, name: str, who: Any, **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "eventTime": "2026-11-20T10:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventID": "00000000-0000-4000-8000-000000000000",
        "eventType": "AwsApiCall",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "recipientAccountId": ACCOUNT,
        "userIdentity": who,
        "requestParameters": None,
        **more,
    }


def read(who: Any, bucket: str = "reports", key: str = "may", **more: Any) -> dict[str, Any]:
    """Somebody reads an object."""
    return record(
        "s3",
        "GetObject",
        who,
        requestParameters={"bucketName": bucket, "key": key},
        resources=[
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}", "accountId": ACCOUNT},
        ],
        **more,
    )


DENIED = {"errorCode": "AccessDenied", "errorMessage": "no"}
