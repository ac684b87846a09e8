"""Configuration items in miniature, as snapshots and aggregates of AWS Config have them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

A, B = "111122223333", "444455556666"
Document = Mapping[str, Any]


def encoded(document: Document) -> str:
    return quote(json.dumps(document), safe="")


def item(account: str, kind: str, arn: str, configuration: Any, **more: Any) -> dict[str, Any]:
    """An item as a snapshot has it."""
    return {
        "awsAccountId": account,
        "ARN": arn,
        "resourceType": kind,
        "resourceId": arn.rpartition("/")[2],
        "configurationItemStatus": "OK",
        "configurationItemCaptureTime": "2026-01-01T00:00:00.000Z",
        "configuration": configuration,
        "supplementaryConfiguration": {},
        "tags": {},
        **more,
    }


def user(account: str, name: str, *policies: Document, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account}:user/{name}"
    configuration = {
        "path": "/",
        "userName": name,
        "userId": f"AIDA{name.upper()}",
        "arn": arn,
        "createDate": "2026-01-01T00:00:00.000Z",
        "userPolicyList": [
            {"policyName": f"own-{number}", "policyDocument": encoded(one)}
            for number, one in enumerate(policies)
        ],
        "groupList": [],
        "attachedManagedPolicies": [],
    }
    return item(account, "AWS::IAM::User", arn, {**configuration, **more})


def role(account: str, name: str, trust: Document, *policies: Document) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account}:role/{name}"
    configuration = {
        "path": "/",
        "roleName": name,
        "roleId": f"AROA{name.upper()}",
        "arn": arn,
        "createDate": "2026-01-01T00:00:00.000Z",
        "assumeRolePolicyDocument": encoded(trust),
        "instanceProfileList": [{"instanceProfileName": f"{name}-profile"}],
        "rolePolicyList": [
            {"policyName": f"own-{number}", "policyDocument": encoded(one)}
            for number, one in enumerate(policies)
        ],
        "attachedManagedPolicies": [],
    }
    return item(account, "AWS::IAM::Role", arn, configuration)


def bucket(account: str, name: str, policy: Document | None, **more: Any) -> dict[str, Any]:
    text = json.dumps(policy) if policy else None
    told = {"BucketPolicy": {"policyText": text}, **more}
    arn = f"arn:aws:s3:::{name}"
    found = item(account, "AWS::S3::Bucket", arn, {"name": name})
    return found | {"supplementaryConfiguration": told}


def snapshot(*items: Any) -> str:
    return json.dumps({"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": items})


def aggregate(one: Mapping[str, Any]) -> dict[str, Any]:
    """*one* as SelectAggregateResourceConfig spells it."""
    renamed = {"awsAccountId": "accountId", "ARN": "arn"}
    found = {renamed.get(key, key): value for key, value in one.items()}
    tags = [{"key": key, "value": each} for key, each in one["tags"].items()]
    return found | {"tags": tags}
