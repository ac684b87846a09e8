"""How old access keys are, measured once an hour as a metric of each account.

`AccessKeyAge` in the namespace `Doorward/IAM` has the days since each active key was made; its
maximum is the age of the oldest, its sample count the number of keys.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from doorward.server.trail_metrics import NAMESPACE
from doorward.store import access_keys, accounts, metric_statistics, metrics

NAME = "AccessKeyAge"
HOUR = 3_600
DAY = timedelta(days=1)


def measure(db: Connection, region: str, now: datetime) -> None:
    """Write the ages down, unless they were written down in this hour."""
    hour = metrics.floor(now, HOUR)
    key = metrics.series(region, NAMESPACE, NAME, {})
    for account in accounts.every(db):
        known = metrics.find(db, account.id, key)
        if known is not None and known.newest_at >= hour:
            continue
        ages = [
            ((now - one.created_at) / DAY, 1.0)
            for keys in access_keys.by_user(db, account.id).values()
            for one in keys
            if one.active
        ]
        if ages:
            found = metric_statistics.of(ages)
            metrics.put(db, account.id, region, NAMESPACE, NAME, {}, now, found)
