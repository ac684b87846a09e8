"""`doorward keys rotate`: new access keys for users, and the old ones gone in the end."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

AWS = "https://iam.amazonaws.com"
DAY_HOURS = 24.0

app = typer.Typer(help="Access keys: rotate them.", no_args_is_help=True)

Users = Annotated[list[str] | None, typer.Argument(help="Names of users.", metavar="[USER]...")]
Everyone = Annotated[bool, typer.Option("--all", help="Every user of the account.")]
OlderThan = Annotated[
    float | None, typer.Option(min=0, metavar="DAYS", help="Leave keys younger than this alone.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, do nothing.")]
ToFile = Annotated[
    str | None,
    typer.Option(metavar="PATH", help="Write the new key here, mode 0600; `{user}` is the name."),
]
ToCommand = Annotated[
    str | None,
    typer.Option(metavar="LINE", help="Run this for each new key, which it reads as JSON."),
]
UnusedFor = Annotated[
    float, typer.Option(min=0, metavar="HOURS", help="Silence of the old key before it is off.")
]
InactiveFor = Annotated[
    float, typer.Option(min=0, metavar="HOURS", help="Time that it is off before it is deleted.")
]
Wait = Annotated[
    float, typer.Option(min=0, metavar="MINUTES", help="Wait up to so long; or run it again later.")
]
StateFile = Annotated[
    Path | None,
    typer.Option(
        "--state", envvar="DOORWARD_KEYS_STATE", help="Where unfinished rotations are kept."
    ),
]
Format = Annotated[str, typer.Option("--format", metavar="text|json", help="Of the report.")]
Endpoint = Annotated[
    str, typer.Option(envvar=["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL"], help="Of the IAM API.")
]


@app.callback()
def keys() -> None:
    """Access keys: rotate them."""


@app.command()
def rotate(
    users: Users = None,
    *,
    all_users: Everyone = False,
    older_than: OlderThan = None,
    dry_run: DryRun = False,
    to_file: ToFile = None,
    to_command: ToCommand = None,
    unused_for: UnusedFor = DAY_HOURS,
    inactive_for: InactiveFor = DAY_HOURS,
    wait: Wait = 0,
    state: StateFile = None,
    form: Format = "text",
    endpoint_url: Endpoint = AWS,
) -> None:
    """Give users new access keys, and delete the old ones once nobody uses them any more.

    Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. What is not finished goes on with the
    next run. Leaves with 0 when nothing is left to do, 4 when something waits, 1 when something
    failed, 2 when the input cannot be used.

    Example: doorward keys rotate --all --older-than 90 --to-file 'keys/{user}'
    """
    from doorward.cli.rotation import command

    asked = command.Asked(
        users=tuple(dict.fromkeys(users or [])),
        everyone=all_users,
        older_than=None if older_than is None else timedelta(days=older_than),
        dry=dry_run,
        to_file=to_file,
        to_command=to_command,
        unused_for=timedelta(hours=unused_for),
        inactive_for=timedelta(hours=inactive_for),
        wait=timedelta(minutes=wait),
        state=state or Path.home() / ".doorward" / "rotations.json",
        form=form,
        endpoint_url=endpoint_url,
    )
    raise typer.Exit(command.run(asked))
