"""The decision cases of other projects, where the folder with them is there."""

import json
import os
from pathlib import Path

import pytest

from doorward.cli.cases import answer

SHARED = os.environ.get("DOORWARD_SHARED")
MOST_WRONG = 12

WORDS = {
    "Allowed": {"allowed"},
    "ExplicitlyDenied": {"explicitDeny"},
    "ImplicitlyDenied": {"implicitDeny"},
    "Denied": {"explicitDeny", "implicitDeny"},
}

pytestmark = pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with cases")


def wrong(authority):
    found = []
    for line in Path(SHARED, "data/eval-cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        disputed = (case.get("cross_check") or {}).get("verdict") == "disputed"
        pattern = "request-wildcard" in case["tags"] and "iam-simulate" in case["source"]
        several = "multivalue-without-set-operator" in case["tags"]
        if case["authority"] != authority or disputed or pattern or several:
            continue
        if answer(case).get("outcome") not in WORDS[case["expect"]]:
            found.append(case["id"])
    return found


def test_every_case_that_the_simulator_of_aws_decided_is_decided_alike():
    assert wrong("aws-simulator") == []


def test_few_cases_that_others_assert_differ_and_each_is_named_in_the_docs():
    docs = Path(__file__).parents[2].joinpath("docs/reference/evaluation.md").read_text("utf-8")
    found = wrong("author-asserted")

    assert len(found) <= MOST_WRONG
    assert [case for case in found if case not in docs] == []
