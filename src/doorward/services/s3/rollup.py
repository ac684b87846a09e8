"""Lists of keys in which what shares a prefix up to the delimiter stands as one entry.

Reads on from one key to the next, and past everything under a common prefix at once, so that the
work for a page depends on the page and not on what it rolls up.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from doorward.store.objects import beyond

AHEAD = 64
"""Rows read at once where they may be rolled up, so that few are read in vain."""


class Keyed(Protocol):
    """A row with a key."""

    @property
    def key(self) -> str:
        """The key it is listed under."""
        ...


Row = TypeVar("Row", bound=Keyed)
Position = TypeVar("Position")
Within = tuple[str, str | None]
"""The first key that may be listed, and the first one beyond; None where there is no end."""


class Entry(NamedTuple, Generic[Row]):
    """One entry of a list: a row, or a common prefix in the place of many."""

    row: Row | None
    prefix: str = ""


class Listing(NamedTuple, Generic[Row]):
    """A page of entries; `more` says whether others follow."""

    entries: Sequence[Entry[Row]]
    more: bool

    def rows(self) -> list[Row]:
        """The rows of the page."""
        return [entry.row for entry in self.entries if entry.row is not None]

    def prefixes(self) -> list[str]:
        """The common prefixes of the page."""
        return [entry.prefix for entry in self.entries if entry.row is None]


def page(
    source: Callable[[Position | None, Within, int], Sequence[Row]],
    place: Callable[[Row], Position],
    *,
    prefix: str,
    delimiter: str,
    since: Position | None,
    marker: str | None,
    limit: int,
) -> Listing[Row]:
    """At most *limit* entries after the position *since*, at the key *marker*.

    Common prefixes that are not greater than the marker are passed over with all they hold.
    """
    if limit == 0:
        return Listing((), more=False)
    entries: list[Entry[Row]] = []
    for entry in _entries(source, place, prefix, delimiter, since, marker, limit + 1):
        if len(entries) == limit:
            return Listing(entries, more=True)
        entries.append(entry)
    return Listing(entries, more=False)


def _entries(
    source: Callable[[Position | None, Within, int], Sequence[Row]],
    place: Callable[[Row], Position],
    prefix: str,
    delimiter: str,
    since: Position | None,
    marker: str | None,
    limit: int,
) -> Iterator[Entry[Row]]:
    """Entries in order; the reader stops taking them when it has enough."""
    end = beyond(prefix) if prefix else None
    lowest: str | None = prefix
    if marker is not None and (rolled := common_prefix(marker, prefix, delimiter)):
        lowest = beyond(rolled)
    size = min(limit, AHEAD) if delimiter else limit
    while lowest is not None and (end is None or lowest < end):
        rows = source(since, (lowest, end), size)
        skipped: str | None = None
        for row in rows:
            if skipped is not None and row.key.startswith(skipped):
                continue
            skipped = common_prefix(row.key, prefix, delimiter)
            yield Entry(row) if skipped is None else Entry(None, skipped)
        if len(rows) < size:
            return
        since = place(rows[-1])
        if skipped is not None:
            lowest = beyond(skipped)


def common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    """What *key* is rolled up into: all up to the first delimiter after *prefix*, if any."""
    if not delimiter or not key.startswith(prefix):
        return None
    end = key.find(delimiter, len(prefix))
    return None if end < 0 else key[: end + len(delimiter)]
