"""Findings about what nobody uses: roles, keys, passwords and permissions."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.server.findings.following import Noting
from doorward.store import audit_cursors, resource_scans
from services.accessanalyzer.watching import Watching, document, eventually
from services.served import Clients

READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": ["s3:ListAllMyBuckets", "sqs:*"],
            "Resource": "*",
        },
    }
)
TRUST = document({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")


@pytest.fixture
def iam(clients: Clients) -> Any:
    return clients.client("iam", host="127.0.0.1")


@pytest.fixture
def later(clients: Clients) -> Iterator[Callable[[int, int], None]]:
    """Lets days pass until there are so many findings; then it is today again, for clients sign."""
    served = clients.served

    def active() -> int:
        query = "SELECT count(*) FROM finding WHERE status = 'ACTIVE'"
        with served.running.database.read() as db:
            return int(db.exec_driver_sql(query).scalar() or 0)

    def unsettled() -> bool:
        """Whether what was done today is still to be noted or looked at."""
        with served.running.database.read() as db:
            behind = audit_cursors.position(db, Noting.name) != audit_cursors.end(db)
            return behind or bool(resource_scans.waiting(db, limit=1))

    def passing(days: int, findings: int) -> None:
        if waiting := served.running.recorder.flush():
            waiting.result()
        eventually(unsettled, lambda still: not still)
        served.clock.ahead = timedelta(days=days)
        try:
            eventually(active, lambda number: number == findings)
        finally:
            served.clock.ahead = timedelta()

    yield passing
    served.clock.ahead = timedelta()


def watch(analyzer: Any, **given: Any) -> Watching:
    configuration = {"unusedAccess": {"unusedAccessAge": 30, **given}}
    return Watching(analyzer, "ACCOUNT_UNUSED_ACCESS", configuration=configuration)


def listed(watching: Watching, *, status: str = "ACTIVE") -> set[tuple[str, str]]:
    found = watching.client.list_findings_v2(
        analyzerArn=watching.arn, filter={"status": {"eq": [status]}}
    )["findings"]
    return {(one["findingType"], one["resource"].rpartition("/")[2]) for one in found}


def details(watching: Watching, kind: str) -> list[dict[str, Any]]:
    """The details of the only finding of a kind."""
    (one,) = watching.client.list_findings_v2(
        analyzerArn=watching.arn, filter={"findingType": {"eq": [kind]}}
    )["findings"]
    shown = watching.client.get_finding_v2(analyzerArn=watching.arn, id=one["id"])
    return list(shown["findingDetails"])


def test_what_nobody_uses_is_found_when_it_is_old_enough(
    iam: Any, analyzer: Any, later: Callable[[int, int], None], clients: Clients
) -> None:
    iam.create_role(RoleName="idle", AssumeRolePolicyDocument=TRUST)
    make_bob = clients.user("bob", READ)
    iam.create_login_profile(UserName="bob", Password="correct horse 1 Battery!")
    make_bob("s3", host="127.0.0.1").list_buckets()
    clients.user("carol")
    watching = watch(analyzer)

    later(31, 5)

    key = iam.list_access_keys(UserName="carol")["AccessKeyMetadata"][0]["AccessKeyId"]
    assert listed(watching) == {
        ("UnusedIAMRole", "idle"),
        ("UnusedIAMUserPassword", "bob"),
        ("UnusedIAMUserAccessKey", "bob"),
        ("UnusedIAMUserAccessKey", "carol"),
        ("UnusedPermission", "bob"),
    }
    services = details(watching, "UnusedPermission")
    names = {one["unusedPermissionDetails"]["serviceNamespace"]: one for one in services}
    assert set(names) == {"s3", "sqs"}
    assert "lastAccessed" in names["s3"]["unusedPermissionDetails"]
    assert "lastAccessed" not in names["sqs"]["unusedPermissionDetails"]
    keys = watching.client.list_findings_v2(
        analyzerArn=watching.arn, filter={"resource": {"contains": ["user/carol"]}}
    )["findings"]
    shown = watching.client.get_finding_v2(analyzerArn=watching.arn, id=keys[0]["id"])
    assert shown["findingDetails"] == [{"unusedIamUserAccessKeyDetails": {"accessKeyId": key}}]
    (counted,) = watching.client.get_findings_statistics(analyzerArn=watching.arn)[
        "findingsStatistics"
    ]
    of_kinds = counted["unusedAccessFindingsStatistics"]["unusedAccessTypeStatistics"]
    assert {one["unusedAccessType"]: one["total"] for one in of_kinds} == {
        "UnusedIAMRole": 1,
        "UnusedIAMUserAccessKey": 2,
        "UnusedIAMUserPassword": 1,
        "UnusedPermission": 1,
    }


def test_what_is_deleted_is_unused_no_more(
    iam: Any, analyzer: Any, later: Callable[[int, int], None], clients: Clients
) -> None:
    iam.create_role(RoleName="idle", AssumeRolePolicyDocument=TRUST)
    watching = watch(analyzer)
    later(31, 1)

    iam.delete_role(RoleName="idle")

    eventually(
        lambda: listed(watching, status="RESOLVED"),
        lambda found: found == {("UnusedIAMRole", "idle")},
    )


def test_whom_a_rule_excludes_is_left_out(
    iam: Any, analyzer: Any, later: Callable[[int, int], None]
) -> None:
    for name, team in (("kept", "blue"), ("left-out", "red")):
        tags = [{"Key": "team", "Value": team}]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=tags)
    watching = watch(analyzer, analysisRule={"exclusions": [{"resourceTags": [{"team": "red"}]}]})

    later(31, 1)

    assert listed(watching) == {("UnusedIAMRole", "kept")}


def test_the_first_version_of_the_api_shows_none_of_it(analyzer: Any) -> None:
    watching = watch(analyzer)

    with pytest.raises(ClientError, match="ends in V2"):
        watching.findings()
