"""The commands of `doorward policy`."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    form: Format = Form.TEXT,
) -> None:
    """Whether NEW allows anything that OLD does not, with an example of it.

    Leaves with 0 where it is proved that it does not, 3 where it does, 4 where it cannot be told.

    Example: doorward policy diff before.json after.json
    """
    from doorward.analysis import questions
    from doorward.engine.decision import PolicyKind

    beside, before, after = read(also or []), read([old]), read([new])
    found = questions.no_new_access([*after, *beside], [*before, *beside], PolicyKind(kind.value))
    _told(found, "new access", form)


@app.command("check-access-not-granted")
def check_access_not_granted(
    policies: Files,
    *,
    action: Actions = None,
    resource: Resources = None,
    kind: OfKind = Kind.IDENTITY,
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
    found = questions.not_granted(read(policies), *asked, PolicyKind(kind.value))
    _told(found, "granted", form)


def _told(found: "Finding", about: str, form: Form) -> None:
    """Print the answer and leave with its status."""
    from doorward.cli.policy import answers

    if form is Form.JSON:
        print(json.dumps(answers.document(found), indent=2))
    else:
        print("\n".join(answers.text(found, about, sys.stdout)))
    raise typer.Exit(answers.STATUS[found.answer.verdict])


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
