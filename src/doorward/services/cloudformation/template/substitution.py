"""The text of `Fn::Sub`: its literal pieces and its variables.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doorward.services.cloudformation.template.errors import TemplateError

VARIABLE = re.compile(r"\$\{([^}]*)\}")
NAME = re.compile(r"[A-Za-z0-9_.:]+")


@dataclass(frozen=True, slots=True)
class Variable:
    """`${name}`; with a dot, the rest is an attribute of the resource before it."""

    name: str

    @property
    def attribute(self) -> tuple[str, str] | None:
        """The resource and its attribute, for `${Resource.Attribute}`."""
        resource, dot, attribute = self.name.partition(".")
        return (resource, attribute) if dot else None


def pieces(text: str) -> Iterator[str | Variable]:
    """The pieces of *text* in order; `${!x}` is the literal `${x}`.

    Raises:
        TemplateError: a variable has a name that none can have.
    """
    at = 0
    for found in VARIABLE.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        name = found.group(1)
        if name.startswith("!"):
            yield f"${{{name[1:]}}}"
        elif NAME.fullmatch(name):
            yield Variable(name)
        else:
            raise TemplateError(
                "variable names in Fn::Sub syntax must contain only alphanumeric characters,"
                " underscores, periods, and colons"
            )
        at = found.end()
    if at < len(text):
        yield text[at:]
