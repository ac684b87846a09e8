"""A process that writes with 8 threads until it is killed, and says what was acknowledged.

Every write is a row and its audit event. Run as `python writing.py DIRECTORY ROUND`.
"""

import os
import sys
import threading
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

from doorward.store import audit
from doorward.store.database import Database
from doorward.store.tables.group import members

ACCOUNT = "111122223333"
THREADS = 8


def change(db: Connection, name: str) -> None:
    db.execute(insert(members).values(account=ACCOUNT, group_id="AGPA", user_id=name))
    audit.append(
        db,
        {
            "userIdentity": {"type": "Root"},
            "eventTime": "2026-11-25T12:00:00Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": "AddUserToGroup",
            "eventID": name,
            "readOnly": False,
            "recipientAccountId": ACCOUNT,
        },
        resource=name,
    )


def work(database: Database, prefix: str) -> None:
    for n in range(1_000_000):
        name = f"{prefix}.{n}"
        database.write(partial(change, name=name))
        os.write(1, f"{name}\n".encode())


def main() -> None:
    database = Database.open(Path(sys.argv[1]))
    for thread in range(THREADS):
        prefix = f"{sys.argv[2]}.{thread}"
        threading.Thread(target=work, args=(database, prefix), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
