"""What a query is once it is read, and what is wrong with one that cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

from doorward.analysis.insights.regular import Expression


class Malformed(Exception):
    """The query cannot be read: where, counted in characters from its start, and why."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text as it stands."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time, such as `5m`, in milliseconds."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands; `left` is None where it stands before one."""

    operator: str
    left: "Node | None"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Among:
    """`field in ["a", "b"]`."""

    subject: "Node"
    values: Sequence["Node"]


@dataclass(frozen=True, slots=True)
class Matches:
    """`field like /expression/`."""

    subject: "Node"
    expression: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one event and its arguments."""

    function: str
    arguments: Sequence["Node"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over many events, such as `count(*)`; `subject` is None for the star."""

    function: str
    subject: "Node | None"
    percent: float = 0.0


Node = Constant | Field | Period | Operation | Among | Matches | Call | Aggregate


@dataclass(frozen=True, slots=True)
class Named:
    """An expression and the name of the field that it makes; `own` if that is just a field's."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Fields:
    """`fields`: fields to show, and new ones."""

    items: Sequence[Named]


@dataclass(frozen=True, slots=True)
class Display:
    """`display`: the fields to show."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filter:
    """`filter`: the events to keep."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Parse:
    """`parse`: fields from the parts of a text, which an expression with groups tells apart."""

    subject: Node
    expression: Expression
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Stats:
    """`stats`: one row for each group, with what is worked out over its events."""

    items: Sequence[Named]
    by: Sequence[Named]


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort`: the order of rows; with each expression, whether the largest comes first."""

    keys: Sequence[tuple[Node, bool]]


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit`: how many rows there are at most."""

    count: int


@dataclass(frozen=True, slots=True)
class Dedup:
    """`dedup`: the first row of each combination of the values of some fields."""

    names: Sequence[str]


Command = Fields | Display | Filter | Parse | Stats | Sort | Limit | Dedup


@dataclass(frozen=True, slots=True)
class Query:
    """The commands of a query, in order."""

    commands: Sequence[Command]

    @property
    def grouped(self) -> bool:
        """Whether its rows are groups and no events."""
        return any(isinstance(one, Stats) for one in self.commands)
