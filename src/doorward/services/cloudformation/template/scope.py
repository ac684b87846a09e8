"""What can be referred to before there are resources: parameters, pseudo parameters, mappings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from collections.abc import Mapping

from doorward.services.cloudformation.template import functions
from doorward.services.cloudformation.template.document import Template, Value
from doorward.services.cloudformation.template.errors import (
    TemplateFormatError,
    UnsupportedFunction,
)
from doorward.services.cloudformation.template.parameters import Bound
from doorward.services.cloudformation.template.pseudo import NAMES, Pseudo


def unresolved(name: str) -> TemplateFormatError:
    """The refusal of a resource in the Conditions block."""
    return TemplateFormatError(
        f"Unresolved dependencies [{name[:255]}]. Cannot reference resources in the Conditions"
        " block of the template"
    )


class ParameterNames:
    """The names of Conditions, Rules and transforms; an `evaluate.Names`."""

    def __init__(self, template: Template, bound: Bound, pseudo: Pseudo) -> None:
        self.template = template
        self.bound = bound
        self.pseudo = pseudo
        self.extended = template.language_extensions
        self.region = pseudo.region
        self.mappings: Mapping[str, Value] = template.mappings

    def ref(self, name: str) -> Value:
        """A parameter or pseudo parameter; resources are not there yet."""
        if name in self.bound.values:
            return self.bound.values[name]
        if name in NAMES:
            return self.pseudo.value(name)
        raise unresolved(name)

    def attribute(self, name: str, _attribute: str) -> Value:
        """Refused: resources are not there yet."""
        raise unresolved(name)

    def condition(self, _name: str) -> bool | None:
        """None: there are no conditions yet."""
        return None

    def imported(self, _name: str) -> str | None:
        """Refused: exports may not decide what is made."""
        raise UnsupportedFunction("Fn::ImportValue", functions.LOGICAL | {functions.REF})
