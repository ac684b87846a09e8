"""The sections of a template: what each may hold, and AWS's words for what it may not.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import re
from collections.abc import Iterator, Mapping

from doorward.services.cloudformation.template import declarations
from doorward.services.cloudformation.template.document import (
    LANGUAGE_EXTENSIONS,
    SERVERLESS,
    Output,
    Path,
    Place,
    Resource,
    Template,
    Value,
)
from doorward.services.cloudformation.template.errors import (
    TemplateError,
    TemplateFormatError,
    ValidationError,
)

VERSION = "2010-09-09"
SECTIONS = frozenset(
    {
        *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules"),
        *("Mappings", "Conditions", "Transform", "Resources", "Outputs"),
    }
)
GLOBALS = "Globals"
SERVERLESS_MEMBERS = frozenset({"Connectors", "IgnoreGlobals"})
"""What `AWS::Serverless` adds to a template and its resources, and takes out again."""
RESOURCE_MEMBERS = frozenset(
    {
        *("Type", "Properties", "Condition", "DependsOn", "Metadata", "DeletionPolicy"),
        *("UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy", "Description"),
    }
)
OUTPUT_MEMBERS = frozenset({"Value", "Description", "Export", "Condition"})
NAME = re.compile(r"[A-Za-z0-9]{1,255}")
FOR_EACH = "Fn::ForEach::"
LOOPING = frozenset({"Resources", "Conditions", "Outputs"})
TRANSFORM = "Fn::Transform"
DESCRIPTION_BYTES = 1_024
LIMITS = {"Resources": 500, "Parameters": 200, "Mappings": 200, "Outputs": 200}
DELETION_POLICIES = frozenset({"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"})
REPLACE_POLICIES = frozenset({"Delete", "Retain", "Snapshot"})
SNAPSHOT = "Snapshot"


def read(
    body: Mapping[str, Value],
    text: str,
    places: Mapping[Path, Place],
    *,
    expanded: bool = False,
) -> Template:
    """The template of the sections in *body*.

    Raises:
        ValidationError: a section is not what it must be.
    """
    reader = _Sections(body, places)
    reader.top()
    template = Template(
        text=text,
        body=body,
        version=reader.version(),
        description=reader.description(),
        metadata=reader.metadata(),
        transform=reader.transforms(),
        parameters={
            name: declarations.parameter(name, value, places.get(("Parameters", name)))
            for name, value in reader.members("Parameters", "Parameter")
        },
        mappings=reader.mappings(),
        conditions=dict(reader.members("Conditions", "Condition")),
        rules=dict(reader.members("Rules", "Rule")),
        resources=reader.resources(),
        outputs=reader.outputs(),
        places=places,
        expanded=expanded,
    )
    if common := sorted(template.resources.keys() & template.parameters.keys()):
        raise TemplateError(
            "all resources and parameters must have unique names."
            f" Common name(s): {', '.join(common)}"
        )
    return template


class _Sections:
    def __init__(self, body: Mapping[str, Value], places: Mapping[Path, Place]) -> None:
        self.body = body
        self.places = places

    def top(self) -> None:
        """That there are no other sections."""
        known = SECTIONS | {TRANSFORM} | ({GLOBALS} if self.serverless else frozenset())
        if unknown := [name for name in self.body if name not in known]:
            listed = ", ".join(shown(name) for name in sorted(unknown))
            raise ValidationError(
                f"Invalid template property or properties [{listed}]",
                self.places.get((unknown[0],)),
            )

    @property
    def extended(self) -> bool:
        """Whether `AWS::LanguageExtensions` is among the transforms."""
        return LANGUAGE_EXTENSIONS in self.transforms()

    @property
    def serverless(self) -> bool:
        """Whether `AWS::Serverless` is among the transforms."""
        return SERVERLESS in self.transforms()

    def version(self) -> str | None:
        """The format's version, of which there is one."""
        found = self.body.get("AWSTemplateFormatVersion")
        if found is not None and found != VERSION:
            raise TemplateFormatError(
                f"{shown(found)} is not a supported value for AWSTemplateFormatVersion.",
                self.places.get(("AWSTemplateFormatVersion",)),
            )
        return found

    def description(self) -> str | None:
        found = self.body.get("Description")
        if found is None:
            return None
        place = self.places.get(("Description",))
        if not isinstance(found, str):
            raise TemplateFormatError("Every Description member must be a string.", place)
        if len(found.encode()) > DESCRIPTION_BYTES:
            raise TemplateFormatError(
                f"'Description' length is greater than {DESCRIPTION_BYTES}.", place
            )
        return found

    def metadata(self) -> Value:
        found = self.body.get("Metadata")
        if found is not None and not isinstance(found, dict):
            raise TemplateFormatError("Metadata must be an object.", self.places.get(("Metadata",)))
        return found

    def transforms(self) -> tuple[Value, ...]:
        """The macros of the whole template, in order."""
        found = self.body.get("Transform", ())
        listed = found if isinstance(found, list | tuple) else [found]
        for one in listed:
            name = one.get("Name") if isinstance(one, dict) else one
            if not isinstance(name, str):
                raise ValidationError(
                    "Key Name of transform definition must be a string.",
                    self.places.get(("Transform",)),
                )
        return tuple(listed)

    def section(self, name: str) -> Mapping[str, Value]:
        found = self.body.get(name, {})
        if not isinstance(found, dict):
            raise TemplateFormatError(f"{name} must be an object.", self.places.get((name,)))
        return found

    def members(self, section: str, kind: str) -> Iterator[tuple[str, Value]]:
        """The members of a section by name, but for what a transform has yet to replace."""
        found = self.section(section)
        limit = LIMITS.get(section)
        if limit and len(found) > limit:
            raise TemplateFormatError(
                f"Number of {section.lower()}, {len(found)}, is greater than maximum allowed,"
                f" {limit}"
            )
        for name, value in found.items():
            if name == TRANSFORM:
                continue
            if name.startswith(FOR_EACH) and section in LOOPING and self.extended:
                continue
            if not NAME.fullmatch(name):
                raise TemplateFormatError(
                    f"{kind} name {shown(name)} is non alphanumeric.",
                    self.places.get((section, name)),
                )
            yield name, value

    def mappings(self) -> dict[str, Value]:
        found = dict(self.members("Mappings", "Mapping"))
        for name, mapping in found.items():
            declarations.mapping(name, mapping, self.places.get(("Mappings", name)))
        return found

    def resources(self) -> dict[str, Resource]:
        if not self.section("Resources"):
            raise TemplateFormatError("At least one Resources member must be defined.")
        return {
            name: self.resource(name, value)
            for name, value in self.members("Resources", "Resource")
        }

    def resource(self, name: str, value: Value) -> Resource:
        """One member of Resources."""
        place = self.places.get(("Resources", name))
        if not isinstance(value, dict):
            raise TemplateFormatError("Any Resources member must be an object.", place)
        for member in value:
            if member not in RESOURCE_MEMBERS and not (
                self.serverless and member in SERVERLESS_MEMBERS
            ):
                where = self.places.get(("Resources", name, member))
                raise ValidationError(
                    f"Invalid template resource property '{shown(member)}'", where
                )
        kind = value.get("Type")
        if not isinstance(kind, str) or not kind:
            raise TemplateFormatError(
                f"[/Resources/{name}] Every Resources object must contain a Type member.", place
            )
        for member in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
            if not isinstance(value.get(member, {}), dict):
                raise TemplateFormatError(
                    f"[/Resources/{name}/{member}] {member} must be an object.", place
                )
        return Resource(
            logical_id=name,
            type=kind,
            properties=value.get("Properties", {}),
            depends_on=_depends_on(value.get("DependsOn", []), place),
            condition=_condition(value, f"Resources/{name}", place),
            deletion_policy=self.policy(name, value, "DeletionPolicy", DELETION_POLICIES),
            update_replace_policy=self.policy(name, value, "UpdateReplacePolicy", REPLACE_POLICIES),
            metadata=value.get("Metadata"),
            creation_policy=value.get("CreationPolicy"),
            update_policy=value.get("UpdatePolicy"),
            description=value.get("Description"),
        )

    def policy(
        self, name: str, value: Mapping[str, Value], member: str, known: frozenset[str]
    ) -> Value:
        found = value.get(member)
        if isinstance(found, dict) and self.extended:
            return found
        if found is not None and not (isinstance(found, str) and found in known):
            raise TemplateFormatError(
                f"Unrecognized {member} {shown(found)} for resource {name}",
                self.places.get(("Resources", name, member)),
            )
        return found

    def outputs(self) -> dict[str, Output]:
        return {name: self.output(name, value) for name, value in self.members("Outputs", "Output")}

    def output(self, name: str, value: Value) -> Output:
        """One member of Outputs."""
        place = self.places.get(("Outputs", name))
        if not isinstance(value, dict) or "Value" not in value:
            raise TemplateFormatError("Every Outputs member must contain a Value object", place)
        for member in value:
            if member not in OUTPUT_MEMBERS:
                raise ValidationError(f"Invalid template output property '{shown(member)}'", place)
        description = value.get("Description")
        if description is not None and (
            not isinstance(description, str) or len(description.encode()) > DESCRIPTION_BYTES
        ):
            raise TemplateFormatError("Every Description member must be a string.", place)
        export = value.get("Export")
        if export is not None and (not isinstance(export, dict) or set(export) != {"Name"}):
            raise ValidationError(EXPORT_NAME, place)
        return Output(
            name=name,
            value=value["Value"],
            description=description,
            export_name=export["Name"] if export else None,
            condition=_condition(value, f"Outputs/{name}", place),
        )


EXPORT_NAME = (
    "The Name field of every Export member must be specified and consist only of alphanumeric"
    " characters, colons, or hyphens."
)


def _depends_on(value: Value, place: Place | None) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise TemplateFormatError("DependsOn must be a string or list of strings.", place)
    return tuple(dict.fromkeys(listed))


def _condition(value: Mapping[str, Value], where: str, place: Place | None) -> str | None:
    found = value.get("Condition")
    if found is not None and not isinstance(found, str):
        raise TemplateFormatError(f"[/{where}] Every Condition member must be a string.", place)
    return found


SHOWN = 100


def shown(value: Value) -> str:
    """*value* as a refusal may quote it: short, and on one line."""
    kinds: dict[object, str] = {dict: "map", list: "list"}
    text = value if isinstance(value, str) else kinds.get(type(value), str(value))
    return text[:SHOWN].replace("\n", " ")
