"""`doorward account what-if`: what a change would do, before it is made."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from doorward.analysis.account.change import Change
    from doorward.analysis.account.held import Held
    from doorward.cli.account.seen import Reading

DENIED, ALLOWED, UNTOLD = "denied", "allowed", "untold"

Changes = Annotated[
    list[Path] | None,
    typer.Option("--change", metavar="FILE", help="Changes, as YAML or JSON."),
]
Do = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'CHANGE WHAT…'",
        help="One change in words, such as 'attach-policy alice ReadOnlyAccess' or "
        "'attach-scp 123456789012 no-iam scp.json'.",
    ),
]
Trail = Annotated[
    list[str] | None,
    typer.Option("--trail", metavar="PLACE", help="Events: log files, folders or `s3://bucket`."),
]
DataDir = Annotated[
    Path | None,
    typer.Option("--trail-data-dir", metavar="DIR", help="Events of the server that keeps it."),
]
Url = Annotated[
    str | None,
    typer.Option("--trail-database-url", metavar="URL", help="Events of the server that uses it."),
]
Events = Annotated[
    bool, typer.Option("--live-events", help="Events of the event history of the live account.")
]
Days = Annotated[int, typer.Option("--days", min=1, help="Of events, back from now.")]
FailOn = Annotated[
    str | None,
    typer.Option(metavar="denied,allowed,untold", help="Leave with 3 where there is any of these."),
]


def what_if(
    *,
    file: Dumps = None,
    change: Changes = None,
    do: Do = None,
    trail: Trail = None,
    trail_data_dir: DataDir = None,
    trail_database_url: Url = None,
    live_events: Events = False,
    days: Days = 90,
    fail_on: FailOn = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """What a change would do: to the requests seen in a trail, or proved over all requests.

    With a trail, the requests that would newly be refused or allowed are counted. What an event
    does not carry and policies ask for is not guessed: such requests are counted as untold.
    Without one, each principal that gains or loses access is shown with an example. The changes
    are attach-policy, detach-policy, put-inline-policy, delete-inline-policy, put-boundary,
    delete-boundary, add-to-group, remove-from-group, put-policy, put-trust-policy,
    put-resource-policy, delete-resource-policy, attach-scp, detach-scp, attach-rcp, detach-rcp;
    a policy is a file, or the ARN or name of one that is there. Nothing is changed.
    Leaves with 3 where --fail-on says so, else 0.

    Example: doorward account what-if --file dump.json --do 'put-boundary alice b.json' --trail logs
    """
    from doorward.analysis.account import changes as changing
    from doorward.analysis.account.held import hold
    from doorward.cli.account import seen

    asked = _kinds(fail_on)
    wanted = _changes(change or [], do or [])
    place = Place(file, live, profile, region, endpoint_url, quiet)
    accounts = place.accounts()
    then = changing.applied(accounts, wanted)
    old = hold(accounts)
    new = hold(then, beside=old)
    reading = seen.Reading(
        tuple(trail or ()), trail_data_dir, trail_database_url, live_events, days, place
    )
    found = (
        _over_events(reading, old, new, form)
        if reading.any
        else _by_proof(old, new, form, quiet=quiet)
    )
    if asked & found:
        raise typer.Exit(FOUND)


def _over_events(reading: "Reading", old: "Held", new: "Held", form: Form) -> set[str]:
    """Tell what becomes of the requests that were seen; the kinds of what was found."""
    from doorward.analysis.account import whatif
    from doorward.cli.account import answers, what_if_answers

    outcome = whatif.over(old, new, reading.records())
    text = form is Form.TEXT
    told = what_if_answers.events(outcome) if text else what_if_answers.document(outcome)
    answers.printed(told)
    names = {
        DENIED: whatif.Effect.DENIED,
        ALLOWED: whatif.Effect.ALLOWED,
        UNTOLD: whatif.Effect.UNTOLD,
    }
    return {name for name, effect in names.items() if outcome.count(effect)}


def _by_proof(old: "Held", new: "Held", form: Form, *, quiet: bool) -> set[str]:
    """Tell who gains or loses what; the kinds of what was found."""
    from doorward.analysis.account.gains import gains
    from doorward.cli.account import answers, what_if_answers
    from doorward.cli.trail import progress

    with progress.shown("principals", lambda: len(old.standings), quiet=quiet) as bar:
        found = list(gains(old, new, bar.tell))
    told = what_if_answers.proofs(found) if form is Form.TEXT else what_if_answers.proved(found)
    answers.printed(told)
    certain = [one for one in found if one.example is not None]
    kinds = {ALLOWED if one.way == "gains" else DENIED for one in certain}
    return kinds | ({UNTOLD} if len(certain) < len(found) else set())


def _kinds(text: str | None) -> set[str]:
    """What to fail on.

    Raises:
        BadInput: it is none of the kinds.
    """
    from doorward.base.errors import BadInput

    found = {one.strip() for one in (text or "").split(",") if one.strip()}
    for one in found - {DENIED, ALLOWED, UNTOLD}:
        problem = f"`{one}` is not `{DENIED}`, `{ALLOWED}` or `{UNTOLD}`"
        raise BadInput("--fail-on", problem)
    return found


def _changes(files: list[Path], words: list[str]) -> "list[Change]":
    """The changes that files and flags ask for.

    Raises:
        BadInput: there are none, or one is not understood.
    """
    from doorward.base.errors import BadInput
    from doorward.cli.account import change_input

    found = [one for file in files for one in change_input.of_file(file)]
    found += [change_input.of_words(one) for one in words]
    if not found:
        problem = "no change is given"
        raise BadInput("", problem, "give --do 'attach-policy alice ReadOnlyAccess' or --change")
    return found
