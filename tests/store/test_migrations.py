"""The migrations lead to exactly the tables that the code works with."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.pool import NullPool

from doorward.base.errors import BadInput
from doorward.store import collation, migrations, schema, urls
from doorward.store.database import FILE, Database
from doorward.store.migrations import FOLDER, run
from store.server import Server

REGENERATE = "run `python -m doorward.store.migrations.generate` while nothing is released"


def shape(engine: Engine) -> dict[str, Any]:
    found = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(table)
            },
            "key": found.get_pk_constraint(table),
            "unique": sorted(found.get_unique_constraints(table), key=str),
            "indexes": sorted(map(index, found.get_indexes(table)), key=str),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def index(found: Any) -> dict[str, Any]:
    """An index, and the text of what it is restricted to."""
    options = {name: str(one) for name, one in found.get("dialect_options", {}).items()}
    return {**found, "dialect_options": options}


@pytest.fixture
def migrated(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.begin() as db:
        run.upgrade(db)
    return engine


def stamped(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as db:
        return [tuple(row) for row in db.exec_driver_sql("SELECT * FROM alembic_version")]


def test_a_database_made_at_once_is_that_to_which_the_migrations_lead(
    tmp_path: Path, migrated: Engine
) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    with made.begin() as db:
        migrations.bring_up_to_date(db, str(tmp_path))

    assert shape(migrated) == shape(made), REGENERATE
    assert inspect(migrated).get_columns("alembic_version")[0]["name"] == "version_num"
    assert stamped(migrated) == stamped(made)
    with made.begin() as db:
        run.upgrade(db)
    assert stamped(migrated) == stamped(made)


def test_an_older_database_is_brought_up_to_date_when_it_is_opened(
    tmp_path: Path, migrated: Engine
) -> None:
    older(tmp_path / FILE)
    Database.open(tmp_path).close()

    assert shape(create_engine(f"sqlite:///{tmp_path / FILE}")) == shape(migrated)


def older(path: Path) -> None:
    """A database as the first revision had it."""
    with create_engine(f"sqlite:///{path}").begin() as db:
        command.upgrade(run.config(db), schema.REVISIONS[0])


def test_the_migrated_schema_is_that_of_the_tables_on_postgresql_too(postgresql: Server) -> None:
    shapes = []
    for make in (schema.complete().create_all, lambda db: migrations.bring_up_to_date(db, "")):
        url = urls.read(postgresql.empty())
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as db:
            make(db)
            collation.by_bytes(db)
        shapes.append(shape(engine))

    assert shapes[0] == shapes[1], REGENERATE


def test_the_code_knows_every_revision_there_is() -> None:
    scripts = ScriptDirectory(str(FOLDER))

    assert [one.revision for one in scripts.walk_revisions()][::-1] == list(schema.REVISIONS)


def test_a_database_that_is_up_to_date_is_left_alone(
    tmp_path: Path, migrated: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "upgrade", lambda _: pytest.fail("migrated again"))

    with migrated.begin() as db:
        migrations.bring_up_to_date(db, str(tmp_path))


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade_and_fail(db: Connection) -> None:
        upgrade(db)
        db.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    older(tmp_path / FILE)
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    before = shape(engine), stamped(engine)
    upgrade = run.upgrade
    monkeypatch.setattr(run, "upgrade", upgrade_and_fail)
    with pytest.raises(BadInput):
        Database.open(tmp_path)

    assert (shape(engine), stamped(engine)) == before


def test_a_beginning_that_fails_leaves_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin_and_fail(db: Connection) -> None:
        begin(db)
        db.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    begin = migrations.begin
    monkeypatch.setattr(migrations, "begin", begin_and_fail)
    with pytest.raises(BadInput):
        Database.open(tmp_path)

    assert inspect(create_engine(f"sqlite:///{tmp_path / FILE}")).get_table_names() == []
