"""A large world on disk: users, roles and policies, and access keys for some of the users."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from benchmarks.load import Key
from benchmarks.servers import ACCOUNT, KEY, SECRET
from benchmarks.workloads import allow, deny, document
from doorward.base.ids import RandomIds
from doorward.store import accounts, secrets
from doorward.store.database import Database
from doorward.store.secrets import Secrets
from doorward.store.tables.policy import attachments, inline_policies, policies, policy_versions
from doorward.store.tables.role import roles
from doorward.store.tables.user import users

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPREAD = 7_919
"""A prime: policies attached to one user are not neighbours."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of each; every user and role has three policies attached."""

    users: int = 100_000
    roles: int = 10_000
    policies: int = 20_000
    keys: int = 5_000


def populate(folder: Path, size: Size) -> list[Key]:
    """Make a database in *folder*; the keys of its first users, in order."""
    ids = RandomIds()
    keys = [Key(ids.access_key_id("AKIA", ACCOUNT), ids.secret()) for _ in range(size.keys)]
    database = Database.open(folder)
    try:
        kept = secrets.load(database, ids)
        database.write(lambda db: fill(db, kept, size, keys))
    finally:
        database.close()
    return keys


def fill(db: Connection, kept: Secrets, size: Size, keys: list[Key]) -> None:
    """Every row, in one transaction."""
    accounts.create(db, ACCOUNT, NOW)
    accounts.set_root_key(db, kept, ACCOUNT, KEY, SECRET, NOW)
    many(db, policies, map(policy, range(size.policies)))
    many(db, policy_versions, map(version, range(size.policies)))
    many(db, users, map(user, range(size.users)))
    many(db, roles, map(role, range(size.roles)))
    many(db, inline_policies, map(inline, range(size.users)))
    many(db, attachments, attached("AIDA", size.users, size.policies))
    many(db, attachments, attached("AROA", size.roles, size.policies))
    for n, key in enumerate(keys):
        accounts.add_key(
            db, kept, ACCOUNT, *key, user_id=unique_id("AIDA", n), active=True, now=NOW
        )


def many(db: Connection, table: Table, values: Iterator[dict[str, Any]]) -> None:
    """Insert rows."""
    db.execute(insert(table), list(values))


def unique_id(prefix: str, n: int) -> str:
    """The id of the *n*th."""
    return f"{prefix}{n:017d}"


def policy_arn(n: int) -> str:
    """The ARN of the *n*th policy."""
    return f"arn:aws:iam::{ACCOUNT}:policy/policy-{n}"


def named(prefix: str, kind: str, n: int) -> dict[str, Any]:
    """What all entities have."""
    name = f"{kind}-{n}"
    common = {"account": ACCOUNT, "name": name, "name_key": name, "path": "/", "tags": {}}
    return common | {"id": unique_id(prefix, n), "created_at": NOW}


def user(n: int) -> dict[str, Any]:
    """The *n*th user."""
    return named("AIDA", "user", n)


def role(n: int) -> dict[str, Any]:
    """The *n*th role."""
    trust = document([allow("sts:AssumeRole", "*") | {"Principal": {"AWS": ACCOUNT}}])
    return named("AROA", "role", n) | {"trust": json.dumps(trust), "max_session_duration": 3_600}


def policy(n: int) -> dict[str, Any]:
    """The *n*th policy."""
    return named("ANPA", "policy", n) | {
        "arn": policy_arn(n),
        "default_version": 1,
        "latest_version": 1,
        "updated_at": NOW,
    }


def version(n: int) -> dict[str, Any]:
    """The only version of the *n*th policy: five statements."""
    written = [
        allow("s3:Get*", f"arn:aws:s3:::bucket-{n}/*"),
        allow("s3:ListBucket", f"arn:aws:s3:::bucket-{n}"),
        allow("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:queue-{n}"),
        allow("dynamodb:*Item", f"arn:aws:dynamodb:*:{ACCOUNT}:table/table-{n}"),
        deny("s3:Delete*", f"arn:aws:s3:::bucket-{n}/kept/*"),
    ]
    text = json.dumps(document(written))
    return {"policy_id": unique_id("ANPA", n), "number": 1, "document": text, "created_at": NOW}


def inline(n: int) -> dict[str, Any]:
    """The inline policy of the *n*th user, who may look at itself."""
    text = json.dumps(document([allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/user-{n}")]))
    return {
        "account": ACCOUNT,
        "entity_id": unique_id("AIDA", n),
        "name": "self",
        "document": text,
    }


def attached(prefix: str, count: int, among: int) -> Iterator[dict[str, Any]]:
    """Three policies for each of *count* entities."""
    for n in range(count):
        for which in sorted({(n * 3 + turn * SPREAD) % among for turn in range(3)}):
            yield {
                "account": ACCOUNT,
                "entity_id": unique_id(prefix, n),
                "policy_arn": policy_arn(which),
                "attached_at": NOW,
            }
