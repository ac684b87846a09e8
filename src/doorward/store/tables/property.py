"""Facts about the database as a whole."""

from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, String, Table

from doorward.store.tables.columns import metadata


@dataclass(frozen=True, slots=True)
class Property:
    """A named value, such as the check value of the master key."""

    name: str
    value: bytes


properties = Table(
    "property",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
