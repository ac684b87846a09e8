"""Wrong passwords in a row: counted, so that guessing gets nowhere.

assumed: AWS does not publish how it slows guessing down. Here, after ten wrong passwords in a row,
the user waits a minute before the next is tried, then twice as long each time, up to a quarter of
an hour.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.sign_in_failure import SignInFailure, sign_in_failures

FREE_FAILURES = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)

_columns = sign_in_failures.c


def find(db: Connection, account: str, user_id: str) -> SignInFailure | None:
    """The wrong passwords of one user since the last right one."""
    query = select(sign_in_failures).where(_columns.account == account, _columns.user_id == user_id)
    return rows.one(db, query, SignInFailure)


def is_locked(db: Connection, account: str, user_id: str, now: datetime) -> bool:
    """Whether no password of the user is tried now."""
    found = find(db, account, user_id)
    return bool(found and found.locked_until and now < found.locked_until)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when no password is tried after so many wrong ones in a row, None where one is."""
    over = failures - FREE_FAILURES
    wait = min(FIRST_WAIT * 2 ** min(max(over, 0), 10), LONGEST_WAIT)
    return now + wait if over >= 0 else None


def count(db: Connection, account: str, user_id: str, now: datetime) -> None:
    """Write down another wrong password."""
    found = find(db, account, user_id)
    failures = found.failures + 1 if found else 1
    values = {"failures": failures, "locked_until": locked_until(failures, now)}
    if found is None:
        db.execute(insert(sign_in_failures).values(account=account, user_id=user_id, **values))
        return
    query = update(sign_in_failures).where(_columns.account == account, _columns.user_id == user_id)
    db.execute(query.values(values))


def clear(db: Connection, account: str, user_id: str) -> None:
    """Forget them: a password was right."""
    query = delete(sign_in_failures)
    db.execute(query.where(_columns.account == account, _columns.user_id == user_id))
