"""The commands as `doorward --help` shows them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from doorward import __version__
from doorward.cli import actions, keys, serve, sso, trail_verify
from doorward.cli.account import commands as account
from doorward.cli.alarms import commands as alarms
from doorward.cli.credentials import commands as credentials
from doorward.cli.needs import command as needs
from doorward.cli.policy import commands as policy
from doorward.cli.policy import consolidating, explaining, minimizing, public, templating
from doorward.cli.trail import commands as trail

app = typer.Typer(
    name="doorward",
    help="AWS IAM that anyone can run: the same API, policy language and decisions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
OF_ANOTHER = {"allow_extra_args": True, "allow_interspersed_args": False}


@app.callback(invoke_without_command=True)
def doorward(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Say the version, or nothing."""
    if version:
        print(f"doorward {__version__}")
        raise typer.Exit


@app.command(context_settings=PASS_THROUGH)
def simulate(context: typer.Context) -> None:
    """Decide one request from policy files, or a file of cases, and say why."""
    from doorward.cli import simulate as command

    raise typer.Exit(command.main(context.args))


@app.command(context_settings=PASS_THROUGH)
def test(context: typer.Context) -> None:
    """Run files of decision cases: your own policies, requests and what must come out."""
    from doorward.cli import test as command

    raise typer.Exit(command.main(context.args))


actions.app.command()(needs.needs)
actions.app.command()(needs.expand)
app.add_typer(actions.app, name="actions")
policy.app.command("check-no-public-access")(public.check_no_public_access)
policy.app.command()(explaining.explain)
policy.app.command()(minimizing.minimize)
policy.app.command()(consolidating.consolidate)
policy.app.command()(templating.template)
app.add_typer(policy.app, name="policy")
app.add_typer(keys.app, name="keys")
app.add_typer(credentials.app, name="credentials")
trail.app.command()(trail_verify.verify)
app.add_typer(trail.app, name="trail")
app.add_typer(sso.app, name="sso")
app.add_typer(alarms.app, name="alarms")
app.add_typer(account.app, name="account")
app.command(context_settings=OF_ANOTHER)(credentials.run)
app.command()(serve.serve)
app.command()(serve.dev)
app.command()(serve.env)


def main(arguments: Sequence[str]) -> int:
    """The exit status of the command; wrong flags give 2."""
    try:
        app(args=list(arguments), prog_name="doorward")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
