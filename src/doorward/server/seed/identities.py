"""The part of a seed that is IAM: policies, groups, users, roles and access keys."""

from doorward.base import arn, limits
from doorward.policy.grammar import PolicyType
from doorward.server.seed import values
from doorward.server.seed.model import Key, SeedGroup, SeedPolicy, SeedRole, SeedUser
from doorward.server.seed.nodes import Node
from doorward.server.seed.values import LONGEST_GROUP_OR_POLICY, LONGEST_NAME, Scope

USER = (
    "path", "groups", "policies", "inline", "boundary", "tags", "password", "access_keys",
)  # fmt: skip
ROLE = (
    "path", "trust", "policies", "inline", "boundary", "max_session_duration", "tags",
    "description",
)  # fmt: skip
SHORTEST_SESSION_SECONDS = 3_600
LONGEST_SESSION_SECONDS = 43_200
SHORTEST_PASSWORD = 1
LONGEST_PASSWORD = 128


def policies(node: Node | None) -> tuple[SeedPolicy, ...]:
    """The customer managed policies of an account.

    Raises:
        BadInput: one of them is wrong.
    """
    found = list(node.items()) if node else []
    values.unique(found, "policy")
    return tuple(_policy(name, one) for name, one in found)


def _policy(name: str, node: Node) -> SeedPolicy:
    fields = node.fields(("path", "document", "description", "tags"), required=("document",))
    return SeedPolicy(
        values.name(node, name, LONGEST_GROUP_OR_POLICY),
        node.where,
        values.path(fields),
        values.document(fields["document"], PolicyType.IDENTITY),
        values.optional(fields, "description", Node.text),
        values.tags(fields),
    )


def scope(
    account: str, partition: str, managed: tuple[SeedPolicy, ...], groups: Node | None
) -> Scope:
    """What the account's users, groups and roles may refer to."""
    return Scope(
        account,
        partition,
        {one.name: arn.entity(partition, account, "policy", one.path, one.name) for one in managed},
        frozenset(name for name, _ in (groups.items() if groups else ())),
    )


def groups(node: Node | None, within: Scope) -> tuple[SeedGroup, ...]:
    """The groups of an account.

    Raises:
        BadInput: one of them is wrong.
    """
    found = list(node.items()) if node else []
    values.unique(found, "group")
    return tuple(_group(name, one, within) for name, one in found)


def _group(name: str, node: Node, within: Scope) -> SeedGroup:
    fields = node.fields(("path", "policies", "inline"))
    return SeedGroup(
        values.name(node, name, LONGEST_GROUP_OR_POLICY),
        node.where,
        values.path(fields),
        values.listed(fields, "policies", within.policy, most=limits.ATTACHED_POLICIES),
        values.inline(fields),
    )


def users(node: Node | None, within: Scope) -> tuple[SeedUser, ...]:
    """The users of an account.

    Raises:
        BadInput: one of them is wrong.
    """
    found = list(node.items()) if node else []
    values.unique(found, "user")
    return tuple(_user(name, one, within) for name, one in found)


def _user(name: str, node: Node, within: Scope) -> SeedUser:
    fields = node.fields(USER)
    return SeedUser(
        name=values.name(node, name, LONGEST_NAME),
        where=node.where,
        path=values.path(fields),
        groups=values.listed(fields, "groups", within.group, most=limits.GROUPS_PER_USER),
        policies=values.listed(fields, "policies", within.policy, most=limits.ATTACHED_POLICIES),
        inline=values.inline(fields),
        boundary=values.optional(fields, "boundary", within.policy),
        tags=values.tags(fields),
        password=values.optional(fields, "password", _password),
        access_keys=values.listed(
            fields, "access_keys", access_key, most=limits.ACCESS_KEYS_PER_USER
        ),
    )


def _password(node: Node) -> str:
    text = node.text()
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise node.wrong("is not 1 to 128 characters long")
    return text


def access_key(node: Node) -> Key:
    """The access key of a user.

    Raises:
        BadInput: id or secret is missing or holds white space or other than ASCII.
    """
    fields = node.fields(("id", "secret", "active"), required=("id", "secret"))
    active = values.optional(fields, "active", Node.flag)
    return Key(
        values.text(fields, "id", values.KEY_ID, "an access key id"),
        values.text(fields, "secret", values.SECRET, "a secret access key"),
        node.where,
        active=active is not False,
    )


def roles(node: Node | None, within: Scope) -> tuple[SeedRole, ...]:
    """The roles of an account.

    Raises:
        BadInput: one of them is wrong.
    """
    found = list(node.items()) if node else []
    values.unique(found, "role")
    return tuple(_role(name, one, within) for name, one in found)


def _role(name: str, node: Node, within: Scope) -> SeedRole:
    fields = node.fields(ROLE, required=("trust",))
    return SeedRole(
        name=values.name(node, name, LONGEST_NAME),
        where=node.where,
        path=values.path(fields),
        trust=values.document(fields["trust"], PolicyType.TRUST),
        policies=values.listed(fields, "policies", within.policy, most=limits.ATTACHED_POLICIES),
        inline=values.inline(fields),
        boundary=values.optional(fields, "boundary", within.policy),
        tags=values.tags(fields),
        max_session_duration=values.optional(fields, "max_session_duration", _duration)
        or SHORTEST_SESSION_SECONDS,
        description=values.optional(fields, "description", Node.text),
    )


def _duration(node: Node) -> int:
    seconds = node.integer()
    if not SHORTEST_SESSION_SECONDS <= seconds <= LONGEST_SESSION_SECONDS:
        raise node.wrong(f"is {seconds}; 3600 to 43200 seconds were expected")
    return seconds
