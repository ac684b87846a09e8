"""A report as JSON, and as CSV that no spreadsheet runs."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from doorward.analysis.account.finding import Gravity
from doorward.analysis.account.report import Report
from doorward.base.clock import iso8601

COLUMNS = ("gravity", "check", "control", "about", "title", "told", "advice", "commands")
# What makes a spreadsheet take a cell for a formula, also behind white space.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def document(reports: Sequence[Report]) -> str:
    """The report as one JSON document; several of them under `accounts`."""
    made = [_document(one) for one in reports]
    return json.dumps(made[0] if len(made) == 1 else {"accounts": made}, indent=2) + "\n"


def _document(report: Report) -> dict[str, Any]:
    account, limits = report.account, report.limits
    return {
        "account": account.id,
        "at": iso8601(report.at),
        "credentialReportAt": iso8601(account.told_at) if account.told_at else None,
        "thresholdsInDays": {
            "keyAge": limits.key_age,
            "unusedCredentials": limits.unused_credentials,
            "unusedRole": limits.unused_role,
            "unusedPermissions": limits.unused_permissions,
            "rootUse": limits.root_use,
        },
        "summary": {one.value: len(report.of(one)) for one in Gravity},
        "findings": [
            {
                "gravity": one.gravity.value,
                "check": one.check.id,
                "control": one.check.control or None,
                "about": one.about,
                "title": one.check.title,
                "told": one.told,
                "why": one.check.why,
                "advice": one.check.advice,
                "commands": list(one.commands),
            }
            for one in report.findings
        ],
        "notTold": list(report.untold),
    }


def rows(reports: Sequence[Report]) -> str:
    """The findings as CSV, after RFC 4180; commands one a line in their cell.

    Of several accounts, the first column is the account.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    several = len(reports) > 1
    table.writerow((*(("account",) if several else ()), *COLUMNS))
    for report in reports:
        first = (report.account.id,) if several else ()
        for one in report.findings:
            check = one.check
            cells = (one.gravity.value, check.id, check.control, one.about, check.title, one.told)
            rest = (check.advice, "\n".join(one.commands))
            table.writerow([_cell(text) for text in (*first, *cells, *rest)])
    return text.getvalue()


def _cell(value: str) -> str:
    """*value*, with a quotation mark before what would be a formula."""
    return f"'{value}" if value.lstrip(" \n").startswith(FORMULA) else value
