"""PostgreSQL: the store of any number of servers, each with one writer.

Writers of all servers take turns: a transaction that writes begins by locking the row of the
change number. So a job sees what every earlier one wrote, quotas hold, and no job is ever run
twice. docs/decisions/0004-postgresql.md says why not otherwise.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from doorward.base.errors import AwsError, BadInput
from doorward.store import changes, collation, migrations, sqlite
from doorward.store.changes import Changes, Listener
from doorward.store.pipelined import COMMIT, Pipelined, PipelinedCursor
from doorward.store.refusals import Unkept, Unreachable
from doorward.store.urls import FLAG, shown

READERS = 8
MORE_READERS = 24
OLDEST = 130_000
"""The oldest release that is used: 13."""

SETUP_LOCK = 0x646F_6F72_7761_7264
"""What servers that start at once lock, so that one of them sets the database up."""

DEFAULTS = {
    "application_name": "doorward",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "20000",  # milliseconds until a connection without answers is given up
}
# A writer that hangs with the lock in hand must not stop the others for ever.
WRITER_SETTINGS = (
    "SET lock_timeout = '20s'",
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET synchronous_commit = on",
)
# A text with U+0000, which psycopg itself refuses, or that is too long.
UNKEPT = (None, "22021", "22001")
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# READ COMMITTED: each statement sees what was committed before it, and after the lock that is all.
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


class Postgresql:
    """A PostgreSQL database that other servers may have open too."""

    durable = True

    def __init__(self, url: URL, directory: Path) -> None:
        self.directory = directory
        self.changes = Changes(_parameters(url))
        self._reading = _reading(url)
        self.writing = _writing(url, self.changes)
        self._listener = Listener(self.changes)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that cannot write.

        Raises:
            Unreachable: the database does not answer.
            Unkept: what is looked for cannot be there.
        """
        with self._reading.connect() as db:
            try:
                yield db
            except psycopg.Error as error:  # of a query that SQLAlchemy does not run
                db.invalidate(error)
                if refusal := _refusal(error):
                    raise refusal from error
                raise

    def ending(self, db: Connection, *, world: bool) -> None:
        """Raise the number, tell the others and commit, all in one round trip."""
        if world:
            db.exec_driver_sql(changes.RAISE)
            db.exec_driver_sql(changes.NOTIFY)
        # Not left to SQLAlchemy: through a cursor its errors are those of every other statement.
        db.exec_driver_sql(COMMIT)

    def ended(self, *, world: bool) -> None:
        """Let another writer have its turn."""
        del world
        self.changes.unlock()

    def lost(self) -> None:
        """Let another writer have its turn."""
        self.changes.unlock()

    def change_number(self) -> int:
        """The number that every server sees."""
        return self.changes.number()

    def moment(self) -> AbstractContextManager[None]:
        """A block in which the database is asked for the number once."""
        return self.changes.moment()

    def close(self) -> None:
        """Let go of every connection."""
        self._listener.close()
        self.changes.close()
        self._reading.dispose()
        self.writing.dispose()


def open(directory: Path | None, url: URL) -> Postgresql:  # noqa: A001 - postgresql.open
    """The database of *url*, set up or migrated if need be; *directory* is for what is beside it.

    Raises:
        BadInput: there is no directory, or the database cannot be reached, refuses the password,
            lacks a right, is of something else or of a newer version.
    """
    if directory is None:
        problem = "keeps what --memory would not"
        raise BadInput(FLAG, problem, "give --data-dir, for the bytes of objects and the keys")
    sqlite.make_directory(directory)
    url = url.update_query_dict({n: v for n, v in DEFAULTS.items() if n not in url.query})
    engine = _engine(url, poolclass=NullPool)
    try:
        with engine.begin() as db:
            db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SETUP_LOCK})
            _check(db, shown(url))
            migrations.bring_up_to_date(db, shown(url))
            collation.by_bytes(db)
            db.execute(text(changes.FIRST))
    except DBAPIError as error:
        raise _bad(url, str(error.orig)) from None  # the cause may tell the password
    opened = Postgresql(url, directory)
    try:
        opened.writing.connect().close()
    except Unreachable as error:
        opened.close()
        raise _bad(url, error.reason) from None
    return opened


def _check(db: Connection, where: str) -> None:
    """Hold the database to what the store needs of it.

    Raises:
        BadInput: it is too old, or its encoding cannot hold every text.
    """
    version, encoding = db.execute(
        text(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
        )
    ).one()
    if version < OLDEST:
        problem = f"is PostgreSQL {version // 10_000}, and 13 is the oldest that is used"
        raise BadInput(where, problem, "move it to a newer release")
    if encoding != "UTF8":
        help_ = "make one with `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`"
        raise BadInput(where, f"has the encoding `{encoding}`, and `UTF8` is needed", help_)


HELP = (
    ("password authentication failed", "check user and password; `%` and `@` are written %25, %40"),
    ("no password supplied", "write `postgresql://user:password@host/database`"),
    ("does not exist", "make it first, with `createdb` and `createuser`"),
    ("permission denied", "the user must own the database, or its schema"),
)


def _bad(url: URL, cause: str) -> BadInput:
    """What to say where *cause* kept the database of *url* from opening; never the password."""
    lines = cause.strip().splitlines() or ["unknown"]
    said = lines[0]
    if url.password:
        said = said.replace(str(url.password), "***")
    hints = (hint for known, hint in HELP if known in cause)
    hint = next(hints, "check that PostgreSQL runs there and takes connections")
    return BadInput(shown(url), f"cannot be opened: {said}", hint)


def _parameters(url: URL) -> dict[str, Any]:
    """What psycopg is told about *url*."""
    _, parameters = _engine(url).dialect.create_connect_args(url)
    return {name: value for name, value in parameters.items() if name != "context"}


def _engine(url: URL, **settings: Any) -> Engine:
    return create_engine(url, use_native_hstore=False, hide_parameters=True, **settings)


def _explain(context: ExceptionContext) -> None:
    """Tell what lies with the database or the request from what is wrong with a statement."""
    if refusal := _refusal(context.original_exception):
        raise refusal


def _refusal(error: BaseException) -> AwsError | None:
    """What to answer where *error* came of a query; None where it is a fault of ours."""
    match error:
        case psycopg.OperationalError():
            return Unreachable(f"PostgreSQL: {error}")
        case psycopg.DataError() if error.sqlstate in UNKEPT:
            return Unkept()
        case _:
            return None


def _reading(url: URL) -> Engine:
    """An engine of which each transaction sees one moment and cannot write."""
    engine = _engine(url, pool_size=READERS, max_overflow=MORE_READERS, pool_use_lifo=True)
    event.listen(engine, "handle_error", _explain)

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], record: object) -> None:
        del record
        connection.autocommit = True  # BEGIN is ours to say

    @event.listens_for(engine, "begin")
    def begin(db: Connection) -> None:
        db.exec_driver_sql(READ)

    return engine


def _writing(url: URL, shared: Changes) -> Engine:
    """An engine of one connection, whose transactions begin with the lock of all writers."""
    engine = _engine(url, pool_size=1, max_overflow=0)
    event.listen(engine, "handle_error", _explain)

    @event.listens_for(engine, "do_connect")
    def connect(dialect: object, record: object, positional: Any, named: Any) -> Pipelined:
        del dialect, record
        made = Pipelined.connect(*positional, **named, cursor_factory=PipelinedCursor)
        made.autocommit = True  # BEGIN is ours to say
        shared.meet(made)
        return made

    @event.listens_for(engine, "connect")
    def prepare(connection: Pipelined, record: object) -> None:
        del record
        for setting in WRITER_SETTINGS:
            connection.execute(setting)
        connection.begin_pipeline()

    @event.listens_for(engine, "begin")
    def begin(db: Connection) -> None:
        db.exec_driver_sql(WRITE)
        shared.lock(_driver(db))

    return engine


def _driver(db: Connection) -> Pipelined:
    """The connection of psycopg under *db*, which is the writer's."""
    found = db.connection.driver_connection
    assert isinstance(found, Pipelined)  # noqa: S101 - the engine makes no others
    return found
