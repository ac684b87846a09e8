"""What holds of any text and any values: nothing gets out but a refusal."""

import contextlib
import json

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.services.cloudformation.template import (
    capabilities,
    functions,
    graph,
    transform,
    validate,
)
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse
from doorward.services.cloudformation.template.pseudo import UNKNOWN, known
from doorward.services.cloudformation.template.resolve import Resolver
from services.cloudformation.template.values import FRAME, PSEUDO, attribute, exports

NAMES = [
    "Role",
    "Gone",
    "Name",
    "Teams",
    "Holds",
    "Regions",
    "eu-west-1",
    "Key",
    "AWS::NoValue",
    "AWS::Region",
    "x",
    "",
]
WORDS = [
    *NAMES,
    "${Name}",
    "${!x}",
    "${Role.Arn}",
    "${",
    "{{resolve:ssm:a}}",
    "{{resolve:",
    "10.0.0.0/16",
    "-",
    "0",
    "1",
]
FUNCTIONS = [
    *functions.SHAPES,
    "Condition",
    "Fn::Transform",
    "Fn::ForEach::L",
    "Fn::Contains",
    "Fn::Other",
]

scalars = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=4),
    st.integers(-2, 300),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["a", "b", "${Name}", *NAMES]), inner, max_size=3),
        st.builds(lambda name, argument: {name: argument}, st.sampled_from(FUNCTIONS), inner),
        st.builds(
            lambda name, arguments: {name: arguments},
            st.sampled_from(FUNCTIONS),
            st.lists(inner, min_size=1, max_size=4),
        ),
    ),
    max_leaves=12,
)
FRAME_BODY = yaml.safe_load(
    FRAME.replace("!Equals [!Ref Name, reports]", "{Fn::Equals: [{Ref: Name}, reports]}").replace(
        "!Not [{Condition: Holds}]", "{Fn::Not: [{Condition: Holds}]}"
    )
)


def everything(text):
    """All that is done with a template, from its text to its values."""
    template = parse(text)
    capabilities.needed(template)
    with contextlib.suppress(ValidationError):
        validate.check(template)
    bound = bind(template, {}, from_store=lambda _: "a,b", exists=lambda *_: True)
    made = transform.apply(template, bound, PSEUDO, lambda _: "a: b")
    validate.check(made)
    list(validate.attributes(made))
    for attributes in (attribute, lambda *_: UNKNOWN):
        found = Resolver(made, bound, PSEUDO, exports, attributes, lambda _: "looked up")
        for layer in found.order():
            for name in layer:
                json.dumps(found.properties(name, masked=True)) if known(
                    found.properties(name)
                ) else None
                found.policy(name)
                found.metadata(name)
        found.outputs()


def refused_or_fine(text):
    try:
        everything(text)
    except ValidationError as refused:
        said = refused.message
    else:
        return
    said.encode()


@settings(max_examples=400)
@given(
    values,
    st.sampled_from(["Properties", "Metadata", "DependsOn", "DeletionPolicy", "Condition", "Type"]),
    st.booleans(),
)
def test_any_value_anywhere_in_a_resource_is_resolved_or_refused(value, member, extended):
    resource = {"Type": "AWS::SSM::Parameter", "Properties": {}}
    resource[member] = {"P": value} if member in {"Properties", "Metadata"} else value
    body = FRAME_BODY | {"Resources": FRAME_BODY["Resources"] | {"Subject": resource}}
    if extended:
        body |= {"Transform": "AWS::LanguageExtensions"}

    refused_or_fine(json.dumps(body))


@given(
    st.sampled_from(
        [
            "Conditions",
            "Outputs",
            "Mappings",
            "Parameters",
            "Rules",
            "Transform",
            "Resources",
            "Description",
        ]
    ),
    values,
)
def test_any_value_for_a_section_is_resolved_or_refused(section, value):
    refused_or_fine(json.dumps(FRAME_BODY | {section: value}))
    refused_or_fine(json.dumps(FRAME_BODY | {section: {"A": value}}))


@given(values)
def test_any_condition_and_output_is_resolved_or_refused(value):
    body = FRAME_BODY | {"Outputs": {"O": {"Value": value, "Export": {"Name": value}}}}
    refused_or_fine(json.dumps(body))
    refused_or_fine(
        json.dumps(FRAME_BODY | {"Conditions": FRAME_BODY["Conditions"] | {"C": value}})
    )


PIECES = [
    "Resources:",
    "\n",
    "  ",
    "A:",
    " ",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "!Ref ",
    "!Sub ",
    "&a ",
    "*a",
    "'",
    '"',
    ",",
    "Type: T",
    "<<: ",
    "? ",
    ": ",
    "|\n",
    "#",
    "~",
    "!!str ",
    "%",
    "---\n",
    "\t",
    "1",
    "é",
    "!<x> ",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_yaml_is_read_or_refused(text):
    refused_or_fine(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    refused_or_fine(text)
    refused_or_fine("{" + text)


@settings(max_examples=50)
@given(values)
def test_json_and_yaml_of_the_same_value_are_the_same(value):
    body = FRAME_BODY | {"Metadata": {"Value": value}}
    one = parse(json.dumps(body))
    other = parse(yaml.safe_dump(body, default_style='"', allow_unicode=True, sort_keys=False))

    assert json.dumps(one.body["Metadata"]) == json.dumps(other.body["Metadata"])


@given(
    st.dictionaries(
        st.sampled_from("ABCDE"), st.lists(st.sampled_from("ABCDE"), max_size=3), min_size=1
    )
)
def test_each_resource_comes_after_those_that_it_refers_to(edges):
    resources = {
        name: {"Type": "T", "Properties": {"P": [{"Ref": one} for one in others if one in edges]}}
        for name, others in edges.items()
    }
    template = parse(json.dumps({"Resources": resources}))
    try:
        placed = [name for layer in graph.order(template) for name in layer]
    except graph.Circular:
        return

    for name, others in edges.items():
        assert all(placed.index(one) < placed.index(name) for one in others if one in edges)
