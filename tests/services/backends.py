"""What the tests of services keep their worlds in: SQLite, or PostgreSQL where that is asked for.

    DOORWARD_TEST_DATABASE=postgresql pytest tests/services

Each world is one transaction that is never committed, so its database can be used again. Two worlds
at once have two: they make the same accounts, and would wait for each other.
"""

import atexit
import os
from functools import cache

from sqlalchemy import Connection, create_engine

from doorward.store import schema, urls
from store import plans
from store.server import Server

VARIABLE = "DOORWARD_TEST_DATABASE"
_FREE: list[str] = []


def connect() -> Connection:
    """A connection to an empty database, to be given back to `close`."""
    match os.environ.get(VARIABLE, "sqlite"):
        case "sqlite":
            db = create_engine("sqlite://").connect()
            schema.complete().create_all(db)
            return db
        case "postgresql":
            url = _FREE.pop() if _FREE else server().url()
            engine = create_engine(urls.read(url), use_native_hstore=False)
            db = engine.connect()
            db.info[plans.UNCOMMITTED] = url
            return db
        case other:
            raise ValueError(f"{VARIABLE} is `sqlite` or `postgresql`, not `{other}`")


def close(db: Connection) -> None:
    """Take back everything that was written to *db*."""
    url = db.info.pop(plans.UNCOMMITTED, None)
    db.close()
    db.engine.dispose()
    if url is not None:
        _FREE.append(url)


@cache
def server() -> Server:
    """The server of this process."""
    started = Server()
    atexit.register(started.stop)
    return started
