"""`doorward actions`: the catalogue, and how well the gateway knows each service's operations."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

import typer

from doorward.base.errors import BadInput

One = TypeVar("One")

FORMATS = ("text", "json")
KNOWN = ("exact", "derived", "unknown")
PROGRESS_EVERY = 20
ABOUT = "Actions: search them, show one, see what the gateway knows."

app = typer.Typer(help=ABOUT, no_args_is_help=True)

Services = Annotated[
    list[str] | None,
    typer.Argument(help="Names as in boto3, such as `sqs`.", metavar="[SERVICE]..."),
]
Name = Annotated[str, typer.Argument(help="Such as `s3:GetObject`, in any case.", metavar="ACTION")]
Pattern = Annotated[
    str, typer.Argument(help="Such as `s3:Get*`, or a word of a description.", metavar="PATTERN")
]
Format = Annotated[str, typer.Option("--format", metavar="text|json", help="Of the answer.")]


@app.callback()
def actions() -> None:
    """Actions: search them, show one, see what the gateway knows."""


@app.command()
def coverage(services: Services = None, *, form: Format = "text") -> None:
    """How many operations of each service the gateway maps exactly, by derivation, or not.

    exact: by a reviewed rule. derived: by the names of members. unknown: a new action, or a
    resource that a request does not tell; a policy must then allow all that it may be.

    Example: doorward actions coverage sqs lambda
    """
    from doorward.gateway.mapping.coverage import shares
    from doorward.wire.model import names

    checked(form)
    every = names()
    for name in services or ():
        if name not in every:
            raise BadInput("", f"no service `{name}`", "write it as boto3 does: `stepfunctions`")
    wanted = services or every
    found = list(progress(shares(wanted), len(wanted)))
    total = [sum(column) for column in zip(*(one[1:] for one in found), strict=True)]
    if form == "json":
        rows = [{**one._asdict(), "total": one.total} for one in found]
        written = {"services": rows, "total": dict(zip(KNOWN, total, strict=True))}
        print(json.dumps(written, indent=2))
        return
    width = max(len(one.service) for one in found)
    print(f"{'service':{width}}  exact  derived  unknown")
    for one in found:
        print(f"{one.service:{width}}  {one.exact:5}  {one.derived:7}  {one.unknown:7}")
    if len(found) > 1:
        shared = ", ".join(f"{100 * part / sum(total):.1f} %" for part in total)
        print(f"{'all':{width}}  {total[0]:5}  {total[1]:7}  {total[2]:7}  ({shared})")


@app.command()
def show(name: Name, *, form: Format = "text") -> None:
    """One action: what it is, its resource types, condition keys and dependent actions.

    Example: doorward actions show sqs:SendMessage
    """
    checked(form)
    found = described(name)
    if form == "json":
        print(json.dumps(found, indent=2))
        return
    print(f"{found['action']}  ({found['accessLevel']})")
    print(f"  {found['description']}")
    print("  resources:" + ("" if found["resourceTypes"] else " *"))
    keys = set(found["conditionKeys"])
    for one in found["resourceTypes"]:
        print(f"    {one['type']}{' (required)' if one['required'] else ''}  {one['arn']}")
        keys.update(one["conditionKeys"])
    if keys:
        print("  condition keys: " + ", ".join(sorted(keys)))
    if found["dependentActions"]:
        print("  may need as well: " + ", ".join(found["dependentActions"]))


def described(name: str) -> dict[str, Any]:
    """What the catalogue says of the action *name*.

    Raises:
        BadInput: there is no such action.
    """
    from doorward.catalog import actions as catalogue

    found = catalogue.find(name)
    if found is None:
        raise BadInput("", f"no action `{name}`", "search for one: `doorward actions search WORD`")
    arns = {one.name: one.arn for one in catalogue.resource_types(found.service)}
    return {
        "action": found.full_name,
        "description": found.description,
        "accessLevel": found.access_level,
        "resourceTypes": [
            {
                "type": one.name,
                "required": one.required,
                "arn": arns.get(one.name, ""),
                "conditionKeys": list(one.condition_keys),
            }
            for one in found.resource_types
        ],
        "conditionKeys": list(found.condition_keys),
        "dependentActions": list(found.dependent_actions),
    }


@app.command()
def search(pattern: Pattern, *, form: Format = "text") -> None:
    """Actions that a pattern covers, or with a word in their name or description.

    Leaves with 1 where there is none.

    Example: doorward actions search 'sqs:*Message*'
    """
    checked(form)
    found = list(matching(pattern))
    if form == "json":
        print(json.dumps([{"action": name, "description": said} for name, said in found], indent=2))
    else:
        for name, said in found:
            print(f"{name}  {said}")
    if not found:
        raise typer.Exit(1)


def matching(pattern: str) -> Iterator[tuple[str, str]]:
    """The actions that *pattern* means, with their descriptions."""
    from doorward.catalog import actions as catalogue

    if ":" in pattern or pattern == "*":
        for name in catalogue.expand(pattern):
            action = catalogue.find(name)
            yield name, action.description if action else ""
        return
    word = pattern.lower()
    for service in catalogue.services():
        for action in catalogue.actions(service):
            if word in action.full_name.lower() or word in action.description.lower():
                yield action.full_name, action.description


def checked(form: str) -> None:
    """Refuse a format that there is not.

    Raises:
        BadInput: it is neither text nor json.
    """
    if form not in FORMATS:
        raise BadInput("--format", f"`{form}` is no format", "write `text` or `json`")


def progress(found: Iterable[One], total: int) -> Iterator[One]:
    """*found*, with a count on the terminal while it takes long."""
    for count, one in enumerate(found, 1):
        if sys.stderr.isatty() and (count % PROGRESS_EVERY == 0 or count == total):
            end = "\n" if count == total else ""
            print(f"\r{count} of {total} services", end=end, file=sys.stderr, flush=True)
        yield one
