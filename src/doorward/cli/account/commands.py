"""The commands under `doorward account`, each in a module of its own."""

import typer

from doorward.cli.account import escalation, exposure, graph, questions, report, unused, what_if

HELP = "Whole accounts: what is wrong in them, who can do what, and who can get farther."

app = typer.Typer(help=HELP, no_args_is_help=True)


@app.callback()
def account() -> None:
    """Whole accounts: what is wrong in them, who can do what, and who can get farther."""


app.command("report")(report.report)
app.command("who-can")(questions.who_can)
app.command("what-can")(questions.what_can)
app.command("can")(questions.can)
app.command("public")(exposure.public)
app.command("cross-account")(exposure.cross_account)
app.command("unused")(unused.unused)
app.command("escalation")(escalation.escalation)
app.command("graph")(graph.graph)
app.command("what-if")(what_if.what_if)
