"""Authorization details in miniature: users, groups, roles, policies, as AWS prints them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from doorward.analysis.account import dump
from doorward.analysis.account.effective import Effective
from doorward.analysis.account.held import Held, hold

ACCOUNT = "111122223333"
MADE = "2024-01-01T00:00:00Z"
Statement = Mapping[str, Any]


def arn(rest: str, service: str = "iam") -> str:
    return f"arn:aws:{service}::{ACCOUNT}:{rest}"


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    actions: str | Sequence[str], resources: str | Sequence[str] = "*", **more: Any
) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(
    actions: str | Sequence[str], resources: str | Sequence[str] = "*", **more: Any
) -> dict[str, Any]:
    return {**allow(actions, resources, **more), "Effect": "Deny"}


def trusts(principal: Mapping[str, Any] | str, **more: Any) -> dict[str, Any]:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


def _inline(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    return [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []


def _attached(policies: Sequence[str]) -> list[dict[str, Any]]:
    return [{"PolicyName": one, "PolicyArn": arn(f"policy/{one}")} for one in policies]


def _entity(
    kind: str, name: str, attached: Sequence[str], more: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        f"{kind}Name": name,
        f"{kind}Id": f"A{kind.upper()}{name.upper()}",
        "Arn": arn(f"{kind.lower()}/{name}"),
        "Path": "/",
        "CreateDate": MADE,
        "AttachedManagedPolicies": _attached(attached),
        **more,
    }


def _bounded(boundary: str | None, tags: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"Tags": [{"Key": key, "Value": one} for key, one in tags.items()]}
    if boundary:
        found["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arn(f"policy/{boundary}"),
        }
    return found


def user(
    name: str,
    *statements: Statement,
    attached: Sequence[str] = (),
    groups: Sequence[str] = (),
    boundary: str | None = None,
    tags: Mapping[str, str] = {},
) -> dict[str, Any]:
    more = {"UserPolicyList": _inline(statements), "GroupList": list(groups)}
    return _entity("User", name, attached, {**more, **_bounded(boundary, tags)})


def group(name: str, *statements: Statement, attached: Sequence[str] = ()) -> dict[str, Any]:
    return _entity("Group", name, attached, {"GroupPolicyList": _inline(statements)})


def role(
    name: str,
    trust: Mapping[str, Any],
    *statements: Statement,
    attached: Sequence[str] = (),
    boundary: str | None = None,
    tags: Mapping[str, str] = {},
) -> dict[str, Any]:
    more = {
        "RolePolicyList": _inline(statements),
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
    }
    return _entity("Role", name, attached, {**more, **_bounded(boundary, tags)})


def policy(name: str, *statements: Statement) -> dict[str, Any]:
    return {
        "PolicyName": name,
        "PolicyId": f"ANPA{name.upper()}",
        "Arn": arn(f"policy/{name}"),
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "CreateDate": MADE,
        "UpdateDate": MADE,
        "PolicyVersionList": [
            {
                "VersionId": "v1",
                "IsDefaultVersion": True,
                "CreateDate": MADE,
                "Document": document(*statements),
            }
        ],
    }


def details(
    users: Sequence[Any] = (),
    roles: Sequence[Any] = (),
    groups: Sequence[Any] = (),
    policies: Sequence[Any] = (),
    **more: Any,
) -> dict[str, Any]:
    return {
        "UserDetailList": list(users),
        "GroupDetailList": list(groups),
        "RoleDetailList": list(roles),
        "Policies": list(policies),
        "IsTruncated": False,
        **more,
    }


def controls(*levels: Sequence[Statement]) -> dict[str, Any]:
    """An organization, of which each level has one SCP."""
    return {
        "Levels": [
            {
                "Id": f"level-{number}",
                "ServiceControlPolicies": [
                    {"PolicyName": f"scp-{number}", "PolicyDocument": document(*one)}
                ],
            }
            for number, one in enumerate(levels)
        ]
    }


def write(folder: Path, dumped: Mapping[str, Any]) -> Path:
    file = folder / "dump.json"
    file.write_text(json.dumps(dumped))
    return file


def held(folder: Path, dumped: Mapping[str, Any]) -> Held:
    return hold([dump.read([write(folder, dumped)])])


def effective(folder: Path, dumped: Mapping[str, Any]) -> Effective:
    return Effective(held(folder, dumped))
