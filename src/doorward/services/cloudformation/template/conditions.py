"""The Conditions of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from doorward.services.cloudformation.template import graph
from doorward.services.cloudformation.template.document import Template
from doorward.services.cloudformation.template.errors import TemplateError, ValidationError
from doorward.services.cloudformation.template.evaluate import Evaluator
from doorward.services.cloudformation.template.parameters import Bound
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.references import conditions_of
from doorward.services.cloudformation.template.scope import ParameterNames


class UndefinedCondition(ValidationError):
    """A condition that the template does not have; the sentence is assumed."""

    def __init__(self, name: str, block: str) -> None:
        super().__init__(
            f"Template format error: Unresolved condition dependency {name[:255]}"
            f" in the {block} block of the template"
        )


class Conditions(ParameterNames):
    """Whether each condition of one template holds; all are evaluated at once.

    Raises:
        ValidationError: one has no value, or depends on itself.
    """

    def __init__(self, template: Template, bound: Bound, pseudo: Pseudo) -> None:
        super().__init__(template, bound, pseudo)
        self.values: dict[str, bool] = {}
        evaluator = Evaluator(self)
        for layer in order(template):
            for name in layer:
                self.values[name] = evaluator.truth(template.conditions[name])

    def in_force(self, name: str | None, block: str = "Resources") -> bool:
        """Whether a part of *block* with the condition *name*, or with none, is made."""
        if name is None:
            return True
        if name not in self.values:
            raise UndefinedCondition(name, block)
        return self.values[name]

    def condition(self, name: str) -> bool | None:
        """Whether *name* holds, None where there is none."""
        return self.values.get(name)


def order(template: Template) -> graph.Layers:
    """The conditions in layers: each depends only on those of the layers before it.

    Raises:
        ValidationError: one depends on itself, or on one that there is not.
    """
    needed = {name: frozenset(conditions_of(one)) for name, one in template.conditions.items()}
    for others in needed.values():
        for other in sorted(others - needed.keys()):
            raise UndefinedCondition(other, "Conditions")
    found, circle = graph.layers(needed)
    if circle:
        raise TemplateError(f"Found circular condition dependency: [{', '.join(circle)}]")
    return found
