"""Users and roles of the store as the analyses of accounts want them, one at a time."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from doorward.analysis.account.credentials import Key, Row
from doorward.analysis.account.model import (
    Account,
    Document,
    Level,
    Organization,
    Role,
    User,
)
from doorward.base import arn as arns
from doorward.engine.compile import PolicySet
from doorward.policy.parse import parse
from doorward.server.findings.subjects import ROLE
from doorward.server.running import Running
from doorward.store import access_keys, login_profiles, principals, roles, users
from doorward.world.source import Entity, Membership


def account_of(
    running: Running, db: Connection, kind: str, account: str, text: str
) -> Account | None:
    """The account as far as the user or role of that ARN goes; None where there is none.

    Policies of groups count as the user's own.
    """
    name = text.rpartition("/")[2]
    found = _role(running, db, account, name) if kind == ROLE else _user(running, db, account, name)
    if found is None:
        return None
    entity: User | Role = found.roles[0] if kind == ROLE else found.users[0]
    return found if entity.arn == text else None


def _role(running: Running, db: Connection, account: str, name: str) -> Account | None:
    row = roles.find(db, account, name)
    entity = running.live.role(account, row.id) if row else None
    if row is None or entity is None:
        return None
    made = Role(
        arn=arns.entity(running.settings.partition, account, "role", row.path, row.name),
        name=row.name,
        id=row.id,
        path=row.path,
        created_at=row.created_at,
        inline=tuple(documents(entity.identity)),
        trust=Document("trust policy", parse(principals.to_arns(db, row.trust))),
        boundary=_boundary(entity),
        tags=row.tags,
        last_used_at=row.last_used_at,
        use_told=True,
    )
    return Account(id=account, partition=running.settings.partition, roles=(made,))


def _user(running: Running, db: Connection, account: str, name: str) -> Account | None:
    row = users.find(db, account, name)
    entity = running.live.user(account, row.id) if row else None
    if row is None or entity is None:
        return None
    made = User(
        arn=arns.entity(running.settings.partition, account, "user", row.path, row.name),
        name=row.name,
        id=row.id,
        path=row.path,
        created_at=row.created_at,
        inline=tuple(documents(entity.identity)),
        boundary=_boundary(entity),
        tags=row.tags,
    )
    profile = login_profiles.find(db, account, row.id)
    told = Row(
        user=row.name,
        arn=made.arn,
        created_at=row.created_at,
        has_password=profile is not None,
        password_used_at=row.password_last_used,
        password_changed_at=profile.changed_at if profile else None,
        has_mfa=False,
        keys=tuple(
            Key(slot, one.active, one.created_at, one.last_used_at, id=one.id)
            for slot, one in enumerate(access_keys.of(db, account, row.id), 1)
        ),
    )
    partition = running.settings.partition
    return Account(id=account, partition=partition, users=(made,), credentials=(told,))


def documents(policies: PolicySet) -> Iterator[Document]:
    """The policies of a set as documents."""
    return (Document(one.name, one.policy, one.arn) for one in policies.policies)


def _boundary(entity: Entity) -> Document | None:
    return next(documents(entity.boundary), None) if entity.boundary is not None else None


def placed(account: Account, place: Membership | None) -> Account:
    """*account* with the SCPs and RCPs above it."""
    if place is None:
        return account
    scps, rcps = place.scps or (), place.rcps or ()
    levels = tuple(
        Level(
            str(number),
            service_control=tuple(documents(scps[number])) if number < len(scps) else (),
            resource_control=tuple(documents(rcps[number])) if number < len(rcps) else (),
        )
        for number in range(max(len(scps), len(rcps)))
    )
    management = place.management_account == account.id
    return replace(account, organization=Organization(levels, management))
