"""What is still to be looked at for the sake of analyzers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class ResourceScan:
    """A resource, or with a kind that is none of a resource, a whole list of them.

    Attributes:
        account: whose it is.
        kind: such as `AWS::S3::Bucket`; what else there is `store.resource_scans` says.
        name: the ARN; for a list, what the list is of.
        region: where it is; empty for what is everywhere.
        place: how far a list was gone through, empty at its beginning.
        number: rises each time it is asked for again, so that nothing asked meanwhile is lost.
        asked_at: the first of those that are not done yet.
    """

    account: str
    kind: str
    name: str
    region: str
    place: str
    number: int
    asked_at: datetime


resource_scans = Table(
    "resource_scan",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("name", String(2048), primary_key=True),
    Column("region", String(32), nullable=False),
    Column("place", String(2048), nullable=False),
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Index("ix_resource_scan_asked_at", "asked_at"),
)
