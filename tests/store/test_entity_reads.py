"""What is read of one user does not grow with the account it is in."""

from datetime import datetime

from sqlalchemy import insert

from doorward.store import sources
from doorward.store.database import Database
from doorward.store.tables.user import users
from store import plans

ACCOUNT = "123456789012"
ALICE = "AIDAALICEALICEALICE00"


def test_attached_policies_are_found_by_the_entity_not_among_all_of_the_account(
    memory: Database, now: datetime
) -> None:
    row = {"id": ALICE, "account": ACCOUNT, "name": "alice", "name_key": "alice"}
    memory.write(
        lambda db: db.execute(insert(users), row | {"path": "/", "created_at": now, "tags": {}})
    )

    with memory.read() as db:
        with plans.watched(db) as seen:
            assert sources.user(db, ACCOUNT, ALICE) is not None
        steps = [
            str(step[3])
            for one in seen
            for step in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {one.sql}", one.parameters)
        ]

    searches = [step for step in steps if step.startswith("SEARCH attachment")]
    assert searches
    assert all("entity_id=?" in step for step in searches)
