"""An account from files: authorization details, the credential report, and what goes with them.

A file of authorization details holds one answer, a list of answers, or one after the other. What
AWS's tools print of an account stops at IAM, so a file may also hold the members `Resources` and
`Organization`, in the form that `extras` describes.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doorward.analysis.account import credentials, extras, pages
from doorward.analysis.account.model import Account
from doorward.analysis.account.pages import KIND, Page
from doorward.base.arn import Arn
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

SPACE = " \t\r\n"
WRITE = "write it with `aws iam get-account-authorization-details`"


def read(paths: Iterable[Path]) -> Account:
    """The account that the files *paths* are about.

    Raises:
        BadInput: a file cannot be read, is cut short or of another kind, holds a policy that is
            none, or the files do not go together; says where and what was expected.
    """
    found: list[Page] = []
    beside: list[Page] = []
    rows: tuple[credentials.Row, ...] | None = None
    for path in paths:
        text = _text(path)
        if credentials.is_report(text):
            rows = _once(rows, credentials.read(text, str(path)), str(path))
            continue
        for page in _values(text, str(path)):
            if "Content" in page.value and "ReportFormat" in page.value:
                rows = _once(rows, credentials.read(_content(page), page.where), page.where)
                continue
            told = any(name in page.value for name in pages.LISTS)
            if not told and not any(name in page.value for name in extras.MEMBERS):
                raise BadInput(page.where, f"is not {KIND}", f"expected one of {_expected()}")
            found += [page] if told else []
            beside.append(page)
    return extras.added(_joined(pages.account(found), rows), beside)


def _once(
    known: tuple[credentials.Row, ...] | None, rows: tuple[credentials.Row, ...], where: str
) -> tuple[credentials.Row, ...]:
    if known is not None:
        raise BadInput(where, "is a second credential report", "give one")
    return rows


def _expected() -> str:
    return ", ".join(f"`{one}`" for one in (*pages.LISTS, *extras.MEMBERS))


def _joined(account: Account, rows: Sequence[credentials.Row] | None) -> Account:
    """*account* with its credential report.

    Raises:
        BadInput: they are of different accounts, or there is no account at all.
    """
    for row in rows or ():
        arn = Arn.parse(row.arn)
        if arn is None:
            raise BadInput("", f"`{shown(row.arn)}` is no ARN")
        if not account.id:
            account = replace(account, id=arn.account, partition=arn.partition)
        if arn.account != account.id:
            problem = f"the credential report is of account {shown(arn.account)}, not {account.id}"
            raise BadInput("", problem, "give the files of one account")
    if not account.id:
        raise BadInput("", "the files name no account", WRITE)
    return replace(account, credentials=tuple(rows) if rows is not None else None)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(str(path), "is not text in UTF-8", f"expected {KIND}") from error
    except OSError as error:
        raise BadInput(str(path), "cannot be read", "check the path") from error


def _values(text: str, where: str) -> Iterator[Page]:
    """The objects in *text*: one, a list of them, or one after the other."""
    decoder = json.JSONDecoder(object_pairs_hook=_members)
    at, number = _after_space(text, 0), 0
    if at == len(text):
        raise BadInput(where, "is empty", f"expected {KIND}")
    while at < len(text):
        value, at = _decoded(decoder, text, at, where)
        for one in value if isinstance(value, list) else (value,):
            number += 1
            if not isinstance(one, Mapping):
                raise BadInput(where, f"expected an object, {KIND}", WRITE)
            yield Page(where if number == 1 else f"{where} (page {number})", one)
        at = _after_space(text, at)


def _decoded(decoder: json.JSONDecoder, text: str, at: int, where: str) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        place = f"{where}:{error.lineno}:{error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise BadInput(place, "the JSON is cut short", "write the dump again") from error
        help_text = f"expected {KIND}, or a credential report as CSV"
        raise BadInput(place, f"is no JSON: {error.msg}", help_text) from error
    except _TwiceError as error:
        raise BadInput(where, str(error)) from error
    except RecursionError as error:
        raise BadInput(where, "the JSON is nested too deep") from error


class _TwiceError(ValueError):
    """A key stands twice in an object."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one with a key twice is refused, since readers differ on which of them counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(one for one in names if names.count(one) > 1)
        raise _TwiceError(f"the key `{shown(twice)}` appears twice in an object")
    return found


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def _content(page: Page) -> str:
    """The report in an answer of GetCredentialReport."""
    try:
        return base64.b64decode(str(page.value["Content"]), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        problem = "expected the credential report in base64"
        raise BadInput(f"{page.where}.Content", problem) from error
