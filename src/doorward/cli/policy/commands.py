"""The commands of `doorward policy`."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doorward.cli.policy import generate

if TYPE_CHECKING:
    from doorward.analysis.questions import Finding
    from doorward.policy.document import Policy


HELP = "Policies: what changed, what is granted, with a proof or an example."

app = typer.Typer(help=HELP, no_args_is_help=True)


class Kind(StrEnum):
    """The kinds of policy, in the words of the flag."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"


class Form(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"


class Attached(StrEnum):
    """The kinds of policy that can be validated."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"


class Gravity(StrEnum):
    """How grave a finding is, the gravest first."""

    ERROR = "error"
    SECURITY_WARNING = "security-warning"
    WARNING = "warning"
    SUGGESTION = "suggestion"


class Report(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


FOUND = 3

Checked = Annotated[
    list[Path], typer.Argument(help="Policies, templates, Terraform plans.", metavar="FILE...")
]
OfAttached = Annotated[Attached, typer.Option("--type", help="What JSON policies are attached to.")]
FailOn = Annotated[Gravity, typer.Option("--fail-on", help="The least grave that fails.")]
ReportFormat = Annotated[Report, typer.Option("--format", help="Of the report.")]

File = Annotated[Path, typer.Argument(help="A JSON policy.", metavar="FILE")]
Files = Annotated[
    list[Path], typer.Argument(help="JSON policies that apply together.", metavar="FILE...")
]
OfKind = Annotated[Kind, typer.Option("--type", help="What the policies are attached to.")]
Format = Annotated[Form, typer.Option("--format", help="Of the answer.")]
Also = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="FILE", help="A policy that applies beside both."),
]
Actions = Annotated[
    list[str] | None,
    typer.Option("--action", metavar="ACTION", help="Such as `iam:PassRole` or `s3:Put*`."),
]
Resources = Annotated[
    list[str] | None,
    typer.Option("--resource", metavar="ARN", help="Such as `arn:aws:s3:::reports/*`."),
]

OpenWorld = Annotated[
    bool,
    typer.Option("--open-world", help="Mean every action there may be, not those known today."),
]


def read(files: Sequence[Path]) -> "list[Policy]":
    """The policies in *files*, those of AWS's own too.

    Raises:
        BadInput: one cannot be read or is no policy; says where in it.
    """
    from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
    from doorward.cli import documents

    found = documents.read(files, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
    return [one.policy for one in found]


@app.callback()
def policy() -> None:
    """Policies: what changed, what is granted, with a proof or an example."""


@app.command()
def diff(
    old: File,
    new: File,
    *,
    also: Also = None,
    kind: OfKind = Kind.IDENTITY,
    open_world: OpenWorld = False,
    form: Format = Form.TEXT,
) -> None:
    """Whether NEW allows anything that OLD does not, with an example of it.

    Leaves with 0 where it is proved that it does not, 3 where it does, 4 where it cannot be told.

    Example: doorward policy diff before.json after.json
    """
    from doorward.analysis import questions
    from doorward.engine.decision import PolicyKind

    beside, before, after = read(also or []), read([old]), read([new])
    found = questions.no_new_access(
        [*after, *beside], [*before, *beside], PolicyKind(kind.value), open_world=open_world
    )
    _told(found, "new access", form)


@app.command("check-access-not-granted")
def check_access_not_granted(
    policies: Files,
    *,
    action: Actions = None,
    resource: Resources = None,
    kind: OfKind = Kind.IDENTITY,
    open_world: OpenWorld = False,
    form: Format = Form.TEXT,
) -> None:
    """Whether the policies allow none of the actions on any of the resources.

    Without --action every action is meant, without --resource every resource.
    Leaves with 0 where it is proved, 3 where one is allowed, 4 where it cannot be told.

    Example: doorward policy check-access-not-granted role.json --action iam:PassRole
    """
    if not action and not resource:
        raise typer.BadParameter("name at least one --action or --resource")
    from doorward.analysis import questions
    from doorward.engine.decision import PolicyKind

    asked = (action or [], resource or [])
    found = questions.not_granted(
        read(policies), *asked, PolicyKind(kind.value), open_world=open_world
    )
    _told(found, "granted", form)


def _told(found: "Finding", about: str, form: Form) -> None:
    """Print the answer and leave with its status."""
    from doorward.cli.policy import answers

    if form is Form.JSON:
        print(json.dumps(answers.document(found), indent=2))
    else:
        print("\n".join(answers.text(found, about, sys.stdout)))
    raise typer.Exit(answers.STATUS[found.answer.verdict])


@app.command()
def validate(
    files: Checked,
    *,
    kind: OfAttached = Attached.IDENTITY,
    fail_on: FailOn = Gravity.ERROR,
    form: ReportFormat = Report.TEXT,
) -> None:
    """What is wrong, risky or needless in policies, in the codes of IAM Access Analyzer.

    Reads JSON policies, CloudFormation templates and `terraform show -json` plans. Leaves with 3
    where there is a finding as grave as --fail-on, 0 otherwise.

    Example: doorward policy validate role.json template.yaml --format sarif > findings.sarif
    """
    from doorward.analysis.validation.draft import Kind as OfPolicy
    from doorward.cli.policy import validation

    found = list(validation.told(files, OfPolicy[kind.name]))
    for line in validation.unfilled(files):
        print(line, file=sys.stderr)
    if form is Report.TEXT:
        print("\n".join(validation.text(found, sys.stdout)))
    else:
        made = validation.sarif(found) if form is Report.SARIF else validation.document(found)
        print(json.dumps(made, indent=2))
    grave = [one.name for one in Gravity][: list(Gravity).index(fail_on) + 1]
    if any(one.finding.level.value in grave for one in found):
        raise typer.Exit(FOUND)


@app.command("format")
def formatted(
    document: File,
    *,
    compact: Annotated[bool, typer.Option("--compact", help="On one line.")] = False,
) -> None:
    """The policy, laid out evenly; nothing of it changes.

    Example: doorward policy format role.json > tidy.json
    """
    from doorward.policy.render import render

    text = render(read([document])[0])
    print(text if compact else json.dumps(json.loads(text), indent=2))


app.command("generate")(generate.generate)
