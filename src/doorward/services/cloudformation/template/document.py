"""A template as read: frozen, each part with its place in the text.

Values are plain Python: str, bool, int, float, list and dict, a function being a dict with the one
key `Ref`, `Condition` or `Fn::…`, as its long form is in JSON.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = Any
"""A value of a template: str, bool, int, float, None, or a list or dict of them."""

Path = tuple[str | int, ...]
"""Where a value is in the template: the keys and indexes from its root."""


class Place(NamedTuple):
    """A line and a column of the text, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        """As the parser of AWS writes it."""
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    Attributes:
        default: as text, lists joined with commas; None where there is none.
        allowed_values: as text.
    """

    name: str
    type: str
    default: str | None = None
    no_echo: bool = False
    description: str | None = None
    allowed_pattern: str | None = None
    allowed_values: tuple[str, ...] | None = None
    constraint_description: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_value: float | None = None
    max_value: float | None = None


@dataclass(frozen=True)
class Resource:
    """One declared resource.

    Attributes:
        deletion_policy: a string; a function under `AWS::LanguageExtensions`.
        update_replace_policy: likewise.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Value] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: Value = None
    update_replace_policy: Value = None
    metadata: Value = None
    creation_policy: Value = None
    update_policy: Value = None
    description: str | None = None


@dataclass(frozen=True)
class Output:
    """One declared output; `export_name` is None where it is not exported."""

    name: str
    value: Value
    description: str | None = None
    export_name: Value = None
    condition: str | None = None


@dataclass(frozen=True)
class Template:
    """A whole template.

    Attributes:
        text: as it was submitted.
        body: the root of the values, with every section as it was written.
        places: where each value stands; see `place`.
        transform: the names of its macros, in order; a macro with parameters is a dict.
        resources: in the order written, without `Fn::ForEach` loops that are not expanded yet.
        expanded: whether its transforms have been applied (`transform.apply`).
    """

    text: str
    body: Mapping[str, Value]
    resources: Mapping[str, Resource]
    description: str | None = None
    version: str | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    mappings: Mapping[str, Value] = field(default_factory=dict)
    conditions: Mapping[str, Value] = field(default_factory=dict)
    rules: Mapping[str, Value] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    metadata: Value = None
    transform: Sequence[Value] = ()
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False, compare=False)
    expanded: bool = False

    def place(self, path: Path) -> Place | None:
        """Where the value at *path* begins, or else the nearest of those that hold it."""
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found
        return None

    @property
    def language_extensions(self) -> bool:
        """Whether `AWS::LanguageExtensions` is among its transforms."""
        return LANGUAGE_EXTENSIONS in self.transform


LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
SERVERLESS = "AWS::Serverless-2016-10-31"
INCLUDE = "AWS::Include"
