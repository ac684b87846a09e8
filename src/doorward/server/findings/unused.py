"""What a user or role has and does not use, as an analyzer of unused access finds it.

Uses are those that the trail tells of, of whoever is asked about alone. Of time passing nobody
tells: the worker asks again every hour.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view-unused.html
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.account import unused, usage
from doorward.analysis.account.credentials import Key, Row
from doorward.analysis.account.model import Account, Document, Role, User
from doorward.analysis.account.unused import (
    Exclusion,
    Unused,
    UnusedKey,
    UnusedPermissions,
    UnusedService,
)
from doorward.base import arn as arns
from doorward.base.clock import iso8601
from doorward.policy.parse import parse
from doorward.server.findings.subjects import ROLE
from doorward.server.running import Running
from doorward.store import access_keys, last_accessed, login_profiles, roles, users
from doorward.store.tables.analyzer import Analyzer
from doorward.world.source import Entity

KINDS = ("UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission")
TRACKING = timedelta(days=400)
DEFAULT_DAYS = 90


def account_of(
    running: Running, db: Connection, kind: str, account: str, text: str, now: datetime
) -> Account | None:
    """The account as far as the user or role of that ARN goes; None where there is none."""
    name = text.rpartition("/")[2]
    found = _role(running, db, account, name) if kind == ROLE else _user(running, db, account, name)
    if found is None:
        return None
    made, principal_id = found
    entity: User | Role = made.roles[0] if kind == ROLE else made.users[0]
    if entity.arn != text:
        return None
    uses = (
        usage.use(entity.arn, one.service, one.operation, one.at)
        for one in last_accessed.of(db, account, principal_id, now - TRACKING)
    )
    return usage.told(made, uses)


def found(analyzer: Analyzer, account: Account | None, now: datetime) -> Sequence[Unused]:
    """What *analyzer* finds."""
    if account is None:
        return ()
    given = (analyzer.configuration or {}).get("unusedAccess") or {}
    days = given.get("unusedAccessAge", DEFAULT_DAYS)
    rules = (given.get("analysisRule") or {}).get("exclusions") or ()
    exclusions = [
        Exclusion(frozenset(one.get("accountIds") or ()), tuple(one.get("resourceTags") or ()))
        for one in rules
    ]
    return list(unused.unused(account, days, now, exclusions))


def details(one: Unused) -> dict[str, Any]:
    """What a finding says, moments as ISO 8601."""
    if isinstance(one, UnusedPermissions):
        return {"services": [_service(each) for each in one.services]}
    said: dict[str, Any] = {}
    if isinstance(one, UnusedKey):
        said["accessKeyId"] = one.key.id
    return said | _accessed(one.last_accessed)


def _service(one: UnusedService) -> dict[str, Any]:
    said: dict[str, Any] = {"serviceNamespace": one.namespace}
    if one.actions:
        said["actions"] = [
            {"action": f"{one.namespace}:{each.name}"} | _accessed(each.last_at)
            for each in one.actions
        ]
    return said | _accessed(one.last_accessed)


def _accessed(at: datetime | None) -> dict[str, str]:
    return {"lastAccessed": iso8601(at)} if at else {}


def _role(running: Running, db: Connection, account: str, name: str) -> tuple[Account, str] | None:
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
        inline=tuple(_documents(entity)),
        trust=Document("trust policy", parse(row.trust)),
        tags=row.tags,
        last_used_at=row.last_used_at,
        use_told=True,
    )
    return Account(id=account, partition=running.settings.partition, roles=(made,)), row.id


def _user(running: Running, db: Connection, account: str, name: str) -> tuple[Account, str] | None:
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
        inline=tuple(_documents(entity)),
        tags=row.tags,
    )
    profile = login_profiles.find(db, account, row.id)
    keys = access_keys.of(db, account, row.id)
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
            for slot, one in enumerate(keys, 1)
        ),
    )
    partition = running.settings.partition
    return Account(id=account, partition=partition, users=(made,), credentials=(told,)), row.id


def _documents(entity: Entity) -> Iterator[Document]:
    """The identity policies of a user or role, for a user those of its groups too."""
    return (Document(one.name, one.policy, one.arn) for one in entity.identity.policies)
