"""`doorward policy consolidate`: many policies in few, within AWS's quotas."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.base.errors import BadInput
from doorward.cli.policy.commands import FOUND, Files, Form, Format, Kind, OfKind, read
from doorward.cli.policy.minimizing import Compact, Wildcards

if TYPE_CHECKING:
    from doorward.analysis.minimize.consolidate import Consolidated

UNPROVED = 4
INLINE = frozenset({"user", "group", "role"})
ATTACHED = 10

Most = Annotated[int, typer.Option("--max", min=1, metavar="N", help="How many there may be.")]
Size = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="managed|user|group|role|scp|NUMBER",
        help="The most characters of each; inline policies of one user, group or role count "
        "together, so they become one.",
    ),
]
Into = Annotated[
    Path | None, typer.Option("--output-dir", metavar="DIR", help="Write policy-1.json … there.")
]


def consolidate(
    policies: Files,
    *,
    most: Most = ATTACHED,
    length: Size = None,
    kind: OfKind = Kind.IDENTITY,
    wildcards: Wildcards = False,
    compact: Compact = False,
    into: Into = None,
    form: Format = Form.TEXT,
) -> None:
    """The policies as few that decide together as all of them do, which is proved.

    Prints them as a JSON list, or writes one file each. Leaves with 3 where they do not fit, 4
    where it cannot be proved that nothing changes; nothing is written then.

    Example: doorward policy consolidate *.json --max 2 --size managed --output-dir fewer
    """
    from doorward.analysis.minimize.consolidate import consolidate as made_few
    from doorward.engine.decision import PolicyKind
    from doorward.policy.render import render

    characters = _characters(length, kind)
    allowed = 1 if length in INLINE else most
    found = made_few(
        read(policies),
        most=allowed,
        characters=characters,
        kind=PolicyKind(kind.value),
        wildcards=wildcards,
    )
    texts = [render(one) for one in found.policies]
    laid_out = [one if compact else json.dumps(json.loads(one), indent=2) for one in texts]
    if into is not None and laid_out:
        _write(into, laid_out)
    if form is Form.JSON:
        print(json.dumps(_told(found, texts, len(policies), characters), indent=2))
    else:
        print("\n".join(_lines(found, texts, len(policies), characters)), file=sys.stderr)
        if into is None and laid_out:
            print("[\n" + ",\n".join(laid_out) + "\n]")
    if found.reason:
        raise typer.Exit(FOUND if found.proved else UNPROVED)


def _characters(length: str | None, kind: Kind) -> int:
    """The quota that was asked for.

    Raises:
        BadInput: it is no number and no name of one, or the policies name principals.
    """
    from doorward.analysis.minimize.quotas import QUOTAS

    if kind not in {Kind.IDENTITY, Kind.SCP}:
        help_text = "identity and scp policies can apply together"
        raise BadInput("--type", f"a resource has one {kind.value} policy", help_text)
    name = length or ("scp" if kind is Kind.SCP else "managed")
    if name in QUOTAS:
        return QUOTAS[name]
    if not name.isdecimal() or int(name) < 1:
        raise BadInput("--size", f"`{name}` is no size", f"a number, or {', '.join(QUOTAS)}")
    return int(name)


def _write(folder: Path, texts: Sequence[str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts, 1):
            (folder / f"policy-{number}.json").write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise BadInput(str(folder), "cannot be written", "check the path") from error


def _lines(
    found: "Consolidated", texts: Sequence[str], count: int, characters: int
) -> Iterator[str]:
    small = found.minimized
    if found.reason:
        word = "cannot be done" if found.proved else "not proved, so nothing is written"
        yield f"{word}: {found.reason}"
        yield from (f"  left as it was: {one}" for one in small.untold)
        return
    yield f"{count} to {len(texts)} policies of at most {characters:,} characters"
    from doorward.policy.grammar.sizes import size

    for number, (policy, text) in enumerate(zip(found.policies, texts, strict=True), 1):
        statements = len(policy.statements)
        yield f"  policy {number}: {size(text):,} characters, {statements} statements"
    yield from (f"  left as it was: {one}" for one in small.untold)
    yield f"  equal to their union over {small.equal_over}: proved in both directions"


def _told(
    found: "Consolidated", texts: Sequence[str], count: int, characters: int
) -> dict[str, Any]:
    from doorward.policy.grammar.sizes import size

    return {
        "policies": [json.loads(one) for one in texts],
        "sizes": [size(one) for one in texts],
        "given": count,
        "limit": characters,
        "proved": found.proved and not found.reason,
        "reason": found.reason or None,
        "undecided": list(found.minimized.untold),
        "equalOver": found.minimized.equal_over,
    }
