import base64
import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Effect, Policy, Position, Version
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.json import read
from doorward.policy.parse import parse
from doorward.policy.render import render, substitute

SHARED = os.environ.get("DOORWARD_SHARED")

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:user/alice"]},
      "Action": "s3:Get*",
      "Resource": ["arn:aws:s3:::reports/*"],
      "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": [10, "20"]}}
    }
  ]
}"""

REFUSED = [
    # text                                             what is wrong
    ("", "the end of the document"),
    ("[]", "a policy must be a JSON object"),
    ("{}", "needs the element `Statement`"),
    ('{"Statement":[]} x', "expected the end"),
    ('{"Statement":[],"Statement":[]}', "appears twice"),
    ('{"Statement":[{"Effect":"allow"}]}', "Effect must be"),
    ('{"Statement":[{}]}', "needs the element `Effect`"),
    ('{"Version":"2013-10-17","Statement":[]}', "Version must be"),
    ('{"Version":20121017,"Statement":[]}', "Version must be"),
    ('{"Statement":[{"Effect":"Deny","Action":"*","NotAction":"*"}]}', "not both"),
    ('{"Statement":[{"Effect":"Deny","Actions":"*"}]}', "no element `Actions`"),
    ('{"Statement":[{"Effect":"Deny","Action":[1]}]}', "Action must be"),
    ('{"Statement":[{"Effect":"Deny","Condition":{"Bool":true}}]}', "object of keys"),
    ('{"Statement":[{"Effect":"Deny","Condition":{"Bool":{"a:b":null}}}]}', "condition value"),
    ('{"Statement":[NaN]}', "expected a JSON value"),
    ('{"Statement":["\\ud800"]}', "surrogate"),
    ('{"Statement":["\t"]}', "control character"),
    ("[" * 100_000, "nested deeper"),
    (" " * (POLICY_DOCUMENT_CHARACTERS + 1), "longer than"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_what_is_no_policy_is_refused_with_the_reason(text, problem):
    with pytest.raises(PolicySyntaxError, match=problem):
        parse(text)


def test_an_error_tells_line_and_column():
    with pytest.raises(PolicySyntaxError) as caught:
        parse(TEXT.replace('"Allow"', '"Alow"'))

    assert caught.value.position == Position(6, 17)


def test_every_node_knows_its_place():
    policy = parse(TEXT)
    statement = policy.statements[0]

    assert (policy.version, statement.effect) == (Version.NEW, Effect.ALLOW)
    for text in (statement.sid, *statement.actions.items, *statement.resources.items):
        assert json.loads(TEXT[text.place.start : text.place.end]) == text.value
    assert TEXT[statement.place.start] == "{"
    assert TEXT[statement.place.end - 1] == "}"
    assert policy.position(statement.place.start) == Position(4, 5)


def test_numbers_and_booleans_of_conditions_become_their_text():
    conditions = parse(TEXT).statements[0].conditions

    assert [value.value for one in conditions for value in one.values.items] == ["true", "10", "20"]


def test_what_was_parsed_renders_to_the_same_json():
    assert json.loads(render(parse(TEXT))) == json.loads(TEXT)


def test_a_replaced_string_leaves_everything_else_as_it_was():
    name = parse(TEXT).statements[0].principals.entries[0].values.items[1]

    changed = substitute(TEXT, {name.place: "AIDAEXAMPLE"})

    assert changed == TEXT.replace("arn:aws:iam::123456789012:user/alice", "AIDAEXAMPLE")


words = st.text(st.characters(max_codepoint=0xFF), max_size=8)
texts = st.one_of(words, st.lists(words, max_size=3))
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "Sid": words,
        "Action": texts,
        "Resource": texts,
        "Principal": st.one_of(
            st.just("*"),
            st.dictionaries(st.sampled_from(["AWS", "Service", "Federated"]), texts, max_size=2),
        ),
        "Condition": st.dictionaries(words, st.dictionaries(words, texts, max_size=2), max_size=2),
    },
)
documents = st.fixed_dictionaries(
    {"Statement": st.one_of(statements, st.lists(statements, max_size=3))},
    optional={"Version": st.sampled_from(["2012-10-17", "2008-10-17"]), "Id": words},
)


def without_places(policy: Policy) -> str:
    return render(policy)


@given(documents, st.booleans())
def test_parsing_what_was_rendered_gives_the_same_policy(document, ascii_only):
    text = json.dumps(document, ensure_ascii=ascii_only)
    policy = parse(text)

    assert without_places(parse(render(policy))) == without_places(policy)
    # An operator without keys says nothing and is not kept.
    expected = json.loads(text)
    listed = expected["Statement"]
    for statement in listed if isinstance(listed, list) else [listed]:
        if "Condition" in statement:
            kept = {name: keys for name, keys in statement["Condition"].items() if keys}
            statement["Condition"] = kept
    assert json.loads(render(policy)) == expected


@given(st.text(max_size=200))
def test_no_text_makes_an_unhandled_error(text):
    with contextlib.suppress(PolicySyntaxError):
        parse(text)


@pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with JSONTestSuite")
def test_the_json_test_suite_is_judged_right():
    suite = json.loads(Path(SHARED, "data/vectors/jsontestsuite/all.json").read_text("utf-8"))
    wrong = []
    for name, encoded in suite["files"].items():
        raw = base64.b64decode(encoded)
        try:
            read(raw.decode("utf-8"))
            accepted = True
        except (PolicySyntaxError, UnicodeDecodeError):
            accepted = False
        if name[:2] not in ("y_", "n_"):
            continue
        if (name[0] == "y" and not accepted) or (name[0] == "n" and accepted):
            wrong.append(name)

    # Duplicate keys are refused on purpose.
    assert [name for name in wrong if "duplicated_key" not in name] == []
