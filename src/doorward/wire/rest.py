"""REST routing: which operation a method, a path and a query string mean.

Derived from the model alone: a template such as `/{Bucket}/{Key+}?policy` gives literal segments,
labels and fixed query keys. Where several operations share all of these, the query parameters and
headers that each requires tell them apart, as `uploadId` tells UploadPart from PutObject.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from doorward.base.http import Header
from doorward.wire import form
from doorward.wire.model import Operation, service

Query = Mapping[str, Sequence[str]]
"""A decoded query string: every value of every name, in order."""

HIDDEN = frozenset({"ListDirectoryBuckets"})  # shares every trait with ListBuckets


class Path(NamedTuple):
    """A template of a path: literal segments, and names of labels in braces; `+` takes the rest."""

    segments: tuple[str, ...]

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """The raw values of the labels where *parts* fit this path, else None.

        One empty part at the end, from a slash, is no part of a path without a greedy label.
        """
        labels: dict[str, str] = {}
        for place, segment in enumerate(self.segments):
            if segment.endswith("+}"):
                after = self.segments[place + 1 :]
                end = len(parts) - len(after)
                labels[segment[1:-2]] = rest = "/".join(parts[place:end])
                return labels if rest and tuple(parts[max(end, place) :]) == after else None
            if place >= len(parts):
                return None
            if segment.startswith("{"):
                if not parts[place]:
                    return None
                labels[segment[1:-1]] = parts[place]
            elif segment != parts[place]:
                return None
        rest_parts = parts[len(self.segments) :]
        return labels if not rest_parts or list(rest_parts) == [""] else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One operation of a path, with what tells it from the others."""

    operation: Operation
    path: Path
    fixed: Mapping[str, str]
    queries: frozenset[str]
    headers: frozenset[str]

    def evidence(self, query: Query, headers: frozenset[str]) -> int:
        """How many of its required parameters and headers the request has."""
        return len(self.queries & query.keys()) + len(self.headers & headers)

    @property
    def demands(self) -> int:
        """How many parameters and headers it requires."""
        return len(self.queries) + len(self.headers)

    def fits(self, query: Query) -> bool:
        """Whether the query string has its fixed keys, with their values where they have any."""
        return all(
            key in query and (not value or value in query[key]) for key, value in self.fixed.items()
        )


Groups = Mapping[frozenset[str], Sequence[Candidate]]
"""The operations of one method and path by their fixed query keys."""


class Found(NamedTuple):
    """The operation, and its labels decoded once."""

    operation: Operation
    labels: Mapping[str, str]


class NoPath(Exception):
    """No operation of the service has that method and path."""


class Conflict(Exception):
    """The fixed query keys present are not those of one operation."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


class Table:
    """Every operation of one REST service, by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        grouped: defaultdict[tuple[str, Path], list[Operation]] = defaultdict(list)
        names: dict[Path, Path] = {}
        for one in operations:
            if not one.deprecated and one.name not in HIDDEN:
                path = _path(one.uri)
                plain = names.setdefault(_anonymous(path), path)
                grouped[one.method, plain].append(one)
        self._paths: dict[str, list[tuple[Path, Groups]]] = {}
        for (method, path), members in sorted(grouped.items(), key=_specific_first):
            self._paths.setdefault(method, []).append((path, _groups(members)))
        self.keys = frozenset(key for one in operations for key in _fixed(one.uri))

    def find(self, method: str, path: str, query: Query, headers: Sequence[Header]) -> Found:
        """The operation of a request; *path* is raw.

        Raises:
            NoPath: no operation has that method on that path.
            Conflict: the query names two sub-resources, or one that the path has not.
            Malformed: the path cannot be decoded.
        """
        parts = path.removeprefix("/").split("/")
        for template, groups in self._paths.get(method, ()):
            labels = template.match(parts)
            if labels is not None:
                chosen = self._choose(groups, query, headers)
                if chosen.path != template:
                    labels = chosen.path.match(parts) or {}
                decoded = {name: form.text(raw, what="path") for name, raw in labels.items()}
                return Found(chosen.operation, decoded)
        raise NoPath

    def _choose(self, groups: Groups, query: Query, headers: Sequence[Header]) -> Candidate:
        given = self.keys.intersection(query)
        fitting = [one for one in groups.get(given, ()) if one.fits(query)]
        if not fitting:
            if given:
                raise Conflict(sorted(given))
            raise NoPath
        if len(fitting) == 1 and not fitting[0].queries:
            return fitting[0]
        names = frozenset(name for name, _ in headers)
        best = max(fitting, key=lambda one: (one.evidence(query, names), -one.demands))
        if best.queries and not best.fixed and not best.queries & query.keys():
            raise NoPath
        return best


@lru_cache(maxsize=48)
def table(name: str) -> Table:
    """The routing table of the service *name*."""
    found = service(name)
    operations = (found.operation(one) for one in found.operation_names)
    return Table([one for one in operations if one is not None])


def _path(uri: str) -> Path:
    return Path(tuple(uri.partition("?")[0].removeprefix("/").split("/")))


def _anonymous(path: Path) -> Path:
    """*path* without the names of its labels."""
    kinds = {True: "{+}", False: "{}"}
    return Path(
        tuple(kinds[one.endswith("+}")] if one.startswith("{") else one for one in path.segments)
    )


def _fixed(uri: str) -> dict[str, str]:
    """The query keys that name the operation; `x-id` is an echo of its name."""
    keys = (part.partition("=") for part in uri.partition("?")[2].split("&") if part)
    return {key: value for key, _, value in keys if key != "x-id"}


def _groups(operations: Sequence[Operation]) -> Groups:
    groups: dict[frozenset[str], list[Candidate]] = {}
    for one in operations:
        fixed = _fixed(one.uri)
        candidate = Candidate(
            one, _path(one.uri), fixed, _required(one, "querystring"), _required(one, "header")
        )
        groups.setdefault(frozenset(fixed), []).append(candidate)
    return groups


def _required(operation: Operation, location: str) -> frozenset[str]:
    """The names that the required members of the input have in *location*."""
    if operation.input is None:
        return frozenset()
    members = (operation.input.members[name] for name in operation.input.required_members)
    return frozenset(
        member.serialization["name"].lower()
        if location == "header"
        else member.serialization["name"]
        for member in members
        if member.serialization.get("location") == location
    )


def _specific_first(item: tuple[tuple[str, Path], list[Operation]]) -> tuple[object, ...]:
    """Sorts literal segments before labels, labels before greedy ones, long paths before short."""
    (method, path), _ = item
    kinds = [2 if one.endswith("+}") else one.startswith("{") for one in path.segments]
    return method, [*kinds, 3], path.segments
