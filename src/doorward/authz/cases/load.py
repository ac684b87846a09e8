"""YAML and JSON as one tree.

Only plain data is read. Text stays as it was written: a date is text, and so is a bare `No`,
which old YAML takes for false.
"""

from bisect import bisect_left

import yaml

from doorward.authz.cases.nodes import Kind, Node
from doorward.base.errors import BadInput
from doorward.policy import json as strict
from doorward.policy.document import Place
from doorward.policy.errors import PolicySyntaxError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PREFIX = "tag:yaml.org,2002:"
TEXTS = frozenset({"str", "timestamp"})
NUMBERS = frozenset({"int", "float"})
WORDS = frozenset({"true", "false"})
DEEPEST = 64
MOST_VALUES = 1_000_000


def load(text: str, file: str) -> Node:
    """The tree of *text*: JSON where the name *file* says so, YAML otherwise.

    Raises:
        BadInput: it is neither, is empty, has a key twice, or holds what is no plain data.
    """
    if file.endswith(".json"):
        return _load_json(text, file)
    try:
        root = yaml.compose(text, Loader=LOADER)
        if root is not None:
            return _Converter(file).node(root, 0)
    except RecursionError as error:
        raise BadInput(file, "is nested too deeply") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else file
        problem = str(getattr(error, "problem", None) or error).partition("\n")[0]
        help_text = "indent with spaces, and quote text that begins with `*`, `&`, `!` or `@`"
        raise BadInput(where, f"is not YAML: {problem}", help_text) from error
    raise BadInput(f"{file}:1", "is empty", "write a list of cases")


class _Converter:
    """From the nodes of the YAML reader; an alias becomes the very value that it names."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.done: dict[int, Node] = {}

    def node(self, source: yaml.Node, depth: int) -> Node:
        known = self.done.get(id(source))
        if known is not None:
            return known
        line, column = source.start_mark.line + 1, source.start_mark.column + 1
        # An alias inside of what it names ends here too.
        if depth > DEEPEST:
            raise BadInput(f"{self.file}:{line}", "is nested too deeply")
        found = self._converted(source, depth, Node(Kind.NULL, self.file, line, column))
        if found.size > MOST_VALUES:
            raise found.wrong("unfolds to too many values", "drop some of its aliases")
        self.done[id(source)] = found
        return found

    def _converted(self, source: yaml.Node, depth: int, at: Node) -> Node:
        place = (self.file, at.line, at.column)
        if isinstance(source, yaml.MappingNode) and source.tag == PREFIX + "map":
            members = tuple(
                (self.node(key, depth + 1), self.node(value, depth + 1))
                for key, value in source.value
            )
            _unique(members)
            size = 1 + sum(key.size + value.size for key, value in members)
            return Node(Kind.OBJECT, *place, members=members, size=size)
        if isinstance(source, yaml.SequenceNode) and source.tag == PREFIX + "seq":
            items = tuple(self.node(item, depth + 1) for item in source.value)
            return Node(Kind.ARRAY, *place, items=items, size=1 + sum(one.size for one in items))
        if isinstance(source, yaml.ScalarNode):
            return _scalar(source, at)
        raise at.wrong(f"has the tag `{source.tag[:80]}`", "write plain text, lists and mappings")


def _scalar(source: yaml.ScalarNode, at: Node) -> Node:
    tag, text = source.tag.removeprefix(PREFIX), source.value
    place = (at.file, at.line, at.column)
    if tag == "null":
        return Node(Kind.NULL, *place, "null")
    if tag == "bool" and text.lower() in WORDS:
        return Node(Kind.BOOLEAN, *place, text.lower())
    if tag in NUMBERS and strict.NUMBER.fullmatch(text):
        return Node(Kind.NUMBER, *place, text)
    if tag in TEXTS or tag in NUMBERS or tag == "bool":
        return Node(Kind.STRING, *place, text)
    help_text = "write what it stands for; nothing is filled in or evaluated here"
    raise at.wrong(f"has the tag `{source.tag[:80]}`", help_text)


def _unique(members: tuple[tuple[Node, Node], ...]) -> None:
    seen: set[str] = set()
    for key, _ in members:
        if key.kind in {Kind.OBJECT, Kind.ARRAY}:
            raise key.wrong("is a key that is no name", "write the key as text")
        if key.text in seen:
            raise key.wrong(f"has `{key.text[:80]}` twice", "keep one of the two")
        seen.add(key.text)


def _load_json(text: str, file: str) -> Node:
    try:
        source = strict.read(text)
    except PolicySyntaxError as error:
        raise BadInput(f"{file}:{error.position.line}", error.problem) from error
    return _JsonConverter(text, file).node(source)


class _JsonConverter:
    """From the nodes of the JSON reader, which know offsets only."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.ends = [at for at, character in enumerate(text) if character == "\n"]

    def place(self, place: Place) -> tuple[str, int, int]:
        line = bisect_left(self.ends, place.start)
        begins = self.ends[line - 1] + 1 if line else 0
        return self.file, line + 1, place.start - begins + 1

    def node(self, source: strict.Node) -> Node:
        place = self.place(source.place)
        match source:
            case strict.String():
                return Node(Kind.STRING, *place, source.value)
            case strict.Scalar("null"):
                return Node(Kind.NULL, *place, "null")
            case strict.Scalar(word):
                return Node(Kind.BOOLEAN if word in WORDS else Kind.NUMBER, *place, word)
            case strict.Array():
                return Node(Kind.ARRAY, *place, items=tuple(map(self.node, source.items)))
            case strict.Object():
                members = tuple((self.node(key), self.node(one)) for key, one in source.members)
                return Node(Kind.OBJECT, *place, members=members)
