"""Verdicts on cases as a person, a program, a CI server and a TAP reader take them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from doorward.authz.cases.case import Case, Spot
from doorward.authz.cases.verdict import Verdict, blocked_by
from doorward.cli.explanation import reason
from doorward.engine.decision import Match, Outcome
from doorward.engine.reason import NAMES

GREEN, RED, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"
# XML 1.0 has no control characters. `xml.sax.saxutils` would bring in an HTTP client.
XML_FORBIDDEN = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)
XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
XML = MappingProxyType({**XML_FORBIDDEN, **XML_ESCAPES})


class Style(NamedTuple):
    """How text is to look."""

    coloured: bool = False
    quiet: bool = False


def text(verdicts: Sequence[Verdict], style: Style) -> Iterator[str]:
    """A line a case, what was expected and why it came out otherwise, and a summary."""
    for verdict in verdicts:
        if verdict.passed and style.quiet:
            continue
        word, colour = ("PASS", GREEN) if verdict.passed else ("FAIL", RED)
        shown = f"{colour}{word}{PLAIN}" if style.coloured else word
        yield f"{shown} {printable(f'{where(verdict.case)} {verdict.case.name}')}"
        if not verdict.passed:
            yield from (f"     {printable(line)}" for line in failure(verdict))
    yield summary(verdicts)


def printable(line: str) -> str:
    """*line* with nothing in it that a terminal obeys."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def failure(verdict: Verdict) -> Iterator[str]:
    """What was expected, what was decided, and why."""
    for difference in verdict.differences:
        yield f"{difference.member}: expected {difference.expected}; got {difference.decided}"
    first, *rest = because(verdict)
    yield f"why: {first}"
    yield from rest
    if verdict.case.source:
        yield f"source: {verdict.case.source}"


def because(verdict: Verdict) -> Iterator[str]:
    """Why it was decided so: the reason, the statements, and what was missing."""
    decision, case = verdict.decision, verdict.case
    why = reason(case.request, decision)
    yield why if decision.allowed else f"denied {why}"
    for match in decision.matched:
        sid = f" `{match.sid}`" if match.sid else ""
        kind = NAMES[match.kind]
        at = spot(case, match).where
        yield f"{match.effect.value} by statement {match.index + 1}{sid} at {at} ({kind})"
    if decision.missing and decision.outcome is Outcome.IMPLICIT_DENY:
        kinds = ", ".join(NAMES[kind] for kind in decision.missing)
        yield f"an Allow is missing from: {kinds}"
    if decision.missing_keys:
        yield f"condition keys asked for and not given: {', '.join(decision.missing_keys)}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many cases there were, and how many of them passed and failed."""
    passed = sum(verdict.passed for verdict in verdicts)
    cases = "1 case" if len(verdicts) == 1 else f"{len(verdicts)} cases"
    return f"{cases}: {passed} passed, {len(verdicts) - passed} failed"


def where(case: Case) -> str:
    """The file and line of a case."""
    return f"{case.file}:{case.line}"


def spot(case: Case, match: Match) -> Spot:
    """Where a determining statement was written."""
    return case.sources[match.policy].spot(match.place)


def document(verdicts: Sequence[Verdict], _style: Style) -> Iterator[str]:
    """One JSON document with every case."""
    passed = sum(verdict.passed for verdict in verdicts)
    counts = {"cases": len(verdicts), "passed": passed, "failed": len(verdicts) - passed}
    yield json.dumps({"summary": counts, "cases": [shown(one) for one in verdicts]}, indent=2)


def shown(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain values; lines, columns and statements count from 1."""
    case, decision = verdict.case, verdict.decision
    return {
        "name": case.name,
        "file": case.file,
        "line": case.line,
        "source": case.source,
        "passed": verdict.passed,
        "differences": [one._asdict() for one in verdict.differences],
        "decision": {
            "outcome": str(decision.outcome),
            "decided_by": decision.decided_by,
            "blocked_by": sorted(blocked_by(decision)),
            "reason": reason(case.request, decision),
            "statements": [_statement(case, match) for match in decision.matched],
            "missing_context_keys": list(decision.missing_keys),
        },
    }


def _statement(case: Case, match: Match) -> dict[str, Any]:
    return {
        "kind": match.kind,
        "effect": match.effect.value,
        "policy": match.policy,
        "sid": match.sid,
        "statement": match.index + 1,
        **spot(case, match)._asdict(),
    }


def junit(verdicts: Sequence[Verdict], _style: Style) -> Iterator[str]:
    """JUnit's XML, as CI servers read it: a suite a file."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites{_counts(verdicts)}>"
    for file, group in groupby(verdicts, key=lambda one: one.case.file):
        suite = list(group)
        yield f"  <testsuite name={_quoted(file)}{_counts(suite)}>"
        for verdict in suite:
            yield from _testcase(verdict)
        yield "  </testsuite>"
    yield "</testsuites>"


def _testcase(verdict: Verdict) -> Iterator[str]:
    case = verdict.case
    named = f"name={_quoted(case.name)} classname={_quoted(case.file)}"
    begin = f'    <testcase {named} file={_quoted(case.file)} line="{case.line}"'
    if verdict.passed:
        yield f"{begin}/>"
        return
    first, *_ = failure(verdict)
    body = "\n".join([where(case), *failure(verdict)]).translate(XML)
    yield f"{begin}>"
    yield f"      <failure message={_quoted(first)}>{body}</failure>"
    yield "    </testcase>"


def _counts(verdicts: Iterable[Verdict]) -> str:
    passed = [verdict.passed for verdict in verdicts]
    return f' tests="{len(passed)}" failures="{passed.count(False)}" errors="0"'


def _quoted(value: str) -> str:
    return '"' + value.translate(XML).replace("\n", "&#10;") + '"'


def tap(verdicts: Sequence[Verdict], _style: Style) -> Iterator[str]:
    """The Test Anything Protocol, version 14.

    https://testanything.org/tap-version-14-specification.html
    """
    yield "TAP version 14"
    yield f"1..{len(verdicts)}"
    for number, verdict in enumerate(verdicts, 1):
        name = " ".join(verdict.case.name.split()).replace("\\", "\\\\").replace("#", "\\#")
        yield f"{'ok' if verdict.passed else 'not ok'} {number} - {name}"
        if not verdict.passed:
            yield "  ---"
            yield f"  at: {json.dumps(where(verdict.case))}"
            for difference in verdict.differences:
                yield f"  {difference.member}:"
                yield f"    expected: {json.dumps(difference.expected)}"
                yield f"    got: {json.dumps(difference.decided)}"
            yield f"  why: {json.dumps(list(because(verdict)))}"
            yield "  ..."


Report = Callable[[Sequence[Verdict], Style], Iterator[str]]
FORMATS: Mapping[str, Report] = MappingProxyType(
    {"text": text, "json": document, "junit": junit, "tap": tap}
)
