"""`doorward policy generate`: the smallest policy for what is named, or was done."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.base.errors import BadInput

if TYPE_CHECKING:
    from doorward.analysis.generation.needed import Needed
    from doorward.cli.policy.history import Asked, Past

UNTOLD = 4
GROUPED_FROM = 10

Actions = Annotated[
    list[str] | None, typer.Option("--action", metavar="ACTION", help="Such as `s3:GetObject`.")
]
Resources = Annotated[
    list[str] | None, typer.Option("--resource", metavar="ARN", help="What the actions work on.")
]
Dependent = Annotated[
    bool, typer.Option("--with-dependent", help="Also what calls of the actions need besides.")
]
FromTrail = Annotated[
    list[str] | None,
    typer.Option(
        "--from-trail",
        metavar="PLACE",
        help="Log files, folders, `s3://bucket`, or `store` for the trail of a server.",
    ),
]
FromObserved = Annotated[
    str | None,
    typer.Option(
        "--from-observed",
        metavar="URL|DATABASE",
        help="A server in observe mode, its database, or its data folder.",
    ),
]
OnlyDenied = Annotated[
    bool, typer.Option("--only-denied", help="Only what observe mode let by: what is missing.")
]
Principal = Annotated[
    str | None, typer.Option("--principal", metavar="ARN", help="Only what this one did.")
]
Since = Annotated[datetime | None, typer.Option(help="Only events from then on.")]
Until = Annotated[datetime | None, typer.Option(help="Only events up to then.")]
Denied = Annotated[
    bool, typer.Option("--include-denied", help="Allow also what was refused; think twice.")
]
Group = Annotated[
    int,
    typer.Option(
        "--group-from",
        min=0,
        metavar="N",
        help="One pattern for more than N resources of a folder; 0 for never.",
    ),
]
Placeholders = Annotated[
    bool, typer.Option("--placeholders", help="ARNs with `${Account}` and such to be filled in.")
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", envvar="DOORWARD_DATA_DIR", help="Of `store`.")
]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database-url", envvar="DOORWARD_DATABASE_URL", help="Of `store`.")
]
Profile = Annotated[str | None, typer.Option(metavar="NAME", help="Whose keys sign.")]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of a bucket or a server.")
]
Endpoint = Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Of a bucket.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No bar, and nothing said of the policy.")]


class Form(StrEnum):
    """The forms of the answer: the policy alone, or with what is to be said of it."""

    POLICY = "policy"
    JSON = "json"


Format = Annotated[Form, typer.Option("--format", help="The policy alone, or all about it.")]


def generate(
    *,
    action: Actions = None,
    resource: Resources = None,
    with_dependent: Dependent = False,
    from_trail: FromTrail = None,
    from_observed: FromObserved = None,
    only_denied: OnlyDenied = False,
    principal: Principal = None,
    since: Since = None,
    until: Until = None,
    include_denied: Denied = False,
    group_from: Group = GROUPED_FROM,
    placeholders: Placeholders = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    form: Format = Form.POLICY,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
    quiet: Quiet = False,
) -> None:
    """The smallest policy that allows what is named, or what was done.

    Names actions and resources, or reads events with --from-trail or --from-observed. The policy
    is validated, and every event is asked of it again; what is to be said of it goes to standard
    error. Calls that were refused are left out. Leaves with 0, or 4 where the policy may lack
    something: some call is not known, or is of a service that does not say on what.

    A server that is asked at its URL tells no events of data, such as reads of objects; its
    database does.

    Example: doorward policy generate --action s3:GetObject --resource 'arn:aws:s3:::reports/*'
    """
    from doorward.analysis.generation.named import named
    from doorward.cli.policy import history

    sources = [bool(action), bool(from_trail), from_observed is not None]
    if sum(sources) != 1:
        raise BadInput("", "give either --action, or --from-trail, or --from-observed")
    if action:
        partition = _partition(resource or []) if placeholders else None
        found = named(action, resource or [], dependent=with_dependent, placeholders=partition)
        _told(found.needed, found.templates, None, form, group_from=0, quiet=quiet)
        return
    asked = history.Asked(
        places=tuple(from_trail or ()),
        observed=from_observed,
        only_denied=only_denied,
        include_denied=include_denied,
        principal=principal,
        since=since,
        until=until,
        data_dir=data_dir,
        database_url=database_url,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        quiet=quiet,
    )
    past = _past(asked)
    if not past.needed and not past.unmapped:
        whose = f" of {principal}" if principal else ""
        raise BadInput("", f"there is no event{whose} that needs a permission")
    if placeholders:
        _told([], history.templates(past), past, form, group_from=0, quiet=quiet)
    else:
        _told(past.needed, [], past, form, group_from=group_from, quiet=quiet)


def _past(asked: "Asked") -> "Past":
    """What the events say; leaves where a server refuses or does not answer."""
    from doorward.cli.calls import Unanswered
    from doorward.cli.policy import history
    from doorward.wire.client import Refused

    try:
        return history.read(asked)
    except Refused as error:
        print(f"doorward: {error.code}: {error.message}", file=sys.stderr)
    except Unanswered as error:
        print(f"doorward: {error}", file=sys.stderr)
    raise typer.Exit(1)


def _partition(resources: list[str]) -> str:
    found = (one.split(":")[1] for one in resources if one.startswith("arn:"))
    return next(found, "aws")


def _told(
    needed: "list[Needed]",
    templates: "list[Needed]",
    past: "Past | None",
    form: Form,
    *,
    group_from: int,
    quiet: bool,
) -> None:
    """Print the policy and what is to be said of it, and leave with the status."""
    import json

    from doorward.analysis.generation import check, policy
    from doorward.analysis.generation.grouping import Grouped, grouped
    from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS

    made = grouped(needed, group_from) if group_from else Grouped(tuple(needed), ())
    document = policy.policy(made.needed)
    found = check.checked(document, made.needed, AWS_POLICY_DOCUMENT_CHARACTERS)
    lacking = [one for one in needed if one in found.refused]
    document["Statement"] += policy.policy(templates, write=str)["Statement"]
    about = {
        "events": past.events if past else None,
        "notMapped": sorted(past.unmapped) if past else [],
        "patterns": [f"{one.action} on {one.written}" for one in made.widened],
        "notAllowed": [f"{one.action} on {one.written}" for one in lacking],
        "wider": found.wider or None,
        "findings": [f"{one.level} {one.code}: {one.details}" for one in found.findings],
    }
    if form is Form.JSON:
        print(json.dumps({"policy": document, **about}, indent=2))
    else:
        print(policy.text(document))
    if not quiet and form is Form.POLICY:
        for line in _notes(about, len(json.dumps(document, separators=(",", ":")))):
            print(f"doorward: {line}", file=sys.stderr)
    incomplete = about["notMapped"] or about["notAllowed"] or found.wider
    raise typer.Exit(UNTOLD if incomplete else 0)


def _notes(about: Mapping[str, Any], size: int) -> Iterator[str]:
    from doorward.base.limits import MANAGED_POLICY_CHARACTERS
    from doorward.cli.reports import printable

    if about["events"] is not None:
        yield f"events read: {about['events']}"
    for name, words in (
        ("notMapped", "what this call needs is not known"),
        ("patterns", "a pattern for what was seen"),
        ("notAllowed", "the policy does not allow"),
        ("findings", "validation"),
    ):
        for one in about[name]:
            yield f"{words}: {printable(one)}"
    if about["wider"]:
        yield f"the policy allows more than is needed: {printable(about['wider'])}"
    if size > MANAGED_POLICY_CHARACTERS:
        yield (
            f"the policy has {size} characters, a managed one may have "
            f"{MANAGED_POLICY_CHARACTERS}: group resources with --group-from, or split it"
        )
