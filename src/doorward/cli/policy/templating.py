"""`doorward policy template`: policies from templates in the form of policy_sentry, and back."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from doorward.base.errors import BadInput
from doorward.cli.policy.commands import Form, Format, read

Convertible = Annotated[
    Path, typer.Argument(help="A template in YAML, or a policy in JSON.", metavar="FILE")
]
Named = Annotated[str, typer.Option("--name", help="The name that a template made here has.")]


def template(document: Convertible, *, name: Named = "", form: Format = Form.TEXT) -> None:
    """A policy from a template of read, write and list ARNs, or a template from a policy.

    A template is YAML in the form of policy_sentry: `mode: crud` or `mode: actions`. What a
    template cannot say of a policy is told on stderr, and whether it grants the same.

    Example: doorward policy template reader.yaml > policy.json
    """
    try:
        text = document.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(document), "cannot be read", "check the path") from error
    if text.lstrip().startswith("{"):
        _to_template(document, name, form)
    else:
        _to_policy(document, text, form)


def _to_policy(file: Path, text: str, form: Form) -> None:
    from doorward.analysis.crud import reading, writing
    from doorward.policy.render import render

    try:
        found = writing.write(reading.read(text))
    except BadInput as error:
        raise BadInput(str(file), str(error), error.help) from error
    policy = json.loads(render(found.policy))
    if form is Form.JSON:
        print(json.dumps({"policy": policy, "notes": list(found.notes)}, indent=2))
        return
    print(json.dumps(policy, indent=2))
    for note in found.notes:
        print(note, file=sys.stderr)


def _to_template(file: Path, name: str, form: Form) -> None:
    from doorward.analysis.crud import making, reading

    made = making.make(read([file])[0], name)
    text = reading.write(made.template)
    if form is Form.JSON:
        told = {"template": text, "notCarriedOver": list(made.lost), "verdict": made.verdict}
        print(json.dumps(told, indent=2))
        return
    print(text, end="")
    for line in making.lines(made):
        print(line, file=sys.stderr)
