"""Conditions and rules."""

import pytest

from doorward.services.cloudformation.template import rules, validate
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse
from services.cloudformation.template.values import PSEUDO, resolver

HEAD = """
Parameters:
  Name: {Type: String, Default: a}
  Teams: {Type: CommaDelimitedList, Default: 'a,b'}
  Count: {Type: Number, Default: 5}
Mappings: {M: {a: {k: 'yes'}}}
Resources: {Role: {Type: 'AWS::IAM::Role'}}
"""

HOLDS = [
    ("!Equals [a, a]", True),
    ("!Equals [!Ref Name, b]", False),
    ("!Equals [!Ref Count, 5]", True),  # a number is text
    ("!Equals [true, 'true']", True),
    ("!Equals [!Ref Teams, [a, b]]", True),
    ("!Equals [!FindInMap [M, !Ref Name, k], 'yes']", True),
    ("!Equals [!Join ['', [a, b]], ab]", True),
    ("!Equals [!Select [0, !Ref Teams], a]", True),
    ("!Equals [!Sub '${AWS::Region}', eu-west-1]", True),
    ("!Not [!Equals [a, a]]", False),
    ("!And [!Equals [a, a], {Condition: Other}]", True),
    ("!And [!Equals [a, b], {Condition: Other}]", False),
    ("!Or [!Equals [a, b], !Condition Other]", True),
    ("!Or [!Equals [a, b], !Not [!Condition Other]]", False),
    ("!Condition Other", True),
    ("!If [Other, !Equals [a, a], !Equals [a, b]]", True),
]


@pytest.mark.parametrize(("condition", "holds"), HOLDS)
def test_a_condition_holds(condition, holds):
    found = resolver(f"{HEAD}Conditions:\n  Asked: {condition}\n  Other: !Equals [x, x]\n")

    assert found.conditions["Asked"] is holds


REFUSED = [
    ("!Equals [a]", "Template error: every Fn::Equals object requires a list of 2 string parameters."),
    ("!And [!Equals [a, a]]", "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters."),
    ("!Or [" + ", ".join(["!Equals [a, a]"] * 11) + "]", "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters."),
    ("!Not []", "Template error: every Fn::Not object requires one boolean parameter."),
    ("!Equals [!Ref Role, a]", "Template format error: Unresolved dependencies [Role]. Cannot reference resources in the Conditions block of the template"),
    ("!Equals [!GetAtt Role.Arn, a]", "Template format error: Unresolved dependencies [Role]. Cannot reference resources in the Conditions block of the template"),
    ("!Equals [!Ref Nobody, a]", "Template format error: Unresolved dependencies [Nobody]. Cannot reference resources in the Conditions block of the template"),
    ("!Condition Perhaps", "Template format error: Unresolved condition dependency Perhaps in the Conditions block of the template"),
    ("!Not [!Condition Asked]", "Template error: Found circular condition dependency: [Asked]"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "sentence"), REFUSED)
def test_a_condition_that_has_no_value_is_refused_before_and_while_it_is_resolved(
    condition, sentence
):
    text = f"{HEAD}Conditions:\n  Asked: {condition}\n"

    with pytest.raises(ValidationError) as early:
        validate.check(parse(text))
    with pytest.raises(ValidationError) as late:
        resolver(text)

    assert early.value.message == sentence
    assert late.value.message == sentence


def test_a_chain_of_conditions_may_be_long():
    chain = "\n".join(f"  C{n}: !Condition C{n + 1}" for n in range(900))
    found = resolver(f"{HEAD}Conditions:\n{chain}\n  C900: !Equals [a, a]\n")

    assert found.conditions["C0"] is True


CDK = """
Rules:
  CheckBootstrapVersion:
    Assertions:
      - Assert: !Not [{Fn::Contains: [['1', '2', '3', '4', '5'], !Ref Count]}]
        AssertDescription: CDK bootstrap stack version 6 required.
"""


def ruled(text, given=None):
    template = parse(HEAD + text)
    rules.check(template, bind(template, given or {}), PSEUDO)


def test_a_rule_that_does_not_hold_is_refused_with_what_its_author_wrote():
    ruled(CDK, {"Count": "6"})

    with pytest.raises(ValidationError, match=r"CDK bootstrap stack version 6 required\."):
        ruled(CDK)


RULES = [
    # assertion                                                     holds
    ("{Fn::Contains: [[a, b], !Ref Name]}",                         True),
    ("{Fn::Contains: [!Ref Teams, c]}",                             False),
    ("{Fn::EachMemberEquals: [!Ref Teams, a]}",                     False),
    ("{Fn::EachMemberEquals: [[a, a], a]}",                         True),
    ("{Fn::EachMemberIn: [!Ref Teams, [a, b, c]]}",                 True),
    ("{Fn::EachMemberIn: [!Ref Teams, [a]]}",                       False),
    ("!Equals [{Fn::RefAll: 'AWS::EC2::VPC::Id'}, []]",             True),
    ("!Or [!Equals [a, b], {Fn::Contains: [[a], a]}]",              True),
]  # fmt: skip


@pytest.mark.parametrize(("assertion", "holds"), RULES)
def test_a_rule_holds(assertion, holds):
    text = f"Rules:\n  R:\n    Assertions: [{{Assert: {assertion}}}]\n"
    if holds:
        ruled(text)
        return
    with pytest.raises(rules.AssertionFailed):
        ruled(text)


def test_a_rule_whose_condition_is_false_is_not_asked():
    ruled("Rules: {R: {RuleCondition: !Equals [a, b], Assertions: [{Assert: !Equals [a, b]}]}}\n")


@pytest.mark.parametrize(
    "rule",
    ["a", "{Other: a}", "{Assertions: a}", "{Assertions: [a]}", "{Assertions: [{Assert: !Ref Name}]}",
     "{Assertions: [{Assert: {Fn::ValueOf: [Name, VpcId]}}]}", "{Assertions: [{Assert: {Fn::Contains: a}}]}",
     "{Assertions: [{Assert: {Fn::RefAll: String}}]}", "{Assertions: [{Assert: !Equals [!Ref Role, a]}]}"],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused(rule):
    with pytest.raises(ValidationError):
        ruled(f"Rules: {{R: {rule}}}\n")
