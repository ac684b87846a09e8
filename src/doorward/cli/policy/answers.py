"""An answer about policies as a person reads it, and as a program does."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from doorward.analysis.prove import Verdict, Witness
from doorward.analysis.questions import Finding
from doorward.catalog import actions

STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 3, Verdict.UNKNOWN: 4}
COLOURS = {Verdict.PROVED: "\x1b[32m", Verdict.REFUTED: "\x1b[31m", Verdict.UNKNOWN: "\x1b[33m"}
PLAIN = "\x1b[0m"


TITLES = {
    "new access": {
        Verdict.PROVED: "NO NEW ACCESS (proved over all requests of {world})",
        Verdict.REFUTED: "NEW ACCESS: allowed by the new, not by the old",
    },
    "granted": {
        Verdict.PROVED: "NOT GRANTED (proved over all requests of {world})",
        Verdict.REFUTED: "GRANTED, for example",
    },
}
WORLDS = {False: "known actions", True: "any actions, future ones too"}
UNKNOWN = "UNKNOWN: neither proved nor refuted over all requests of {world}"


def text(found: Finding, about: str, stream: TextIO) -> Iterator[str]:
    """The lines of a readable answer to one of the questions of `TITLES`.

    Coloured where *stream* is a terminal.
    """
    verdict = found.answer.verdict
    title = TITLES[about].get(verdict, UNKNOWN).format(world=WORLDS[found.open_world])
    yield shown(title, verdict, stream)
    yield from details(found)


def shown(title: str, verdict: Verdict, stream: TextIO) -> str:
    """*title*, coloured where *stream* is a terminal."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    return f"{COLOURS[verdict]}{title}{PLAIN}" if coloured else title


def details(found: Finding) -> Iterator[str]:
    """The lines below the title: why nothing is known, or the request of the example."""
    witness = found.answer.witness
    if found.answer.verdict is Verdict.UNKNOWN:
        yield f"  {found.answer.reason}"
    if found.caller is not None:
        yield f"  {found.caller.name}"
    if witness is not None:
        yield f"  {_action(witness)} on {witness.resource}"
        for key, value in sorted(witness.context.items()):
            yield f"  {key} = {value if isinstance(value, str) else ', '.join(value) or '(none)'}"


def document(found: Finding) -> Mapping[str, Any]:
    """The answer as JSON."""
    witness = found.answer.witness
    return {
        "verdict": found.answer.verdict.value,
        "actions": "any" if found.open_world else "catalogue",
        "reason": found.answer.reason or None,
        "principal": found.caller.principal.arn if found.caller else None,
        "example": None
        if witness is None
        else {
            "action": _action(witness),
            "resource": witness.resource,
            "context": dict(sorted(witness.context.items())),
        },
    }


def _action(witness: Witness) -> str:
    """The action as policies write it."""
    found = actions.find(witness.action)
    return found.full_name if found else witness.action
