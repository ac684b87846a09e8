"""A report as one HTML file: it loads nothing, runs nothing, and is light or dark as you are."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from doorward.analysis.account.finding import Finding, Gravity, several
from doorward.analysis.account.report import Report
from doorward.cli.account import plots
from doorward.cli.account.style import CSS

# Names in an account are chosen by others: even one that came through could load and run nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
REPLACED = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")


def html(report: Report) -> str:
    """The page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    account = _safe(report.account.id)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>Account {account}</title>\n<style>{CSS}</style>\n</head>\n<body>"
    yield f"<header><h1>Account {account}</h1><p>As of {_safe(f'{report.at:%Y-%m-%d %H:%M}')} UTC"
    if report.account.told_at is not None:
        yield f", credentials as of {_safe(f'{report.account.told_at:%Y-%m-%d %H:%M}')} UTC"
    yield f". {several(len(report.findings), 'finding')}.</p>"
    yield from _summary(report)
    yield "</header>\n<main>"
    yield from _plots(report)
    if not report.findings:
        yield '<p class="nothing">Nothing was found.</p>'
    for gravity in Gravity:
        yield from _section(gravity, report.of(gravity))
    yield from _untold(report.untold)
    yield "</main>\n</body>\n</html>"


def _safe(text: str) -> str:
    """*text* as the content of an element or of an attribute in quotes."""
    return escape(text.translate(REPLACED), quote=True)


def _summary(report: Report) -> Iterator[str]:
    yield '<nav aria-label="Findings by gravity"><ul class="summary">'
    for one in Gravity:
        count = len(report.of(one))
        inside = f"<strong>{count}</strong> {one.value}"
        linked = f'<a href="#{one.value}">{inside}</a>' if count else f"<span>{inside}</span>"
        yield f'<li class="{one.value}">{linked}</li>'
    yield "</ul></nav>"


def _plots(report: Report) -> Iterator[str]:
    yield '<section class="plots" aria-label="Plots">'
    for one in plots.plots(report):
        yield plots.svg(one)
    yield "</section>"


def _section(gravity: Gravity, findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    name = gravity.value
    yield f'<section class="{name}" aria-labelledby="{name}">'
    yield f'<h2 id="{name}">{name.capitalize()} <span>{len(findings)}</span></h2>'
    for check, group in groupby(findings, key=lambda one: one.check):
        found = list(group)
        control = f'<span class="control">{_safe(check.control)}</span>' if check.control else ""
        yield f"<article><h3>{_safe(check.title)} {control}</h3>"
        yield f"<p>{_safe(check.why)}</p>"
        yield f'<p class="advice"><strong>What to do.</strong> {_safe(check.advice)}</p><ul>'
        for one in found:
            yield from _finding(one)
        yield "</ul></article>"
    yield "</section>"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"<li><p><code>{_safe(finding.about)}</code> {_safe(finding.told)}</p>"
    if finding.commands:
        commands = "\n".join(finding.commands)
        yield f'<pre tabindex="0" aria-label="Commands"><code>{_safe(commands)}</code></pre>'
    yield "</li>"


def _untold(sentences: Sequence[str]) -> Iterator[str]:
    if not sentences:
        return
    yield '<section class="untold" aria-labelledby="untold"><h2 id="untold">Not looked at</h2><ul>'
    yield from (f"<li>{_safe(one[:1].upper() + one[1:])}.</li>" for one in sentences)
    yield "</ul></section>"
