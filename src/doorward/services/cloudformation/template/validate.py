"""What is refused before anything is made.

`check` is what CreateStack and ValidateTemplate do with any template. `types` refuses resource
types that do not work, `properties` compares with the registry's schemas; AWS tells of properties
and attributes only when it comes to the resource, so those are found and not raised.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from doorward.services.cloudformation.template import conditions, dynamic, functions, schema
from doorward.services.cloudformation.template import transform as transforms
from doorward.services.cloudformation.template.document import (
    SERVERLESS,
    Path,
    Place,
    Resource,
    Template,
    Value,
)
from doorward.services.cloudformation.template.errors import (
    NoSnapshot,
    TemplateError,
    TemplateFormatError,
    UnresolvedResources,
    ValidationError,
)
from doorward.services.cloudformation.template.pseudo import NAMES
from doorward.services.cloudformation.template.references import Reference, calls, references
from doorward.services.cloudformation.template.scope import unresolved
from doorward.services.cloudformation.template.sections import SNAPSHOT

BLOCKS_WITHOUT_FUNCTIONS = ("Parameters", "Mappings")
IMPORT = (
    "the attribute in Fn::ImportValue must not depend on any resources, imported values, or"
    " Fn::GetAZs"
)


def check(template: Template) -> None:
    """Refuse a template that could never be resolved.

    What `Fn::ForEach` and other transforms make is not there yet: check again after
    `transform.apply`.

    Raises:
        ValidationError: in AWS's words.
    """
    transforms.check(template)
    _functions(template)
    _mentions(template)
    conditions.order(template)
    _conditions(template)
    _dynamic(template)


def _functions(template: Template) -> None:
    """That every call is of a function that there is, with an argument that it can have."""
    for section in BLOCKS_WITHOUT_FUNCTIONS:
        for name, _, path in calls(template.body.get(section, {}), (section,)):
            if name != "Fn::Transform":
                problem = f"{name} is not allowed in the {section} block of the template"
                raise TemplateFormatError(problem, template.place(path))
    extended = template.language_extensions
    for section in ("Conditions", "Resources", "Outputs"):
        for name, argument, path in calls(template.body.get(section, {}), (section,)):
            if name.startswith("Fn::ForEach::") and extended:
                continue
            try:
                functions.supported(name, extended=extended)
                functions.shape(name, argument)
                _branch(template, name, argument)
                _import(name, argument, template)
            except ValidationError as error:
                error.place = error.place or template.place(path)
                raise


def _branch(template: Template, name: str, argument: Value) -> None:
    if name == "Fn::If" and argument[0] not in template.conditions and not _looping(template):
        raise TemplateError(f"unresolved condition dependency {argument[0][:255]} in Fn::If")


def _looping(template: Template) -> bool:
    """Whether names are still to be made by loops or other transforms."""
    return bool(template.transform) and not template.expanded


def _import(name: str, argument: Value, template: Template) -> None:
    if name != "Fn::ImportValue":
        return
    if any(one.name in template.resources for one in references(argument)) or any(
        inner in {"Fn::ImportValue", "Fn::GetAZs"} for inner, _, _ in calls(argument)
    ):
        raise TemplateError(IMPORT)


def _mentions(template: Template) -> None:
    """That every name is one of a parameter, a pseudo parameter or a resource."""
    if _looping(template):
        return
    known = template.resources.keys() | template.parameters.keys() | NAMES
    for section in ("Resources", "Outputs"):
        found = list(references(template.body.get(section, {}), (section,)))
        if section == "Resources":
            found += _depends_on(template)
        unknown = [one for one in found if _unknown(one, template, known)]
        for one in unknown:
            if one.path[-1] == "Fn::GetAtt":
                raise TemplateError(
                    f"instance of Fn::GetAtt references undefined resource {one.name}",
                    template.place(one.path),
                )
        if unknown:
            error = UnresolvedResources({one.name for one in unknown}, section)
            error.place = template.place(unknown[0].path)
            raise error


def _depends_on(template: Template) -> Iterator[Reference]:
    for name, resource in template.resources.items():
        for other in resource.depends_on:
            yield Reference(other, "", ("Resources", name, "DependsOn"))


def _unknown(one: Reference, template: Template, known: Collection[str]) -> bool:
    """Whether there is nothing of that name; an attribute is one of a resource."""
    return one.name not in (known if one.attribute is None else template.resources)


def _conditions(template: Template) -> None:
    """That conditions are there and mention no resources."""
    for one in references(dict(template.conditions), ("Conditions",)):
        if one.attribute is not None or one.name not in template.parameters.keys() | NAMES:
            error = unresolved(one.name)
            error.place = template.place(one.path)
            raise error
    for block, parts in (("Resources", template.resources), ("Outputs", template.outputs)):
        for name, part in parts.items():
            if part.condition is not None and part.condition not in template.conditions:
                if _looping(template):
                    continue
                undefined = conditions.UndefinedCondition(part.condition, block)
                undefined.place = template.place((block, name, "Condition"))
                raise undefined


def _dynamic(template: Template) -> None:
    """That dynamic references are well formed, few enough, and where they may be."""
    count = 0
    for resource in template.resources.values():
        path: Path = ("Resources", resource.logical_id, "Properties")
        for one, where in dynamic.found_in(resource.properties, path):
            count += 1
            inner = tuple(str(step) for step in where[3:])
            if (
                one.service == "ssm-secure"
                and (resource.type, *inner) not in dynamic.SECURE_PROPERTIES
            ):
                shown = "/".join((resource.type, "Properties", *inner))
                raise ValidationError(
                    f"SSM Secure reference is not supported in: [{shown}]", template.place(where)
                )
    if count > dynamic.MOST:
        raise TemplateFormatError(
            f"Number of dynamic references, {count}, is greater than maximum allowed,"
            f" {dynamic.MOST}"
        )


class UnrecognizedTypes(ValidationError):
    """Resource types that do not work here; names those that do."""

    def __init__(self, types: Collection[str], working: Collection[str]) -> None:
        listed = ", ".join(sorted(set(types)))
        works = f" These work here: {', '.join(sorted(working))}" if working else ""
        super().__init__(f"Template format error: Unrecognized resource types: [{listed}]{works}")


def types(template: Template, working: Collection[str]) -> None:
    """Refuse resources of a type that is not among *working*; `Custom::…` is that of its own.

    Raises:
        UnrecognizedTypes: the template names others.
        NoSnapshot: a resource is to be kept as a snapshot, which none of the working types can.
    """
    unknown = [
        one.type for one in template.resources.values() if not _works(template, one.type, working)
    ]
    if unknown:
        raise UnrecognizedTypes(unknown, working)
    for one in template.resources.values():
        for name, policy in (
            ("DeletionPolicy", one.deletion_policy),
            ("UpdateReplacePolicy", one.update_replace_policy),
        ):
            if policy == SNAPSHOT:
                raise NoSnapshot(one.type, name)


def _works(template: Template, type: str, working: Collection[str]) -> bool:
    if type.startswith("AWS::Serverless::") and SERVERLESS in transforms.names(template):
        return not template.expanded
    return type in working or (type.startswith("Custom::") and schema.CUSTOM in working)


@dataclass(frozen=True)
class Finding:
    """Something that will fail when its resource is made.

    Attributes:
        message: in AWS's words, as the event says it.
    """

    logical_id: str
    message: str
    place: Place | None


def attributes(
    template: Template, known: Mapping[str, Collection[str]] | None = None
) -> Iterator[Finding]:
    """The attributes that the types of their resources do not have.

    Args:
        template: as parsed or expanded.
        known: attributes by type, where the registry's schema is not to be asked.
    """
    for section in ("Resources", "Outputs"):
        for one in references(template.body.get(section, {}), (section,)):
            resource = template.resources.get(one.name)
            if resource is None or not one.attribute:
                continue
            if not _has(resource.type, one.attribute, known or {}):
                where = "/".join(str(step) for step in one.path)
                yield Finding(
                    str(one.path[1]),
                    f"[Error] /{where}: Resource type {resource.type} does not support attribute"
                    f" {{{one.attribute}}}.",
                    template.place(one.path),
                )


def _has(type: str, attribute: str, known: Mapping[str, Collection[str]]) -> bool:
    if type in known:
        return attribute in known[type]
    found = schema.of(type)
    return found is None or found.attribute(attribute)


def properties(resource: Resource, values: Mapping[str, Value]) -> tuple[str, ...]:
    """What is wrong with the properties of a resource by the registry's schema.

    Args:
        resource: for its type.
        values: its properties, resolved or as written; functions pass for any value.
    """
    from doorward.services.cloudformation.template import conformance  # noqa: PLC0415 - on demand

    known = schema.of(resource.type)
    return () if known is None else tuple(conformance.problems(known, values))
