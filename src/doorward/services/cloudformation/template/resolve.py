"""A template with its parameters bound, resolved part by part.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from doorward.services.cloudformation.template import dynamic, graph, transform
from doorward.services.cloudformation.template.conditions import Conditions
from doorward.services.cloudformation.template.declarations import text
from doorward.services.cloudformation.template.document import Resource, Template, Value
from doorward.services.cloudformation.template.errors import (
    NoSnapshot,
    TemplateFormatError,
    UnresolvedResources,
    ValidationError,
)
from doorward.services.cloudformation.template.evaluate import Evaluator
from doorward.services.cloudformation.template.parameters import MASK, Bound
from doorward.services.cloudformation.template.pseudo import (
    ABSENT,
    NAMES,
    UNKNOWN,
    Pseudo,
)
from doorward.services.cloudformation.template.sections import (
    DELETION_POLICIES,
    EXPORT_NAME,
    REPLACE_POLICIES,
    SNAPSHOT,
    shown,
)

Exports = Callable[[str], str | None]
Attributes = Callable[[str, str | None], object]

EXPORTED = re.compile(r"[A-Za-z0-9:-]{1,255}")


def nothing_known(_logical_id: str, _attribute: str | None) -> object:
    """The attributes of resources that are not there yet."""
    return UNKNOWN


@dataclass(frozen=True)
class ResolvedOutput:
    """An output with its value, a string or `UNKNOWN`."""

    name: str
    value: Value
    description: str | None = None
    export_name: str | None = None


@dataclass
class _Scope:
    """What a value may refer to, in one block of the template."""

    template: Template
    bound: Bound
    pseudo: Pseudo
    conditions: Conditions
    exports: Exports
    attributes: Attributes
    block: str
    masked: bool = False
    extended: bool = field(init=False)
    region: str = field(init=False)
    mappings: Mapping[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        self.extended = self.template.language_extensions
        self.region = self.pseudo.region
        self.mappings = self.template.mappings

    def ref(self, name: str) -> Value:
        if name in self.bound.values:
            if self.masked and name in self.bound.no_echo:
                return MASK
            return self.bound.values[name]
        if name in NAMES:
            return self.pseudo.value(name)
        return self.resource(name, None)

    def attribute(self, name: str, attribute: str) -> Value:
        return self.resource(name, attribute)

    def resource(self, name: str, attribute: str | None) -> Value:
        found = self.template.resources.get(name)
        if found is None or not self.conditions.in_force(found.condition):
            raise UnresolvedResources({name}, self.block)
        return dynamic.guarded(self.attributes(name, attribute))

    def condition(self, name: str) -> bool | None:
        return self.conditions.condition(name)

    def imported(self, name: str) -> str | None:
        return self.exports(name)


class Resolver:
    """Gives the parts of one template their values.

    Args:
        template: its transforms are applied first, where they have not been.
        bound: the values of its parameters.
        pseudo: the stack and where it is.
        exports: the value of an export by its name, None where there is none.
        attributes: of a resource by its logical id: the attribute, or with None what `Ref` gives;
            `UNKNOWN` where the resource is not there yet.
        look_up: what a dynamic reference stands for; without it they stay as they are written.

    Raises:
        ValidationError: a condition or a transform cannot be evaluated.
    """

    def __init__(
        self,
        template: Template,
        bound: Bound,
        pseudo: Pseudo,
        exports: Exports = lambda _: None,
        attributes: Attributes = nothing_known,
        look_up: dynamic.Lookup | None = None,
    ) -> None:
        self.template = transform.apply(template, bound, pseudo)
        self.bound = bound
        self.pseudo = pseudo
        self.look_up = look_up
        self._conditions = Conditions(self.template, bound, pseudo)
        self._exports = exports
        self._attributes = attributes

    @property
    def conditions(self) -> Mapping[str, bool]:
        """Whether each condition of the template holds."""
        return self._conditions.values

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The resources in force: those without a condition or with one that holds."""
        return graph.in_force(self.template, self.conditions)

    def order(self) -> graph.Layers:
        """The resources in force in layers; see `graph.order`."""
        return graph.order(self.template, self.conditions)

    def properties(self, logical_id: str, *, masked: bool = False) -> dict[str, Value]:
        """The properties of a resource.

        Args:
            logical_id: of a resource in force.
            masked: as events may show them: NoEcho parameters as `****`, dynamic references as
                they are written.

        Raises:
            ValidationError: a function has no value.
        """
        resource = self.template.resources[logical_id]
        found = self._value(resource.properties, "Resources", masked=masked)
        return found if isinstance(found, dict) else {}

    def metadata(self, logical_id: str) -> Value:
        """The Metadata of a resource, None where it has none."""
        found = self.template.resources[logical_id].metadata
        return None if found is None else self._value(found, "Resources", masked=False)

    def policy(self, logical_id: str) -> tuple[str | None, str | None]:
        """The DeletionPolicy and the UpdateReplacePolicy of a resource.

        Raises:
            TemplateFormatError: a function gives something that is none.
        """
        resource = self.template.resources[logical_id]
        named = (
            ("DeletionPolicy", resource.deletion_policy),
            ("UpdateReplacePolicy", resource.update_replace_policy),
        )
        one, other = (self._policy(logical_id, name, value) for name, value in named)
        return one, other

    def _policy(self, logical_id: str, name: str, value: Value) -> str | None:
        found = None if value is None else self._value(value, "Resources", masked=False)
        if found is None or found is ABSENT:
            return None
        known = DELETION_POLICIES if name == "DeletionPolicy" else REPLACE_POLICIES
        if not isinstance(found, str) or found not in known:
            raise TemplateFormatError(
                f"Unrecognized {name} {shown(found)} for resource {logical_id}"
            )
        if found == SNAPSHOT:
            raise NoSnapshot(self.template.resources[logical_id].type, name)
        return found

    def outputs(self) -> dict[str, ResolvedOutput]:
        """The outputs that have no condition or one that holds, by name.

        Raises:
            ValidationError: one is no string, or is exported under a name that none can have.
        """
        found = {}
        for name, output in sorted(self.template.outputs.items()):
            if not self._conditions.in_force(output.condition, "Outputs"):
                continue
            value = self._string(output.value)
            export = None
            if output.export_name is not None:
                export = self._value(output.export_name, "Outputs", masked=False)
                if not isinstance(export, str) or not EXPORTED.fullmatch(export):
                    raise ValidationError(EXPORT_NAME)
            found[name] = ResolvedOutput(name, value, output.description, export)
        return found

    def _string(self, value: Value) -> Value:
        found = self._value(value, "Outputs", masked=False)
        if found is UNKNOWN:
            return found
        written = "" if found is ABSENT else text(found)
        if written is None:
            kind = "List" if isinstance(found, list) else "Map"
            raise ValidationError(
                "The Value field of every Outputs member must evaluate to a String"
                f" and not a {kind}."
            )
        return written

    def evaluate(self, value: Value) -> Value:
        """Any value of the Resources block."""
        return self._value(value, "Resources", masked=False)

    def _value(self, value: Value, block: str, *, masked: bool) -> Value:
        scope = _Scope(
            self.template,
            self.bound,
            self.pseudo,
            self._conditions,
            self._exports,
            self._attributes,
            block,
            masked,
        )
        found = Evaluator(scope).value(value)
        return dynamic.replaced(found, None if masked else self.look_up)
