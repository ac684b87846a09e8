"""YAML whose every value knows its line and path, so that what is wrong can be pointed at.

Only plain data is read: no tag makes an object. Repeated keys are refused, and so is a file whose
aliases would unfold without end.
"""

import difflib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from doorward.base.errors import BadInput

LARGEST_BYTES = 64 * 1024 * 1024
DEEPEST = 64
MOST_VALUES = 1_000_000
CLOSE = 0.6
PREFIX = "tag:yaml.org,2002:"
PLAIN = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp"})
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Values:
    """How many values of *file* were read, so that aliases cannot unfold without end."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0


class Node:
    """One value of a seed file; `path` is such as `accounts.123456789012.users.alice`."""

    def __init__(self, node: yaml.Node, path: tuple[str, ...], values: Values) -> None:
        self._node = node
        self._path = path
        self._values = values
        values.count += 1
        if node.tag.removeprefix(PREFIX) not in PLAIN:
            raise self.wrong(
                f"has the tag `{node.tag[:80]}`", "write plain text, lists and mappings"
            )
        if len(path) > DEEPEST or values.count > MOST_VALUES:
            raise BadInput(self.where, "is nested too deeply or too large", "drop its aliases")

    @property
    def where(self) -> str:
        """File, line and path."""
        line = self._node.start_mark.line + 1
        dotted = "".join(
            part if part.startswith("[") else f".{part}" for part in self._path
        ).lstrip(".")
        return f"{self._values.file}, line {line}" + (f", {dotted}" if dotted else "")

    def wrong(self, problem: str, help: str = "") -> BadInput:  # noqa: A002 - the word users see
        """The error that says *problem* of this value."""
        return BadInput(self.where, problem, help)

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The entries of a mapping whose keys are names; nothing for an empty value.

        Raises:
            BadInput: it is no mapping, or has a key twice.
        """
        if self.empty:
            return
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong(f"is {self._is()}; a mapping of names to values was expected")
        seen: set[str] = set()
        for key, value in self._node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.wrong("has a key that is no name", "write the key as text")
            node = Node(value, (*self._path, key.value), self._values)
            if key.value in seen:
                raise node.wrong("is there twice", "keep one of the two")
            seen.add(key.value)
            yield key.value, node

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, "Node"]:
        """The entries of a mapping whose keys are *allowed*.

        Raises:
            BadInput: another key is there, or one that is *required* is not.
        """
        known = sorted(allowed)
        found = dict(self.items())
        for name, node in found.items():
            if name not in known:
                raise node.wrong(f"`{name}` is not known here", suggestion(name, known))
        for name in required:
            if name not in found:
                raise self.wrong(f"has no `{name}`", f"add `{name}:`")
        return found

    def entries(self) -> list["Node"]:
        """The values of a list; nothing for an empty value.

        Raises:
            BadInput: it is no list.
        """
        if self.empty:
            return []
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong(f"is {self._is()}; a list was expected", "write `[a, b]`")
        return [
            Node(value, (*self._path, f"[{index}]"), self._values)
            for index, value in enumerate(self._node.value)
        ]

    def text(self) -> str:
        """The text of a scalar, as it was written: numbers and dates too.

        Raises:
            BadInput: it is a mapping, a list or empty.
        """
        if not isinstance(self._node, yaml.ScalarNode) or self.empty:
            raise self.wrong(f"is {self._is()}; text was expected")
        return str(self._node.value)

    def integer(self) -> int:
        """The number of a scalar.

        Raises:
            BadInput: it is no whole number.
        """
        text = self.text()
        if not text.isascii() or not text.isdigit():
            raise self.wrong(f"is `{text}`; a whole number was expected")
        return int(text)

    def flag(self) -> bool:
        """The truth value of a scalar.

        Raises:
            BadInput: it is neither `true` nor `false`.
        """
        text = self.text()
        if text not in {"true", "false"}:
            raise self.wrong(f"is `{text}`; `true` or `false` was expected")
        return text == "true"

    def document(self) -> str:
        """A policy as JSON text: written as YAML, or as JSON in a string, which stays as it is.

        Raises:
            BadInput: it is empty or a list.
        """
        if isinstance(self._node, yaml.MappingNode):
            return json.dumps(self.plain(), ensure_ascii=False, separators=(",", ":"))
        if self._node.tag == PREFIX + "str":
            return str(self._node.value)
        raise self.wrong(f"is {self._is()}; a policy document was expected")

    @property
    def empty(self) -> bool:
        """Whether nothing, `null` or `~` was written."""
        return self._node.tag == PREFIX + "null"

    def plain(self) -> Any:
        """The value as JSON has it; a date stays the text it was written as."""
        if isinstance(self._node, yaml.MappingNode):
            return {name: node.plain() for name, node in self.items()}
        if isinstance(self._node, yaml.SequenceNode):
            return [node.plain() for node in self.entries()]
        match self._node.tag.removeprefix(PREFIX):
            case "null":
                return None
            case "bool":
                return self._node.value.lower() in {"true", "yes", "on"}
            case "int" if self._node.value.isascii() and self._node.value.isdigit():
                return int(self._node.value)
            case _:
                return self._node.value

    def _is(self) -> str:
        if isinstance(self._node, yaml.MappingNode):
            return "a mapping"
        if isinstance(self._node, yaml.SequenceNode):
            return "a list"
        return "empty" if self.empty else f"`{str(self._node.value)[:40]}`"


def load(path: Path) -> Node:
    """The root of the file at *path*.

    Raises:
        BadInput: it cannot be read, or is not YAML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise BadInput(str(path), f"is larger than {LARGEST_BYTES} bytes")
        node = yaml.compose(data.decode(), Loader=LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), "cannot be read as UTF-8 text", "check the path") from error
    except RecursionError as error:
        raise BadInput(str(path), "is nested too deeply") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error)
        raise BadInput(where, f"is not YAML: {problem}") from error
    if node is None:
        raise BadInput(str(path), "is empty", "it needs at least `accounts:`")
    return Node(node, (), Values(str(path)))


def suggestion(name: str, known: Iterable[str]) -> str:
    """What to write in place of *name*."""
    known = list(known)
    if near := difflib.get_close_matches(name, known, n=1, cutoff=CLOSE):
        return f"did you mean `{near[0]}`?"
    return "known are " + ", ".join(f"`{one}`" for one in known) if known else "none are known"
