"""Every type takes and refuses what the registry's schema of it has, and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.template.schema import ResourceSchema
from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import Kind, ListOf, Shape, Structure

WORDS = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DOCUMENT: "object",
    Kind.MAP: "object",
}
UNTYPED = {
    ("AWS::CloudFormation::CustomResource", ""),  # whatever its author gives it
    ("AWS::DynamoDB::Table", "/KeySchema"),  # a list, or an object of 2012
    ("AWS::IAM::ManagedPolicy", "/PolicyDocument"),  # `format` only
    ("AWS::S3::Bucket", "/LoggingConfiguration/TargetObjectKeyFormat"),  # one of two objects
}
WITHOUT_ATTRIBUTES = {
    "AWS::CDK::Metadata",
    "AWS::CloudFormation::CustomResource",  # whatever its author gives it
    "AWS::CloudFormation::WaitConditionHandle",
}


def known(name: str) -> tuple[ResourceType, ResourceSchema]:
    one, described = registry.find(name), schema.of(name)
    assert one
    assert described
    return one, described


def differences(
    shape: Shape, described: Mapping[str, Any], of: ResourceSchema, path: str
) -> Iterator[str]:
    """Where *shape* is not what the registry describes."""
    if (of.type, path) in UNTYPED:
        return
    described = of.resolved(described)
    types = described.get("type")
    if isinstance(shape, ListOf):
        if types != "array":
            yield f"{path} is no list"
        yield from differences(shape.item, described.get("items", {}), of, path)
    elif isinstance(shape, Structure):
        steps = tuple(path.split("/")[1:])
        plain = [tuple(step for step in one if step != "*") for one in of.read_only]
        properties = described.get("properties", {})
        settable = {name for name in properties if (*steps, name) not in plain}
        if settable != set(shape.members) | set(shape.refused):
            yield f"{path} has {sorted(settable ^ (set(shape.members) | set(shape.refused)))}"
        if set(described.get("required", ())) - set(shape.refused) != shape.required:
            yield f"{path} requires {described.get('required')}"
        for name, member in shape.members.items():
            yield from differences(member, properties.get(name, {}), of, f"{path}/{name}")
    elif WORDS[shape] not in (types if isinstance(types, list) else [types]):
        yield f"{path} is {types}"


@pytest.mark.parametrize("name", registry.names())
def test_each_property_of_the_registry_is_taken_or_refused_by_name(name: str) -> None:
    one, described = known(name)
    document = {"properties": described.properties, "required": described.required}

    assert list(differences(one.shape, document, described, "")) == []


@pytest.mark.parametrize("name", sorted(set(registry.names()) - WITHOUT_ATTRIBUTES))
def test_the_attributes_are_those_that_the_registry_has(name: str) -> None:
    one, described = known(name)
    read_only = {".".join(steps) for steps in described.read_only}
    refused = tuple(one.shape.refused)

    assert {path for path in read_only if not path.startswith(refused or ("-",))} <= set(
        one.attributes
    )
    assert all(described.attribute(attribute) for attribute in one.attributes)


def test_an_unknown_type_is_not_found() -> None:
    assert registry.find("AWS::EC2::VPC") is None
    assert list(registry.names()) == sorted(registry.names())


def test_a_type_that_the_registry_cannot_read_cannot_be_read_here() -> None:
    unreadable = {name for name in registry.names() if not known(name)[0].readable}

    assert unreadable == {
        "AWS::CDK::Metadata",
        "AWS::CloudFormation::CustomResource",
        "AWS::CloudFormation::Stack",  # its own resources are looked at by themselves
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::IAM::AccessKey",
        "AWS::IAM::Policy",
        "AWS::IAM::UserToGroupAddition",
        "AWS::Lambda::Permission",  # its id does not say which function it is about
        "AWS::Logs::LogStream",  # nor this one's which log group
        "AWS::Logs::MetricFilter",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }
