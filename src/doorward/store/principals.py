"""Principals of resource and trust policies, bound to unique ids.

A policy that names a user or role is stored with the unique id in the ARN's place, and shown with
the ARN again while that very entity lives. So a re-created name gets nothing of the old one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.policy.document import Place, Policy, Text
from doorward.policy.parse import parse
from doorward.policy.render import substitute
from doorward.store import roles
from doorward.store.tables.account import accounts
from doorward.store.tables.role import roles as role_table
from doorward.store.tables.user import users as user_table

UNIQUE_ID_PREFIXES = ("AIDA", "AROA")


class UnknownPrincipal(Exception):
    """A principal that does not exist. `kind` is its type as written, `value` its text."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind}: {value}")
        self.kind = kind
        self.value = value


def to_ids(db: Connection, text: str) -> str:
    """*text* with the ARNs of users and roles as unique ids; everything else stays as written.

    ARNs in accounts that this Doorward does not hold stay as they are (assumed: nobody can sign
    for them here).

    Raises:
        UnknownPrincipal: a user or role of an account held here does not exist, an ARN holds a
            wildcard, or an id belongs to nobody any more.
    """
    found: dict[Place, str] = {}
    for entry in aws_principals(parse(text)):
        if replacement := _unique_id(db, entry.value):
            found[entry.place] = replacement
    return substitute(text, found)


def to_arns(db: Connection, text: str) -> str:
    """*text* with unique ids shown as ARNs again where the entity lives; others stay as ids."""
    if not any(prefix in text for prefix in UNIQUE_ID_PREFIXES):
        return text
    found: dict[Place, str] = {}
    for entry in aws_principals(parse(text)):
        if entry.value.startswith(UNIQUE_ID_PREFIXES) and (name := arn_of(db, entry.value)):
            found[entry.place] = name
    return substitute(text, found)


def aws_principals(policy: Policy) -> Iterator[Text]:
    """Every value of type AWS in Principal and NotPrincipal elements."""
    for statement in policy.statements:
        for principals in (statement.principals, statement.not_principals):
            for kind, values in principals.entries if principals else ():
                if kind.value == "AWS":
                    yield from values.items


def arn_of(db: Connection, unique_id: str, partition: str = "aws") -> str | None:
    """The ARN of the user or role of that unique id, None where it is gone."""
    if unique_id.startswith("AROA"):
        role = roles.by_id(db, unique_id)
        return (
            None
            if role is None
            else arn.entity(partition, role.account, "role", role.path, role.name)
        )
    query = select(user_table.c.account, user_table.c.path, user_table.c.name).where(
        user_table.c.id == unique_id
    )
    row = db.execute(query).first()
    return None if row is None else arn.entity(partition, row.account, "user", row.path, row.name)


def _unique_id(db: Connection, value: str) -> str | None:
    """The unique id that stands for *value*, None where it stays as written."""
    if value == "*" or arn.is_account(value):
        return None
    if value.startswith(UNIQUE_ID_PREFIXES):
        if arn_of(db, value) is None:
            raise UnknownPrincipal("AWS", value)
        return None
    parsed = Arn.parse(value)
    if parsed is None or "*" in value or "?" in value or not arn.is_account(parsed.account):
        raise UnknownPrincipal("AWS", value)
    kind, _, name = parsed.resource.partition("/")
    if parsed.service == "sts" or parsed.resource == "root":
        return None
    if parsed.service != "iam" or kind not in {"user", "role"}:
        raise UnknownPrincipal("AWS", value)
    if not _held(db, parsed.account):
        return None
    if found := _entity_id(db, kind, parsed.account, name):
        return found
    raise UnknownPrincipal("AWS", value)


def _held(db: Connection, account: str) -> bool:
    return db.execute(select(accounts.c.id).where(accounts.c.id == account)).first() is not None


def _entity_id(db: Connection, kind: str, account: str, path_and_name: str) -> str | None:
    """The id of a user or role by path and name; both compare exactly, as in policies."""
    table = role_table if kind == "role" else user_table
    path, _, name = f"/{path_and_name}".rpartition("/")
    query = select(table.c.id).where(
        table.c.account == account,
        table.c.name_key == name.lower(),
        table.c.name == name,
        table.c.path == f"{path}/",
    )
    return db.execute(query).scalar()
