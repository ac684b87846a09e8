"""Scheduled rotations of users' access keys, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


class Step(StrEnum):
    """Where a rotation stands.

    IDLE: nothing is under way.
    CREATED: there is a new key, and nobody has been given it.
    DELIVERING: it is being handed over; after a crash nobody knows whether it was.
    UNDELIVERED: handing it over failed, so it is to be removed unless it is in use all the same.
    DELIVERED: the owner has it, and the old one may still be in use.
    DEACTIVATED: the old one is off, to be deleted if nobody misses it.
    """

    IDLE = "idle"
    CREATED = "created"
    DELIVERING = "delivering"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    DEACTIVATED = "deactivated"


class Status(StrEnum):
    """What the last look at a rotation came to."""

    SCHEDULED = "scheduled"
    WAITING = "waiting"
    ROTATED = "rotated"
    LEFT = "left alone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The schedule of one user; it holds ids and moments, never a secret.

    Attributes:
        period_seconds: age at which a key is replaced.
        unused_seconds: for so long the old key must be silent before it is switched off.
        inactive_seconds: for so long it stays off before it is deleted.
        delivery, target: how the new key is handed over, and to where.
        created_by: ARN of who set the schedule.
        next_at: when to look at it again.
        delivered_at: since when silence of the old key counts.
        used_at: last use of the old key that was known when it was switched off.
        rotated_at: when a rotation was last complete.
        looked_at, status, reason: the last look, what it came to and why.
        held_by, held_until: the server that works on it, and until when nobody else may.
    """

    account: str
    user_id: str
    period_seconds: int
    unused_seconds: int
    inactive_seconds: int
    delivery: str
    target: str
    created_at: datetime
    created_by: str
    next_at: datetime
    step: Step = Step.IDLE
    old_id: str | None = None
    new_id: str | None = None
    delivered_at: datetime | None = None
    deactivated_at: datetime | None = None
    used_at: datetime | None = None
    rotated_at: datetime | None = None
    looked_at: datetime | None = None
    status: Status = Status.SCHEDULED
    reason: str = ""
    held_by: str | None = None
    held_until: datetime | None = None


rotations = Table(
    "rotation",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("user_id", String(21), primary_key=True),
    Column("period_seconds", Integer, nullable=False),
    Column("unused_seconds", Integer, nullable=False),
    Column("inactive_seconds", Integer, nullable=False),
    Column("delivery", String(16), nullable=False),
    Column("target", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(2048), nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("step", String(16), nullable=False),
    Column("old_id", String(128)),
    Column("new_id", String(128)),
    Column("delivered_at", Moment),
    Column("deactivated_at", Moment),
    Column("used_at", Moment),
    Column("rotated_at", Moment),
    Column("looked_at", Moment),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_by", String(32)),
    Column("held_until", Moment),
    Index("ix_rotation_next_at", "next_at"),
)
