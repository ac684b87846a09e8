"""What CloudWatch Logs says of a pattern that it does not take."""


class InvalidPattern(Exception):
    """The text is no pattern; the message is AWS's where it says more than that, else empty."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


def in_term(term: str) -> InvalidPattern:
    """A character in *term* is not taken outside quotes."""
    return InvalidPattern(f"Invalid character(s) in term '{term}'")


def twice(field: str) -> InvalidPattern:
    """Two fields between spaces have that name."""
    return InvalidPattern(f"Duplicate field '{field}'")


MOST_WILDCARDS = 3
MOST_EXPRESSIONS = 2


def too_many_wildcards() -> InvalidPattern:
    """The selectors of a pattern hold more wildcards than they may."""
    return InvalidPattern(
        f"Your input has exceeded the maximum of {MOST_WILDCARDS} JSON wildcard selectors allowed "
        "per filter pattern."
    )


def too_many_expressions() -> InvalidPattern:
    """A pattern holds more regular expressions than it may."""
    return InvalidPattern(
        f"Your input has exceeded the maximum of {MOST_EXPRESSIONS} regular expressions per filter "
        "pattern."
    )
