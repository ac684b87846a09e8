"""Words and lists of words as sentences need them."""

from collections.abc import Sequence

from doorward.analysis.validation.resources import NAME_OF_REFERENCE
from doorward.engine.match import UNKNOWN, shown

MOST_SHOWN = 8


def quoted(found: Sequence[str]) -> str:
    """*found* in backticks, one after the other; what a template fills in later as `…`."""
    return ", ".join(f"`{plain(one)}`" for one in found)


def plain(text: str) -> str:
    """*text* as people wrote it, with what a template fills in later marked."""
    if NAME_OF_REFERENCE in text:
        return text.replace(NAME_OF_REFERENCE, "Ref ")
    return shown(text.replace(UNKNOWN, "…"))


def some(found: Sequence[str]) -> str:
    """The first few of *found*, and how many more there are."""
    if len(found) <= MOST_SHOWN:
        return ", ".join(found)
    return ", ".join(found[:MOST_SHOWN]) + f" and {len(found) - MOST_SHOWN} more"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it needs one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
