"""`doorward policy explain`: policies in plain English, those in a template too."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.base.errors import BadInput
from doorward.cli.policy.commands import Kind, read

if TYPE_CHECKING:
    from doorward.analysis.explanation.explain import Explained, Explanation
    from doorward.engine.decision import PolicyKind
    from doorward.policy.document import Policy


class Layout(StrEnum):
    """The forms of an explanation."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Explainable = Annotated[
    Path, typer.Argument(help="A JSON policy or a CloudFormation template.", metavar="FILE")
]
OfKind = Annotated[
    Kind | None, typer.Option("--type", help="What it is attached to; else by its elements.")
]
InLayout = Annotated[Layout, typer.Option("--format", help="Of the explanation.")]


def explain(document: Explainable, *, kind: OfKind = None, form: InLayout = Layout.TEXT) -> None:
    """What a policy allows and denies, in plain English, and what of it surprises.

    Example: doorward policy explain role.json --format markdown
    """
    from doorward.analysis.explanation.explain import explain as explained
    from doorward.engine.decision import PolicyKind

    asked = PolicyKind(kind.value) if kind is not None else None
    found = [
        (where, explained(policy, asked or of_kind))
        for where, policy, of_kind in _policies(document)
    ]
    if form is Layout.JSON:
        print(json.dumps([_told(where, one) for where, one in found], indent=2))
        return
    write = _markdown if form is Layout.MARKDOWN else _text
    print("\n\n".join("\n".join(write(where, one)) for where, one in found))


def _policies(file: Path) -> "Iterator[tuple[str, Policy, PolicyKind | None]]":
    """The policies in *file*: where in it, and of which kind where the place tells.

    Raises:
        BadInput: it cannot be read, or holds no policy.
    """
    from doorward.analysis.validation import templates
    from doorward.engine.decision import PolicyKind
    from doorward.policy.errors import PolicySyntaxError
    from doorward.policy.tree import Tree

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(file), "cannot be read", "check the path") from error
    if not templates.is_template(text):
        yield "", read([file])[0], None
        return
    try:
        found = templates.policies(text)
    except BadInput as error:
        raise BadInput(str(file), str(error), error.help) from error
    if not found:
        raise BadInput(str(file), "is a template without policies", "name one that has some")
    for one in found:
        try:
            yield one.where, Tree(text).policy(one.node), PolicyKind[one.kind.name]
        except PolicySyntaxError as error:
            where = f"{file}:{error.position.line}:{error.position.column}"
            raise BadInput(where, f"{error.problem} (in {one.where})", "mend the policy") from error


def _text(where: str, found: "Explanation") -> Iterator[str]:
    if where:
        yield f"{where}\n"
    for one in found.statements:
        yield f"{_title(one)}, line {one.position.line}"
        yield from _listed("", one.who, "  ", head=_verb(one))
        yield from _listed(_does(one), one.actions, "  ")
        yield from _listed(_on(one), one.resources, "  ")
        yield from _listed("where", one.conditions, "  ", joined="and ")
        yield from (f"  note: {note}" for note in one.notes)
        yield ""
    yield from (f"note: {note}" for note in found.notes)
    yield from (f"not looked into: {reason}" for reason in found.untold)


def _listed(
    word: str, found: Sequence[str], indent: str, *, head: str = "", joined: str = ""
) -> Iterator[str]:
    """One thing on the line of its word, several below it."""
    begin = f"{indent}{head}{word}"
    if len(found) == 1:
        yield f"{begin} {found[0]}"
    elif found:
        yield f"{begin}:"
        yield from (f"{indent}  {joined if at else ''}{one}" for at, one in enumerate(found))


def _markdown(where: str, found: "Explanation") -> Iterator[str]:
    if where:
        yield f"## {where}\n"
    for one in found.statements:
        yield f"### {_title(one)}\n"
        yield f"**{_verb(one)}** {'; '.join(one.who)}\n"
        for word, said in (
            (_does(one), one.actions),
            (_on(one), one.resources),
            ("where all of this holds", one.conditions),
            ("to note", one.notes),
        ):
            if said:
                yield f"{word}:\n"
                yield from (f"- {each}" for each in said)
                yield ""
    yield from (f"> {note}" for note in (*found.notes, *found.untold))


def _title(one: "Explained") -> str:
    return f"Statement {one.number}{f' ({one.sid})' if one.sid else ''}"


def _verb(one: "Explained") -> str:
    verb = "Allows" if one.allows else "Denies"
    return f"{verb} everybody but" if one.others else verb


def _does(one: "Explained") -> str:
    return "every action but" if one.but_actions else "to use" if one.allows else "using"


def _on(one: "Explained") -> str:
    return "on everything but" if one.but_resources else "on"


def _told(where: str, found: "Explanation") -> dict[str, Any]:
    return {
        "policy": where or None,
        "type": found.kind.value,
        "statements": [_statement(one) for one in found.statements],
        "notes": list(found.notes),
        "undecided": list(found.untold),
    }


def _statement(one: "Explained") -> dict[str, Any]:
    made = asdict(one)
    line, column = one.position
    made |= {"position": {"line": line, "column": column}, "effect": _effect(one)}
    del made["allows"]
    return {_camel(name): value for name, value in made.items()}


def _effect(one: "Explained") -> str:
    return "Allow" if one.allows else "Deny"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
