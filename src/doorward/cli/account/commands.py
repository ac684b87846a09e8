"""The commands under `doorward account`, each in a module of its own."""

import typer

from doorward.cli.account import report

app = typer.Typer(help="Whole accounts: what is wrong in them.", no_args_is_help=True)


@app.callback()
def account() -> None:
    """Whole accounts: what is wrong in them."""


app.command("report")(report.report)
