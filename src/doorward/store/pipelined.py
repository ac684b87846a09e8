"""Writing to PostgreSQL in as few round trips as can be.

A statement whose answer nobody waits for is sent along with the next one whose answer is needed:
`INSERT`, the savepoint of a job, the beginning of a transaction. An error of such a statement
comes up at the next one, at the latest at the commit.

https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Self

from psycopg import Connection, Cursor, Error, InternalError, OperationalError, Pipeline
from psycopg.rows import TupleRow

from doorward.store.refusals import Unreachable

COMMIT = "COMMIT"
# INVARIANT: the rest of the store asks none of these for a row or a count.
UNAWAITED = re.compile(
    r"\s*(?:INSERT\b(?!.*\bRETURNING\b)|(?:BEGIN|SAVEPOINT|NOTIFY)\b)", re.DOTALL
)


class Pipelined(Connection[TupleRow]):
    """A connection that sends what needs no answer together with what does."""

    _line: AbstractContextManager[Pipeline] | None = None
    _pipe: Pipeline | None = None

    def begin_pipeline(self) -> Self:
        """From now on; the connection stays so until it is closed."""
        self._line = self.pipeline()
        self._pipe = self._line.__enter__()
        return self

    def close(self) -> None:
        """Let go of it. May be called twice."""
        line, self._line, self._pipe = self._line, None, None
        if line is not None:
            with suppress(Error):
                line.__exit__(None, None, None)
        super().close()

    def later(self, statement: str) -> Cursor[TupleRow]:
        """Send *statement* with the next one that is awaited; the cursor has its answer then.

        Raises:
            Unreachable: the connection is cut.
        """
        try:
            with self.recovering():
                return Cursor(self).execute(statement)
        except OperationalError as error:
            raise Unreachable(f"PostgreSQL: {error}") from error

    @contextmanager
    def recovering(self) -> Iterator[None]:
        """A block after whose error the connection can be used again.

        The error may be that of a statement that was sent before. What was sent behind it was
        skipped, and the server listens again only after a sync.
        """
        try:
            yield
        except Error:
            with suppress(Error):
                self.sync()
            raise

    def sync(self) -> None:
        """Send what is left and wait for every answer.

        Raises:
            psycopg.Error: the first error among them. The connection can be used again.
        """
        if self._pipe is not None:
            self._pipe.sync()


class PipelinedCursor(Cursor[TupleRow]):
    """A cursor that waits for an answer where one is needed."""

    def execute(self, query: Any, *arguments: Any, **keywords: Any) -> Self:
        """Run *query*, or leave it for later where no answer is needed.

        Raises:
            psycopg.Error: of this statement, or of one that was left for later.
        """
        with self.writer.recovering():
            super().execute(query, *arguments, **keywords)
            if UNAWAITED.match(str(query)):
                return self
            self.writer.sync()
        if query == COMMIT and self.statusmessage != COMMIT:
            # PostgreSQL answers so, without an error, where it has rolled back instead.
            raise InternalError("the transaction was rolled back instead of committed")
        return self

    def executemany(self, query: Any, *arguments: Any, **keywords: Any) -> None:
        """Run *query* for each set of parameters.

        Raises:
            psycopg.Error: as for `execute`.
        """
        with self.writer.recovering():
            super().executemany(query, *arguments, **keywords)
            if not UNAWAITED.match(str(query)):
                self.writer.sync()

    @property
    def writer(self) -> Pipelined:
        """The connection."""
        connection = self.connection
        assert isinstance(connection, Pipelined)  # noqa: S101 - who makes the one makes the other
        return connection
