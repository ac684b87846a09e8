"""`doorward account public` and `cross-account`: who from outside is let in."""

from typing import TYPE_CHECKING

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
    from doorward.analysis.account.external import External


def public(
    *,
    file: Dumps = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """The resources and roles that let anybody in, each with a request that is allowed.

    Needs the policies of resources in the dump, under `Resources`.
    Leaves with 3 where there is any, else 0.

    Example: doorward account public --file dump.json --file resources.json
    """
    place = Place(file, live, profile, region, endpoint_url, quiet)
    _told([one for one in _found(place) if one.public], form)


def cross_account(
    *,
    file: Dumps = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """The resources and roles that let in other accounts or identity providers, not everybody.

    Of several accounts, each is outside to the others.

    Leaves with 3 where there is any, else 0.

    Example: doorward account cross-account --file dump.json
    """
    place = Place(file, live, profile, region, endpoint_url, quiet)
    _told([one for one in _found(place) if not one.public], form)


def _found(place: Place) -> "list[External]":
    from doorward.analysis.account.external import external
    from doorward.cli.trail import progress

    account = place.held()
    with progress.shown("resources", lambda: len(account.targets), quiet=place.quiet) as bar:
        return list(external(account, bar.tell, between=True))


def _told(found: "list[External]", form: Form) -> None:
    from doorward.cli.account import answers

    answers.printed(answers.outsiders(found) if form is Form.TEXT else answers.outside(found))
    raise typer.Exit(FOUND if found else 0)
