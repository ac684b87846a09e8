"""What compiled entities are made of: rows and policy texts, read in few queries.

Equal sources compile to equal entities, so a change elsewhere costs the reading and no compiling.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, select, union_all

from doorward.catalog import managed_policies
from doorward.store.prepared import Prepared
from doorward.store.refusals import Unjudged
from doorward.store.tables.access_key import access_keys
from doorward.store.tables.group import members
from doorward.store.tables.policy import (
    attachments,
    inline_policies,
    policies,
    policy_versions,
)
from doorward.store.tables.role import roles
from doorward.store.tables.user import users


class Inconsistent(Unjudged):
    """A policy or a unit of an organization that applies is not to be found or read."""


class PolicyText(NamedTuple):
    """A policy as text; `arn` is None for an inline one."""

    name: str
    text: str
    arn: str | None = None


class EntitySource(NamedTuple):
    """A user or role with the texts of all its policies, for a user those of its groups too."""

    unique_id: str
    account: str
    name: str
    path: str
    tags: Mapping[str, str]
    policies: tuple[PolicyText, ...]
    boundary: PolicyText | None


class KeySource(NamedTuple):
    """An access key; `user_id` is empty for an account's root, `user_name` then None."""

    id: str
    account: str
    user_id: str
    sealed_secret: bytes
    active: bool
    user_name: str | None


class Named(NamedTuple):
    """A user or role without its policies; `boundary` is the ARN of its permissions boundary."""

    unique_id: str
    account: str
    name: str
    path: str
    tags: Mapping[str, str]
    boundary: str | None


class Attached(NamedTuple):
    """A managed policy; one of AWS has neither name nor document in the store."""

    arn: str
    name: str | None
    document: str | None


_ACCOUNT = bindparam("account", type_=String)
_ID = bindparam("id", type_=String)

_USER = Prepared(
    select(
        users.c.id, users.c.account, users.c.name, users.c.path, users.c.tags, users.c.boundary
    ).where(users.c.account == _ACCOUNT, users.c.id == _ID),
    Named,
)
_ROLE = Prepared(
    select(
        roles.c.id, roles.c.account, roles.c.name, roles.c.path, roles.c.tags, roles.c.boundary
    ).where(roles.c.account == _ACCOUNT, roles.c.id == _ID),
    Named,
)

_SELF_AND_GROUPS = union_all(
    select(_ID),
    select(members.c.group_id).where(members.c.account == _ACCOUNT, members.c.user_id == _ID),
)
_INLINE = Prepared(
    select(inline_policies.c.name, inline_policies.c.document)
    .where(inline_policies.c.account == _ACCOUNT, inline_policies.c.entity_id.in_(_SELF_AND_GROUPS))
    .order_by(inline_policies.c.entity_id, inline_policies.c.name),
    PolicyText,
)
_DEFAULT_VERSION = (policy_versions.c.policy_id == policies.c.id) & (
    policy_versions.c.number == policies.c.default_version
)
_ATTACHED = Prepared(
    select(attachments.c.policy_arn, policies.c.name, policy_versions.c.document)
    .select_from(attachments)
    .outerjoin(
        policies,
        (policies.c.arn == attachments.c.policy_arn) & (policies.c.account == _ACCOUNT),
    )
    .outerjoin(policy_versions, _DEFAULT_VERSION)
    .where(attachments.c.account == _ACCOUNT, attachments.c.entity_id.in_(_SELF_AND_GROUPS)),
    Attached,
)
_MANAGED = Prepared(
    select(policies.c.arn, policies.c.name, policy_versions.c.document)
    .outerjoin(policy_versions, _DEFAULT_VERSION)
    .where(policies.c.account == _ACCOUNT, policies.c.arn == bindparam("arn")),
    Attached,
)
_KEY = Prepared(
    select(
        access_keys.c.id,
        access_keys.c.account,
        access_keys.c.user_id,
        access_keys.c.sealed_secret,
        access_keys.c.active,
        users.c.name,
    )
    .outerjoin(
        users, (users.c.id == access_keys.c.user_id) & (users.c.account == access_keys.c.account)
    )
    .where(access_keys.c.id == _ID),
    KeySource,
)


def user(db: Connection, account: str, unique_id: str) -> EntitySource | None:
    """The user of that unique id with its policies.

    Raises:
        Inconsistent: a managed policy of it is not to be found.
    """
    return _entity(db, _USER, account, unique_id)


def role(db: Connection, account: str, unique_id: str) -> EntitySource | None:
    """The role of that unique id with its policies.

    Raises:
        Inconsistent: a managed policy of it is not to be found.
    """
    return _entity(db, _ROLE, account, unique_id)


def managed_policy(db: Connection, account: str, arn: str) -> PolicyText | None:
    """The default version of a policy of AWS or of *account*."""
    if is_of_aws(arn):
        return _of_aws(arn)
    found = _MANAGED.one(db, account=account, arn=arn)
    return None if found is None else _managed(found)


def access_key(db: Connection, key_id: str) -> KeySource | None:
    """The access key of that id, None where it is not there or its user is gone."""
    found = _KEY.one(db, id=key_id)
    return None if found and found.user_id and found.user_name is None else found


def is_of_aws(arn: str) -> bool:
    """Whether *arn* is that of an AWS managed policy."""
    fields = arn.split(":", 5)
    return fields[2:5] == ["iam", "", "aws"]


def _arn(attached: Attached) -> str:
    return attached.arn


def _entity(
    db: Connection, query: Prepared[Named], account: str, unique_id: str
) -> EntitySource | None:
    found = query.one(db, account=account, id=unique_id)
    if found is None:
        return None
    texts = _INLINE.many(db, account=account, id=unique_id)
    # Ordered here: an ORDER BY makes SQLite walk all attachments of the account by policy.
    attached = set(_ATTACHED.many(db, account=account, id=unique_id))
    texts += map(_managed, sorted(attached, key=_arn))
    boundary = None
    if found.boundary is not None:
        boundary = managed_policy(db, account, found.boundary)
        if boundary is None:
            raise Inconsistent(f"the permissions boundary {found.boundary} is not to be found")
    return EntitySource(
        found.unique_id, account, found.name, found.path, found.tags, tuple(texts), boundary
    )


def _managed(found: Attached) -> PolicyText:
    """The policy of a row."""
    if found.name is not None and found.document is not None:
        return PolicyText(found.name, found.document, found.arn)
    kept = _of_aws(found.arn) if is_of_aws(found.arn) else None
    if kept is None:
        # Fail closed: the policy may hold a Deny.
        raise Inconsistent(f"the managed policy {found.arn} is not to be found")
    return kept


def _of_aws(arn: str) -> PolicyText | None:
    record = managed_policies.find(arn)
    return None if record is None else PolicyText(record.name, record.document, arn)
