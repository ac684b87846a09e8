"""Queries on policies find their rows by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from doorward.services.context import Context
from doorward.store import attachments, inline_policies, policies, policy_versions
from doorward.store.attachments import Use
from doorward.store.tables.group import groups
from doorward.store.tables.role import roles
from doorward.store.tables.user import users
from services.support import ACCOUNT
from store import plans

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
    with plans.watched(ctx.db) as asked:
        QUERIES[number](ctx.db)

    assert asked
    assert plans.scans(ctx.db, asked) == []
