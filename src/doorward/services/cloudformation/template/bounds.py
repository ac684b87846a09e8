"""What a text may be before it is built into values: no bombs, no foreign tags, no key twice.

One pass over the events of the parser, which builds nothing and does not recurse, so it takes time
linear in the text. What passes is safe to hand to cfn-lint's loader: its size with every alias
written out is bounded, and so is its depth and the number of keys of one mapping (cfn-lint
compares each key with each).

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from doorward.services.cloudformation.template.document import Place
from doorward.services.cloudformation.template.errors import TemplateFormatError, ValidationError

BODY_BYTES = 51_200
"""Of a template in the request itself."""

URL_BYTES = 1_000_000
"""Of a template behind a TemplateURL."""

DEPTH = 100
NODES = 150_000
KEYS = 1_000
"""The last three are assumed: AWS states no such limits."""

TAGS = frozenset(
    "!" + name
    for name in (
        *("Ref", "GetAtt", "Sub", "Join", "Select", "Split", "If", "Equals", "And", "Or", "Not"),
        *("Condition", "FindInMap", "Base64", "Cidr", "GetAZs", "ImportValue", "Transform"),
    )
)
STANDARD = "tag:yaml.org,2002:"
CONTAINER_TAGS = frozenset({f"{STANDARD}map", f"{STANDARD}seq", f"{STANDARD}str"})
SCALARS = {
    f"{STANDARD}bool": re.compile(
        r"^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"
    ),
    f"{STANDARD}int": re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$"),
    f"{STANDARD}float": re.compile(r"^[-+]?[0-9]{1,18}\.[0-9]{1,18}(?:[eE][-+]?[0-9]{1,2})?$"),
    f"{STANDARD}null": re.compile(r"^(?:~|null|Null|NULL|)$"),
}
"""How an unquoted scalar is written that is no string; every other one is a string.

Dates are strings (`2012-10-17` is the version of a policy), and so are numbers that begin with 0
(`012345678901` is an account) or count in sixties.
"""
MERGE = "<<"

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)


def size(text: str, limit: int) -> None:
    """Refuse a text of more than *limit* bytes.

    Raises:
        ValidationError: it is longer.
    """
    if len(text) > limit or len(text.encode("utf-8", "replace")) > limit:
        if limit == BODY_BYTES:
            raise ValidationError(
                "1 validation error detected: Value at 'templateBody' failed to satisfy"
                f" constraint: Member must have length less than or equal to {limit}"
            )
        raise ValidationError(f"Template may not exceed {limit} bytes in size.")


def not_well_formed(language: str, place: Place | None) -> TemplateFormatError:
    """The refusal of a text that is no YAML or no JSON."""
    where = f" ({place})" if place else ""
    return TemplateFormatError(f"{language} not well-formed.{where}", place)


@dataclass
class _Open:
    """A list or mapping that has not ended yet."""

    place: Place
    mapping: bool
    anchor: str | None
    nodes: int = 1
    keys: set[str] = field(default_factory=set)
    at_key: bool = True


class _Yaml:
    """Counts what the events of one document would build."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.anchors: dict[str, int] = {}

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        match event:
            case yaml.ScalarEvent():
                self.tag(event, place)
                self.key(event, place)
                self.count(1, event.anchor, place)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self.tag(event, place)
                self.key(event, place)
                self.begin(event, place)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                ended = self.open.pop()
                self.count(ended.nodes, ended.anchor, ended.place)
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise not_well_formed("YAML", place)
                self.key(event, place)
                self.count(self.anchors[event.anchor], None, place)
            case _:
                pass  # the beginning or end of the stream or of a document

    def tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        """That the tag is one of a template, and what it stands on can be read as that."""
        tag = event.tag
        if tag is None or tag == "!" or tag in TAGS or tag in CONTAINER_TAGS:
            return
        written = SCALARS.get(tag)
        if not (written and isinstance(event, yaml.ScalarEvent) and written.match(event.value)):
            raise TemplateFormatError(f"Unrecognized tag {tag[:100]} ({place})", place)

    def begin(self, event: yaml.CollectionStartEvent, place: Place) -> None:
        if len(self.open) >= DEPTH:
            raise TemplateFormatError(f"nested deeper than {DEPTH} levels ({place})", place)
        if event.anchor:
            # A node that holds itself would never end.
            self.anchors.pop(event.anchor, None)
        mapping = isinstance(event, yaml.MappingStartEvent)
        self.open.append(_Open(place, mapping, event.anchor))

    def key(self, event: yaml.NodeEvent, place: Place) -> None:
        """Where *event* is a key, that it is a new one and one that a template can have."""
        if not self.open or not self.open[-1].mapping:
            return
        here = self.open[-1]
        here.at_key = not here.at_key
        if here.at_key:
            return
        if not isinstance(event, yaml.ScalarEvent) or event.value == MERGE or event.tag in TAGS:
            raise not_well_formed("YAML", place)
        if event.value in here.keys or len(here.keys) >= KEYS:
            raise not_well_formed("YAML", place)
        here.keys.add(event.value)

    def count(self, nodes: int, anchor: str | None, place: Place) -> None:
        if anchor:
            self.anchors[anchor] = nodes
        if self.open:
            self.open[-1].nodes += nodes
            nodes = self.open[-1].nodes
        if nodes > NODES:
            raise TemplateFormatError(f"more than {NODES} values ({place})", place)


def check_yaml(text: str) -> None:
    """Refuse what no template may be, in YAML.

    Raises:
        TemplateFormatError: says where.
    """
    reader = _Yaml()
    try:
        documents = 0
        for event in _events(text):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise not_well_formed("YAML", None)
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise not_well_formed(
            "YAML", Place(mark.line + 1, mark.column + 1) if mark else None
        ) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise not_well_formed("YAML", None) from error


def _events(text: str) -> Iterator[yaml.Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(text, Loader=loader))


def check_json(text: str) -> None:
    """Refuse what no template may be, in JSON.

    Raises:
        TemplateFormatError: says where.
    """
    depth = nodes = 0
    for token in TOKENS.finditer(text):
        first = token.group()[0]
        nodes += first in "[{,:"
        depth += (first in "[{") - (first in "]}")
        if depth > DEPTH:
            place = place_of(text, token.start())
            raise TemplateFormatError(f"nested deeper than {DEPTH} levels ({place})", place)
    try:
        json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise not_well_formed("JSON", Place(error.lineno, error.colno)) from error
    except ValueError as error:
        raise not_well_formed("JSON", None) from error
    if nodes > NODES:
        raise TemplateFormatError(f"more than {NODES} values")


def place_of(text: str, offset: int) -> Place:
    """The line and column of the character at *offset*."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _distinct(pairs: Iterable[tuple[str, object]]) -> None:
    keys = [key for key, _ in pairs]
    if len(keys) > KEYS or len(set(keys)) != len(keys):
        raise ValueError(keys)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


INTEGER_DIGITS = 1_000


def _integer(digits: str) -> None:
    if len(digits) > INTEGER_DIGITS:
        raise ValueError(digits[:20])
