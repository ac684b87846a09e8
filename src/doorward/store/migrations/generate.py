"""Write the first revision afresh from the tables: `python -m doorward.store.migrations.generate`.

Only while nothing is released; afterwards a change of a table is a revision of its own.
"""

from alembic import command
from sqlalchemy import create_engine

from doorward.store.migrations import FOLDER
from doorward.store.migrations.run import config

FIRST = "0001"


def main() -> None:
    """Replace `versions/0001_initial.py`."""
    for old in (FOLDER / "versions").glob(f"{FIRST}_*.py"):
        old.unlink()
    with create_engine("sqlite://").begin() as db:
        command.revision(config(db), "initial", autogenerate=True, rev_id=FIRST)


if __name__ == "__main__":
    main()
