"""Queries on reports about who used which service when."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.tables.access_report import AccessReport, access_reports

_columns = access_reports.c


def find(db: Connection, account: str, report_id: str) -> AccessReport | None:
    """The report of that id, if the account has it."""
    query = select(access_reports).where(_columns.id == report_id, _columns.account == account)
    return rows.one(db, query, AccessReport)


def recent(
    db: Connection, account: str, *, owner: str, request: str, since: datetime
) -> AccessReport | None:
    """The newest report that *owner* asked for with *request* at *since* or later."""
    query = select(access_reports).where(
        _columns.account == account,
        _columns.created_at >= since,
        _columns.owner == owner,
        _columns.request == request,
    )
    return rows.one(db, query.order_by(_columns.created_at.desc()).limit(1), AccessReport)


def add(db: Connection, report: AccessReport) -> None:
    """Insert *report*."""
    values = {name: getattr(report, name) for name in AccessReport.__slots__}
    db.execute(insert(access_reports).values(values))


def forget(db: Connection, account: str, before: datetime) -> None:
    """Delete the account's reports from before that moment."""
    db.execute(
        delete(access_reports).where(_columns.account == account, _columns.created_at < before)
    )
