"""What a user or role has and does not use, as an analyzer of unused access finds it.

Uses are those that the trail tells of, of whoever is asked about alone. Of time passing nobody
tells: the worker asks again every hour.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view-unused.html
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.account import unused, usage
from doorward.analysis.account.model import Account, Role, User
from doorward.analysis.account.unused import (
    Exclusion,
    Unused,
    UnusedKey,
    UnusedPermissions,
    UnusedService,
)
from doorward.base.clock import iso8601
from doorward.server.findings import principals
from doorward.server.findings.subjects import ROLE
from doorward.server.running import Running
from doorward.store import last_accessed
from doorward.store.tables.analyzer import Analyzer

Found = Sequence[Unused]
KINDS = ("UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission")
TRACKING = timedelta(days=400)
DEFAULT_DAYS = 90


def account_of(
    running: Running, db: Connection, kind: str, account: str, text: str, now: datetime
) -> Account | None:
    """The account as far as the user or role of that ARN goes, with what it used."""
    made = principals.account_of(running, db, kind, account, text)
    if made is None:
        return None
    entity: User | Role = made.roles[0] if kind == ROLE else made.users[0]
    uses = (
        usage.use(entity.arn, one.service, one.operation, one.at)
        for one in last_accessed.of(db, account, entity.id, now - TRACKING)
    )
    return usage.told(made, uses)


def found(analyzer: Analyzer, account: Account | None, now: datetime) -> Found:
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
