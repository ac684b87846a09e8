"""Queries on policies find their rows by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from doorward.services.context import Context
from doorward.store import attachments, inline_policies, policies, policy_versions
from doorward.store.attachments import Use
from doorward.store.tables.group import groups
from doorward.store.tables.role import roles
from doorward.store.tables.user import users
from services.support import ACCOUNT

ARN = f"arn:aws:iam::{ACCOUNT}:policy/P"
PAGE = {"after": "a", "limit": 2}

QUERIES: list[Callable[[Connection], Any]] = [
    lambda db: policies.find(db, ACCOUNT, ARN),
    lambda db: policies.named(db, ACCOUNT, "P"),
    lambda db: policies.page(db, ACCOUNT, prefix="/a/", **PAGE),
    lambda db: policies.page(db, ACCOUNT, attached=True, bounding=True, **PAGE),
    lambda db: policies.count(db, ACCOUNT),
    lambda db: policy_versions.find(db, "ANPA", 1),
    lambda db: policy_versions.newest_first(db, "ANPA"),
    lambda db: policy_versions.count(db, "ANPA"),
    lambda db: policy_versions.count_of_account(db, ACCOUNT),
    lambda db: attachments.exists(db, ACCOUNT, "AIDA", ARN),
    lambda db: attachments.of(db, ACCOUNT, "AIDA"),
    lambda db: attachments.any_of(db, ACCOUNT, "AIDA"),
    lambda db: attachments.counts(db, ACCOUNT, [ARN]),
    lambda db: attachments.boundary_counts(db, ACCOUNT, [ARN]),
    lambda db: attachments.attached_between(db, ACCOUNT, "a", "b"),
    lambda db: attachments.bounding_between(db, ACCOUNT, "a", "b"),
    lambda db: attachments.entities(db, ACCOUNT, groups, Use(ARN), **PAGE),
    lambda db: attachments.entities(db, ACCOUNT, users, Use(ARN), **PAGE),
    lambda db: attachments.entities(db, ACCOUNT, roles, Use(ARN, attached=False), **PAGE),
    lambda db: inline_policies.find(db, ACCOUNT, "AIDA", "own"),
    lambda db: inline_policies.any_of(db, ACCOUNT, "AIDA"),
]


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_a_query_scans_no_table(ctx: Context, number: int) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        asked.append((call[2], call[3]))

    event.listen(ctx.db, "before_cursor_execute", note)
    QUERIES[number](ctx.db)
    event.remove(ctx.db, "before_cursor_execute", note)

    assert asked
    for statement, parameters in asked:
        plan = ctx.db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row.detail for row in plan]
        assert not [step for step in steps if step.startswith("SCAN") and "INDEX" not in step], (
            steps
        )
