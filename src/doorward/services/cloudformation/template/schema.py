"""The registry's schema of a resource type: what its properties are and which can be changed.

The schemas are data files of the package cfn-lint, read here by their path: importing the package
would take half a second and 65 MB. One file takes a millisecond, the index of all types three.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from doorward.services.cloudformation.template.errors import ExtraMissing

REGION = "us-east-1"
"""The one whose schemas are read; it has every type."""

Pointer = tuple[str, ...]
"""The steps to a property, `*` for the items of a list."""

CUSTOM = "AWS::CloudFormation::CustomResource"
CACHED = 256


@dataclass(frozen=True)
class ResourceSchema:
    """What is known of one resource type.

    Attributes:
        create_only: properties that only a new resource can have otherwise.
        conditional_create_only: those of which it depends.
        read_only: what `Fn::GetAtt` gives and a template may not set.
        write_only: what is never given back, such as passwords.
        tags: the property that holds its tags, None where it has none.
        system_tags: whether it carries the `aws:cloudformation:` tags.
        permissions: of its handlers, by create, read, update, delete and list.
        definitions: named parts of its properties; see `resolved`.
        document: the schema as it is written.
    """

    type: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    primary_identifier: tuple[Pointer, ...]
    create_only: tuple[Pointer, ...]
    conditional_create_only: tuple[Pointer, ...]
    read_only: tuple[Pointer, ...]
    write_only: tuple[Pointer, ...]
    tags: str | None
    system_tags: bool
    permissions: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def custom(self) -> bool:
        """Whether its properties and attributes are whatever its author makes them."""
        return self.type.startswith("Custom::") or self.type == CUSTOM

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """*schema*, or the part of this type that its `$ref` names."""
        for _ in range(DEPTH):
            name = schema.get("$ref")
            if not isinstance(name, str):
                return schema
            schema = self._named(name)
        return {}

    def _named(self, reference: str) -> Mapping[str, Any]:
        found: Any = self.document
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    def attribute(self, name: str) -> bool:
        """Whether `Fn::GetAtt` can name *name*: a property that is read-only, or in one.

        AWS also answers for some properties that can be set (`EXTRA_ATTRIBUTES`).
        """
        steps = tuple(name.split("."))
        if self.custom:
            return True
        if self.type == "AWS::CloudFormation::Stack" and steps[0] == "Outputs":
            return len(steps) > 1
        if name in EXTRA_ATTRIBUTES.get(self.type, ()):
            return True
        return any(one[: len(steps)] == steps or steps[: len(one)] == one for one in self.read_only)


DEPTH = 10
EXTRA_ATTRIBUTES = {
    "AWS::SNS::Topic": frozenset({"TopicName"}),
    "AWS::SQS::Queue": frozenset({"QueueName"}),
    "AWS::SSM::Parameter": frozenset({"Type", "Value"}),
}


@lru_cache(maxsize=1)
def _folder() -> Path:
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise ExtraMissing("cfn-lint")
    return Path(found.origin).parent / "data" / "schemas"


@lru_cache(maxsize=1)
def _index() -> Mapping[str, str]:
    text = (_folder() / "providers" / f"{REGION}.json").read_text(encoding="utf-8")
    index: dict[str, str] = json.loads(text)
    return index


def types() -> frozenset[str]:
    """Every type of the registry.

    Raises:
        ExtraMissing: cfn-lint is not installed.
    """
    return frozenset(_index())


@lru_cache(maxsize=CACHED)
def of(type: str) -> ResourceSchema | None:
    """The schema of *type*, None where the registry has none.

    Raises:
        ExtraMissing: cfn-lint is not installed.
    """
    name = CUSTOM if type.startswith("Custom::") else type
    file = _index().get(name)
    if file is None:
        return None
    document = json.loads((_folder() / "resources" / f"{file}.json").read_text(encoding="utf-8"))
    return _schema(type, document)


def _schema(type: str, document: dict[str, Any]) -> ResourceSchema:
    tagging = document.get("tagging") or {}
    tags = tagging.get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    taggable = tagging.get("taggable", document.get("taggable", False))
    return ResourceSchema(
        type=type,
        properties=document.get("properties", {}),
        required=tuple(document.get("required", ())),
        primary_identifier=_pointers(document, "primaryIdentifier"),
        create_only=_pointers(document, "createOnlyProperties"),
        conditional_create_only=_pointers(document, "conditionalCreateOnlyProperties"),
        read_only=_pointers(document, "readOnlyProperties"),
        write_only=_pointers(document, "writeOnlyProperties"),
        tags=tags if taggable and tags in document.get("properties", {}) else None,
        system_tags=bool(tagging.get("cloudFormationSystemTags", False)),
        permissions={
            action: tuple(handler.get("permissions", ()))
            for action, handler in document.get("handlers", {}).items()
        },
        definitions=document.get("definitions", {}),
        document=document,
    )


def _pointers(document: Mapping[str, Any], member: str) -> tuple[Pointer, ...]:
    listed = document.get(member) or ()
    return tuple(
        tuple(step for step in one.removeprefix("/properties/").split("/") if step != "properties")
        for one in listed
    )
