"""Documents that AWS accepts or refuses, from a folder outside of the project."""

import json
import os
from pathlib import Path

import pytest

from doorward.policy.errors import PolicySyntaxError
from doorward.policy.grammar import PolicyType, Refusal, check
from doorward.policy.parse import parse

SHARED = os.environ.get("DOORWARD_SHARED")
pytestmark = pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with cases")

# Rows whose authors see it differently from AWS, by the end of their id, with the reason.
DIFFERENT = {
    "identityPolicy.json#Valid Identity Policy": "a managed policy needs the newer language",
    "rcp.json#RCP Must have a Version": "seen on AWS to be accepted without",
    "resourcePolicy.json#Principal or NotPrincipal is not required": "AWS requires one of them",
    "Wildcard in principal definition~27": "AWS refuses an ARN with a wildcard as principal",
    "Incorrect data type~28": "AWS refuses a null as principal",
}
# Rows of no type that the structure does not tell, but the grammar of every type.
GRAMMAR_ONLY = (
    "Too many segments",
    "Invalid Service",
    "Action with invalid character",
    "Invalid set operator",
    "Malformatted Condition Operator",
)


def rows():
    if not SHARED:
        return []
    lines = Path(SHARED, "data/parse-cases.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def text_of(row):
    return row["document_text"] if "document_text" in row else json.dumps(row["document"])


def sentence(row):
    """The refusal, None where the document is accepted."""
    try:
        if row["policy_type"] == "any":
            parse(text_of(row))
        else:
            check(text_of(row), PolicyType(row["policy_type"]))
    except PolicySyntaxError as error:
        return error.problem
    except Refusal as error:
        return error.message
    return None


def test_what_aws_was_seen_to_say_is_said_word_for_word():
    wrong = [
        (row["id"], row.get("message"), sentence(row))
        for row in rows()
        if row["authority"] in {"aws-message", "aws-real"} and sentence(row) != row.get("message")
    ]

    assert wrong == []


def test_what_other_authors_assert_holds_but_for_the_named_rows():
    wrong = [
        row["id"]
        for row in rows()
        if row["authority"] == "author-asserted"
        and (sentence(row) is None) is not row["valid"]
        and not any(name in row["id"] for name in GRAMMAR_ONLY)
    ]

    assert len(wrong) == len(DIFFERENT)
    assert [row for row in wrong if not row.endswith(tuple(DIFFERENT))] == []
