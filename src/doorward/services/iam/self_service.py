"""Whose credentials an operation is about when the request names no user: the caller's own.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
"""

from typing import NamedTuple

from doorward.services.context import Context
from doorward.services.iam.errors import NoSuchEntity, ValidationError
from doorward.store import accounts, users
from doorward.store.tables.user import User


class Owner(NamedTuple):
    """Who has credentials: a user, or the account's root, whose `user_id` is `accounts.ROOT`."""

    user_id: str
    user_name: str | None

    @property
    def named(self) -> dict[str, str]:
        """`UserName` as answers show it; of the root there is none (assumed)."""
        return {} if self.user_name is None else {"UserName": self.user_name}


ROOT = Owner(accounts.ROOT, None)


def caller(ctx: Context) -> User | None:
    """The calling user, None for the account's root.

    Raises:
        ValidationError: the caller is neither.
    """
    if ctx.caller.is_root:
        return None
    found = users.by_id(ctx.db, ctx.caller.user_id) if ctx.caller.user_id else None
    if found is None:
        raise ValidationError("Must specify userName when calling with non-User credentials")
    return found


def user(ctx: Context, user_name: str) -> User:
    """The user of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    found = users.find(ctx.db, ctx.account, user_name)
    if found is None:
        raise NoSuchEntity("user", user_name)
    return found


def user_or_caller(ctx: Context, user_name: str | None) -> User:
    """The user of that name, or the calling user where no name is given.

    Raises:
        NoSuchEntity: the account has no user of that name.
            Or the caller is a session of AssumeRoot: a root has no password here, and gets none.
        ValidationError: no name is given and the caller is no user. For the root this is assumed:
            its password is not an IAM user's.
    """
    found = caller(ctx) if user_name is None else user(ctx, user_name)
    session = ctx.caller.session
    if found is None and session is not None and session.assumed_root:
        raise NoSuchEntity.saying("The root user has no login profile here and can have none.")
    if found is None:
        raise ValidationError("Must specify userName when calling with non-User credentials")
    return found


def owner(ctx: Context, user_name: str | None) -> Owner:
    """The user of that name, or the caller, who may be the root.

    Raises:
        NoSuchEntity: the account has no user of that name.
        ValidationError: no name is given and the caller is neither a user nor the root.
    """
    found = caller(ctx) if user_name is None else user(ctx, user_name)
    return ROOT if found is None else Owner(found.id, found.name)
