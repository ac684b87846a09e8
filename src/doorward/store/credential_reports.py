"""Queries on credential reports."""

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.tables.credential_report import CredentialReport, credential_reports


def find(db: Connection, account: str) -> CredentialReport | None:
    """The last report of the account."""
    query = select(credential_reports).where(credential_reports.c.account == account)
    return rows.one(db, query, CredentialReport)


def put(db: Connection, report: CredentialReport) -> None:
    """Keep *report* in place of the account's last one."""
    db.execute(delete(credential_reports).where(credential_reports.c.account == report.account))
    values = {name: getattr(report, name) for name in CredentialReport.__slots__}
    db.execute(insert(credential_reports).values(values))
