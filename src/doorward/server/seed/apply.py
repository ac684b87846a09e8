"""Writing a seed into the store: all of it in one transaction, or nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from doorward.authn.password import hash as hash_of
from doorward.base import arn
from doorward.base.errors import BadInput
from doorward.server.seed import assigned, buckets, organization
from doorward.server.seed.bound import bound
from doorward.server.seed.model import (
    Document,
    Seed,
    SeedAccount,
    SeedGroup,
    SeedPolicy,
    SeedRole,
    SeedUser,
)
from doorward.server.seed.tools import Tools
from doorward.store import (
    accounts,
    attachments,
    groups,
    inline_policies,
    login_profiles,
    policies,
    policy_versions,
    roles,
    users,
)
from doorward.store.tables.group import Group
from doorward.store.tables.login_profile import LoginProfile
from doorward.store.tables.policy import ManagedPolicy, PolicyVersion
from doorward.store.tables.property import properties
from doorward.store.tables.role import Role
from doorward.store.tables.user import User

APPLIED = "seed"


def apply(db: Connection, seed: Seed, tools: Tools) -> bool:
    """Write *seed*; False where this very file was applied to this database before.

    To be run as one job of the writer, so that a refusal leaves nothing behind.

    Raises:
        BadInput: something of it is there already, or a policy names a principal that is not.
    """
    if _digest(db) == seed.digest:
        return False
    for account in seed.accounts:
        _account(db, account, tools)
    for account in seed.accounts:
        _bind(db, account)
        for bucket in account.buckets:
            buckets.add(db, account.id, bucket, tools)
    if seed.organization:
        organization.add(db, seed, seed.organization, tools)
    if seed.identity_center:
        assigned.add(db, seed.identity_center, tools)
    _keep_digest(db, seed.digest)
    return True


def _account(db: Connection, account: SeedAccount, tools: Tools) -> None:
    accounts.create(db, account.id, tools.now)
    if account.alias:
        owner = accounts.by_alias(db, account.alias)
        if owner is not None and owner.id != account.id:
            raise _taken(account.where, f"alias `{account.alias}`")
        accounts.set_alias(db, account.id, account.alias)
    if account.root:
        owner_of_key = accounts.owner_of_key(db, account.root.id)
        if owner_of_key not in {None, (account.id, accounts.ROOT)}:
            raise _taken(account.root.where, f"access key `{account.root.id}`")
        accounts.set_root_key(
            db, tools.secrets, account.id, account.root.id, account.root.secret, tools.now
        )
    for policy in account.policies:
        _policy(db, account.id, policy, tools)
    for group in account.groups:
        _group(db, account.id, group, tools)
    for user in account.users:
        _user(db, account.id, user, tools)
    for role in account.roles:
        _role(db, account.id, role, tools)


def _policy(db: Connection, account: str, policy: SeedPolicy, tools: Tools) -> None:
    if policies.named(db, account, policy.name):
        raise _taken(policy.where, f"policy `{policy.name}`")
    made = ManagedPolicy(
        id=tools.ids.unique_id("ANPA"),
        account=account,
        name=policy.name,
        name_key=policy.name.lower(),
        path=policy.path,
        arn=arn.entity(tools.partition, account, "policy", policy.path, policy.name),
        description=policy.description,
        default_version=1,
        latest_version=1,
        created_at=tools.now,
        updated_at=tools.now,
        tags=dict(policy.tags),
    )
    policies.add(db, made)
    policy_versions.add(db, PolicyVersion(made.id, 1, policy.document.text, tools.now))


def _group(db: Connection, account: str, group: SeedGroup, tools: Tools) -> None:
    if groups.find(db, account, group.name):
        raise _taken(group.where, f"group `{group.name}`")
    unique_id = tools.ids.unique_id("AGPA")
    groups.add(db, Group(unique_id, account, group.name, group.name.lower(), group.path, tools.now))
    _permit(db, account, unique_id, group.policies, group.inline, tools.now)


def _user(db: Connection, account: str, user: SeedUser, tools: Tools) -> None:
    if users.find(db, account, user.name):
        raise _taken(user.where, f"user `{user.name}`")
    made = User(
        id=tools.ids.unique_id("AIDA"),
        account=account,
        name=user.name,
        name_key=user.name.lower(),
        path=user.path,
        created_at=tools.now,
        boundary=user.boundary,
        tags=dict(user.tags),
    )
    users.add(db, made)
    _permit(db, account, made.id, user.policies, user.inline, tools.now)
    for name in user.groups:
        group = groups.find(db, account, name)
        if group is not None:
            groups.join(db, account, group_id=group.id, user_id=made.id)
    for key in user.access_keys:
        if accounts.owner_of_key(db, key.id):
            raise _taken(key.where, f"access key `{key.id}`")
        accounts.add_key(
            db, tools.secrets, account, key.id, key.secret,
            user_id=made.id, active=key.active, now=tools.now,
        )  # fmt: skip
    if user.password is not None:
        _password(db, made, user.password, tools.now)


def _password(db: Connection, user: User, password: str, now: datetime) -> None:
    profile = LoginProfile(user.id, user.account, hash_of(password), now, now)
    login_profiles.add(db, profile)


def _role(db: Connection, account: str, role: SeedRole, tools: Tools) -> None:
    if roles.find(db, account, role.name):
        raise _taken(role.where, f"role `{role.name}`")
    made = Role(
        id=tools.ids.unique_id("AROA"),
        account=account,
        name=role.name,
        name_key=role.name.lower(),
        path=role.path,
        created_at=tools.now,
        trust=role.trust.text,
        description=role.description,
        max_session_duration=role.max_session_duration,
        boundary=role.boundary,
        tags=dict(role.tags),
    )
    roles.add(db, made)
    _permit(db, account, made.id, role.policies, role.inline, tools.now)


def _permit(
    db: Connection,
    account: str,
    entity_id: str,
    attached: Iterable[str],
    inline: Mapping[str, Document],
    now: datetime,
) -> None:
    """Attach managed policies and embed inline ones."""
    for policy_arn in attached:
        attachments.attach(db, account, entity_id, policy_arn, now)
    for name, document in inline.items():
        inline_policies.put(db, account, entity_id, name, document.text)


def _bind(db: Connection, account: SeedAccount) -> None:
    """Bind trust policies to the unique ids of principals, once all of those are there."""
    for role in account.roles:
        made = roles.find(db, account.id, role.name)
        if made is not None:
            roles.change(db, made.id, {"trust": bound(db, role.trust)})


def _taken(where: str, what: str) -> BadInput:
    return BadInput(
        where, f"{what} is in the database already", "use an empty --data-dir, or --memory"
    )


def _digest(db: Connection) -> bytes | None:
    query = select(properties.c.value).where(properties.c.name == APPLIED)
    found: bytes | None = db.execute(query).scalar()
    return found


def _keep_digest(db: Connection, digest: bytes) -> None:
    if _digest(db) is None:
        db.execute(insert(properties).values(name=APPLIED, value=digest))
        return
    db.execute(update(properties).where(properties.c.name == APPLIED).values(value=digest))
