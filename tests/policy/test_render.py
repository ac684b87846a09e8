import json
from dataclasses import fields, is_dataclass

from hypothesis import given
from hypothesis import strategies as st

from doorward.policy.document import NOWHERE, Place, Statement, Text, Texts
from doorward.policy.parse import parse
from doorward.policy.render import render, substitute


def bare(node):
    """*node* without its places and texts."""
    if isinstance(node, Place):
        return None
    if is_dataclass(node):
        return {f.name: bare(getattr(node, f.name)) for f in fields(node) if f.name != "text"}
    if isinstance(node, tuple):
        return [bare(item) for item in node]
    return node


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
numbers = st.sampled_from(["0", "-1", "1.10", "1e400", "true", "false"])
strings = words.map(json.dumps)
values = st.one_of(strings, numbers)


def listed(items):
    return st.lists(items, max_size=3).map(lambda found: f"[{', '.join(found)}]")


def mapping(keys, members):
    return st.dictionaries(keys, members, max_size=3).map(
        lambda found: "{" + ", ".join(f"{json.dumps(k)} : {v}" for k, v in found.items()) + "}"
    )


conditions = mapping(words, mapping(words, st.one_of(values, listed(values))))
resources = st.one_of(strings, listed(st.one_of(strings, st.just("null"))))
statements = st.tuples(conditions, resources).map(
    lambda found: f'{{"Effect":"Deny","Condition":{found[0]},"NotResource":{found[1]}}}'
)
documents = st.one_of(statements, listed(statements)).map(lambda found: f'{{"Statement":{found}}}')


@given(documents)
def test_parsing_what_was_rendered_gives_the_same_tree_but_for_the_places(text):
    policy = parse(text)

    assert bare(parse(render(policy))) == bare(policy)


def test_a_number_renders_as_it_was_written():
    text = '{"Statement":[{"Effect":"Deny","Condition":{"NumericEquals":{"a:b":1.10}}}]}'

    assert render(parse(text)) == text


def test_one_statement_and_one_value_do_not_become_lists():
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["1"]},"Action":"*"}}'

    assert render(parse(text)) == text


def test_what_is_rendered_has_only_characters_that_policies_may_have():
    text = '{"Statement":[{"Sid":"\\u65e5","Effect":"Deny"}]}'

    assert render(parse(text)) == text


def test_one_operator_in_two_places_of_a_tree_becomes_one_object():
    policy = parse('{"Statement":[{"Effect":"Deny","Condition":{"A":{"k":"1"},"B":{"k":"2"}}}]}')
    first, second = policy.statements[0].conditions
    third = first._replace(key=Text("l"))
    statement = Statement(policy.statements[0].effect, conditions=(first, second, third))

    rendered = render(type(policy)((statement,)))

    assert parse(rendered).statements[0].conditions is not None
    assert '"A":{"k":"1","l":"1"}' in rendered


@given(listed(strings), words)
def test_a_string_put_in_place_of_another_is_read_back(items, replacement):
    text = f'{{"Statement":[{{"Effect":"Deny","Action":{items}}}]}}'
    actions = parse(text).statements[0].actions
    places = {item.place: replacement for item in actions.items}

    changed = parse(substitute(text, places)).statements[0].actions

    assert [item.value for item in changed.items] == [replacement] * len(actions.items)


def test_texts_made_by_hand_stand_nowhere():
    assert Texts((Text("s3:*"),)).place == NOWHERE
