"""`doorward policy minimize`: the same decisions in fewer characters, or not a word changed."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.base.errors import BadInput
from doorward.cli.policy.commands import FOUND, File, Form, Format, Kind, OfKind, read

if TYPE_CHECKING:
    from doorward.analysis.minimize.reduce import Minimized

Wildcards = Annotated[
    bool,
    typer.Option(
        "--wildcards",
        help="Shorten lists of actions too; equal today, but grants what AWS adds later.",
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Print no policy; leave with 3 where it can be smaller.")
]
Compact = Annotated[bool, typer.Option("--compact", help="The policy on one line.")]
Output = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write the policy there.")
]


def minimize(
    document: File,
    *,
    kind: OfKind = Kind.IDENTITY,
    wildcards: Wildcards = False,
    check: Check = False,
    compact: Compact = False,
    output: Output = None,
    form: Format = Form.TEXT,
) -> None:
    """The policy in fewer and shorter statements, proved to decide every request as before.

    What cannot be proved stays as it is. Prints the policy, and on stderr what was done.

    Example: doorward policy minimize role.json --output role.json
    """
    from doorward.analysis.minimize.reduce import minimize as made_smaller
    from doorward.engine.decision import PolicyKind
    from doorward.policy.render import render

    found = made_smaller(read([document])[0], PolicyKind(kind.value), wildcards=wildcards)
    text = render(found.policy)
    laid_out = text if compact else json.dumps(json.loads(text), indent=2)
    if output is not None and not check:
        _write(output, laid_out)
    if form is Form.JSON:
        print(json.dumps(_told(found, kind), indent=2))
    else:
        print("\n".join(_lines(found, kind)), file=sys.stdout if check else sys.stderr)
        if not check and output is None:
            print(laid_out)
    if check and found.smaller:
        raise typer.Exit(FOUND)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise BadInput(str(file), "cannot be written", "check the path") from error


def _lines(found: "Minimized", kind: Kind) -> list[str]:
    from doorward.analysis.minimize.quotas import BY_KIND, QUOTAS

    saved = found.before - found.after
    share = f", {100 * saved / found.before:.0f} % less" if found.smaller else ""
    counts = f"{len(found.original.statements)} to {len(found.policy.statements)} statements"
    lines = [f"{found.before} to {found.after} characters{share}; {counts}"]
    lines += [f"  {one}" for one in found.changes]
    lines += [f"  left as it was: {one}" for one in found.untold]
    for name in BY_KIND[kind.value]:
        if found.after > QUOTAS[name]:
            lines.append(f"  longer than the {QUOTAS[name]} characters of a {name} policy")
    if found.changes:
        lines.append(f"  equal over {found.equal_over}: proved in both directions")
    return lines


def _told(found: "Minimized", kind: Kind) -> dict[str, Any]:
    from doorward.analysis.minimize.quotas import BY_KIND, QUOTAS
    from doorward.policy.render import render

    return {
        "policy": json.loads(render(found.policy)),
        "before": found.before,
        "after": found.after,
        "statementsBefore": len(found.original.statements),
        "statementsAfter": len(found.policy.statements),
        "changes": list(found.changes),
        "undecided": list(found.untold),
        "equalOver": found.equal_over,
        "quotas": {name: found.after <= QUOTAS[name] for name in BY_KIND[kind.value]},
    }
