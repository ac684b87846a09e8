"""Users and groups as IAM shows them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
"""

from typing import Any

from doorward.base import arn
from doorward.services.iam import shapes, tags
from doorward.store.tables.account import Account
from doorward.store.tables.group import Group
from doorward.store.tables.user import User


def listed(partition: str, user: User) -> dict[str, Any]:
    """What lists show of *user*: neither tags nor the permissions boundary."""
    shown = {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": arn.entity(partition, user.account, "user", user.path, user.name),
        "CreateDate": user.created_at,
    }
    if user.password_last_used is not None:
        shown["PasswordLastUsed"] = user.password_last_used
    return shown


def full(partition: str, user: User) -> dict[str, Any]:
    """*user* with tags and permissions boundary, where they have any."""
    shown = listed(partition, user)
    if user.boundary is not None:
        shown["PermissionsBoundary"] = shapes.boundary(user.boundary)
    if user.tags:
        shown["Tags"] = tags.shown(user.tags)
    return shown


def root(partition: str, account: Account) -> dict[str, Any]:
    """The account's root as GetUser shows it: it has neither name nor path (assumed)."""
    return {
        "UserId": account.id,
        "Arn": arn.root(partition, account.id),
        "CreateDate": account.created_at,
    }


def group(partition: str, group: Group) -> dict[str, Any]:
    """A group; it has neither tags nor a permissions boundary."""
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": arn.entity(partition, group.account, "group", group.path, group.name),
        "CreateDate": group.created_at,
    }
