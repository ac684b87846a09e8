"""Users, groups and roles as what policies hang on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from doorward.base import arn
from doorward.services.context import Context
from doorward.services.iam.errors import NoSuchEntity, UnmodifiableEntity
from doorward.store import groups, roles, users

Kind = Literal["user", "group", "role"]

PROTECTED_PATHS = ("/aws-service-role/", "/aws-reserved/")


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, group or role. `boundary` is the ARN of its boundary; groups never have one."""

    kind: Kind
    id: str
    account: str
    name: str
    path: str
    boundary: str | None = None

    def arn(self, partition: str) -> str:
        """The ARN, path included."""
        return arn.entity(partition, self.account, self.kind, self.path, self.name)


Find = Callable[[Context, str], Holder]
"""Finds one holder by name."""


def user(ctx: Context, name: str) -> Holder:
    """The user of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    found = users.find(ctx.db, ctx.account, name)
    if found is None:
        raise NoSuchEntity("user", name)
    return Holder("user", found.id, found.account, found.name, found.path, found.boundary)


def group(ctx: Context, name: str) -> Holder:
    """The group of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    found = groups.find(ctx.db, ctx.account, name)
    if found is None:
        raise NoSuchEntity("group", name)
    return Holder("group", found.id, found.account, found.name, found.path)


def role(ctx: Context, name: str) -> Holder:
    """The role of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    found = roles.find(ctx.db, ctx.account, name)
    if found is None:
        raise NoSuchEntity("role", name)
    return Holder("role", found.id, found.account, found.name, found.path, found.boundary)


def own_role(ctx: Context, name: str) -> Holder:
    """The role of that name, if its account may change what it can do.

    Raises:
        NoSuchEntity: the account has none.
        UnmodifiableEntity: it belongs to an AWS service.
    """
    found = role(ctx, name)
    if found.path.startswith(PROTECTED_PATHS):
        raise UnmodifiableEntity(found.name)
    return found


FINDERS: dict[Kind, Find] = {"user": user, "group": group, "role": role}
