"""Many resources of one action as one pattern, where that gives away nothing that is delicate."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from doorward.analysis.generation.needed import Needed, delicate
from doorward.engine.match import ANY, FIELDS, ONE


class Grouped(NamedTuple):
    """What is needed, and the patterns that stand in it for more than was seen."""

    needed: tuple[Needed, ...]
    widened: tuple[Needed, ...]


def grouped(found: Iterable[Needed], most: int) -> Grouped:
    """*found*, with one pattern for each folder of which an action needs more than *most*.

    A folder is what stands before a `/`; the deepest that is needed is taken. Never a whole type
    of resources such as `role/`, but a bucket's objects. What `delicate` names stays as it is.
    """
    by_action: defaultdict[tuple[str, tuple[tuple[str, str], ...]], set[str]] = defaultdict(set)
    for one in found:
        by_action[one.action, one.conditions].add(one.resource)
    kept: list[Needed] = []
    widened: list[Needed] = []
    for (action, conditions), resources in by_action.items():
        patterns: set[str] = set()
        if len(resources) > most and not delicate(action):
            patterns = set(_patterns(resources, most))
        rest = {one for one in resources if not _within(one, patterns)}
        kept += [Needed(action, one, conditions) for one in rest | patterns]
        widened += [Needed(action, one, conditions) for one in patterns - resources]
    return Grouped(tuple(sorted(kept)), tuple(sorted(widened)))


def _patterns(resources: set[str], most: int) -> Iterator[str]:
    """The patterns for the deepest folders that hold more than *most* of what is left."""
    left = set(resources)
    depth = max(one.count("/") for one in left)
    for level in range(depth, 0, -1):
        folders: defaultdict[str, set[str]] = defaultdict(set)
        for one in left:
            folder = _folder(one, level)
            if folder is not None:
                folders[folder].add(one)
        for folder, members in sorted(folders.items()):
            if len(members) > most:
                left -= members
                yield f"{folder}{ANY}"


def _folder(resource: str, level: int) -> str | None:
    """The part of *resource* up to its *level*-th `/`; None where it may not become a pattern."""
    parts = resource.split("/")
    if len(parts) <= level:
        return None
    folder = "/".join(parts[:level]) + "/"
    name = folder.split(":", FIELDS - 1)[-1]
    whole_type = level == 1 and not resource.startswith("arn:aws:s3:::")
    return None if whole_type or ANY in folder or ONE in folder or not name.strip("/") else folder


def _within(resource: str, patterns: Iterable[str]) -> bool:
    return any(resource.startswith(one.removesuffix(ANY)) for one in patterns)
