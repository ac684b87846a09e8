"""What an update changes, from the schemas and the references."""

import pytest

from doorward.services.cloudformation.template import schema
from doorward.services.cloudformation.template.difference import (
    Cause,
    Change,
    Detail,
    Resolved,
    changes,
)
from doorward.services.cloudformation.template.pseudo import UNKNOWN


def test_a_schema_says_what_a_type_is_made_of():
    role = schema.of("AWS::IAM::Role")

    assert role.create_only == (("Path",), ("RoleName",))
    assert role.primary_identifier == (("RoleName",),)
    assert role.required == ("AssumeRolePolicyDocument",)
    assert {("Arn",), ("RoleId",)} <= set(role.read_only)
    assert "iam:CreateRole" in role.permissions["create"]
    assert (role.tags, role.system_tags) == ("Tags", False)
    assert schema.of("AWS::S3::Bucket").system_tags
    assert role.attribute("Arn")
    assert not role.attribute("RoleName")
    assert schema.of("AWS::CloudFormation::Stack").attribute("Outputs.Name")
    assert schema.of("Custom::Thing").attribute("Anything")
    assert schema.of("AWS::Nothing::AtAll") is None
    assert "AWS::IAM::User" in schema.types()


def role(**properties):
    return Resolved("A", "AWS::IAM::Role", properties)


def one(old, new, **options):
    found = changes({"A": old} if old else {}, {"A": new} if new else {}, **options)
    return found[0] if found else None


def test_a_resource_is_added_removed_or_left_as_it_is():
    assert one(None, role()) == Change("Add", "A", "AWS::IAM::Role")
    assert one(role(), None) == Change("Remove", "A", "AWS::IAM::Role")
    assert one(role(Path="/a/"), role(Path="/a/")) is None


CHANGES = [
    # type, property, before, after                                        replacement, recreation
    ("AWS::IAM::Role", "RoleName", "a", "b",                               "True", "Always"),
    ("AWS::IAM::Role", "Description", "a", "b",                            "False", "Never"),
    ("AWS::IAM::Role", "Path", "/a/", None,                                "True", "Always"),
    ("AWS::IAM::Role", "Path", "/a/", UNKNOWN,                             "Conditional", "Always"),
    ("AWS::DynamoDB::Table", "KeySchema", [1], [2],                        "Conditional", "Conditionally"),
    ("AWS::Nothing::AtAll", "Name", "a", "b",                              "False", "Never"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_name", "name", "before", "after", "replacement", "recreation"), CHANGES
)
def test_a_changed_property_replaces_where_the_schema_says_so(
    type_name, name, before, after, replacement, recreation
):
    old = Resolved("A", type_name, {name: before})
    new = Resolved("A", type_name, {} if after is None else {name: after})

    found = one(old, new)

    assert (found.action, found.replacement, found.scope) == (
        "Modify",
        replacement,
        ("Properties",),
    )
    evaluation = "Dynamic" if after is UNKNOWN else "Static"
    assert found.details == (
        Detail("Properties", name, recreation, evaluation, before=before, after=after),
    )


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [(5, "5", True), (True, "true", True), ("a", "b", False), ([1, {"a": "2"}], ["1", {"a": 2}], True),
     ({"a": 1}, {"a": 1, "b": 2}, False), ([1], [1, 2], False), ("a", ["a"], False), (UNKNOWN, UNKNOWN, False)],
)  # fmt: skip
def test_scalars_are_the_same_where_cloudformation_writes_them_alike(before, after, same):
    assert (one(role(Description=before), role(Description=after)) is None) is same


def test_a_part_of_a_property_replaces_where_only_that_part_is_create_only():
    point = next(
        one for one in map(schema.of, sorted(schema.types())[:400])
        if any(len(step) == 2 and "*" not in step for step in one.create_only)
    )  # fmt: skip
    whole, part = next(step for step in point.create_only if len(step) == 2 and "*" not in step)

    def of(**inner):
        return Resolved("A", point.type, {whole: inner})

    assert one(of(**{part: 1, "other": 1}), of(**{part: 2, "other": 1})).replacement == "True"
    assert one(of(**{part: 1, "other": 1}), of(**{part: 1, "other": 2})).replacement == "False"


def test_tags_metadata_and_policies_are_scopes_of_their_own():
    old = Resolved("A", "AWS::IAM::Role", {"Tags": [1]}, {"a": 1}, None, None, {"team": "red"})
    new = Resolved("A", "AWS::IAM::Role", {"Tags": [2]}, {"a": 2}, "Retain", None, {"team": "blue"})

    found = one(old, new)

    assert found.scope == ("Tags", "Metadata", "DeletionPolicy")
    assert found.replacement == "False"
    assert (
        one(
            Resolved("A", "AWS::IAM::AccessKey"),
            Resolved("A", "AWS::IAM::AccessKey", tags={"a": "b"}),
        )
        is None
    )


def test_another_type_under_the_same_name_is_told():
    found = one(role(), Resolved("A", "AWS::IAM::User"))

    assert found.type_changed
    assert found.replacement == "True"


def test_what_a_change_comes_from_is_told_as_aws_tells_it():
    parameter = (Cause("ParameterReference", "Name"),)
    resource = (Cause("ResourceReference", "Role"),)

    def details(causes, **options):
        new = Resolved("A", "AWS::IAM::Role", {"Path": "/b/"}, causes={"Path": causes})
        found = one(role(Path="/a/"), new, **options).details
        return [(each.evaluation, each.source, each.entity) for each in found]

    static = ("Static", "ParameterReference", "Name")
    assert details(parameter) == [static, ("Dynamic", "DirectModification", None)]
    assert details(resource) == [("Static", "ResourceReference", "Role")]
    assert details(resource, values=True)[1:] == [("Dynamic", "DirectModification", None)]
    assert details(()) == [("Static", "DirectModification", None)]
