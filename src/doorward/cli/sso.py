"""`doorward sso`: what the API of IAM Identity Center has no operation for."""

from typing import Annotated

import typer

LOCAL = "http://127.0.0.1:4566"

app = typer.Typer(help="IAM Identity Center: passwords of users.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="Name of the user.")]
Store = Annotated[
    str,
    typer.Option("--identity-store-id", metavar="ID", help="The user's store, such as `d-…`."),
]
Endpoint = Annotated[
    str, typer.Option(envvar=["AWS_ENDPOINT_URL"], help="Of a running `doorward serve`.")
]


@app.callback()
def sso() -> None:
    """IAM Identity Center: passwords of users."""


@app.command()
def password(user: User, *, identity_store_id: Store, endpoint_url: Endpoint = LOCAL) -> None:
    """Give a user a one-time password and print it; every session of theirs ends.

    At the first sign-in with it the user must choose another one. Signs with AWS_ACCESS_KEY_ID and
    AWS_SECRET_ACCESS_KEY, who need `sso-directory:UpdatePassword`.

    Example: doorward sso password alice --identity-store-id d-1234567890
    """
    from doorward.cli import sso_password as command

    raise typer.Exit(command.run(user, identity_store_id, endpoint_url))
