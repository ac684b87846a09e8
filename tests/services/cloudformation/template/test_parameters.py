"""The values of parameters: what is taken, what is refused, what is shown."""

import pytest

from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind, requested
from doorward.services.cloudformation.template.parse import parse

HEAD = "Resources: {Role: {Type: 'AWS::IAM::Role'}}\n"


def declared(**members):
    lines = "\n".join(f"  {name}: {written}" for name, written in members.items())
    return parse(f"{HEAD}Parameters:\n{lines}\n")


VALUES = [
    # declaration                                    given        value
    ("{Type: String}",                               "a",         "a"),
    ("{Type: String, Default: d}",                   None,        "d"),
    ("{Type: String, Default: d}",                   "",          ""),        # empty is a value
    ("{Type: String, Default: 5}",                   None,        "5"),
    ("{Type: String, Default: true}",                None,        "true"),
    ("{Type: Number}",                               "1.50",      "1.50"),    # as it was written
    ("{Type: Number, MinValue: 1, MaxValue: 3}",     "2",         "2"),
    ("{Type: CommaDelimitedList}",                   "a , b,,c ", ["a", "b", "", "c"]),
    ("{Type: CommaDelimitedList}",                   "",          []),
    ("{Type: 'List<Number>'}",                       "1, 2.5",    ["1", "2.5"]),
    ("{Type: 'AWS::EC2::VPC::Id'}",                  "vpc-1",     "vpc-1"),
    ("{Type: 'List<AWS::EC2::Subnet::Id>'}",         "s-1,s-2",   ["s-1", "s-2"]),
    ("{Type: 'AWS::SSM::Parameter::Name'}",          "/a",        "/a"),
    ("{Type: 'AWS::SSM::Parameter::Value<String>'}", "/a",        "stored,/a"),
    ("{Type: 'AWS::SSM::Parameter::Value<List<String>>'}", "/a",  ["stored", "/a"]),
    ("{Type: String, AllowedValues: [a, 5, true]}",  "5",         "5"),
    ("{Type: String, AllowedPattern: '[a-z]+'}",     "abc",       "abc"),
    ("{Type: CommaDelimitedList, AllowedPattern: '[a-z]+'}", "ab,c", ["ab", "c"]),
    ("{Type: String, MinLength: 2, MaxLength: '3'}", "abc",       "abc"),
]  # fmt: skip

REFUSED = [
    # declaration                                    given        sentence
    ("{Type: String}",                               None,        "Parameters: [Given] must have values"),
    ("{Type: 'AWS::SSM::Parameter::Value<String>'}", None,        "Parameter InputValue should either have input value or default value"),
    ("{Type: 'AWS::SSM::Parameter::Value<String>'}", "missing",   "Unable to fetch parameters [missing] from parameter store for this account."),
    ("{Type: Number}",                               "two",       "Parameter 'Value' must be a number."),
    ("{Type: 'List<Number>'}",                       "1,two",     "Parameter 'Value' must be a number."),
    ("{Type: Number, MinValue: 2}",                  "1",         "Parameter 'Given' must be a number not less than 2"),
    ("{Type: Number, MaxValue: 2.5}",                "3",         "Parameter 'Given' must be a number not greater than 2.5"),
    ("{Type: String, AllowedValues: [a, b]}",        "c",         "Parameter 'Given' must be one of AllowedValues"),
    ("{Type: CommaDelimitedList, AllowedValues: [a, b]}", "a,c",  "Parameter 'Given' must be one of AllowedValues"),
    ("{Type: String, AllowedPattern: '^[a-z]+$'}",   "abc1",      "Parameter 'Given' must match pattern ^[a-z]+$"),
    ("{Type: String, AllowedPattern: 'abc'}",        "xabcx",     "Parameter 'Given' must match pattern abc"),  # the whole value
    ("{Type: String, AllowedPattern: '[a-z]+'}",     "abc\n",     "Parameter 'Given' must match pattern [a-z]+"),
    ("{Type: String, AllowedPattern: '(a+)+b'}",     "a" * 4000,  "Parameter 'Given' must match pattern (a+)+b"),
    ("{Type: String, MinLength: 3}",                 "ab",        "Parameter 'Given' must contain at least 3 characters"),
    ("{Type: String, MaxLength: 1}",                 "ab",        "Parameter 'Given' must contain at most 1 characters"),
    ("{Type: String, MaxLength: 1, ConstraintDescription: be short}", "ab", "Parameter Given failed to satisfy constraint: be short"),
    ("{Type: Number, ConstraintDescription: a number}", "x",      "Parameter Given failed to satisfy constraint: a number"),
    ("{Type: String}",                               "a" * 4097,  "Parameter 'Given' value length is greater than 4096."),
    ("{Type: 'AWS::EC2::VPC::Id'}",                  "vpc-none",  "Parameter validation failed: parameter value vpc-none for parameter name Given does not exist"),
    ("{Type: String, Default: ab, MaxLength: 1}",    None,        "Parameter 'Given' must contain at most 1 characters"),
]  # fmt: skip


def taken(declaration, given):
    return bind(
        declared(Given=declaration),
        {} if given is None else {"Given": given},
        from_store=lambda name: None if name == "missing" else f"stored,{name}",
        exists=lambda _kind, one: "none" not in one,
    )


@pytest.mark.parametrize(("declaration", "given", "value"), VALUES)
def test_a_parameter_has(declaration, given, value):
    assert taken(declaration, given).values == {"Given": value}


@pytest.mark.parametrize(("declaration", "given", "sentence"), REFUSED)
def test_a_value_that_is_not_as_declared_is_refused(declaration, given, sentence):
    with pytest.raises(ValidationError) as refused:
        taken(declaration, given)

    assert refused.value.message == sentence


def test_unknown_parameters_are_named():
    with pytest.raises(ValidationError) as refused:
        bind(declared(A="{Type: String}"), {"A": "a", "C": "c", "B": "b"})
    with pytest.raises(ValidationError) as needless:
        bind(parse(HEAD), {"A": "a"})

    assert refused.value.message == "Parameters: [B, C] do not exist in the template"
    assert (
        needless.value.message
        == "Parameter values specified for a template which does not require them."
    )


def test_a_secret_is_masked_wherever_parameters_are_listed():
    bound = bind(
        declared(
            Open="{Type: String}",
            Hidden="{Type: String, NoEcho: true}",
            Stored="{Type: 'AWS::SSM::Parameter::Value<String>', NoEcho: 'true'}",
            Name="{Type: 'AWS::SSM::Parameter::Value<String>', NoEcho: false}",
        ),
        {"Open": "a", "Hidden": "hunter2", "Stored": "/s", "Name": "/n"},
        from_store=lambda name: f"of {name}",
    )

    assert bound.shown() == [
        {"ParameterKey": "Open", "ParameterValue": "a"},
        {"ParameterKey": "Hidden", "ParameterValue": "****"},
        {"ParameterKey": "Stored", "ParameterValue": "****", "ResolvedValue": "****"},
        {"ParameterKey": "Name", "ParameterValue": "/n", "ResolvedValue": "of /n"},
    ]
    assert "hunter2" not in repr(bound)


def test_a_parameter_not_given_has_its_default_and_one_taken_over_has_its_previous_value():
    template = declared(A="{Type: String, Default: d}", B="{Type: String, Default: d}")
    given, previous = requested(
        [{"ParameterKey": "A", "UsePreviousValue": True}], {"A": "before", "B": "before"}
    )

    assert bind(template, given, previous).values == {"A": "before", "B": "d"}


def test_a_previous_value_that_is_given_too_or_is_not_there_is_refused():
    start = "Invalid input for parameter key A. Cannot specify usePreviousValue as true"
    both = [{"ParameterKey": "A", "UsePreviousValue": True, "ParameterValue": "a"}]
    new = [{"ParameterKey": "A", "UsePreviousValue": True}]

    with pytest.raises(ValidationError) as refused:
        requested(both, {"A": "before"})
    assert refused.value.message == f"{start} and non empty value for a parameter"
    with pytest.raises(ValidationError) as refused:
        requested(new, {"B": "before"})
    assert refused.value.message == f"{start} for a parameter key not in the previous template"
    assert requested(None, {}) == ({}, {})


@pytest.mark.parametrize(
    "pattern",
    [
        r"'^([a-z0-9.-]{3,63}|\d{12})$'",
        "'(?i)[A-Z]{1,64}(?:-[0-9]+)*'",
        "'[]a]{3}'",
        r"'^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@-]{1,64}$'",
        r"'\p{L}+'",
    ],
)
def test_a_pattern_as_people_write_them_is_taken(pattern):
    assert declared(A=f"{{Type: String, AllowedPattern: {pattern}}}")


@pytest.mark.parametrize(
    "pattern",
    [
        "'('",
        "'[a'",
        "'" + "(" * 3000 + "'",
        "'a{99999999999}'",
        "'(?P<a>x)(?P<a'",
        "'((((a{100}){100}){100}){100})'",
        "'(?#[)((a{99}){99}){99}'",
        "'(?x)a'",
        "'(?V1)[a]'",
        r"'\L<a>'",
        "'(?R)'",
    ],
)
def test_a_pattern_that_is_none_is_refused_with_the_template(pattern):
    with pytest.raises(ValidationError):
        declared(A=f"{{Type: String, AllowedPattern: {pattern}}}")
