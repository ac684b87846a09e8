"""Running Alembic on a connection that is already in a transaction."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from doorward.store.migrations import FOLDER


def config(db: Connection) -> Config:
    """Alembic's settings, with *db* for `env.py` to work on."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = db
    return settings


def upgrade(db: Connection) -> None:
    """Run every revision that *db* has not had yet."""
    command.upgrade(config(db), "head")
