"""What is refused before anything is made, and where it is in the text."""

import pytest

from doorward.services.cloudformation.template import capabilities, validate
from doorward.services.cloudformation.template.capabilities import InsufficientCapabilities
from doorward.services.cloudformation.template.document import Place
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse
from doorward.services.cloudformation.template.transform import apply
from services.cloudformation.template.values import PSEUDO, resolver

HEAD = "Resources:\n  Role: {Type: 'AWS::IAM::Role'}\n"

REFUSED = [
    # text after the head                                                    sentence, line
    ("  A: {Type: T, Properties: {P: !Ref B}}",                              "Template format error: Unresolved resource dependencies [B] in the Resources block of the template", 3),
    ("  A: {Type: T, Properties: {P: [!Sub '${C}', !Ref B, !Sub '${C}']}}",  "Template format error: Unresolved resource dependencies [B, C] in the Resources block of the template", 3),
    ("  A:\n    Type: T\n    DependsOn: [Role, B]",                          "Template format error: Unresolved resource dependencies [B] in the Resources block of the template", 5),
    ("  A: {Type: T, Properties: {P: !GetAtt B.Arn}}",                       "Template error: instance of Fn::GetAtt references undefined resource B", 3),
    ("  A: {Type: T, Properties: {P: !GetAtt AWS::Region.Arn}}",             "Template error: instance of Fn::GetAtt references undefined resource AWS::Region", 3),
    ("Outputs:\n  O:\n    Value: !Ref B",                                    "Unresolved resource dependencies [B] in the Outputs block of the template", 5),
    ("Outputs:\n  O: {Value: a, Condition: C}",                              "Template format error: Unresolved condition dependency C in the Outputs block of the template", 4),
    ("  A: {Type: T, Condition: C}",                                         "Template format error: Unresolved condition dependency C in the Resources block of the template", 3),
    ("  A: {Type: T, Properties: {P: !If [C, a, b]}}",                       "Template error: unresolved condition dependency C in Fn::If", 3),
    ("  A: {Type: T, Properties: {P: !Sub '${a b}'}}",                       "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons", None),
    ("  A:\n    Type: T\n    Properties:\n      P: !Join [a]",               "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.", 6),
    ("  A: {Type: T, Properties: {P: !ImportValue {Ref: Role}}}",            "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs", 3),
    ("  A: {Type: T, Properties: {P: {'Fn::ImportValue': {'Fn::ImportValue': a}}}}", "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs", 3),
    ("  A: {Type: T, Properties: {P: {'Fn::Transform': {Name: Mine}}}}",     "No transform named Mine found.", None),
    ("Transform: [Mine]",                                                    "No transform named Mine found.", None),
    ("  A: {Type: 'AWS::SSM::Parameter', Properties: {Value: '{{resolve:ssm-secure:a:1}}'}}", "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]", 3),
    ("  A: {Type: T, Properties: {P: [" + ", ".join(["'{{resolve:ssm:a}}'"] * 61) + "]}}", "Template format error: Number of dynamic references, 61, is greater than maximum allowed, 60", None),
    ("Parameters: {P: {Type: String, Default: a}}\nMappings: {M: {a: {b: [!Ref P]}}}", "Template format error: Every Mappings attribute must be a String or a List.", 4),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence", "line"), REFUSED)
def test_a_template_that_could_never_be_resolved_is_refused(text, sentence, line):
    with pytest.raises(ValidationError) as refused:
        validate.check(parse(f"{HEAD}{text}\n"))

    assert refused.value.message == sentence
    if line is not None:
        assert refused.value.place.line == line


FINE = [
    "  A: {Type: T, Properties: {P: !Sub ['${X} ${Role} ${!Y}', {X: a}]}}",
    "  A: {Type: 'AWS::IAM::User', Properties: {LoginProfile: {Password: '{{resolve:ssm-secure:a:1}}'}}}",
    "  A: {Type: T, Properties: {Policy: {Condition: {StringEquals: {a: b}}}}}",
    "Conditions: {C: !Equals [a, a]}\nOutputs: {O: {Value: !If [C, !Ref Role, b], Condition: C}}",
    "Transform: AWS::LanguageExtensions\nOutputs: {Fn::ForEach::O: [X, [a], {'O${X}': {Value: !Ref 'R${X}'}}]}",
    "Metadata: {a: !Ref Nobody}",
]


@pytest.mark.parametrize("text", FINE)
def test_a_template_that_can_be_resolved_is_taken(text):
    validate.check(parse(f"{HEAD}{text}\n"))


def test_what_a_loop_makes_is_checked_once_it_is_made():
    template = parse(FINE[4].join([HEAD, "\n"]))
    made = apply(template, bind(template, {}), PSEUDO)

    with pytest.raises(ValidationError, match=r"Unresolved resource dependencies \[Ra\]"):
        validate.check(made)


def test_unknown_types_are_refused_with_those_that_work():
    template = parse(f"{HEAD}  A: {{Type: 'AWS::X::Y'}}\n  B: {{Type: 'Custom::Thing'}}\n")

    with pytest.raises(ValidationError) as refused:
        validate.types(template, {"AWS::IAM::Role", "AWS::IAM::User"})

    assert refused.value.message == (
        "Template format error: Unrecognized resource types: [AWS::X::Y, Custom::Thing]"
        " These work here: AWS::IAM::Role, AWS::IAM::User"
    )
    validate.types(template, {"AWS::IAM::Role", "AWS::X::Y", "AWS::CloudFormation::CustomResource"})


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_what_is_to_be_kept_as_a_snapshot_is_refused_and_not_deleted(policy):
    text = f"Resources: {{A: {{Type: 'AWS::S3::Bucket', {policy}: Snapshot}}}}"

    with pytest.raises(ValidationError, match=f"does not support {policy} Snapshot"):
        validate.types(parse(text), {"AWS::S3::Bucket"})
    with pytest.raises(ValidationError, match=f"does not support {policy} Snapshot"):
        resolver(text).policy("A")


def test_a_serverless_type_stands_until_the_transform_should_have_replaced_it():
    text = (
        "Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: 'AWS::Serverless::Function'}}"
    )
    template = parse(text)
    validate.types(template, set())

    with pytest.raises(ValidationError, match="Unrecognized resource types"):
        validate.types(parse(text.split("\n")[1]), set())


def test_an_attribute_that_the_type_does_not_have_is_found_with_its_line():
    template = parse(
        f"{HEAD}  Queue: {{Type: 'AWS::SQS::Queue'}}\n"
        "Outputs:\n  A: {Value: !GetAtt Role.Arn}\n  B: {Value: !GetAtt Role.Name}\n"
        "  C: {Value: !Sub '${Queue.Arn} ${Queue.QueueName}'}\n"
    )

    (found,) = validate.attributes(template)

    assert found.logical_id == "B"
    assert found.message == (
        "[Error] /Outputs/B/Value/Fn::GetAtt: Resource type AWS::IAM::Role does not support"
        " attribute {Name}."
    )
    assert found.place == Place(6, 7)
    assert len(list(validate.attributes(template, {"AWS::IAM::Role": {"RoleId"}}))) == 2


CONFORMS = [
    # type, properties                                                     problems
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}},                   ()),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": "{}"},                 ()),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Ref": "P"}},         ()),
    ("AWS::IAM::Role", {},                                                 ("[The property {/AssumeRolePolicyDocument} is required]",)),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "Nothing": 1, "Arn": "a"}, ("[Encountered unsupported properties in {/}: [Arn, Nothing]]",)),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "MaxSessionDuration": "3600"}, ()),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "MaxSessionDuration": "long"}, ("[Value of property {/MaxSessionDuration} does not match type {Integer}]",)),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "Tags": {}},       ("[Value of property {/Tags} does not match type {Array}]",)),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "Tags": [{"Key": "a"}]}, ("[The property {/Tags/0/Value} is required]",)),
    ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {}, "Tags": [{"Key": "a", "Value": "b", "C": 1}]}, ("[Encountered unsupported properties in {/Tags/0}: [C]]",)),
    ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": {"Fn::If": ["C", "Enabled", "Suspended"]}}}, ()),
    ("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}}, ()),
    ("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": "maybe"}}, ("[Value of property {/PublicAccessBlockConfiguration/BlockPublicAcls} does not match type {Boolean}]",)),
    ("AWS::Nothing::AtAll", {"a": "b"},                                    ()),
    ("Custom::Thing", {"ServiceToken": "arn", "Anything": {"a": 1}},       ()),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "properties", "problems"), CONFORMS)
def test_properties_are_compared_with_the_schema_of_their_type(type_name, properties, problems):
    (resource,) = parse(f"Resources: {{A: {{Type: '{type_name}'}}}}").resources.values()

    assert validate.properties(resource, properties) == problems


CAPABILITIES = [
    # resources                                                      needed
    ("A: {Type: 'AWS::S3::Bucket'}",                                 ()),
    ("A: {Type: 'AWS::IAM::Role'}",                                  ("CAPABILITY_IAM",)),
    ("A: {Type: 'AWS::IAM::AccessKey', Properties: {UserName: a}}",  ("CAPABILITY_IAM",)),
    ("A: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: a}}",   ("CAPABILITY_IAM",)),
    ("A: {Type: 'AWS::IAM::User', Properties: {UserName: !Ref AWS::StackName}}", ("CAPABILITY_NAMED_IAM",)),
    ("A: {Type: 'AWS::IAM::ManagedPolicy', Properties: {ManagedPolicyName: a}}", ("CAPABILITY_NAMED_IAM",)),
]  # fmt: skip


@pytest.mark.parametrize(("resources", "needed"), CAPABILITIES)
def test_what_makes_identities_must_be_acknowledged(resources, needed):
    template = parse(f"Resources: {{{resources}}}")

    assert capabilities.needed(template) == needed
    capabilities.check(template, ["CAPABILITY_NAMED_IAM"])
    if not needed:
        assert capabilities.reason(template) is None
        return
    with pytest.raises(InsufficientCapabilities) as refused:
        capabilities.check(template, [])
    assert refused.value.message == f"Requires capabilities : [{needed[0]}]"
    assert refused.value.code == "InsufficientCapabilitiesException"
    kind = template.resources["A"].type
    assert (
        capabilities.reason(template) == f"The following resource(s) require capabilities: [{kind}]"
    )


def test_the_plain_capability_does_not_cover_named_identities():
    template = parse("Resources: {A: {Type: 'AWS::IAM::User', Properties: {UserName: a}}}")

    with pytest.raises(InsufficientCapabilities, match="CAPABILITY_NAMED_IAM"):
        capabilities.check(template, ["CAPABILITY_IAM"])


def test_a_macro_must_be_acknowledged_but_not_for_a_change_set():
    template = parse("Transform: AWS::LanguageExtensions\nResources: {A: {Type: 'AWS::IAM::Role'}}")

    with pytest.raises(
        InsufficientCapabilities, match=r"\[CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND\]"
    ):
        capabilities.check(template, [])
    capabilities.check(template, ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    capabilities.check(template, ["CAPABILITY_IAM"], expand=False)
