"""For each operation of Access Analyzer on analyzers and what they find, a call that does its work."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from doorward.server.findings.worker import FindingsWorker
from server import things as make
from server.place import Side
from server.things import Row

STRANGER = "210987654321"
FILTER = {"isPublic": {"eq": ["true"]}}


def analyzer(side: Side) -> dict[str, str]:
    given = {"analyzerName": f"watch-{side.account}", "type": "ACCOUNT"}
    side.call("accessanalyzer", "CreateAnalyzer", **given, tags={"team": f"team-{side.account}"})
    return {"analyzerName": given["analyzerName"]}


def arn(side: Side) -> dict[str, str]:
    name = analyzer(side)["analyzerName"]
    return {"analyzerArn": f"arn:aws:access-analyzer:us-east-1:{side.account}:analyzer/{name}"}


def tagged(side: Side) -> dict[str, str]:
    return {"resourceArn": arn(side)["analyzerArn"]}


def linked(side: Side) -> dict[str, str]:
    made = side.call("accessanalyzer", "CreateServiceLinkedAnalyzer", type="ACCOUNT")
    return {"analyzerName": made["arn"].rpartition("/")[2]}


def rule(side: Side) -> dict[str, str]:
    given = {**analyzer(side), "ruleName": f"{side.new('rule')}-{side.account}"}
    side.call("accessanalyzer", "CreateArchiveRule", **given, filter=FILTER)
    return given


def trusting(side: Side) -> str:
    """The ARN of a role that a stranger may assume."""
    statement = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return side.arn(f"role/{make.role(side, trust)}")


def looked(side: Side) -> None:
    """Have everything that waits looked at, as the worker of a server does."""
    worker = FindingsWorker(side.place.running)
    while worker.look():
        pass


def found(side: Side) -> dict[str, str]:
    """An analyzer and the id of what it found."""
    trusting(side)
    given = arn(side)
    looked(side)
    (one,) = side.call("accessanalyzer", "ListFindings", **given)["findings"]
    return {**given, "id": one["id"]}


def analyzed(side: Side) -> dict[str, str]:
    role = trusting(side)
    given = arn(side)
    looked(side)
    return {**given, "resourceArn": role}


def configurations(side: Side) -> dict[str, Any]:
    role = side.arn(f"role/{side.new('role')}-{side.account}")
    return {role: {"iamRole": {"trustPolicy": make.TRUST}}}


def preview(side: Side) -> dict[str, str]:
    given = arn(side)
    made = side.call(
        "accessanalyzer", "CreateAccessPreview", **given, configurations=configurations(side)
    )
    looked(side)
    return {**given, "accessPreviewId": made["id"]}


def unused(side: Side) -> dict[str, str]:
    """An analyzer and the id of what a user may do and did not within a day."""
    user = make.user(side)
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
        }
    )
    side.call("iam", "PutUserPolicy", UserName=user, PolicyName="queues", PolicyDocument=text)
    given = {"analyzerName": f"idle-{side.account}", "type": "ACCOUNT_UNUSED_ACCESS"}
    days = {"unusedAccess": {"unusedAccessAge": 1}}
    made = side.call("accessanalyzer", "CreateAnalyzer", **given, configuration=days)["arn"]
    today = side.place.clock.moment
    side.place.clock.moment = today + timedelta(days=1)
    try:
        looked(side)
    finally:
        side.place.clock.moment = today
    wanted = {
        "findingType": {"eq": ["UnusedPermission"]},
        "resource": {"eq": [side.arn(f"user/{user}")]},
    }
    (one,) = side.call("accessanalyzer", "ListFindingsV2", analyzerArn=made, filter=wanted)[
        "findings"
    ]
    return {"analyzerArn": made, "id": one["id"]}


def recommended(side: Side) -> dict[str, str]:
    given = unused(side)
    side.call("accessanalyzer", "GenerateFindingRecommendation", **given)
    looked(side)
    return given


def updated(side: Side) -> dict[str, Any]:
    given = found(side)
    return {"analyzerArn": given["analyzerArn"], "ids": [given["id"]], "status": "ARCHIVED"}


def applied(side: Side) -> dict[str, str]:
    given = rule(side)
    arn = f"arn:aws:access-analyzer:us-east-1:{side.account}:analyzer/{given['analyzerName']}"
    return {"analyzerArn": arn, "ruleName": given["ruleName"]}


def only(maker: Callable[[Side], dict[str, str]], *names: str) -> Row:
    """What *maker* makes, of which the call takes *names*."""
    return lambda side: {name: value for name, value in maker(side).items() if name in names}


def nothing(maker: Row) -> Row:
    """A call without parameters, what it is about being made."""

    def row(side: Side) -> dict[str, Any]:
        maker(side)
        return {}

    return row


FINDINGS: dict[str, Row] = {
    "ApplyArchiveRule": applied,
    "CreateAccessPreview": lambda side: {**arn(side), "configurations": configurations(side)},
    "CreateAnalyzer": lambda side: {
        "analyzerName": f"{side.new('watch')}-{side.account}",
        "type": "ACCOUNT",
    },
    "CreateArchiveRule": lambda side: {
        **analyzer(side),
        "ruleName": side.new("rule"),
        "filter": FILTER,
    },
    "CreateServiceLinkedAnalyzer": lambda _: {"type": "ACCOUNT"},
    "DeleteAnalyzer": analyzer,
    "DeleteArchiveRule": rule,
    "DeleteServiceLinkedAnalyzer": linked,
    "GenerateFindingRecommendation": unused,
    "GetAccessPreview": preview,
    "GetAnalyzedResource": analyzed,
    "GetAnalyzer": analyzer,
    "GetArchiveRule": rule,
    "GetFinding": found,
    "GetFindingRecommendation": recommended,
    "GetFindingV2": found,
    "GetFindingsStatistics": only(found, "analyzerArn"),
    "ListAccessPreviewFindings": preview,
    "ListAccessPreviews": only(preview, "analyzerArn"),
    "ListAnalyzedResources": only(analyzed, "analyzerArn"),
    "ListAnalyzers": nothing(analyzer),
    "ListArchiveRules": only(rule, "analyzerName"),
    "ListFindings": only(found, "analyzerArn"),
    "ListFindingsV2": only(found, "analyzerArn"),
    "ListTagsForResource": tagged,
    "StartResourceScan": analyzed,
    "TagResource": lambda side: {**tagged(side), "tags": {"cost": "low"}},
    "UntagResource": lambda side: {**tagged(side), "tagKeys": ["team"]},
    "UpdateAnalyzer": analyzer,
    "UpdateArchiveRule": lambda side: {**rule(side), "filter": {"status": {"eq": ["ACTIVE"]}}},
    "UpdateFindings": updated,
}
