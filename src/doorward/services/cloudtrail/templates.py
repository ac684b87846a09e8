"""Statements that are kept under an alias: those of widgets, and those made of prompts.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from doorward.services.cloudtrail import finding
from doorward.services.cloudtrail.errors import InvalidParameter
from doorward.services.context import Context
from doorward.store import trail_things

PLACE = re.compile(r"'(?:[^']|'')*'|\?")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")


class Template(NamedTuple):
    """A statement with `?` where values go, and the prompt that it was made of."""

    statement: str
    prompt: str = ""


def find(ctx: Context, alias: str) -> Template:
    """The statement of that alias.

    Raises:
        InvalidParameter: there is none.
    """
    where = (ctx.db, ctx.account, ctx.facts.region)
    made = trail_things.find(*where, finding.PROMPT, alias)
    if made is not None:
        return Template(made.members["QueryStatement"], made.members["Prompt"])
    boards = trail_things.page(*where, finding.DASHBOARD, limit=finding.MOST).items
    for board in boards:
        for widget in board.members["Widgets"]:
            if widget["QueryAlias"] == alias:
                return Template(widget["QueryStatement"])
    raise InvalidParameter(f"There is no query with the alias {alias}.")


def filled(statement: str, values: Sequence[str]) -> str:
    """*statement* with *values* in the places of its question marks, in order.

    Inside quotes a value is text; elsewhere it is a number where it looks like one, text if not.

    Raises:
        InvalidParameter: there are more places than values, or fewer.
    """
    left = list(values)

    def value() -> str:
        if not left:
            raise InvalidParameter("The query has more parameters than there are values.")
        return left.pop(0)

    def place(match: re.Match[str]) -> str:
        text = match[0]
        if text == "?":
            given = value()
            return given if NUMBER.fullmatch(given) else f"'{_quoted(given)}'"
        if text == "'?'":
            return f"'{_quoted(value())}'"
        return text

    done = PLACE.sub(place, statement)
    if left:
        raise InvalidParameter("There are more values than the query has parameters.")
    return done


def _quoted(text: str) -> str:
    return text.replace("'", "''")
