"""Letters that stand for what is not known, such as the value of a policy variable.

A pattern reads one only where it asks for the same, or where a star may stand for anything; one
that is loosened reads it as whatever would do.
"""

SYMBOLS = 0xF0000
"""The first of them: letters for private use, which Unicode gives no meaning."""


def symbol(number: int) -> str:
    """The letter for the unknown of that number."""
    return chr(SYMBOLS + number)


def is_symbol(letter: str) -> bool:
    """Whether *letter* stands for something unknown."""
    return ord(letter) >= SYMBOLS
