"""Text to template: what is read, what is refused, and in which words."""

import json

import pytest

from doorward.services.cloudformation.template import bounds
from doorward.services.cloudformation.template.document import Place
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parse import parse

RESOURCE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "auditor"}}
MINIMAL = "Resources:\n  Role: {Type: 'AWS::IAM::Role'}\n"


def of(**sections):
    return json.dumps({"Resources": {"Role": RESOURCE}} | sections)


SHORT_FORMS = [
    # YAML                         what it means
    ("!Ref A",                     {"Ref": "A"}),
    ("!GetAtt A.b.c",              {"Fn::GetAtt": ["A", "b.c"]}),
    ("!GetAtt [A, b]",             {"Fn::GetAtt": ["A", "b"]}),
    ("!Sub '${A}'",                {"Fn::Sub": "${A}"}),
    ("!Join ['', [a, !Ref B]]",    {"Fn::Join": ["", ["a", {"Ref": "B"}]]}),
    ("!Select [0, [a]]",           {"Fn::Select": [0, ["a"]]}),
    ("!Split [a, b]",              {"Fn::Split": ["a", "b"]}),
    ("!If [C, a, b]",              {"Fn::If": ["C", "a", "b"]}),
    ("!Equals [a, b]",             {"Fn::Equals": ["a", "b"]}),
    ("!And [a, b]",                {"Fn::And": ["a", "b"]}),
    ("!Or [a, b]",                 {"Fn::Or": ["a", "b"]}),
    ("!Not [a]",                   {"Fn::Not": ["a"]}),
    ("!Condition C",               {"Condition": "C"}),
    ("!FindInMap [a, b, c]",       {"Fn::FindInMap": ["a", "b", "c"]}),
    ("!Base64 a",                  {"Fn::Base64": "a"}),
    ("!Base64 {Ref: a}",           {"Fn::Base64": {"Ref": "a"}}),
    ("!Cidr [a, 1, 2]",            {"Fn::Cidr": ["a", 1, 2]}),
    ("!GetAZs ''",                 {"Fn::GetAZs": ""}),
    ("!ImportValue a",             {"Fn::ImportValue": "a"}),
    ("!Transform {Name: a}",       {"Fn::Transform": {"Name": "a"}}),
    ("!Transform {Name: 12}",      {"Fn::Transform": {"Name": 12}}),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), SHORT_FORMS)
def test_a_short_form_means_its_long_form(written, meant):
    text = MINIMAL + f"Metadata: {{Value: {written}}}\n"

    assert parse(text).metadata["Value"] == meant


def test_json_and_yaml_of_the_same_template_are_the_same():
    text = of(
        AWSTemplateFormatVersion="2010-09-09",
        Description="Who may read",
        Parameters={"Name": {"Type": "String", "Default": "a"}},
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}, "Export": {"Name": "arn"}}},
    )
    yaml = """
AWSTemplateFormatVersion: 2010-09-09
Description: Who may read
Parameters: {Name: {Type: String, Default: a}}
Outputs:
  Arn:
    Value: !GetAtt Role.Arn
    Export: {Name: arn}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: auditor}
"""
    one, other = parse(text), parse(yaml)

    assert one.body == other.body
    assert one.outputs == other.outputs
    assert (one.version, one.description) == ("2010-09-09", "Who may read")


def test_the_parts_of_a_resource_are_kept():
    role = parse(
        """
Resources:
  Bucket: {Type: 'AWS::S3::Bucket'}
  Role:
    Type: AWS::IAM::Role
    Condition: Wanted
    DependsOn: Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Metadata: {Owner: red}
    CreationPolicy: {ResourceSignal: {Count: 1}}
    UpdatePolicy: {UseOnlineResharding: true}
    Description: for auditors
    Properties: {RoleName: auditor}
Conditions: {Wanted: !Equals [a, a]}
"""
    ).resources["Role"]

    assert (role.type, role.condition, role.depends_on) == (
        "AWS::IAM::Role",
        "Wanted",
        ("Bucket",),
    )
    assert (role.deletion_policy, role.update_replace_policy) == ("Retain", "Snapshot")
    assert role.metadata == {"Owner": "red"}
    assert role.creation_policy == {"ResourceSignal": {"Count": 1}}
    assert role.update_policy == {"UseOnlineResharding": True}
    assert role.properties == {"RoleName": "auditor"}


def test_every_value_knows_its_line_and_column():
    yaml = parse(
        MINIMAL + "  Other:\n    Type: T::T::T\n    Properties:\n      A: [b, !Ref Role]\n"
    )
    text = '{\n  "Resources": {\n    "Role": {\n      "Type": "T"\n    }\n  }\n}'

    assert yaml.place(("Resources", "Role")) == Place(2, 3)
    assert yaml.place(("Resources", "Other", "Type")) == Place(4, 11)
    assert yaml.place(("Resources", "Other", "Properties", "A", 0)) == Place(6, 11)
    assert yaml.place(("Resources", "Other", "Properties", "A", 1, "Ref")) == Place(6, 14)
    assert parse(text).place(("Resources", "Role", "Type")).line == 4
    assert parse(text).place(("Resources", "Role", "Type", "deeper")) == Place(4, 7)


def test_an_alias_stands_for_what_its_anchor_has():
    text = MINIMAL + "Metadata:\n  a: &x {b: [c]}\n  d: *x\n"

    assert parse(text).metadata == {"a": {"b": ["c"]}, "d": {"b": ["c"]}}


def test_what_yaml_would_take_for_a_date_or_an_octal_number_stays_as_it_is_written():
    text = MINIMAL + "Metadata: {a: 2012-10-17, b: 012345678901, c: 1:30:00, d: 1_000, e: 0o7}\n"

    assert parse(text).metadata == {
        "a": "2012-10-17",
        "b": "012345678901",
        "c": "1:30:00",
        "d": "1_000",
        "e": "0o7",
    }


REFUSED = [
    # text                                                       sentence
    ("",                                                         "Template format error: unsupported structure."),
    ("just text",                                                "Template format error: unsupported structure."),
    ("[1]",                                                      "Template format error: unsupported structure."),
    ("{}",                                                       "Template format error: At least one Resources member must be defined."),
    ("Resources: {}",                                            "Template format error: At least one Resources member must be defined."),
    ('{"Resources": {"a": }}',                                   "Template format error: JSON not well-formed. (line 1, column 21)"),
    ('{"Resources": ',                                           "Template format error: JSON not well-formed. (line 1, column 15)"),
    ('{"a": NaN}',                                               "Template format error: JSON not well-formed."),
    ('{"Resources": {}, "Resources": {}}',                       "Template format error: JSON not well-formed."),
    ("a: [b",                                                    "Template format error: YAML not well-formed. (line 2, column 1)"),
    ("a: b: c",                                                  "Template format error: YAML not well-formed. (line 1, column 5)"),
    ("a: 1\na: 2",                                               "Template format error: YAML not well-formed. (line 2, column 1)"),
    ("a: &x 1\nb: {<<: *x}",                                     "Template format error: YAML not well-formed. (line 2, column 5)"),
    ("a: *x",                                                    "Template format error: YAML not well-formed. (line 1, column 4)"),
    ("a: &x [*x]",                                               "Template format error: YAML not well-formed. (line 1, column 8)"),
    ("? [a]\n: b",                                               "Template format error: YAML not well-formed. (line 1, column 3)"),
    ("a: 1\n---\nb: 2",                                          "Template format error: YAML not well-formed."),
    ("a: !Get b",                                                "Template format error: Unrecognized tag !Get (line 1, column 4)"),
    ("a: !!python/object/apply:os.getcwd []",                    "Template format error: Unrecognized tag tag:yaml.org,2002:python/object/apply:os.getcwd (line 1, column 4)"),
    ("a: !!timestamp 2001-01-01",                                "Template format error: Unrecognized tag tag:yaml.org,2002:timestamp (line 1, column 4)"),
    ("a: !!binary aGk=",                                         "Template format error: Unrecognized tag tag:yaml.org,2002:binary (line 1, column 4)"),
    ("a: !!int 1:1",                                             "Template format error: Unrecognized tag tag:yaml.org,2002:int (line 1, column 4)"),
    ("a: !Ref {b: c}\nResources:\n",                             "[/Resources] 'null' values are not allowed in templates"),
    (MINIMAL + "Outputs: {A: {Value: ~}}",                       "[/Outputs/A/Value] 'null' values are not allowed in templates"),
    (MINIMAL + "Other: 1\nBut: 2",                               "Invalid template property or properties [But, Other]"),
    (MINIMAL + "AWSTemplateFormatVersion: 2011-01-01",           "Template format error: 2011-01-01 is not a supported value for AWSTemplateFormatVersion."),
    (MINIMAL + "Description: [a]",                               "Template format error: Every Description member must be a string."),
    (MINIMAL + "Description: '" + "a" * 1025 + "'",              "Template format error: 'Description' length is greater than 1024."),
    (of(Resources={"my-bad-id": RESOURCE}),                      "Template format error: Resource name my-bad-id is non alphanumeric."),
    (of(Resources={"A": "b"}),                                   "Template format error: Any Resources member must be an object."),
    (of(Resources={"A": {"Properties": {}}}),                    "Template format error: [/Resources/A] Every Resources object must contain a Type member."),
    (of(Resources={"A": RESOURCE | {"Invalid": 1}}),             "Invalid template resource property 'Invalid'"),
    (of(Resources={"A": RESOURCE | {"DependsOn": {"a": 1}}}),    "Template format error: DependsOn must be a string or list of strings."),
    (of(Resources={"A": RESOURCE | {"DependsOn": [1]}}),         "Template format error: DependsOn must be a string or list of strings."),
    (of(Resources={"A": RESOURCE | {"DeletionPolicy": "Keep"}}), "Template format error: Unrecognized DeletionPolicy Keep for resource A"),
    (of(Resources={"A": RESOURCE | {"UpdateReplacePolicy": "RetainExceptOnCreate"}}), "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource A"),
    (of(Parameters={"AWS::NoValue": {"Type": "String"}}),        "Template format error: Parameter name AWS::NoValue is non alphanumeric."),
    (of(Parameters={"A": {"Default": "b"}}),                     "Template format error: Every Parameters object must contain a Type member."),
    (of(Parameters={"A": {"Type": "Bool"}}),                     "Template format error: Unrecognized parameter type: Bool"),
    (of(Parameters={"A": {"Type": "List<AWS::EC2::KeyPair::KeyName>"}}), "Template format error: Unrecognized parameter type: List<AWS::EC2::KeyPair::KeyName>"),
    (of(Parameters={"A": {"Type": "String", "AllowedValues": "b"}}), "Template format error: Every AllowedValues member must be a list."),
    (of(Parameters={"Role": {"Type": "String"}}),                "Template error: all resources and parameters must have unique names. Common name(s): Role"),
    (of(Mappings={"A": {"b": {"c": {"d": "e"}}}}),               "Template format error: Every Mappings attribute must be a String or a List."),
    (of(Mappings={"A": {"b": "c"}}),                             "Template format error: Every Mappings member b must be a map"),
    (of(Outputs={"A": {"Description": "b"}}),                    "Template format error: Every Outputs member must contain a Value object"),
    (of(Outputs={"A": {"Value": "b", "Export": {}}}),            "The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."),
    (of(Transform={"Name": 1}),                                  "Key Name of transform definition must be a string."),
    (of(Resources={f"R{n}": RESOURCE for n in range(501)}),      "Template format error: Number of resources, 501, is greater than maximum allowed, 500"),
    (of(Outputs={f"O{n}": {"Value": "a"} for n in range(201)}),  "Template format error: Number of outputs, 201, is greater than maximum allowed, 200"),
    (of(Parameters={f"P{n}": {"Type": "String"} for n in range(201)}), "Template format error: Number of parameters, 201, is greater than maximum allowed, 200"),
    (of(Mappings={f"M{n}": {"a": {"b": "c"}} for n in range(201)}), "Template format error: Number of mappings, 201, is greater than maximum allowed, 200"),
    ('{"Resources": {"A": "\\ud800"}}',                          "Template format error: JSON not well-formed. (line 1, column 16)"),
    ('{"Resources": {"A": "\\u0000"}}',                          "Template format error: JSON not well-formed. (line 1, column 16)"),
    ('{"a": 1e999}',                                             "Template format error: JSON not well-formed. (line 1, column 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_text_that_is_no_template_is_refused_in_aws_words(text, sentence):
    with pytest.raises(ValidationError) as refused:
        parse(text)

    assert refused.value.message == sentence


BOMBS = [
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"b{n}: &b{n} [{', '.join([f'*{p}'] * 9)}]\n" for n, p in enumerate(["a", *(f"b{n}" for n in range(8))])),
    "[" * 500,
    "- " * 500,
    "{" * 101 + "}" * 101,
    '{"a":' * 500,
    '{"a": [' + "1," * 250_000 + "1]}",
    "{" + ", ".join(f'"{n}": 1' for n in range(2_000)) + "}",
    "\n".join(f"k{n}: 1" for n in range(8_000)),
    "a: !!int " + "1:" * 20_000 + "1",
    '{"a": ' + "9" * 10_000 + "}",
    "a: " + "9" * 10_000,
    "\ud800",
    "\x00",
    "a: \x07",
    "\ufeff{",
]  # fmt: skip


@pytest.mark.parametrize("text", BOMBS)
def test_a_text_that_would_keep_the_parser_busy_is_refused_at_once(text):
    with pytest.raises(ValidationError):
        parse(text)


def test_a_template_as_deep_as_may_be_is_read():
    depth = bounds.DEPTH - 1
    text = MINIMAL + "Metadata: " + "{a: " * depth + "1" + "}" * depth

    assert parse(text).metadata["a"]


def test_a_body_in_the_request_may_have_51200_bytes_and_one_in_s3_a_megabyte():
    text = MINIMAL + "#" * (bounds.BODY_BYTES - len(MINIMAL))
    assert parse(text, limit=bounds.BODY_BYTES).resources

    with pytest.raises(
        ValidationError,
        match="'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    ):
        parse(text + "#", limit=bounds.BODY_BYTES)
    with pytest.raises(ValidationError, match="Template may not exceed 1000000 bytes in size"):
        parse(MINIMAL + "#" * 1_000_000)
