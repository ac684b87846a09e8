"""`doorward policy validate`: what is wrong in policies, wherever they are written down."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from doorward.analysis.validation import templates
from doorward.analysis.validation.check import checked, validate
from doorward.analysis.validation.draft import Kind
from doorward.analysis.validation.finding import Finding, Level
from doorward.base.errors import BadInput
from doorward.cli.policy import plans
from doorward.engine.match import UNKNOWN
from doorward.policy.document import Place, Position, position
from doorward.policy.json import Array, Node, Object, String

COLOURS = {
    Level.ERROR: "\x1b[31m",
    Level.SECURITY_WARNING: "\x1b[35m",
    Level.WARNING: "\x1b[33m",
    Level.SUGGESTION: "\x1b[36m",
}
PLAIN = "\x1b[0m"
ORDER = tuple(Level)
SARIF = {
    Level.ERROR: "error",
    Level.SECURITY_WARNING: "warning",
    Level.WARNING: "warning",
    Level.SUGGESTION: "note",
}
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in a file; `policy` says which of its policies."""

    file: str
    policy: str
    position: Position
    end: Position
    finding: Finding


def told(files: Sequence[Path], kind: Kind | None) -> Iterator[Told]:
    """The findings in *files*, each a policy, a template or the plan of Terraform.

    Raises:
        BadInput: a file cannot be read, or is none of these.
    """
    for file in files:
        text = _text(file)
        try:
            yield from _of_text(file, text, kind)
        except BadInput as error:
            raise BadInput(str(file), str(error), error.help) from error


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is no text in UTF-8"
        raise BadInput(str(file), problem, "name a policy, a template or a plan") from error
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise BadInput(str(file), problem, "check the path") from error


def _of_text(file: Path, text: str, kind: Kind | None) -> Iterator[Told]:
    if templates.is_template(text):
        for one in templates.policies(text):
            findings = checked(one.node, one.kind, resource_type=one.resource_type)
            yield from _placed(file, one.where, text, findings)
    elif file.suffix in {".yaml", ".yml", ".template"}:
        raise BadInput("", "is no CloudFormation template", "it needs a mapping `Resources`")
    elif plans.is_plan(text):
        for found in plans.policies(text):
            yield from _placed(file, found.where, found.text, validate(found.text, found.kind))
    else:
        yield from _placed(file, "", text, validate(text, kind or Kind.IDENTITY))


def unfilled(files: Sequence[Path]) -> Iterator[str]:
    """What was not looked into, since a template fills it in later: a line for each policy."""
    for file in files:
        text = _text(file)
        for one in templates.policies(text) if templates.is_template(text) else ():
            places = list(_unknown(one.node))
            if places:
                at = position(text, places[0].start)
                several = f" and {len(places) - 1} more" if len(places) > 1 else ""
                yield (
                    f"{file}:{at.line}:{at.column}: not looked into, as it is filled in when the "
                    f"template is deployed{several} (in {one.where})"
                )


def _unknown(node: Node) -> Iterator[Place]:
    if isinstance(node, String) and UNKNOWN in node.value:
        yield node.place
    elif isinstance(node, Array):
        for one in node.items:
            yield from _unknown(one)
    elif isinstance(node, Object):
        for name, held in node.members:
            yield from _unknown(name)
            yield from _unknown(held)


def _placed(file: Path, policy: str, text: str, findings: Sequence[Finding]) -> Iterator[Told]:
    for one in findings:
        start, end = position(text, one.place.start), position(text, one.place.end)
        yield Told(str(file), policy, start, end, one)


def text(found: Sequence[Told], stream: TextIO) -> Iterator[str]:
    """The lines of a readable report, coloured where *stream* is a terminal."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    for one in found:
        level = one.finding.level
        word = f"{COLOURS[level]}{level.value}{PLAIN}" if coloured else level.value
        yield f"{one.file}:{one.position.line}:{one.position.column}: {word} {one.finding.code}"
        yield f"  {one.finding.details}"
        if one.policy:
            yield f"  in {one.policy}"
    counts = {level: sum(one.finding.level is level for one in found) for level in ORDER}
    shown = ", ".join(
        f"{count} {level.value.lower().replace('_', ' ')}{'s' if count != 1 else ''}"
        for level, count in counts.items()
        if count
    )
    yield shown or "no findings"


def document(found: Sequence[Told]) -> list[dict[str, Any]]:
    """The findings as JSON, in the words of ValidatePolicy."""
    return [
        {
            "file": one.file,
            "policy": one.policy or None,
            "findingType": one.finding.level.value,
            "issueCode": one.finding.code,
            "findingDetails": one.finding.details,
            "learnMoreLink": one.finding.learn_more,
            "path": list(one.finding.path),
            "line": one.position.line,
            "column": one.position.column,
        }
        for one in found
    ]


def sarif(found: Sequence[Told]) -> dict[str, Any]:
    """The findings as a SARIF log, which code hosts show beside the lines."""
    rules = {one.finding.code: one.finding for one in found}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "doorward",
                        "rules": [
                            {"id": code, "helpUri": rules[code].learn_more}
                            for code in sorted(rules)
                        ],
                    }
                },
                "results": [_result(one) for one in found],
            }
        ],
    }


def _result(one: Told) -> dict[str, Any]:
    region = {
        "startLine": one.position.line,
        "startColumn": one.position.column,
        "endLine": one.end.line,
        "endColumn": one.end.column,
    }
    return {
        "ruleId": one.finding.code,
        "level": SARIF[one.finding.level],
        "message": {"text": one.finding.details},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": Path(one.file).as_posix()},
                    "region": region,
                }
            }
        ],
    }
