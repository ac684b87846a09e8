"""Loops, fragments and macros."""

import json

import pytest

from doorward.services.cloudformation.template import transform
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse
from services.cloudformation.template.values import PSEUDO, resolver

LOOP = """
Transform: AWS::LanguageExtensions
Parameters:
  Teams: {Type: CommaDelimitedList, Default: 'red,blue-green'}
Mappings:
  Names: {all: {list: [a, b]}}
Conditions:
  Fn::ForEach::Wanted:
    - Team
    - [red, blue]
    - Is${Team}: !Equals [!Ref AWS::Region, 'x-${Team}']
Resources:
  Fn::ForEach::Roles:
    - Team
    - !Ref Teams
    - Role&{Team}:
        Type: AWS::IAM::Role
        Properties:
          RoleName: !Sub '${Team}-${AWS::Region}'
          Path: !Ref Team
          Fn::ForEach::Extra:
            - Name
            - !FindInMap [Names, all, list]
            - Of${Name}: !Join ['', [!Ref Name, '${Team}']]
Outputs:
  Fn::ForEach::Arns:
    - Team
    - !Ref Teams
    - Arn&{Team}: {Value: !GetAtt ['Role&{Team}', Arn]}
"""


def applied(text, given=None, read=None):
    template = parse(text)
    return transform.apply(template, bind(template, given or {}), PSEUDO, read)


def test_a_loop_makes_a_member_for_each_item():
    found = resolver(LOOP)

    assert list(found.template.resources) == ["Rolered", "Rolebluegreen"]
    assert found.properties("Rolebluegreen") == {
        "RoleName": "blue-green-eu-west-1",
        "Path": "blue-green",
        "Ofa": "ablue-green",
        "Ofb": "bblue-green",
    }
    assert found.conditions == {"Isred": False, "Isblue": False}
    assert [one.value for one in found.outputs().values()] == [
        "<Rolebluegreen.Arn>",
        "<Rolered.Arn>",
    ]


def test_the_processed_text_has_no_loops_and_no_transform():
    template = parse(LOOP)
    processed = json.loads(transform.processed(applied(LOOP)))

    assert transform.processed(template) == LOOP
    assert "Transform" not in processed
    assert list(processed["Resources"]) == ["Rolered", "Rolebluegreen"]


def test_loops_within_loops_see_the_identifiers_outside():
    text = """
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Outer:
    - X
    - [a, b]
    - Fn::ForEach::Inner${X}:
        - Y
        - ['1', '2']
        - R${X}${Y}: {Type: T, Properties: {P: '${X}/${Y}'}}
"""
    found = applied(text)

    assert list(found.resources) == ["Ra1", "Ra2", "Rb1", "Rb2"]
    assert found.resources["Rb1"].properties == {"P": "b/1"}
    assert transform.apply(found, bind(found, {}), PSEUDO) is found


def loop(body, head="Transform: AWS::LanguageExtensions\n"):
    return f"{head}Resources:\n  Fn::ForEach::L: {body}\n"


MALFORMED = [
    loop("a"),
    loop("[X, [a]]"),
    loop("['X Y', [a], {'R${X}': {Type: T}}]"),
    loop("[X, a, {'R${X}': {Type: T}}]"),
    loop("[X, [[a]], {'R${X}': {Type: T}}]"),
    loop("[X, [a], {R: {Type: T}}]"),
    loop("[X, [a], {'R${X}': {Type: T}, 'S${X}': {Type: T}}]"),
    loop("[X, !Ref Nobody, {'R${X}': {Type: T}}]"),
    loop("[X, [a-b], {'R${X}': {Type: T}}]"),  # no logical id
    loop("[X, [a-b, ab], {'R&{X}': {Type: T}}]"),  # twice the same
    loop("[X, [a], {'R${X}': {Type: T}}]", head=""),
    "Transform: Mine\nResources: {A: {Type: T}}",
    "Resources: {A: {Type: T, Properties: {Fn::Transform: {Name: Mine}}}}",
    "Transform: AWS::LanguageExtensions\nResources: {A: {Type: T}, Fn::ForEach::L: [X, [A], {'${X}': {Type: T}}]}",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_transform_that_cannot_be_applied_is_refused(text):
    with pytest.raises(ValidationError):
        applied(text)


def test_loops_cannot_make_more_than_a_template_may_have():
    many = ", ".join(f"a{n}" for n in range(501))
    with pytest.raises(ValidationError, match="Number of resources, 501, is greater than maximum"):
        applied(loop(f"[X, [{many}], {{'R${{X}}': {{Type: T}}}}]"))

    bomb = "{Type: T}"
    for n in range(8):
        items = ", ".join(f"i{n}x{m}" for m in range(30))
        bomb = f"{{Fn::ForEach::L{n}: [X{n}, [{items}], {{'R${{X{n}}}': {bomb}}}]}}"
    with pytest.raises(ValidationError, match="makes more than"):
        applied(
            f"Transform: AWS::LanguageExtensions\nResources: {{A: {{Type: T, Properties: {bomb}}}}}\n"
        )


def test_a_fragment_is_put_where_it_is_included():
    asked = []

    def read(location):
        asked.append(location)
        return "Role: {Type: AWS::IAM::Role}" if "roles" in location else "a: 1\nb: [c]"

    found = applied(
        """
Parameters: {Bucket: {Type: String, Default: shared}}
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub 's3://${Bucket}/roles.yaml'}}
  Other:
    Type: T
    Properties:
      Whole: !Transform {Name: AWS::Include, Parameters: {Location: s3://shared/values.yaml}}
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shared/values.yaml}}
""",
        read=read,
    )

    assert set(found.resources) == {"Role", "Other"}
    assert found.resources["Other"].properties == {
        "Whole": {"a": 1, "b": ["c"]},
        "a": 1,
        "b": ["c"],
    }
    assert asked[0] == "s3://shared/values.yaml"


def test_a_fragment_that_cannot_be_had_is_refused():
    text = "Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}\nResources: {A: {Type: T}}"

    with pytest.raises(
        ValidationError, match="Transform AWS::Include failed with: fragments cannot be read here"
    ):
        applied(text)
    with pytest.raises(
        ValidationError, match="Transform AWS::Include failed with: Template format error: YAML"
    ):
        applied(text, read=lambda _: "a: [")
    assert applied(text, read=lambda _: "Metadata: {a: b}").metadata == {"a": "b"}


SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Name: {Type: String, Default: hello}}
Globals: {Function: {Timeout: 3}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Ref Name
      Runtime: python3.13
      Handler: app.handler
      InlineCode: 'def handler(e, c): pass'
      Policies: [AmazonS3ReadOnlyAccess]
Outputs: {Role: {Value: !GetAtt HelloRole.Arn}}
"""


def test_a_serverless_function_stands_for_a_function_and_a_role():
    pytest.importorskip("samtranslator")
    found = applied(SERVERLESS)

    assert {name: one.type for name, one in found.resources.items()} == {
        "Hello": "AWS::Lambda::Function",
        "HelloRole": "AWS::IAM::Role",
    }
    policies = found.resources["HelloRole"].properties["ManagedPolicyArns"]
    assert "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" in policies


@pytest.mark.parametrize(
    "change",
    [
        ("FunctionName: !Ref Name", "FunctionName: [1, {a: b}]\n      Nonsense: 1"),
        ("AWS::Serverless::Function", "AWS::Serverless::Application"),
    ],
)
def test_a_serverless_template_that_is_none_is_refused(change):
    pytest.importorskip("samtranslator")
    with pytest.raises(ValidationError, match="Transform AWS::Serverless-2016-10-31 failed with: "):
        applied(SERVERLESS.replace(*change))


def test_globals_belong_to_serverless_templates_alone():
    with pytest.raises(
        ValidationError, match=r"Invalid template property or properties \[Globals\]"
    ):
        parse("Globals: {}\nResources: {A: {Type: T}}")
