"""The flags that the questions about accounts have in common, and what they name."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from doorward.analysis.account.held import Held
    from doorward.analysis.account.model import Account


class Form(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"


FOUND = 3
UNTOLD = 4
UNREAD = 1

Dumps = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        metavar="DUMP",
        help="Authorization details, AWS Config, an organization: a file or a folder of them.",
    ),
]
Live = Annotated[
    bool, typer.Option("--live", help="The account of your credentials; so it is without --file.")
]
Profile = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sign with the keys of this profile.")
]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of the resources.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(envvar="AWS_ENDPOINT_URL", help="Of every service; AWS itself if not given."),
]
Format = Annotated[Form, typer.Option("--format", help="Of the answer.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No bar while it takes long.")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where accounts are read from."""

    files: list[Path] | None
    live: bool
    profile: str | None
    region: str
    endpoint_url: str | None
    quiet: bool

    def accounts(self) -> "tuple[Account, ...]":
        """The accounts; leaves with 1 where nobody answers or reading is refused.

        What could not be read of a live account is told on standard error.

        Raises:
            BadInput: a file, a flag or the credentials cannot be used.
        """
        import sys

        from doorward.base.errors import BadInput
        from doorward.cli.account import source
        from doorward.cli.calls import Unanswered
        from doorward.cli.reports import printable
        from doorward.wire.client import Refused

        if self.files and self.live:
            raise BadInput("--live", "does not go with --file", "give one of them")
        try:
            found = source.several(self)
        except Refused as error:
            print(f"doorward: {error.code}: {error.message}", file=sys.stderr)
            raise typer.Exit(UNREAD) from error
        except Unanswered as error:
            print(f"doorward: {error}", file=sys.stderr)
            raise typer.Exit(UNREAD) from error
        if not self.files:
            for one in (sentence for account in found for sentence in account.untold):
                print(f"doorward: {printable(one)}", file=sys.stderr)
        return found

    def held(self) -> "Held":
        """The accounts, made ready for questions."""
        from doorward.analysis.account.held import hold

        return hold(self.accounts())
