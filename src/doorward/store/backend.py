"""What `Database` asks of the system that keeps the rows: SQLite or PostgreSQL."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine


class Backend(Protocol):
    """An opened database of one kind.

    Attributes:
        directory: the data directory, in which other things may be kept beside the database.
        durable: acknowledged writes survive a power cut.
        writing: the engine of the writer; its transactions begin with the right to write in hand.
    """

    directory: Path
    durable: bool
    writing: Engine

    def read(self) -> AbstractContextManager[Connection]:
        """A connection of which each transaction sees one moment, and that cannot write."""
        ...

    def ending(self, db: Connection, *, world: bool) -> None:
        """Called last in a writer's transaction; *world*, if it may alter decisions."""
        ...

    def ended(self, *, world: bool) -> None:
        """Called after the commit, before anybody learns of it."""
        ...

    def lost(self) -> None:
        """Called in place of `ended` where the transaction came to nothing."""
        ...

    def change_number(self) -> int:
        """A number that rises with every change of the world, as `Database` promises."""
        ...

    def moment(self) -> AbstractContextManager[None]:
        """A block in which one question for the change number is answer enough."""
        ...

    def close(self) -> None:
        """Let go of everything. May be called twice."""
        ...
