"""Queries on stacks have an index, and a stack is driven by one process at a time."""

from datetime import UTC, datetime, timedelta

from doorward.store import (
    stack_change_sets,
    stack_drift,
    stack_events,
    stack_exports,
    stack_resources,
    stack_signals,
    stacks,
)
from doorward.store.database import Database
from doorward.store.tables.stack import Stack
from store import plans

ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
STACK = Stack("arn:s", ACCOUNT, "us-east-1", "s", "s", "CREATE_IN_PROGRESS", NOW, pending=True)


def test_every_query_has_an_index(memory: Database) -> None:
    with memory.read() as db:
        with plans.watched(db) as seen:
            stacks.find(db, ACCOUNT, "arn:s")
            stacks.named(db, ACCOUNT, "us-east-1", "s")
            stacks.count(db, ACCOUNT, "us-east-1")
            stacks.page(db, ACCOUNT, "us-east-1", after=stacks.key(STACK), limit=10)
            stacks.pending(db, NOW, limit=10)
            stack_resources.of_stack(db, ACCOUNT, "arn:s")
            stack_resources.by_physical_id(db, ACCOUNT, "x")
            stack_resources.calls(db, "arn:s", "A")
            stack_events.page(db, ACCOUNT, "arn:s", after="7", limit=10)
            stack_exports.page(db, ACCOUNT, "us-east-1", after="a", limit=10)
            stack_exports.of_stack(db, "arn:s")
            stack_exports.importers(db, ACCOUNT, "us-east-1", "a", after=None, limit=10)
            stack_exports.imports(db, "arn:s")
            stack_change_sets.page(db, ACCOUNT, "arn:s", after="a", limit=10)
            stack_change_sets.named(db, ACCOUNT, "arn:s", "a")
            stack_drift.pending(db, limit=10)
            stack_signals.of_request(db, ACCOUNT, "arn:s", "A", "r")
            stack_drift.under_way(db, "arn:s")
        assert plans.scans(db, seen) == []


def test_a_stack_is_driven_by_one_process_until_its_claim_ends(memory: Database) -> None:
    later = NOW + timedelta(minutes=1)
    memory.write(lambda db: stacks.add(db, STACK))

    assert memory.write(lambda db: stacks.claim(db, STACK, "one", NOW, later))
    assert memory.write(lambda db: stacks.claim(db, STACK, "one", NOW, later))
    assert not memory.write(lambda db: stacks.claim(db, STACK, "two", NOW, later))
    assert memory.write(lambda db: stacks.claim(db, STACK, "two", later, later))
