"""Plots as SVG that stands in a page: bars with their numbers, readable without colours.

Colours are the page's own (`tone-…`), so they follow its light or dark; the title and the
description are read out by screen readers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from doorward.analysis.account.finding import Gravity, age
from doorward.analysis.account.report import Report

WIDTH, LABEL, ROW, HEIGHT, END = 460, 150, 30, 18, 44


class Bar(NamedTuple):
    """One bar: its label, its length, and the tone in which it is drawn."""

    label: str
    value: int
    tone: str


class Plot(NamedTuple):
    """A plot of bars under a title."""

    id: str
    title: str
    bars: Sequence[Bar]


def plots(report: Report) -> Iterable[Plot]:
    """The plots of *report*; one of which nothing is known is left out."""
    yield Plot(
        "by-gravity",
        "Findings by gravity",
        [Bar(one.value.capitalize(), len(report.of(one)), one.value) for one in Gravity],
    )
    rows = [one for one in report.account.credentials or () if not one.is_root]
    if rows:
        signing = [one for one in rows if one.has_password]
        covered = sum(one.has_mfa for one in signing)
        yield Plot(
            "sign-in",
            "How users sign in",
            [
                Bar("Password and MFA", covered, "good"),
                Bar("Password alone", len(signing) - covered, "high"),
                Bar("No password", len(rows) - len(signing), "neutral"),
            ],
        )
        made = [key.rotated_at for row in rows for key in row.keys if key.active]
        bars = _by_age(made, report.limits.key_age, report.at)
        yield Plot("key-ages", "Age of active access keys", bars)
    used = [one.last_used_at for one in report.account.roles if one.use_told]
    if used:
        bars = _by_age(used, report.limits.unused_role, report.at)
        never = Bar("Not in 400 days", used.count(None), "medium")
        yield Plot("role-uses", "When roles were last used", [*bars, never])


def _by_age(moments: Iterable[datetime | None], limit: int, now: datetime) -> Sequence[Bar]:
    """How many are how old, in days; what is over *limit* has another tone."""
    days = [age(one, now) for one in moments if one is not None]
    bars = []
    low = -1
    for high in sorted({7, 30, limit, 2 * limit, 4 * limit}):
        found = sum(low < one <= high for one in days)
        tone = "good" if high <= limit else "medium"
        bars.append(Bar(f"{low + 1} to {high} days", found, tone))
        low = high
    return [*bars, Bar(f"Over {low} days", sum(one > low for one in days), "medium")]


def svg(plot: Plot) -> str:
    """*plot* as an element of a page."""
    most = max((one.value for one in plot.bars), default=0) or 1
    height = ROW * len(plot.bars)
    told = ", ".join(f"{one.label}: {one.value}" for one in plot.bars)
    scale = (WIDTH - LABEL - END) / most
    drawn = "".join(
        f'<text class="label" x="{LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(one.label)}'
        f'</text><rect class="tone-{one.tone}" x="{LABEL}" y="{y}" rx="3" height="{HEIGHT}" '
        f'width="{max(one.value * scale, 1):.1f}"/><text class="number" y="{y + 13}" '
        f'x="{LABEL + 6 + one.value * scale:.1f}">{one.value}</text>'
        for one, y in zip(plot.bars, range(4, 4 + height, ROW), strict=False)
    )
    name = escape(plot.id)
    return (
        f'<figure><figcaption>{escape(plot.title)}</figcaption><svg role="img" '
        f'aria-labelledby="{name}-title {name}-told" viewBox="0 0 {WIDTH} {height}">'
        f'<title id="{name}-title">{escape(plot.title)}</title>'
        f'<desc id="{name}-told">{escape(told)}</desc>{drawn}</svg></figure>'
    )
