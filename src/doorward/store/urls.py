"""Database URLs, and how they are shown: never with a password.

sqlite:////var/lib/doorward/other.db
postgresql://doorward:password@db.example.com/doorward?sslmode=verify-full
"""

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from doorward.base.errors import BadInput

FLAG = "--database-url"
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DRIVER = "psycopg"
EXAMPLES = "write `postgresql://user:password@host/database` or `sqlite:////path/file.db`"

# What may hold a password: everything up to the last `@`, which one may hold itself, and options.
SECRET_PARTS = re.compile(r"(?<=://).*@|\A(?!\w+://).*@|\?.*", re.DOTALL)


def read(url: str) -> URL:
    """*url*, which names an SQLite file or a PostgreSQL database.

    Raises:
        BadInput: it is no URL, or one of another kind of database.
    """
    # libpq takes both spellings, SQLAlchemy one.
    spelled = re.sub(r"\Apostgres://", "postgresql://", url)
    try:
        parsed = make_url(spelled)
    except (ArgumentError, ValueError):
        # The cause would show the URL.
        raise BadInput(FLAG, f"`{masked(url)}` is not a database URL", EXAMPLES) from None
    if parsed.drivername in {POSTGRESQL, f"{POSTGRESQL}+{DRIVER}"}:
        return parsed.set(drivername=f"{POSTGRESQL}+{DRIVER}")
    if parsed.drivername != SQLITE:
        raise BadInput(FLAG, f"`{parsed.drivername}` is not a database that is used", EXAMPLES)
    return parsed


def file(url: str) -> Path:
    """The file that *url*, which is of SQLite, names.

    Raises:
        BadInput: it names none.
    """
    name = read(url).database
    if not name or name == ":memory:":
        raise BadInput(FLAG, "names no file", "use --memory to keep nothing")
    return Path(name)


def shown(url: URL) -> str:
    """*url* for people: without password and options, which may hold one too."""
    plain = URL.create(
        POSTGRESQL, username=url.username, host=url.host, port=url.port, database=url.database
    )
    return plain.render_as_string()


def masked(text: str) -> str:
    """*text*, which may be meant as a URL, without what may be a password."""
    return SECRET_PARTS.sub(lambda found: "***@" if found[0].endswith("@") else "", text)
