"""A report as JSON, and as CSV that no spreadsheet runs."""

import csv
import io
import json

from doorward.analysis.account.finding import Gravity
from doorward.analysis.account.report import Report
from doorward.base.clock import iso8601

COLUMNS = ("gravity", "check", "control", "about", "title", "told", "advice", "commands")
# What makes a spreadsheet take a cell for a formula, also behind white space.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def document(report: Report) -> str:
    """The report as one JSON document."""
    account, limits = report.account, report.limits
    made = {
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
    return json.dumps(made, indent=2) + "\n"


def rows(report: Report) -> str:
    """The findings as CSV, after RFC 4180; commands one a line in their cell."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for one in report.findings:
        check = one.check
        cells = (one.gravity.value, check.id, check.control, one.about, check.title, one.told)
        table.writerow([_cell(text) for text in (*cells, check.advice, "\n".join(one.commands))])
    return text.getvalue()


def _cell(value: str) -> str:
    """*value*, with a quotation mark before what would be a formula."""
    return f"'{value}" if value.lstrip(" \n").startswith(FORMULA) else value
