"""Each intrinsic function: what it gives, what it refuses, what it does not know yet."""

import pytest

from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.pseudo import UNKNOWN
from services.cloudformation.template.values import resolved

GIVES = [
    # expression                                                     value
    ("!Ref Name",                                                    "reports"),
    ("!Ref Count",                                                   "2"),          # a number is text
    ("!Ref Teams",                                                   ["red", "green", "blue"]),
    ("!Ref Role",                                                    "<Role>"),
    ("{Ref: Role}",                                                  "<Role>"),
    ("!Ref AWS::AccountId",                                          "123456789012"),
    ("!Ref AWS::Region",                                             "eu-west-1"),
    ("!Ref AWS::Partition",                                          "aws"),
    ("!Ref AWS::StackName",                                          "access"),
    ("!Ref AWS::URLSuffix",                                          "amazonaws.com"),
    ("!Ref AWS::NotificationARNs",                                   ["arn:aws:sns:eu-west-1:123456789012:deploys"]),
    ("!Ref AWS::NoValue",                                            None),
    ("[a, !Ref AWS::NoValue, b]",                                    ["a", "b"]),
    ("{a: !Ref AWS::NoValue, b: c}",                                 {"b": "c"}),
    ("!GetAtt Role.Arn",                                             "<Role.Arn>"),
    ("!GetAtt [Role, Arn]",                                          "<Role.Arn>"),
    ("!GetAtt Role.Outputs.Name",                                    "<Role.Outputs.Name>"),
    ("{'Fn::GetAtt': [Role, !Ref Name]}",                            "<Role.reports>"),
    ("{'Fn::GetAtt': Role.Arn}",                                     "<Role.Arn>"),
    ("!Sub 'arn:aws:s3:::${Name}/*'",                                "arn:aws:s3:::reports/*"),
    ("!Sub '${Role} ${Role.Arn} ${AWS::Region}'",                    "<Role> <Role.Arn> eu-west-1"),
    ("!Sub ['${Team}-${Name}', {Team: !Ref Count}]",                 "2-reports"),
    ("!Sub ['${Name}', {Name: mine}]",                               "mine"),      # the map comes first
    ("!Sub '${!aws:username} $Name ${'",                             "${aws:username} $Name ${"),
    ("!Sub ''",                                                      ""),
    ("!Join ['-', [a, !Ref Name, 5, true]]",                         "a-reports-5-true"),
    ("!Join [',', !Ref Teams]",                                      "red,green,blue"),
    ("!Join ['', [!Ref AWS::NoValue]]",                              ""),
    ("!Split ['/', a/b//c]",                                         ["a", "b", "", "c"]),
    ("!Select [1, !Ref Teams]",                                      "green"),
    ("!Select [!Ref Count, [a, b, c]]",                              "c"),
    ("!Select ['0', !Split ['.', x.y]]",                             "x"),
    ("!FindInMap [Regions, !Ref AWS::Region, Key]",                  "a"),
    ("!FindInMap [Regions, eu-west-1, Teams]",                       ["one", "two"]),
    ("!GetAZs ''",                                                   ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    ("{'Fn::GetAZs': !Ref AWS::Region}",                             ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    ("!GetAZs us-east-1",                                            ["us-east-1a", "us-east-1b", "us-east-1c"]),
    ("!ImportValue network-Id",                                      "vpc-1"),
    ("{'Fn::ImportValue': !Sub 'network-${X}'}",                     ValidationError),  # no X
    ("{'Fn::ImportValue': !Join ['-', [network, Id]]}",              "vpc-1"),
    ("!Base64 häh",                                                  "aMOkaA=="),
    ("!Cidr ['10.0.0.0/16', 2, 8]",                                  ["10.0.0.0/24", "10.0.1.0/24"]),
    ("!Select [1, !Cidr ['10.0.0.0/16', !Ref Count, 8]]",            "10.0.1.0/24"),
    ("!Cidr ['2001:db8::/56', 2, 64]",                               ["2001:db8::/64", "2001:db8:0:1::/64"]),
    ("!If [Holds, a, !Ref Gone]",                                      "a"),         # the other branch is not looked at
    ("!If [Fails, a, [b, !Ref Name]]",                                  ["b", "reports"]),
    ("!If [Fails, a, !Ref AWS::NoValue]",                               None),
    ("{Condition: {StringEquals: {a: b}}}",                          {"Condition": {"StringEquals": {"a": "b"}}}),
    ("{Ref: Name, Other: b}",                                        {"Ref": "Name", "Other": "b"}),
    ("2012-10-17",                                                   "2012-10-17"),
    ("012345678901",                                                 "012345678901"),
    ("1:30",                                                         "1:30"),
    ("yes",                                                          True),
    ("0x1F",                                                         "0x1F"),
    ("-7",                                                           -7),
    ("1.5",                                                          1.5),
    ("{on: 1, 80: 2}",                                               {"on": 1, "80": 2}),
]  # fmt: skip

EXTENDED = [
    ("{'Fn::Length': !Ref Teams}",                                   3),
    ("{'Fn::Length': [a, b]}",                                       2),
    ("{'Fn::ToJsonString': {a: !Ref Name, b: [1, true]}}",           '{"a":"reports","b":[1,true]}'),
    ("{'Fn::FindInMap': [Regions, nowhere, Key, {DefaultValue: !Ref Name}]}", "reports"),
    ("{'Fn::FindInMap': [Nothing, nowhere, Key, {DefaultValue: 1}]}", 1),
    ("{'Fn::FindInMap': [!Join ['', [Reg, ions]], us-east-1, Key]}", "b"),
]  # fmt: skip

REFUSES = [
    # expression                          AWS's sentence
    ("!Ref Nobody",                       "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template"),
    ("!Ref Gone",                         "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template"),
    ("!Sub '${Nobody}'",                  "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template"),
    ("!GetAtt Role",                      "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"),
    ("!Sub '${a b}'",                     "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"),
    ("!Sub [a]",                          "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"),
    ("!Sub '${Teams}'",                   "Template error: variable Teams in Fn::Sub expression does not resolve to a string"),
    ("!Join [a]",                         "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."),
    ("!Join [',', [[a]]]",                "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."),
    ("!Join [',', !Ref Name]",            "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."),
    ("!Split [a]",                        "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."),
    ("!Split ['', a]",                    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."),
    ("!Select [x, [a]]",                  "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"),
    ("!Select [-1, [a]]",                 "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"),
    ("!Select [1, [a]]",                  "Template error: Fn::Select  cannot select nonexistent value at index 1"),
    ("!FindInMap [Regions, x, Key]",      "Template error: Unable to get mapping for Regions::x::Key"),
    ("!FindInMap [Nothing, x, Key]",      "Template error: Mapping named 'Nothing' is not present in the 'Mappings' section of template."),
    ("!Base64 [a]",                       "Template error: every Fn::Base64 object must have a String-typed value."),
    ("{'Fn::GetAZs': [a]}",               "Template error: every Fn::GetAZs object must have a String-typed value."),
    ("!ImportValue nothing",              "No export named nothing found"),
    ("!If [Perhaps, a, b]",               "Template error: unresolved condition dependency Perhaps in Fn::If"),
    ("!If [Holds, a]",                      "Template error: Fn::If requires a list argument with three elements"),
    ("!Cidr ['10.0.0.0/30', 9, 8]",       "Template error: Fn::Cidr cannot take 9 blocks out of 10.0.0.0/30: the count is 1 to 256 and the blocks must fit"),
    ("!Cidr [nowhere, 1, 8]",             "Template error: Fn::Cidr cannot take 1 blocks out of nowhere: the count is 1 to 256 and the blocks must fit"),
    ("!Cidr ['10.0.0.0/8', 257, 8]",      "Template error: Fn::Cidr cannot take 257 blocks out of 10.0.0.0/8: the count is 1 to 256 and the blocks must fit"),
    ("{'Fn::Transform': {Name: 'AWS::Include'}}", "Transform AWS::Include failed with: The location parameter is not a string."),
    ("{'Fn::Transform': {Name: Mine}}",   "No transform named Mine found."),
    ("{'Fn::FindInMap': [Regions, x, Key, {DefaultValue: 1}]}", "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"),
]  # fmt: skip

UNSUPPORTED = ["{'Fn::Length': [a]}", "{'Fn::ToJsonString': {a: b}}", "{'Fn::Nothing': a}"]

NOT_YET_KNOWN = [
    "!Ref Role",
    "!GetAtt Role.Arn",
    "!Sub '${Role}/*'",
    "!Sub ['${x}', {x: !Ref Role}]",
    "!Join [',', [a, !Ref Role]]",
    "!Split ['/', !Ref Role]",
    "!Select [0, !Split ['/', !Ref Role]]",
    "!Select [!Ref Role, [a]]",
    "!FindInMap [Regions, !Ref Role, Key]",
    "!Base64 {Ref: Role}",
    "{'Fn::Base64': !Ref Role}",
    "{'Fn::Cidr': [!Ref Role, 1, 8]}",
    "{'Fn::GetAZs': !Ref Role}",
    "!If [Holds, !Ref Role, a]",
    "{'Fn::Length': !Split [',', !Ref Role]}",
    "{'Fn::ToJsonString': {a: [!Ref Role]}}",
]


@pytest.mark.parametrize(("expression", "value"), GIVES)
def test_a_function_gives(expression, value):
    if value is ValidationError:
        with pytest.raises(ValidationError):
            resolved(expression)
        return
    found = resolved(expression)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("expression", "value"), EXTENDED)
def test_language_extensions_give(expression, value):
    assert resolved(expression, extended=True) == value


@pytest.mark.parametrize(("expression", "sentence"), REFUSES)
def test_a_function_refuses_in_aws_words(expression, sentence):
    with pytest.raises(ValidationError) as refused:
        resolved(expression)

    assert refused.value.message == sentence
    assert (refused.value.code, refused.value.status) == ("ValidationError", 400)


@pytest.mark.parametrize("expression", UNSUPPORTED)
def test_a_function_that_there_is_not_is_refused_with_those_that_there_are(expression):
    with pytest.raises(ValidationError, match="Encountered unsupported function: Fn::") as refused:
        resolved(expression)

    assert "Supported functions are: [Fn::And, Fn::Base64, Fn::Cidr" in refused.value.message


@pytest.mark.parametrize("expression", [one for one in NOT_YET_KNOWN if "!Base64 {" not in one])
def test_what_is_made_of_an_unknown_value_is_unknown(expression):
    found = resolved(expression, extended=True, attributes=lambda _logical_id, _name: UNKNOWN)

    assert found is UNKNOWN


def test_an_unknown_value_leaves_what_stands_beside_it_known():
    found = resolved("{a: !Ref Role, b: [c, !Ref Role]}", attributes=lambda *_: UNKNOWN)

    assert found == {"a": UNKNOWN, "b": ["c", UNKNOWN]}


def test_a_text_that_doubles_at_each_level_is_refused_before_it_fills_the_memory():
    expression = "a" * 100
    for _ in range(24):
        expression = f"!Sub ['${{x}}${{x}}', {{x: {expression}}}]"

    with pytest.raises(ValidationError, match="a value is longer than 1000000 characters"):
        resolved(expression)


def test_an_import_that_depends_on_a_resource_is_refused_where_that_is_not_known_yet():
    with pytest.raises(ValidationError, match="must not depend on any resources"):
        resolved("{'Fn::ImportValue': !Ref Role}", attributes=lambda *_: UNKNOWN)
