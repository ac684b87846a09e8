"""The order in which resources are made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.services.cloudformation.template import graph
from doorward.services.cloudformation.template.document import Resource, Template
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parse import parse


def test_a_resource_waits_for_what_it_mentions_and_what_it_says_it_depends_on():
    template = parse(
        """
Resources:
  Policy: {Type: P, Properties: {Bucket: !Sub '${Bucket.Arn}/*', Text: !Sub ['${x}', {x: !Ref User}]}}
  Key: {Type: K, Properties: {User: !Ref User, Region: !Ref AWS::Region}}
  User: {Type: U, DependsOn: [Group]}
  Group: {Type: G}
  Bucket: {Type: B, Properties: {Arn: !GetAtt Group.Arn}}
"""
    )

    assert graph.references(template)["Policy"] == {"Bucket", "User"}
    assert graph.order(template) == (("Group",), ("User", "Bucket"), ("Policy", "Key"))


def test_only_the_branch_that_a_condition_takes_counts():
    template = parse(
        """
Conditions: {C: !Equals [a, a]}
Resources:
  A: {Type: T, Properties: {P: !If [C, x, !Ref B]}}
  B: {Type: T, Properties: {P: !If [C, !Ref A, y]}}
  D: {Type: T, Condition: C}
"""
    )

    assert graph.order(template, {"C": True}) == (("A", "D"), ("B",))
    assert graph.order(template, {"C": False}) == (("B",), ("A",))
    with pytest.raises(ValidationError):
        graph.order(template)


def test_a_circle_is_refused_with_those_in_it():
    template = parse(
        """
Resources:
  A: {Type: T, Properties: {P: !Ref B}}
  B: {Type: T, DependsOn: C}
  C: {Type: T, Properties: {P: !GetAtt A.Arn}}
  Behind: {Type: T, Properties: {P: !Ref A}}
  Free: {Type: T}
"""
    )

    with pytest.raises(ValidationError) as refused:
        graph.order(template)
    assert refused.value.message == "Circular dependency between resources: [A, B, C]"
    with pytest.raises(ValidationError, match=r"Circular dependency between resources: \[A\]"):
        graph.order(parse("Resources: {A: {Type: T, Properties: {P: !Ref A}}}"))


@given(st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12)), max_size=12))
def test_every_resource_comes_after_all_that_it_needs_or_there_is_a_circle(edges):
    resources = {
        str(name): Resource(
            str(name), "T", depends_on=tuple(map(str, sorted(others & edges.keys())))
        )
        for name, others in edges.items()
    }
    template = Template("", {}, resources)
    try:
        found = graph.order(template)
    except graph.Circular:
        assert circular(edges)
        return

    assert not circular(edges)
    placed = [name for layer in found for name in layer]
    assert sorted(placed) == sorted(resources)
    for layer in found:
        before = set(placed[: placed.index(layer[0])])
        for name in layer:
            assert set(resources[name].depends_on) <= before


def circular(edges):
    left = dict(edges)
    while free := [name for name in left if not left[name] & left.keys()]:
        for name in free:
            del left[name]
    return bool(left)
