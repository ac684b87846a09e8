"""`doorward policy check-no-public-access`: whether the policy of a resource lets the public in."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from doorward.cli.policy.commands import Form, Format

if TYPE_CHECKING:
    from doorward.analysis.public import Opening
    from doorward.policy.document import Policy

BUCKET = "AWS::S3::Bucket"

Document = Annotated[Path, typer.Argument(help="A policy in JSON or YAML.", metavar="FILE")]
OfType = Annotated[
    str, typer.Option("--resource-type", metavar="TYPE", help="What it is attached to.")
]


def check_no_public_access(
    document: Document, *, resource_type: OfType = BUCKET, form: Format = Form.TEXT
) -> None:
    """Whether a resource's policy lets in the public, with an example of a request.

    Leaves with 0 where it is proved that it does not, 3 where it does, 4 where it cannot be told.

    Example: doorward policy check-no-public-access queue.json --resource-type AWS::SQS::Queue
    """
    from doorward.analysis import public

    if resource_type not in public.RESOURCE_TYPES:
        known = ", ".join(public.RESOURCE_TYPES)
        raise typer.BadParameter(f"`{resource_type}` is not one of {known}")
    found = list(public.openings(read(document), public.kind_of(resource_type)))
    if form is Form.JSON:
        print(json.dumps(as_document(found), indent=2))
    else:
        print("\n".join(text(found, sys.stdout)))
    raise typer.Exit(_status(found))


def read(file: Path) -> "Policy":
    """The policy in *file*: YAML where its name says so, JSON otherwise.

    Raises:
        BadInput: it cannot be read or is no policy of a resource; says where in it.
    """
    from doorward.authz.cases.load import load
    from doorward.authz.cases.render import render
    from doorward.base.errors import BadInput
    from doorward.cli import documents
    from doorward.policy.errors import PolicySyntaxError
    from doorward.policy.parse import parse

    if file.suffix not in {".yaml", ".yml"}:
        return _of_resource(file, next(iter(documents.read([file]))).policy)
    try:
        source = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(file), "cannot be read", "check the path") from error
    written, marks = render(load(source, str(file)))
    try:
        return _of_resource(file, parse(written))
    except PolicySyntaxError as error:
        line, column = marks.place(error.place.start)
        help_text = "the policy grammar: docs/reference/policy-language.md"
        raise BadInput(f"{file}:{line}:{column}", error.problem, help_text) from error


def _of_resource(file: Path, policy: "Policy") -> "Policy":
    from doorward.base.errors import BadInput

    for one in policy.statements:
        if one.principals is None and one.not_principals is None:
            problem = f"the statement with index {one.index} has no Principal"
            raise BadInput(str(file), problem, "give the policy of a resource")
    return policy


def _status(found: "Sequence[Opening]") -> int:
    from doorward.analysis.prove import Verdict
    from doorward.cli.policy import answers

    verdicts = {one.answer.verdict for one in found} or {Verdict.PROVED}
    worst = Verdict.REFUTED if Verdict.REFUTED in verdicts else verdicts.pop()
    return answers.STATUS[worst]


def text(found: "Sequence[Opening]", stream: TextIO) -> Iterator[str]:
    """The lines of a readable answer."""
    from doorward.analysis.prove import Verdict
    from doorward.analysis.questions import Finding
    from doorward.cli.policy import answers

    if not found:
        yield answers.shown("NOT PUBLIC (proved over all requests)", Verdict.PROVED, stream)
    for one in found:
        named = f"`{one.statement.sid.value}`" if one.statement.sid else str(one.statement.index)
        verdict = one.answer.verdict
        refuted = verdict is Verdict.REFUTED
        title = "PUBLIC: statement {} lets in, for example" if refuted else "UNKNOWN: statement {}"
        yield answers.shown(title.format(named), verdict, stream)
        yield from answers.details(Finding(one.answer, one.caller))


def as_document(found: "Sequence[Opening]") -> Mapping[str, Any]:
    """The answer as JSON; what is not proved to be closed counts as public."""
    from doorward.analysis.questions import Finding
    from doorward.cli.policy import answers

    return {
        "public": bool(found),
        "statements": [
            {
                "statementIndex": one.statement.index,
                "statementId": one.statement.sid.value if one.statement.sid else None,
                **answers.document(Finding(one.answer, one.caller)),
            }
            for one in found
        ],
    }
