"""`doorward account who-can`, `what-can` and `can`: what is possible in an account, and why."""

from typing import Annotated

import typer

from doorward.cli.account.options import (
    FOUND,
    UNTOLD,
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

Action = Annotated[
    str, typer.Argument(metavar="ACTION", help="Such as `iam:PassRole` or `s3:Put*`.")
]
Resource = Annotated[
    str, typer.Argument(metavar="RESOURCE", help="An ARN, a pattern, or `*` for any.")
]
Principal = Annotated[
    str, typer.Argument(metavar="PRINCIPAL", help="A user or role, by ARN or name.")
]
Service = Annotated[
    str | None, typer.Option("--service", metavar="SERVICE", help="Only of this, such as `s3`.")
]
Given = Annotated[
    list[str] | None,
    typer.Option("--context", metavar="KEY=VALUE", help="A condition key; others are free."),
]


def who_can(
    action: Action,
    resource: Resource = "*",
    *,
    file: Dumps = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """The users and roles that may do ACTION on RESOURCE, each with a request that is allowed.

    Conditions are free: what a request may bring with it counts. Root users are not listed.
    Leaves with 0 where nobody may, 3 where somebody may, 4 where that cannot be told.

    Example: doorward account who-can s3:GetObject 'arn:aws:s3:::reports/*' --file dump.json
    """
    from doorward.analysis.account import reach
    from doorward.analysis.account.effective import Effective
    from doorward.cli.account import answers
    from doorward.cli.trail import progress

    actions = _actions(action)
    place = Place(file, live, profile, region, endpoint_url, quiet)
    effective = Effective(place.held())
    size = len(effective.held.standings)
    with progress.shown("principals", lambda: size, quiet=quiet) as bar:
        found = list(reach.who_can(effective, actions, resource, bar.tell))
    answers.printed(answers.principals(found, size) if form is Form.TEXT else answers.who(found))
    if any(one.reach.allowed for one in found):
        raise typer.Exit(FOUND)
    raise typer.Exit(UNTOLD if found else 0)


def what_can(
    principal: Principal,
    *,
    file: Dumps = None,
    service: Service = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """What PRINCIPAL may do, by its own policies within all that limits it.

    What only the policy of a resource lets it do is not listed; `can` tells of that.

    Example: doorward account what-can alice --file dump.json
    """
    from doorward.analysis.account import reach
    from doorward.analysis.account.effective import Effective
    from doorward.cli.account import answers
    from doorward.cli.trail import progress

    place = Place(file, live, profile, region, endpoint_url, quiet)
    effective = Effective(place.held())
    who = effective.held.standing(principal)
    with progress.shown("actions", who.may.bit_count, quiet=quiet) as bar:
        found = reach.what_can(effective, who, bar.tell)
    told = answers.actions(who, found, service)
    answers.printed(told if form is Form.TEXT else answers.what(who, found, service))


def can(
    principal: Principal,
    action: Action,
    resource: Resource = "*",
    *,
    file: Dumps = None,
    context: Given = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """Whether PRINCIPAL may do ACTION on RESOURCE, and why.

    Leaves with 0 where there is such a request, 3 where there is none, 4 where it cannot be told.

    Example: doorward account can alice s3:GetObject arn:aws:s3:::reports/may --file dump.json
    """
    from doorward.analysis.account import reach
    from doorward.analysis.account.effective import Effective, Verdict
    from doorward.cli.account import answers

    (name, *_) = _actions(action, several=False)
    given = _given(context or [])
    place = Place(file, live, profile, region, endpoint_url, quiet)
    effective = Effective(place.held())
    who = effective.held.standing(principal)
    found = reach.can(effective, who, name, resource, given)
    told = answers.answer(who, name, found) if form is Form.TEXT else answers.one(who, name, found)
    answers.printed(told)
    status = {Verdict.ALLOWED: 0, Verdict.REFUSED: FOUND, Verdict.UNKNOWN: UNTOLD}
    raise typer.Exit(status[found.verdict])


def _actions(action: str, *, several: bool = True) -> list[str]:
    """The actions that *action* names.

    Raises:
        BadInput: there are none, or more than are asked for.
    """
    from doorward.base.errors import BadInput
    from doorward.catalog import actions

    found = [one.lower() for one in actions.expand(action.lower())]
    if not found:
        raise BadInput("", f"`{action}` is no action", "search with `doorward actions`")
    if len(found) > 1 and not several:
        raise BadInput("", f"`{action}` stands for {len(found)} actions", "name one")
    return found


def _given(texts: list[str]) -> dict[str, str | tuple[str, ...] | None]:
    """The condition keys given.

    Raises:
        BadInput: one is not written as KEY=VALUE.
    """
    from doorward.base.errors import BadInput
    from doorward.catalog.keys import is_multivalued

    found: dict[str, str | tuple[str, ...] | None] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise BadInput("", f"`{text}` is no condition key", "write KEY=VALUE")
        name = key.lower()
        found[name] = tuple(value.split(",")) if is_multivalued(name) else value
    return found
