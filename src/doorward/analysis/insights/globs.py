"""The texts with stars of `parse`: what stands for the stars becomes fields."""

from collections.abc import Sequence

from doorward.analysis.insights.regular import Expression

SPECIAL = frozenset("\\^$.|?*+()[]{}")


def expression(text: str, names: Sequence[str]) -> Expression:
    """The expression that *text* means; each star takes as little as it can, the last one all.

    Raises:
        NotRegular: it would be too large.
    """
    parts = text.split("*")
    found = [_quoted(parts[0])]
    for number, part in enumerate(parts[1:], 1):
        last = number == len(parts) - 1 and not part
        found.append(r"([\s\S]*)" if last else r"([\s\S]*?)")
        found.append(_quoted(part))
    del names  # stars are told by their number
    return Expression("".join(found))


def _quoted(text: str) -> str:
    return "".join(f"\\{one}" if one in SPECIAL else one for one in text)
