"""`doorward keys`: new access keys for users, and the old ones gone in the end."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

AWS = "https://iam.amazonaws.com"
LOCAL = "http://127.0.0.1:4566"
DAY_HOURS = 24.0

app = typer.Typer(help="Access keys: rotate them, now or on a schedule.", no_args_is_help=True)

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
ToSecret = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Put it into this secret; `{user}` is the name."),
]
SecretsEndpoint = Annotated[
    str | None,
    typer.Option(
        envvar="AWS_ENDPOINT_URL_SECRETS_MANAGER",
        help="Of Secrets Manager; the endpoint of the IAM API where not given.",
    ),
]
SecretsProfile = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Sign for Secrets Manager with the keys of this profile."),
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
    """Access keys: rotate them, now or on a schedule."""


@app.command()
def rotate(
    users: Users = None,
    *,
    all_users: Everyone = False,
    older_than: OlderThan = None,
    dry_run: DryRun = False,
    to_file: ToFile = None,
    to_command: ToCommand = None,
    to_secret: ToSecret = None,
    secrets_endpoint: SecretsEndpoint = None,
    secrets_profile: SecretsProfile = None,
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
        to_secret=to_secret,
        secrets_endpoint=secrets_endpoint,
        secrets_profile=secrets_profile,
        unused_for=timedelta(hours=unused_for),
        inactive_for=timedelta(hours=inactive_for),
        wait=timedelta(minutes=wait),
        state=state or Path.home() / ".doorward" / "rotations.json",
        form=form,
        endpoint_url=endpoint_url,
    )
    raise typer.Exit(command.run(asked))


ServerFile = Annotated[
    bool,
    typer.Option("--to-file", help="To a file of the user's name in the server's --rotation-dir."),
]
ServerCommand = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="To the server's --rotation-command of that name."),
]
ServerSecret = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="To this secret, at the server's --secrets-endpoint."),
]
User = Annotated[str, typer.Argument(help="Name of the user.")]
Every = Annotated[
    str, typer.Option(metavar="AGE", help="Age at which a key is replaced: `90d`, `12h`, `4w`.")
]


@app.command()
def schedule(
    user: User,
    *,
    every: Every = "90d",
    to_file: ServerFile = False,
    to_command: ServerCommand = None,
    to_secret: ServerSecret = None,
    unused_for: UnusedFor = DAY_HOURS,
    inactive_for: InactiveFor = DAY_HOURS,
    endpoint_url: Endpoint = LOCAL,
) -> None:
    """Have the server itself rotate the key of a user, again and again.

    The server must have been set up for the way in which the new key is handed over.

    Example: doorward keys schedule alice --every 90d --to-file
    """
    from doorward.cli.rotation import schedule as command

    asked = command.Asked(user, every, to_file, to_command, to_secret, unused_for, inactive_for)
    raise typer.Exit(command.put(asked, endpoint_url))


@app.command()
def unschedule(user: User, *, endpoint_url: Endpoint = LOCAL) -> None:
    """Have the server leave the key of a user alone; keys that are there stay."""
    from doorward.cli.rotation import schedule as command

    raise typer.Exit(command.delete(user, endpoint_url))


@app.command()
def report(*, form: Format = "text", endpoint_url: Endpoint = LOCAL) -> None:
    """Show the scheduled rotations of the account, and how far each has come.

    Leaves with 1 when one of them needs somebody to look at it.
    """
    from doorward.cli.rotation import schedule as command

    raise typer.Exit(command.report(form, endpoint_url))
