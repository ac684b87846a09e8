"""Outputs, policies, dynamic references, and what is never shown."""

import pytest

from doorward.services.cloudformation.template.dynamic import DynamicReference
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.pseudo import UNKNOWN, known, written
from services.cloudformation.template.values import FRAME, frame, resolved, resolver


def outputs(text, **changes):
    return resolver(f"{FRAME}Outputs:\n{text}", **changes).outputs()


def test_outputs_are_texts_in_order_of_name_without_those_whose_condition_is_false():
    found = outputs(
        """
  B: {Value: !GetAtt Role.Arn, Description: of the role, Export: {Name: !Sub '${AWS::StackName}-Role'}}
  A: {Value: 5}
  C: {Value: !Ref Gone, Condition: Fails}
  D: {Value: true, Condition: Holds}
"""
    )

    assert [(one.name, one.value, one.export_name) for one in found.values()] == [
        ("A", "5", None),
        ("B", "<Role.Arn>", "access-Role"),
        ("D", "true", None),
    ]
    assert found["B"].description == "of the role"


REFUSED = [
    ("  A: {Value: !Ref Teams}", "The Value field of every Outputs member must evaluate to a String and not a List."),
    ("  A: {Value: {a: b}}", "The Value field of every Outputs member must evaluate to a String and not a Map."),
    ("  A: {Value: !Ref Gone}", "Unresolved resource dependencies [Gone] in the Outputs block of the template"),
    ("  A: {Value: a, Export: {Name: 'a b'}}", "The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."),
    ("  A: {Value: a, Condition: Perhaps}", "Template format error: Unresolved condition dependency Perhaps in the Outputs block of the template"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_an_output_that_has_no_value_is_refused(text, sentence):
    with pytest.raises(ValidationError) as refused:
        outputs(text)

    assert refused.value.message == sentence


def test_an_output_of_a_resource_that_is_not_there_yet_is_unknown():
    found = outputs("  A: {Value: !Sub '${Role}-x'}", attributes=lambda *_: UNKNOWN)

    assert found["A"].value is UNKNOWN


def test_only_resources_whose_condition_holds_are_made():
    found = resolver(FRAME)

    assert list(found.resources) == ["Role"]
    assert found.conditions == {"Holds": True, "Fails": False}
    assert found.order() == (("Role",),)
    assert list(resolver(FRAME, {"Name": "other"}).resources) == ["Role", "Gone"]


def test_policies_of_a_resource_may_be_functions_with_language_extensions():
    text = FRAME.replace(
        "Role: {Type: 'AWS::IAM::Role'}",
        "Role: {Type: 'AWS::IAM::Role', DeletionPolicy: !If [Holds, Retain, Delete], UpdateReplacePolicy: Retain, Metadata: {a: !Ref Name}}",
    )
    found = resolver(f"Transform: [AWS::LanguageExtensions]\n{text}")

    assert found.policy("Role") == ("Retain", "Retain")
    assert found.policy("Gone") == (None, None)
    assert found.metadata("Role") == {"a": "reports"}
    assert found.metadata("Gone") is None
    with pytest.raises(ValidationError, match="Unrecognized DeletionPolicy map for resource Role"):
        resolver(text.replace("!If [Holds, Retain, Delete]", "{a: b}"))


LOOKED_UP = [
    ("{{resolve:ssm:/a/b}}", DynamicReference("ssm", "/a/b")),
    ("{{resolve:ssm:a.b_c-d:12}}", DynamicReference("ssm", "a.b_c-d", "12")),
    ("{{resolve:ssm-secure:a:1}}", DynamicReference("ssm-secure", "a", "1")),
    ("{{resolve:secretsmanager:db}}", DynamicReference("secretsmanager", "db")),
    ("{{resolve:secretsmanager:db:SecretString:password}}", DynamicReference("secretsmanager", "db", None, "password")),
    ("{{resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS}}", DynamicReference("secretsmanager", "db", None, "password", "AWSPREVIOUS")),
    ("{{resolve:secretsmanager:db:SecretString:::5dd694c0}}", DynamicReference("secretsmanager", "db", None, None, None, "5dd694c0")),
    ("{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2:SecretString:user}}",
     DynamicReference("secretsmanager", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2", None, "user")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "reference"), LOOKED_UP)
def test_a_dynamic_reference_is_looked_up_when_it_is_needed(written, reference):
    asked = []

    def look_up(one):
        asked.append(one)
        return "value"

    assert resolved(f"'a {written} b'", look_up=look_up) == "a value b"
    assert asked == [reference]
    assert reference.secret == (reference.service != "ssm")


WRONG = [
    "{{resolve:ssm:}}",
    "{{resolve:ssm:a:b}}",
    "{{resolve:ssm:a b}}",
    "{{resolve:secretsmanager:}}",
    "{{resolve:secretsmanager:a:Binary}}",
    "{{resolve:secretsmanager:a:SecretString:k:stage:version}}",
]


@pytest.mark.parametrize("written", WRONG)
def test_a_dynamic_reference_that_is_none_is_refused(written):
    with pytest.raises(ValidationError, match="Incorrect format"):
        resolved(f"'{written}'", look_up=lambda _: "value")


def test_what_is_looked_up_is_not_looked_at_again():
    text = "'{{resolve:ssm:a}}'"

    assert resolved(text, look_up=lambda _: "{{resolve:ssm:b}}") == "{{resolve:ssm:b}}"


@pytest.mark.parametrize(
    "expression",
    [
        "!ImportValue sly",
        "!GetAtt Role.Note",
        "!Sub '${Role.Note}'",
        "!Join ['', [!GetAtt Role.Note]]",
    ],
)
def test_what_others_wrote_is_never_looked_up(expression):
    sly = "{{resolve:secretsmanager:other}}"

    found = resolved(expression, attributes=lambda *_: sly, look_up=lambda _: pytest.fail("asked"))

    assert found == sly


def test_a_value_for_an_event_has_neither_secrets_nor_what_references_stand_for():
    text = "!Sub '${Secret} {{resolve:secretsmanager:db}}'"

    found = resolved(text, masked=True, look_up=lambda _: pytest.fail("asked"))

    assert found == "**** {{resolve:secretsmanager:db}}"
    assert resolved(text, look_up=lambda _: "s3cret") == "hunter2 s3cret"


def test_a_refusal_does_not_quote_a_secret():
    with pytest.raises(ValidationError) as refused:
        resolved("!Select [!Ref Secret, [a]]")

    assert "hunter2" not in str(refused.value)


def test_an_unknown_value_is_written_as_aws_writes_it():
    value = {"a": [UNKNOWN, 1]}

    assert not known(value)
    assert known({"a": [1]})
    assert written(value) == {"a": ["{{changeSet:KNOWN_AFTER_APPLY}}", 1]}


def test_a_parameter_of_a_secret_is_not_in_the_text_of_a_resolver():
    assert "hunter2" not in repr(resolver(frame("a")).bound)
