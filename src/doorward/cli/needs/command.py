"""The commands `doorward actions needs` and `doorward actions expand`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doorward.base.errors import BadInput
from doorward.cli.actions import Format, checked

if TYPE_CHECKING:
    from doorward.cli.needs.need import Need, Needs
    from doorward.policy.document import Policy, Texts

Wanted = Annotated[
    list[str],
    typer.Argument(
        help="A call such as `s3.put_object`, a template, a plan of Terraform.",
        metavar="CALL|FILE...",
    ),
]
Expandable = Annotated[
    list[str],
    typer.Argument(help="Such as `s3:Get*`, or a policy.", metavar="PATTERN|FILE..."),
]


def needs(wanted: Wanted, *, form: Format = "text") -> None:
    """Which actions a call, a CloudFormation template or a plan of Terraform needs.

    Calls are written as `s3.put_object`, `s3:PutObject` or `aws s3api put-object`. Of a template:
    what the handlers of its types may ask for. Leaves with 1 where of something nothing is known.

    Example: doorward actions needs lambda.create_function 'aws s3 sync' template.yaml
    """
    checked(form)
    found = [one for each in _joined(wanted) for one in _needs(each)]
    if form == "json":
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        print("\n\n".join("\n".join(_lines(one)) for one in found))
    if any(one.unknown for one in found):
        raise typer.Exit(1)


def _joined(wanted: Sequence[str]) -> Sequence[str]:
    """One command of the AWS CLI, where it was not written in quotes."""
    return [" ".join(wanted)] if wanted[0] == "aws" else wanted


def _needs(written: str) -> "Iterator[Needs]":
    from doorward.cli.needs import calls, stacks
    from doorward.services.cloudformation.template.errors import ExtraMissing

    if not Path(written).is_file() and not written.endswith((".json", ".yaml", ".yml")):
        yield calls.needs(written)
        return
    try:
        yield from stacks.needs(Path(written))
    except ExtraMissing as error:
        help_text = "pip install 'doorward[cloudformation]'"
        raise BadInput(
            written, "the types of CloudFormation are not installed", help_text
        ) from error


def _lines(found: "Needs") -> Iterator[str]:
    yield found.subject
    if found.unknown:
        yield f"  not known: {found.unknown}"
    elif not found.needs:
        yield "  needs nothing"
    for when in dict.fromkeys(one.when for one in found.needs):
        yield f"  {when}:"
        for one in found.needs:
            if one.when == when:
                yield from _need(one)
    sources = dict.fromkeys(one.source for one in found.needs)
    yield from (f"  by {one}" for one in sources if one)


def _need(one: "Need") -> Iterator[str]:
    yield f"    {one.action}"
    yield from (f"      on {arn}" for arn in one.resources)
    if one.keys:
        yield f"      with {', '.join(one.keys)}"


def expand(wanted: Expandable, *, form: Format = "text") -> None:
    """The actions that patterns cover, or a policy with its wildcards in actions written out.

    Covers what the catalogue knows today. Leaves with 1 where a pattern covers nothing.

    Example: doorward actions expand 's3:Get*Acl'
    """
    checked(form)
    files = [one for one in wanted if Path(one).is_file() or one.endswith(".json")]
    if files:
        if len(wanted) > 1:
            raise BadInput("", "a policy is expanded alone", "name one file, or only patterns")
        _expand_policy(Path(files[0]))
        return
    from doorward.catalog import actions as catalogue

    found = list(dict.fromkeys(name for one in wanted for name in catalogue.expand(one)))
    print(json.dumps(found, indent=2) if form == "json" else "\n".join(found))
    if not found:
        raise typer.Exit(1)


def _expand_policy(file: Path) -> None:
    from doorward.cli import documents
    from doorward.policy.render import render

    (named,) = documents.read([file])
    print(json.dumps(json.loads(render(_expanded(named.policy))), indent=2))


def _expanded(policy: "Policy") -> "Policy":
    statements = tuple(
        replace(one, actions=_written_out(one.actions), not_actions=_written_out(one.not_actions))
        for one in policy.statements
    )
    return replace(policy, statements=statements)


def _written_out(found: "Texts | None") -> "Texts | None":
    """*found* with each pattern replaced by what it covers; what covers nothing stays."""
    from doorward.catalog import actions as catalogue
    from doorward.policy.document import Text, Texts

    if found is None:
        return None
    names = dict.fromkeys(
        name
        for one in found.items
        for name in (
            (list(catalogue.expand(one.value)) if "*" in one.value or "?" in one.value else [])
            or [one.value]
        )
    )
    return Texts(tuple(map(Text, names)), listed=len(names) != 1)
