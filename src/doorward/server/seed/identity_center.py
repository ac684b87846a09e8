"""The part of a seed that is IAM Identity Center: users, groups, permission sets, assignments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from doorward.base import arn, limits
from doorward.catalog import managed_policies
from doorward.policy.grammar import PolicyType
from doorward.server.seed import values
from doorward.server.seed.model import Document
from doorward.server.seed.nodes import Node, suggestion

FIELDS = (
    "account", "identity_store_id", "users", "groups", "permission_sets", "assignments",
)  # fmt: skip
USER = ("display_name", "given_name", "family_name", "email", "password")
SET = ("description", "policies", "inline", "boundary", "session_hours")
ASSIGNMENT = ("account", "permission_set", "users", "groups")
STORE_ID = re.compile(r"d-[0-9a-f]{10}")
USER_NAME = re.compile(r"[^\s]{1,128}")
SET_NAME = re.compile(r"[\w+=,.@-]{1,32}", re.ASCII)
LONGEST_HOURS = 12
ATTRIBUTES = {"display_name": "DisplayName"}
NAME_PARTS = {"given_name": "GivenName", "family_name": "FamilyName"}


@dataclass(frozen=True, slots=True)
class SeedPerson:
    """A user of the identity store. `attributes` are members of the API's `User`."""

    name: str
    where: str
    email: str | None
    attributes: Mapping[str, object]
    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeedPermissionSet:
    """A permission set. `customer_managed` are paths with names of policies."""

    name: str
    description: str | None
    managed: tuple[str, ...]
    customer_managed: tuple[str, ...]
    inline: Document | None
    boundary: str | None
    session_hours: int


@dataclass(frozen=True, slots=True)
class SeedAssignment:
    """Users and groups, by name, with a permission set in an account."""

    where: str
    account: str
    permission_set: str
    users: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedIdentityCenter:
    """An instance, which *account* owns. `groups` map names to names of users."""

    where: str
    account: str
    identity_store_id: str | None
    users: tuple[SeedPerson, ...]
    groups: Mapping[str, tuple[str, ...]]
    permission_sets: tuple[SeedPermissionSet, ...]
    assignments: tuple[SeedAssignment, ...]


def read(node: Node) -> SeedIdentityCenter:
    """What the file says of Identity Center.

    Raises:
        BadInput: it is wrong.
    """
    fields = node.fields(FIELDS, required=("account",))
    users = tuple(_user(name, one) for name, one in _items(fields, "users", "user"))
    known = frozenset(one.name for one in users)
    groups = {
        name: tuple(_one_of(entry, "user", known) for entry in one.entries())
        for name, one in _items(fields, "groups", "group")
    }
    sets = tuple(_set(name, one) for name, one in _items(fields, "permission_sets", "set"))
    given = fields.get("assignments")
    names = frozenset(one.name for one in sets)
    return SeedIdentityCenter(
        where=node.where,
        account=values.account(fields["account"], fields["account"].text()),
        identity_store_id=values.optional(fields, "identity_store_id", _store_id),
        users=users,
        groups=groups,
        permission_sets=sets,
        assignments=tuple(
            _assignment(one, known, frozenset(groups), names)
            for one in (given.entries() if given else ())
        ),
    )


def _items(fields: Mapping[str, Node], key: str, kind: str) -> list[tuple[str, Node]]:
    found = list(fields[key].items()) if key in fields else []
    values.unique(found, kind)
    return found


def _store_id(node: Node) -> str:
    text = node.text()
    if not STORE_ID.fullmatch(text):
        raise node.wrong(f"`{text}` is no identity store id", "write `d-` and 10 of `0-9a-f`")
    return text


def _user(name: str, node: Node) -> SeedPerson:
    if not USER_NAME.fullmatch(name):
        raise node.wrong(f"`{name[:80]}` is not a user name", "write 1 to 128 characters")
    fields = {} if node.empty else node.fields(USER)
    texts = {key: one.text() for key, one in fields.items()}
    attributes: dict[str, object] = {
        member: texts[key] for key, member in ATTRIBUTES.items() if key in texts
    }
    if parts := {member: texts[key] for key, member in NAME_PARTS.items() if key in texts}:
        attributes["Name"] = parts
    if email := texts.get("email"):
        attributes["Emails"] = [{"Value": email, "Primary": True}]
    return SeedPerson(name, node.where, email, attributes, texts.get("password"))


def _set(name: str, node: Node) -> SeedPermissionSet:
    if not SET_NAME.fullmatch(name):
        raise node.wrong(f"`{name[:80]}` is no name of a permission set", "write 1 to 32 of `\\w`")
    fields = {} if node.empty else node.fields(SET)
    policies = values.listed(fields, "policies", _policy, most=limits.ATTACHED_POLICIES * 2)
    return SeedPermissionSet(
        name=name,
        description=values.optional(fields, "description", Node.text),
        managed=tuple(one for one in policies if one.startswith("arn:")),
        customer_managed=tuple(one for one in policies if not one.startswith("arn:")),
        inline=values.optional(
            fields, "inline", lambda one: values.document(one, PolicyType.IDENTITY)
        ),
        boundary=values.optional(fields, "boundary", _policy),
        session_hours=values.optional(fields, "session_hours", _hours) or 1,
    )


def _policy(node: Node) -> str:
    """The ARN of an AWS managed policy, or path and name of one that accounts have."""
    text = node.text()
    if text.startswith("arn:"):
        if managed_policies.find(text) is None:
            problem = f"`{text}` is no AWS managed policy"
            raise node.wrong(problem, "name a policy of the account by its path and name")
        return text
    return text if text.startswith("/") else f"/{text}"


def _hours(node: Node) -> int:
    found = node.integer()
    if not 1 <= found <= LONGEST_HOURS:
        raise node.wrong(f"is {found}; 1 to {LONGEST_HOURS} hours were expected")
    return found


def _one_of(node: Node, kind: str, known: frozenset[str]) -> str:
    text = node.text()
    if text not in known:
        problem = f"`{text}` is no {kind} of Identity Center in this file"
        raise node.wrong(problem, suggestion(text, known))
    return text


def _assignment(
    node: Node, users: frozenset[str], groups: frozenset[str], sets: frozenset[str]
) -> SeedAssignment:
    fields = node.fields(ASSIGNMENT, required=("account", "permission_set"))
    target = fields["account"].text()
    if not arn.is_account(target):
        raise fields["account"].wrong(f"`{target}` is not an account id", "write 12 digits")
    return SeedAssignment(
        where=node.where,
        account=target,
        permission_set=_one_of(fields["permission_set"], "permission set", sets),
        users=values.listed(fields, "users", lambda one: _one_of(one, "user", users)),
        groups=values.listed(fields, "groups", lambda one: _one_of(one, "group", groups)),
    )
