"""AWS's own managed policies: no error in any of them that the page of checks does not explain."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from doorward.analysis.validation.check import validate
from doorward.analysis.validation.draft import Kind
from doorward.analysis.validation.finding import Level
from doorward.catalog import managed_policies

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy-checks.md"
ROW = re.compile(r"\| `([A-Z_]+)` \| `([^`]+)` \| ([^|]+) \|")
PART = 20


def explained():
    rows = ROW.findall(PAGE.read_text("utf-8"))
    return {(code, written): why for code, written, why in rows}


def errors(records):
    for record in records:
        for found in validate(record.document, Kind.IDENTITY):
            if found.level is Level.ERROR:
                written = record.document[found.place.start : found.place.end].strip('"')
                yield record.name, found.code, written


def matching(code, written, rows):
    return [row for row in rows if row[0] == code and fnmatchcase(written, row[1])]


def unexplained(records):
    rows = explained()
    return [one for one in errors(records) if not matching(one[1], one[2], rows)]


def test_a_part_of_the_managed_policies_has_no_error_without_a_reason():
    records = managed_policies.records()

    assert explained()
    assert not unexplained(records[::PART])


@pytest.mark.slow
def test_no_managed_policy_has_an_error_without_a_reason():
    assert not unexplained(managed_policies.records())


@pytest.mark.slow
def test_every_reason_is_of_some_managed_policy():
    rows = explained()
    found = {(code, written) for _, code, written in errors(managed_policies.records())}
    used = {row for code, written in found for row in matching(code, written, rows)}

    assert used == rows.keys()
