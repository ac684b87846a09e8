"""Accounts from files: authorization details, AWS Config, credential reports, and what goes by.

A file holds one answer of a kind, a list of answers, or one after the other, gzipped or not; a
folder holds files. What AWS's tools print of an account stops at IAM, so a file may also hold the
members `Resources` and `Organization`, in the forms that `extras` and `organizations` describe.
"""

import base64
import binascii
import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from doorward.analysis.account import config_items, credentials, extras, kinds, organizations, pages
from doorward.analysis.account.gathering import Gathering
from doorward.analysis.account.json_stream import Entry, Rest, Stream, decoded
from doorward.analysis.account.model import Account, Organization
from doorward.analysis.account.pages import Item, Page
from doorward.analysis.trail import records
from doorward.base.arn import Arn, is_account
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

WRITE = "write it with `aws iam get-account-authorization-details`"
ITEMS, RESULTS = "configurationItems", "Results"
STREAMED = frozenset({*pages.LISTS, ITEMS, RESULTS})
SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv", ".gz")

Tell = Callable[[int], None]
"""Told how many bytes more were read."""


def read(paths: Iterable[Path], tell: Tell | None = None) -> Account:
    """The one account that the files *paths* are about.

    Raises:
        BadInput: as `accounts` does, or the files are of several.
    """
    found = accounts(paths, tell)
    if len(found) > 1:
        first, second, *_ = (one.id for one in found)
        problem = f"the files are of different accounts, {first} and {second}"
        raise BadInput("", problem, "give the dumps of one account")
    return found[0]


def size(paths: Iterable[Path]) -> int:
    """How many bytes there are to be read."""
    return sum(one.stat().st_size for one in _files(paths))


def accounts(paths: Iterable[Path], tell: Tell | None = None) -> tuple[Account, ...]:
    """The accounts that the files *paths*, or those in such folders, are about.

    Raises:
        BadInput: a file cannot be read, is cut short or of another kind, holds a policy that is
            none, or the files do not go together; says where and what was expected.
    """
    reading = _Reading()
    for path in _files(paths):
        reading.file(path, tell)
    return reading.accounts()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from _inside(path)
        elif path.exists():
            yield path
        else:
            raise BadInput(str(path), "cannot be read: it is not there", "check the path")


def _inside(folder: Path) -> Iterator[Path]:
    """The files in *folder* and the folders in it, by name; a link may lead in a circle."""
    for one in sorted(folder.iterdir()):
        if one.is_symlink():
            continue
        if one.is_dir():
            yield from _inside(one)
        elif one.name.endswith(SUFFIXES):
            yield one


@dataclass
class _Reading:
    """One reading of many files."""

    found: Gathering = field(default_factory=Gathering)
    beside: list[tuple[str, Page]] = field(default_factory=list)
    rows: dict[str, tuple[credentials.Row, ...]] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    last: str = ""

    def file(self, path: Path, tell: Tell | None) -> None:
        """Read one file."""
        pieces = _pieces(path, tell)
        first = next(pieces, "")
        if credentials.is_report(first):
            text = first + "".join(pieces)
            self._credentials(credentials.read(text, str(path)), str(path))
            return
        if first.strip() and first.lstrip()[:1] not in "{[":
            looks = kinds.of_text(first)
            place = _first_place(first, path)
            raise BadInput(place, f"is no JSON, it looks like {looks}", kinds.EXPECTED)
        own: set[str] = set()
        for one in Stream(_joined(first, pieces), str(path), pages.KIND).read(STREAMED):
            if isinstance(one, Entry):
                own |= self._entry(one)
            else:
                self._rest(one, own)
                own = set()

    def _entry(self, one: Entry) -> set[str]:
        value = one.value
        if one.name == RESULTS and isinstance(value, str):
            value = decoded(value, one.where)
        if not isinstance(value, Mapping):
            raise BadInput(one.where, "expected an object")
        if one.name in pages.LISTS:
            return {self.found.add(one.name, Item(one.where, value))} - {""}
        return {self._item(Item(one.where, value))} - {""}

    def _item(self, item: Item) -> str:
        """A configuration item."""
        if not config_items.is_item(item.value):
            raise BadInput(
                item.where,
                f"is no configuration item, but {kinds.of_object(item.value)}",
                "select accountId, arn, resourceType, configuration, supplementaryConfiguration",
            )
        one = config_items.read(item)
        if one is None:
            return ""
        self.complete.add(one.account)
        if one.gone:
            self.found.remove(one.account, one.arn, one.captured_at)
        elif one.entry is not None and one.list_name is not None:
            self.found.add(one.list_name, one.entry, one.captured_at)
        elif one.block is not None:
            self.found.of(one.account).block = one.block
        else:
            self.found.hold(one.account, one.arn, one.captured_at, one.resource, one.running)
        return one.account

    def _rest(self, one: Rest, own: set[str]) -> None:
        """The end of an object, whose entries were of the accounts *own*."""
        value = one.value
        if "Content" in value and "ReportFormat" in value:
            self._credentials(credentials.read(_content(one), one.where), one.where)
            return
        if config_items.is_item(value):
            self._item(Item(one.where, value))
            return
        for name in STREAMED & value.keys():
            raise BadInput(f"{one.where}.{name}", "expected a list")
        told = [name for name in one.names if name in STREAMED]
        beside = kinds.known(value) is None and any(name in value for name in extras.MEMBERS)
        if not told and not beside:
            raise BadInput(
                one.where,
                f"is not {pages.KIND}, it looks like {kinds.of_object(value)}",
                kinds.EXPECTED,
            )
        if any(name in pages.LISTS for name in told):
            self._paged(one, own)
        given = value.get("AccountId")
        account = str(given) if given else next(iter(own)) if len(own) == 1 else ""
        self.beside.append((account, Page(one.where, value)))

    def _paged(self, one: Rest, own: set[str]) -> None:
        """Whether the answer is the last of its account; one of nobody goes with the one before."""
        whose = own or ({self.last} if self.last else {""})
        if one.value.get("IsTruncated") or one.value.get("NextToken"):
            for account in whose:
                self.more[account] = one.where
        else:
            self.complete |= whose
        self.last = next(iter(whose))

    def _credentials(self, rows: Sequence[credentials.Row], where: str) -> None:
        numbers = {_number(one.arn) for one in rows}
        for account in numbers:
            if account in self.rows:
                raise BadInput(where, "is a second credential report", "give one for each account")
            self.rows[account] = tuple(one for one in rows if _number(one.arn) == account)

    def accounts(self) -> tuple[Account, ...]:
        """The accounts that were read of."""
        for account, where in self.more.items():
            if account not in self.complete:
                problem = "the dump goes on in a page that is not here"
                raise BadInput(where, problem, "write all pages, in one file or in several")
        known = bool(self.found.accounts)
        for account, rows in self.rows.items():
            if known and account not in self.found.accounts:
                others = ", ".join(self.found.accounts)
                problem = f"the credential report is of account {shown(account)}, not {others}"
                raise BadInput("", problem, "give the files of one account")
            self.found.of(account, rows[0].arn)
        for account, _ in self.beside:
            if is_account(account):
                self.found.of(account)
        if not self.found.accounts:
            raise BadInput("", "the files name no account", WRITE)
        made = (replace(one, credentials=self.rows.get(one.id)) for one in self.found.made())
        return self._with_extras(tuple(made))

    def _with_extras(self, made: tuple[Account, ...]) -> tuple[Account, ...]:
        """*made* with what stands beside the entries."""
        own: dict[str, list[Page]] = {one.id: [] for one in made}
        places: dict[str, Organization] = {}
        for account, whole in self.beside:
            page, tree = _without_tree(whole)
            if tree is not None:
                if places:
                    raise BadInput(tree.where, "the organization is told a second time")
                places = organizations.tree(tree)
            if not any(name in page.value for name in extras.MEMBERS):
                continue
            number = account if account in own else made[0].id if len(made) == 1 else ""
            if not number:
                problem = "tells of resources or an organization, but not whose they are"
                raise BadInput(page.where, problem, "add the member `AccountId`")
            own[number].append(page)
        placed = (
            replace(one, organization=places[one.id]) if one.id in places else one for one in made
        )
        return tuple(extras.added(one, own[one.id]) for one in placed)


def _without_tree(page: Page) -> tuple[Page, Item | None]:
    """*page* without the tree of an organization that it holds, and that."""
    given = page.value.get("Organization")
    if not isinstance(given, Mapping):
        return page, None
    item = Item(f"{page.where}.Organization", given)
    if not organizations.is_tree(item):
        return page, None
    rest = {key: one for key, one in page.value.items() if key != "Organization"}
    return Page(page.where, rest), item


def _number(arn: str) -> str:
    parsed = Arn.parse(arn)
    if parsed is None:
        raise BadInput("", f"`{shown(arn)}` is no ARN")
    return parsed.account


def _pieces(path: Path, tell: Tell | None) -> Iterator[str]:
    """The text of a file, piece by piece.

    Raises:
        BadInput: it cannot be read, is no text, or its gzip data is damaged or cut short.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            before = 0
            for piece in records.inflated(file):
                yield decoder.decode(piece)
                if tell is not None:
                    tell(file.tell() - before)
                    before = file.tell()
            yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BadInput(str(path), "is not text in UTF-8", kinds.EXPECTED) from error
    except records.Unreadable as error:
        raise BadInput(f"{path}: {error.place}", error.problem, "write the dump again") from error
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "check the path") from error


def _joined(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _first_place(text: str, path: Path) -> str:
    gone = text[: len(text) - len(text.lstrip())]
    return f"{path}:{gone.count(chr(10)) + 1}:{len(gone) - gone.rfind(chr(10))}"


def _content(one: Rest) -> str:
    """The report in an answer of GetCredentialReport."""
    value: Any = one.value["Content"]
    try:
        return base64.b64decode(str(value), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        problem = "expected the credential report in base64"
        raise BadInput(f"{one.where}.Content", problem) from error
