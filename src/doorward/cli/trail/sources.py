"""Where records come from: log files on disk, a bucket, the trail of a server."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from doorward.analysis.trail import keys, records
from doorward.analysis.trail.records import Record, Unreadable
from doorward.analysis.trail.wanted import Wanted
from doorward.base.errors import BadInput

Tell = Callable[[int], None]
"""Told how much further reading has come, in the units of `Source.size`."""

HELP = "leave it out, or count such files with --skip-bad"


class Source(Protocol):
    """Something that holds records."""

    def size(self, wanted: Wanted) -> int | None:
        """How much there is to read; None where that is not known beforehand."""
        ...

    def read(self, wanted: Wanted, tell: Tell) -> Iterator[Sequence[Record]]:
        """The records, many at a time; those that cannot be *wanted* may be missing.

        Raises:
            BadInput: something cannot be read.
        """
        ...


@dataclass(slots=True)
class Bad:
    """What is done with files that cannot be read: they end the run, or are counted."""

    skip: bool
    found: list[str] = field(default_factory=list)

    @contextmanager
    def guard(self, name: str) -> Iterator[None]:
        """Reading the file *name*.

        Raises:
            BadInput: it cannot be read, and is not to be skipped.
        """
        try:
            yield
        except Unreadable as error:
            where = f"{name}: {error.place}" if error.place else name
            self._refuse(where, error.problem, error)
        except OSError as error:
            self._refuse(name, f"cannot be read: {error.strerror or error}", error)

    def _refuse(self, where: str, problem: str, error: Exception) -> None:
        if not self.skip:
            raise BadInput(where, problem, HELP) from error
        self.found.append(f"{where}: {problem}")


class Files:
    """Log files: each of *paths* is one, or a folder of them in which folders may be."""

    def __init__(self, paths: Sequence[Path], bad: Bad) -> None:
        self._paths = paths
        self._bad = bad

    def size(self, wanted: Wanted) -> int | None:
        """The bytes of the files, as they are on disk."""
        return sum(path.stat().st_size for path in self._files(wanted))

    def read(self, wanted: Wanted, tell: Tell) -> Iterator[Sequence[Record]]:
        """The records in the order of the files' names, which is that of time."""
        for path in self._files(wanted):
            with self._bad.guard(str(path)), path.open("rb") as file:
                before = 0
                for found in records.read(file):
                    yield found
                    tell(file.tell() - before)
                    before = file.tell()

    def _files(self, wanted: Wanted) -> Iterator[Path]:
        for path in self._paths:
            if path.is_dir():
                yield from _inside(path, wanted)
            elif path.exists():
                yield path
            else:
                raise BadInput(str(path), "is not there", "name a log file or a folder of them")


def _inside(folder: Path, wanted: Wanted) -> Iterator[Path]:
    """The log files in *folder* that may hold what is *wanted*, by name."""
    for one in sorted(folder.iterdir()):
        if one.is_symlink():  # it may lead in a circle
            continue
        if one.is_dir():
            yield from _inside(one, wanted)
        elif keys.is_log(str(one)) and worth(str(one), wanted):
            yield one


def worth(key: str, wanted: Wanted) -> bool:
    """Whether the file of that *key* may hold what is *wanted*."""
    return keys.may_hold(
        key,
        since=wanted.since,
        until=wanted.until,
        account=wanted.account,
        region=wanted.region,
    )


def matching(found: Iterable[Sequence[Record]], wanted: Wanted) -> Iterator[Record]:
    """The records of *found* that are *wanted*."""
    for many in found:
        yield from many if wanted.everything else filter(wanted.matches, many)
