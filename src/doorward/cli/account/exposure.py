"""`doorward account public` and `cross-account`: who from outside is let in."""

from typing import TYPE_CHECKING

import typer

from doorward.cli.account.questions import FOUND, Dumps, Form, Format, Quiet, held

if TYPE_CHECKING:
    from pathlib import Path

    from doorward.analysis.account.external import External


def public(*, file: Dumps, form: Format = Form.TEXT, quiet: Quiet = False) -> None:
    """The resources and roles that let anybody in, each with a request that is allowed.

    Needs the policies of resources in the dump, under `Resources`.
    Leaves with 3 where there is any, else 0.

    Example: doorward account public --file dump.json --file resources.json
    """
    _told([one for one in _found(file, quiet=quiet) if one.public], form)


def cross_account(*, file: Dumps, form: Format = Form.TEXT, quiet: Quiet = False) -> None:
    """The resources and roles that let in other accounts or identity providers, not everybody.

    Leaves with 3 where there is any, else 0.

    Example: doorward account cross-account --file dump.json
    """
    _told([one for one in _found(file, quiet=quiet) if not one.public], form)


def _found(files: "list[Path]", *, quiet: bool) -> "list[External]":
    from doorward.analysis.account.external import external
    from doorward.cli.trail import progress

    account = held(files, quiet=quiet)
    with progress.shown("resources", lambda: len(account.targets), quiet=quiet) as bar:
        return list(external(account, bar.tell))


def _told(found: "list[External]", form: Form) -> None:
    from doorward.cli.account import answers

    answers.printed(answers.outsiders(found) if form is Form.TEXT else answers.outside(found))
    raise typer.Exit(FOUND if found else 0)
