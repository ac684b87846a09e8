"""The page of refusals says what the grammar says."""

import re
from pathlib import Path

import pytest

from doorward.policy.grammar import PolicyType, Refusal, check

PAGE = Path(__file__).parents[2] / "docs/reference/policy-language.md"
ROW = re.compile(r"\| (?P<what>.+?) \| `(?P<example>.+)` \| (?P<sentence>.+) \|")
SECTIONS = {
    "Identity-based policies": PolicyType.IDENTITY,
    "Session policies": PolicyType.SESSION,
    "Trust policies": PolicyType.TRUST,
    "Service control policies": PolicyType.SCP,
    "Resource control policies": PolicyType.RCP,
    "Resource-based policies": PolicyType.RESOURCE,
    "Endpoint policies": PolicyType.ENDPOINT,
}


def rows():
    kind = None
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            kind = SECTIONS.get(line.removeprefix("## "))
        elif kind and (found := ROW.fullmatch(line)):
            yield pytest.param(kind, found["example"], found["sentence"], id=found["what"])


def document(example):
    """A row shows a whole document, or the statements of one."""
    if '"Statement"' in example or '"Version"' in example:
        return example
    return f'{{"Version":"2012-10-17","Statement":{example}}}'


@pytest.mark.parametrize(("kind", "example", "sentence"), list(rows()))
def test_the_page_shows_the_sentence_that_is_said(kind, example, sentence):
    with pytest.raises(Refusal) as caught:
        check(document(example), kind)

    assert caught.value.message == sentence


def test_every_type_of_policy_has_its_rows():
    shown = {row.values[0] for row in rows()}

    assert shown == set(PolicyType) - {PolicyType.INLINE}
