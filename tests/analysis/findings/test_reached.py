"""Which actions are let do: those for which there is a request, and those of which none is told."""

import json
from typing import Any

from doorward.analysis import universe
from doorward.analysis.access import Access
from doorward.analysis.findings.subject import actions_on
from doorward.analysis.reached import Reached, reached
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.parse import parse

BUCKET = "AWS::S3::Bucket"
RIDDLE = {"aws:SourceVpc": "${aws:SourceVpce}x", "aws:SourceVpce": "${aws:SourceVpc}y"}
"""Each is longer than the other, which no request can be and no sample shows."""


def allowing(*statements: dict[str, Any]) -> Access:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return Access(PolicySet(PolicyKind.IDENTITY, [NamedPolicy("policy", parse(document))]))


def statement(action: str, **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return found | ({"Condition": condition} if condition else {})


def names(found: Reached) -> tuple[list[str], list[str]]:
    return list(universe.members(found.actions)), list(universe.members(found.untold))


def test_what_another_policy_allows_is_taken_away() -> None:
    new = allowing(statement("s3:*Object"))
    old = allowing(statement("s3:Get*"))

    found, untold = names(reached(new, old, among=actions_on(BUCKET)))

    assert "s3:putobject" in found
    assert "s3:getobject" not in found
    assert untold == []


def test_what_cannot_be_told_counts_as_let_do() -> None:
    new = allowing(statement("s3:GetObject", StringEquals=RIDDLE), statement("s3:PutObject"))

    found = reached(new, allowing(), among=actions_on(BUCKET))

    assert names(found) == (["s3:getobject", "s3:putobject"], ["s3:getobject"])
