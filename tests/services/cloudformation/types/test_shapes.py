"""Properties are coerced as CloudFormation does, or refused in its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types import documents, names, shape, tags
from doorward.services.cloudformation.types.refusals import InvalidRequest
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    INTEGER,
    MAP,
    NUMBER,
    TEXT,
    TEXTS,
    checked,
    structure,
)
from services.cloudformation.types.support import facts

TAKEN = [
    # shape     given         taken
    (TEXT,      "a",          "a"),
    (TEXT,      5,            "5"),
    (TEXT,      True,         "true"),
    (INTEGER,   "5",          5),
    (INTEGER,   5.0,          5),
    (INTEGER,   "-1",         -1),
    (NUMBER,    "0.25",       0.25),
    (NUMBER,    12345678901234567890, 12345678901234567890),  # no detour by way of floats
    (BOOLEAN,   "True",       True),
    (BOOLEAN,   False,        False),
    (TEXTS,     ["a", 1],     ["a", "1"]),
    (MAP,       {"a": 1},     {"a": "1"}),
    (DOCUMENT,  {"a": [1]},   {"a": [1]}),
    (DOCUMENT,  "{}",         "{}"),
]  # fmt: skip

WRONG = [
    # shape     given         the type that AWS names
    (TEXT,      ["a"],        "String"),
    (TEXT,      None,         "String"),
    (INTEGER,   "five",       "Integer"),
    (INTEGER,   "5.5",        "Integer"),
    (INTEGER,   True,         "Integer"),
    (NUMBER,    "nan",        "Number"),
    (NUMBER,    "inf",        "Number"),
    (BOOLEAN,   "yes",        "Boolean"),
    (BOOLEAN,   1,            "Boolean"),
    (TEXTS,     "a",          "Array"),
    (MAP,       "a",          "Map"),
    (DOCUMENT,  ["a"],        "Object"),
]  # fmt: skip

THING = structure(
    {"Name": TEXT, "Parts": shape.ListOf(structure({"Key": TEXT}, "Key"))},
    "Name",
    refused={"Color": "things have no color here"},
)


def refusal(properties: object) -> str:
    with pytest.raises(AwsError) as caught:
        checked("AWS::My::Thing", THING, properties)
    return caught.value.message


@pytest.mark.parametrize(("kind", "value", "taken"), TAKEN)
def test_a_value_that_fits_is_coerced(kind, value, taken):
    assert checked("AWS::My::Thing", kind, value) == taken


@pytest.mark.parametrize(("kind", "value", "named"), WRONG)
def test_a_value_that_does_not_fit_is_refused(kind, value, named):
    with pytest.raises(AwsError) as caught:
        checked("AWS::My::Thing", kind, value, "/P")

    assert caught.value.message == (
        f"Property validation failure: [Value of property {{/P}} does not match type {{{named}}}]"
    )


def test_a_required_property_is_missed_where_it_belongs():
    assert refusal({"Name": "a", "Parts": [{"Key": "b"}, {}]}) == (
        "Property validation failure: [The property {/Parts/1/Key} is required]"
    )


def test_unknown_properties_are_named_together():
    assert refusal({"Name": "a", "Nmae": "b", "Size": 1}) == (
        "Property validation failure: [Encountered unsupported properties in {/}: [Nmae, Size]]"
    )


def test_a_property_without_effect_is_refused_by_name():
    assert refusal({"Name": "a", "Color": "red"}) == (
        "Unsupported property Color of AWS::My::Thing: things have no color here"
    )


def test_a_description_names_every_property():
    assert list(shape.described(THING)) == [
        ("Name", None),
        ("Parts", None),
        ("Parts.Key", None),
        ("Color", "things have no color here"),
    ]


@given(st.text("abcAB-", min_size=1, max_size=128), st.text("abcAB", min_size=1, max_size=255))
def test_a_generated_name_fits_and_ends_in_its_random_part(stack, logical):
    for limit in (63, 64, 128):
        name = names.generated(stack, logical, "ABCDEF123456", limit)

        assert len(name) <= limit
        assert name.endswith("-ABCDEF123456")
        assert "--" not in name
        assert not name.startswith("-")


NAMES = [
    # limit  stack   logical  made: 63 leaves 25 + 24, what one does not need the other takes
    (63,     "s" * 40, "l" * 40, "s" * 25 + "-" + "l" * 24 + "-R23456789012"),
    (64,     "s" * 40, "l" * 40, "s" * 25 + "-" + "l" * 25 + "-R23456789012"),
    (64,     "s" * 40, "l" * 5,  "s" * 40 + "-" + "l" * 5 + "-R23456789012"),
    (64,     "s" * 5,  "l" * 60, "s" * 5 + "-" + "l" * 45 + "-R23456789012"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "stack", "logical", "made"), NAMES)
def test_both_parts_of_a_name_share_the_room(limit, stack, logical, made):
    assert names.generated(stack, logical, "R23456789012", limit) == made


def test_tags_of_the_resource_win_over_those_of_the_stack():
    of_stack = facts(tags={"team": "red", "cost": "1"})

    assert tags.wanted({"Tags": [{"Key": "team", "Value": "blue"}]}, of_stack) == {
        "team": "blue",
        "cost": "1",
    }


def test_a_template_sets_no_tag_of_awss_own():
    with pytest.raises(InvalidRequest, match="not allowed for external use"):
        tags.wanted({"Tags": [{"Key": "AWS:mine", "Value": "1"}]}, facts())


def test_a_tag_that_left_the_stack_is_removed_and_one_of_others_stays():
    before = facts(tags={"b": "2"}, previous_tags={"a": "1", "b": "1"})

    change = tags.changed({}, {"Tags": [{"Key": "c", "Value": "3"}]}, before)

    assert change.put == {"b": "2", "c": "3"}
    assert change.removed == ["a"]


def test_a_document_keeps_the_letters_of_every_language():
    assert documents.text({"Sid": "é"}) == '{"Sid":"é"}'
    assert documents.text('{"a": 1}') == '{"a": 1}'
