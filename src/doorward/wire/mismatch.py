"""An output that its shape does not allow: a mistake of ours, never of the client."""


class OutputMismatch(Exception):
    """An operation returned what its output shape does not have."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"output `{where}`: {problem}")
        self.where = where


def of_type(where: str, expected: str) -> OutputMismatch:
    """The value of *where* is not *expected*; the value itself may be a secret and is not told."""
    return OutputMismatch(where, f"not a {expected}")
