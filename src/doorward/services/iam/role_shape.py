"""Roles as IAM shows them: each operation shows a little less or more.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
"""

from typing import Any

from sqlalchemy import Connection

from doorward.base import arn
from doorward.services.iam import shapes, tags
from doorward.store import principals
from doorward.store.tables.role import Role

DEFAULT_SESSION_SECONDS = 3600


def role_arn(partition: str, role: Role) -> str:
    """The ARN of *role*, path included."""
    return arn.entity(partition, role.account, "role", role.path, role.name)


def base(db: Connection, partition: str, role: Role) -> dict[str, Any]:
    """What every operation shows."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role_arn(partition, role),
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": shapes.encoded(principals.to_arns(db, role.trust)),
    }


def created(db: Connection, partition: str, role: Role) -> dict[str, Any]:
    """What CreateRole shows: no duration at its default, nothing about use."""
    shown = base(db, partition, role) | _described(role) | _owned(role)
    if role.max_session_duration != DEFAULT_SESSION_SECONDS:
        shown["MaxSessionDuration"] = role.max_session_duration
    return shown


def listed(db: Connection, partition: str, role: Role) -> dict[str, Any]:
    """What ListRoles and instance profiles show: neither tags, boundary nor use."""
    durations = {"MaxSessionDuration": role.max_session_duration}
    return base(db, partition, role) | _described(role) | durations


def full(db: Connection, partition: str, role: Role) -> dict[str, Any]:
    """What GetRole shows: everything."""
    return listed(db, partition, role) | _owned(role) | {"RoleLastUsed": last_used(role)}


def last_used(role: Role) -> dict[str, Any]:
    """When and where a session of the role was last used; empty when never."""
    if role.last_used_at is None:
        return {}
    return {"LastUsedDate": role.last_used_at, "Region": role.last_used_region}


def _described(role: Role) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if role.description is not None:
        shown["Description"] = role.description
    if role.max_signin_session_duration is not None:
        shown["MaxSigninSessionDuration"] = role.max_signin_session_duration
    return shown


def _owned(role: Role) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if role.boundary:
        shown["PermissionsBoundary"] = shapes.boundary(role.boundary)
    if role.tags:
        shown["Tags"] = tags.shown(role.tags)
    return shown
