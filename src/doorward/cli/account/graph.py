"""`doorward account graph`: a picture of who may become whom, and exports of it."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from doorward.base.errors import BadInput
from doorward.cli.account.options import Dumps, Endpoint, Live, Place, Profile, Quiet, Region


class Picture(StrEnum):
    """The forms of a graph."""

    HTML = "html"
    SVG = "svg"
    GRAPHML = "graphml"
    MERMAID = "mermaid"
    JSON = "json"


STANDARD_OUTPUT = Path("-")
Format = Annotated[Picture, typer.Option("--format", help="Of the graph.")]
Output = Annotated[Path, typer.Option("--output", metavar="FILE", help="`-` for standard output.")]
Around = Annotated[
    list[str] | None,
    typer.Option("--principal", metavar="PRINCIPAL", help="Only what is next to this one."),
]


def graph(
    *,
    file: Dumps = None,
    principal: Around = None,
    form: Format = Picture.HTML,
    output: Output = STANDARD_OUTPUT,
    quiet: Quiet = False,
    live: Live = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """Users, groups, roles, resources and who is outside, and who may become or reach whom.

    HTML is one file that filters and searches, and loads nothing. What administrators may assume
    is left out: they may change every role.

    Example: doorward account graph --file dump.json --output account.html
    """
    from doorward.analysis.account import graph as graphs
    from doorward.cli.account import drawing, exports, graph_page
    from doorward.cli.trail import progress

    account = Place(file, live, profile, region, endpoint_url, quiet).held()
    chosen = frozenset(account.standing(one).arn for one in principal or ())
    size = 2 * len(account.standings)
    with progress.shown("principals", lambda: size, quiet=quiet) as bar:
        found = graphs.graph(account, bar.tell)
    if chosen:
        found = found.around(chosen)
    forms = {
        Picture.HTML: graph_page.html,
        Picture.SVG: drawing.svg,
        Picture.GRAPHML: exports.graphml,
        Picture.MERMAID: exports.mermaid,
        Picture.JSON: exports.document,
    }
    _written("\n".join(forms[form](found)) + "\n", output)


def _written(text: str, output: Path) -> None:
    """Write to *output*.

    Raises:
        BadInput: it cannot be written.
    """
    if output == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise BadInput(str(output), f"cannot be written: {error.strerror or error}") from error
