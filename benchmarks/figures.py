"""What was measured: figures, the goals they are held to, and the table of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

US = "doorward"


class Goal(NamedTuple):
    """What a figure should be: at most *bound*, or at least that."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether *value* reaches the goal."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `value` is None where *who* could not be measured; `note` says why.

    `what` names what was measured; figures of the same `what` are beside one another.
    """

    what: str
    who: str
    value: float | None
    unit: str
    goal: Goal | None = None
    note: str = ""


def absent(what: str, who: str, reason: str) -> Figure:
    """The figure of one that could not be measured, and why."""
    return Figure(what, who, None, "", note=f"absent: {reason}")


def short(value: float) -> str:
    """*value* with three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 1 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Row(NamedTuple):
    """One line of the table, as text."""

    what: str
    who: str
    figure: str
    ratio: str
    goal: str
    note: str


HEAD = Row("measured", "who", "figure", "of ours", "goal", "note")


def rows(figures: Sequence[Figure]) -> Iterator[Row]:
    """The lines of the table: each figure, and how many times ours it is."""
    ours = {one.what: one.value for one in figures if one.who == US}
    for one in figures:
        base = ours.get(one.what)
        if one.value is None:
            yield Row(one.what, one.who, "-", "", "", one.note)
            continue
        ratio = f"{short(one.value / base)}x" if base and one.who != US else ""
        figure = f"{short(one.value)} {one.unit}"
        yield Row(one.what, one.who, figure, ratio, reached(one), one.note)


def reached(one: Figure) -> str:
    """The goal, and whether it was reached."""
    if one.goal is None or one.value is None:
        return ""
    sign = ">=" if one.goal.at_least else "<="
    return f"{sign} {short(one.goal.bound)} {'met' if one.goal.met(one.value) else 'MISSED'}"


def text(figures: Sequence[Figure]) -> str:
    """The table for a terminal."""
    lines = [HEAD, *rows(figures)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown(figures: Sequence[Figure]) -> str:
    """The table for a page."""
    lines = [HEAD, Row(*["---"] * len(HEAD)), *rows(figures)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
