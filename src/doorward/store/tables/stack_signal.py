"""What resources of stacks wait for: answers of custom resources, signals of wait conditions."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, LargeBinary, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class StackSignal:
    """One signal for a resource of a stack.

    Attributes:
        request: which request of the resource, or which handle, it answers.
        unique_id: tells signals of one handle from one another; empty for the one answer that a
            custom resource gives.
        body: the JSON that came in, sealed, for it may hold secrets.
    """

    stack: str
    logical_id: str
    request: str
    unique_id: str
    account: str
    at: datetime
    body: bytes = field(repr=False)


stack_signals = Table(
    "stack_signal",
    metadata,
    Column("stack", String(400), primary_key=True),
    Column("logical_id", String(255), primary_key=True),
    Column("request", String(64), primary_key=True),
    Column("unique_id", String(255), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
