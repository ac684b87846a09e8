"""The credential report: its CSV as rows.

Dates have AWS's three ways to be absent, `N/A`, `no_information` and `not_supported`; all are
None here. Columns are found by name, since AWS adds some.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from doorward.base.errors import BadInput
from doorward.policy.errors import shown

ROOT = "<root_account>"
HEADER = "user,arn,"
NEEDED = ("user", "arn", "password_enabled", "mfa_active", "access_key_1_active")
ABSENT = frozenset({"", "n/a", "no_information", "not_supported"})
SLOTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Key:
    """An access key by its slot in the report, which does not say its `id`: others may."""

    slot: int
    active: bool
    rotated_at: datetime | None
    used_at: datetime | None
    service: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signing certificate by its slot in the report."""

    slot: int
    active: bool
    rotated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A user, or root, as the report tells of it.

    `has_password` is None where the report does not say, which older ones do not for root.
    """

    user: str
    arn: str
    created_at: datetime | None
    has_password: bool | None
    password_used_at: datetime | None
    password_changed_at: datetime | None
    has_mfa: bool
    keys: tuple[Key, ...]
    certificates: tuple[Certificate, ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether it is the root user's row."""
        return self.user == ROOT


def is_report(text: str) -> bool:
    """Whether *text* begins as a credential report does."""
    return text.lstrip("\ufeff").startswith(HEADER)


def read(text: str, where: str) -> tuple[Row, ...]:
    """The rows of the report *text*, that stands in the file *where*.

    Raises:
        BadInput: a column is missing, a row is cut short, or a value is none of its column's.
    """
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    missing = [one for one in NEEDED if one not in (table.fieldnames or ())]
    if missing:
        problem = f"a credential report needs the column `{missing[0]}`"
        raise BadInput(f"{where}:1", problem, "write it with `aws iam get-credential-report`")
    found = tuple(_rows(table, where))
    if not found:
        raise BadInput(where, "the credential report has no rows")
    return found


def _rows(table: "csv.DictReader[str]", where: str) -> Iterator[Row]:
    try:
        for cells in table:
            at = f"{where}:{table.line_num}"
            if None in cells or None in cells.values():
                wanted = len(table.fieldnames or ())
                raise BadInput(at, f"the row does not have the {wanted} values of the header")
            yield _row(cells, at)
    except csv.Error as error:
        raise BadInput(f"{where}:{table.line_num}", f"is no CSV: {error}") from error


def _row(cells: Mapping[str, str], at: str) -> Row:
    keys = (
        Key(
            slot,
            _boolean(cells, f"access_key_{slot}_active", at) or False,
            rotated,
            _date(cells, f"access_key_{slot}_last_used_date", at),
            _text(cells, f"access_key_{slot}_last_used_service"),
        )
        for slot in SLOTS
        if (rotated := _date(cells, f"access_key_{slot}_last_rotated", at))
        or _boolean(cells, f"access_key_{slot}_active", at)
    )
    certificates = (
        Certificate(slot, _boolean(cells, f"cert_{slot}_active", at) or False, rotated)
        for slot in SLOTS
        if (rotated := _date(cells, f"cert_{slot}_last_rotated", at))
        or _boolean(cells, f"cert_{slot}_active", at)
    )
    return Row(
        cells["user"],
        cells["arn"],
        _date(cells, "user_creation_time", at),
        _boolean(cells, "password_enabled", at),
        _date(cells, "password_last_used", at),
        _date(cells, "password_last_changed", at),
        _boolean(cells, "mfa_active", at) or False,
        tuple(keys),
        tuple(certificates),
    )


def _text(cells: Mapping[str, str], column: str) -> str | None:
    value = cells.get(column, "")
    return None if value.lower() in ABSENT else value


def _boolean(cells: Mapping[str, str], column: str, at: str) -> bool | None:
    """The value of a column that is `true` or `false`, in either case."""
    value = _text(cells, column)
    if value is None:
        return None
    if value.lower() not in {"true", "false"}:
        raise BadInput(at, f"{column} is `{shown(value)}`, expected `true` or `false`")
    return value.lower() == "true"


def _date(cells: Mapping[str, str], column: str, at: str) -> datetime | None:
    value = _text(cells, column)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadInput(at, f"{column} is `{shown(value)}`, expected a date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
