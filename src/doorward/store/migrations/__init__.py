"""Schema changes, in order, and bringing a database up to the present one.

While nothing is released, revision 0001 is made afresh from the tables when they change:
`python -m doorward.store.migrations.generate`.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from doorward.base.errors import BadInput
from doorward.store.schema import REVISIONS, complete

FOLDER = Path(__file__).parent


def bring_up_to_date(db: Connection, where: str) -> None:
    """Migrate the database of *where* to the revision of this code, in the transaction of *db*.

    Raises:
        BadInput: its revision is not one that this code knows: a newer Doorward made it.
    """
    found = revision(db, where)
    if found == REVISIONS[-1]:
        return
    if found is None and db.dialect.name == "sqlite":
        begin(db)
        return
    if found is not None and found not in REVISIONS:
        raise BadInput(
            where,
            f"has schema revision `{found}`, this Doorward knows up to `{REVISIONS[-1]}`",
            "use the newer Doorward that wrote it, or another database",
        )
    # Alembic takes long to import, and most starts do not need it.
    from doorward.store.migrations.run import upgrade  # noqa: PLC0415

    upgrade(db)


def begin(db: Connection) -> None:
    """Make every table of an empty database as this code has it, and say which revision that is.

    What the migrations lead to, as a test checks, in a fifth of the time: they are for databases
    that hold something. On PostgreSQL, where collations come with them, they do this too.
    """
    complete().create_all(db, checkfirst=False)
    db.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    db.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": REVISIONS[-1]})


def revision(db: Connection, where: str) -> str | None:
    """The revision that the database of *where* says it has, None where it is empty.

    Raises:
        BadInput: it holds tables that are not Doorward's.
    """
    tables = inspect(db).get_table_names()
    if "alembic_version" in tables:
        found: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found
    if tables:
        problem = "is a database of something else"
        raise BadInput(where, problem, "use another --data-dir or --database-url")
    return None
