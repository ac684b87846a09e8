"""`doorward account escalation`: who can get to the rights of an administrator, and how."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.cli.account.options import (
    FOUND,
    Dumps,
    Endpoint,
    Form,
    Format,
    Live,
    Place,
    Profile,
    Quiet,
    Region,
)

if TYPE_CHECKING:
    from doorward.analysis.account.escalation import Escalations, Finding

Of = Annotated[
    str | None,
    typer.Option("--principal", metavar="PRINCIPAL", help="Only of this, by ARN or name."),
]


def escalation(
    *,
    file: Dumps = None,
    principal: Of = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """The ways of users and roles to the rights of an administrator, each with its requests.

    A way counts where each of its requests is allowed by all policies that apply, boundaries and
    SCPs too. What a dump does not show, such as the functions that run as a role, is named.
    Leaves with 3 where there is any, else 0.

    Example: doorward account escalation --file dump.json
    """
    from doorward.analysis.account.escalation import escalations
    from doorward.cli.account import answers
    from doorward.cli.trail import progress

    account = Place(file, live, profile, region, endpoint_url, quiet).held()
    only = account.standing(principal).arn if principal else None
    with progress.shown("principals", lambda: len(account.standings), quiet=quiet) as bar:
        found = escalations(account, bar.tell)
    chosen = [one for one in found.findings if only in {None, one.principal}]
    answers.printed(_lines(found, chosen) if form is Form.TEXT else _document(found, chosen))
    raise typer.Exit(FOUND if chosen else 0)


def _lines(found: "Escalations", chosen: "list[Finding]") -> Iterator[str]:
    from itertools import groupby

    from doorward.cli.account.answers import bringing

    for principal, group in groupby(chosen, key=lambda one: one.principal):
        yield principal
        for one in group:
            yield f"  {one.path.id}: {one.path.title}"
            for taken in one.taken:
                yield f"      {taken.action} on {taken.resource}{bringing(taken.context)}"
            yield f"      {_outcome(found, one)}"
            if one.through:
                yield f"      through {one.through}"
            if one.assumes:
                yield f"      if {one.assumes}"
            if one.untold:
                yield f"      not certain: {one.untold}"
    people = len({one.principal for one in chosen})
    yield f"principals that can escalate: {people}, ways: {len(chosen)}"
    yield f"administrators: {len(found.administrators)}"


def _outcome(found: "Escalations", finding: "Finding") -> str:
    """Where it leads."""
    *_, last = found.chain(finding)
    if finding.path.gain == "admin":
        return f"makes {finding.target} an administrator"
    if last is finding:
        return f"acts as {finding.target}, an administrator"
    ways = [one.path.id for one in found.chain(finding)][1:]
    return f"acts as {finding.target}, and goes on by {', then '.join(ways)}"


def _document(found: "Escalations", chosen: "list[Finding]") -> Mapping[str, Any]:
    from doorward.cli.account.answers import conditions

    return {
        "administrators": list(found.administrators),
        "escalations": [
            {
                "principal": one.principal,
                "path": one.path.id,
                "title": one.path.title,
                "kind": one.path.kind,
                "target": one.target,
                "distance": one.distance,
                "assumes": one.assumes,
                "through": one.through or None,
                "certain": not one.untold,
                "reason": one.untold or None,
                "then": [each.path.id for each in found.chain(one)][1:],
                "requests": [
                    {
                        "action": taken.action,
                        "resource": taken.resource,
                        "context": dict(conditions(taken.context)),
                    }
                    for taken in one.taken
                ],
            }
            for one in chosen
        ],
    }
