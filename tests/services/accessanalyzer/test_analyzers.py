"""Analyzers, their archive rules, lists and statistics."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.accessanalyzer.watching import Watching, document, eventually
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

THIRD = "333333333333"


@pytest.fixture
def iam(clients: Clients) -> Any:
    return clients.client("iam", host="127.0.0.1")


@pytest.fixture
def watching(analyzer: Any) -> Watching:
    return Watching(analyzer)


def role(iam: Any, name: str, *principals: str) -> str:
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document({"AWS": list(principals)}, "sts:AssumeRole"),
    )
    return str(made["Role"]["Arn"])


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_an_analyzer_is_made_shown_listed_and_deleted(analyzer: Any) -> None:
    arn = analyzer.create_analyzer(analyzerName="mine", type="ACCOUNT", tags={"team": "red"})["arn"]

    shown = analyzer.get_analyzer(analyzerName="mine")["analyzer"]
    assert arn == f"arn:aws:access-analyzer:us-east-1:{ACCOUNT}:analyzer/mine"
    assert (shown["arn"], shown["type"], shown["status"]) == (arn, "ACCOUNT", "ACTIVE")
    assert shown["tags"] == {"team": "red"}
    assert [one["name"] for one in analyzer.list_analyzers(type="ACCOUNT")["analyzers"]] == ["mine"]
    assert analyzer.list_analyzers(type="ORGANIZATION")["analyzers"] == []
    analyzer.delete_analyzer(analyzerName="mine")
    with pytest.raises(ClientError) as refused:
        analyzer.get_analyzer(analyzerName="mine")
    assert code(refused) == "ResourceNotFoundException"


def test_one_analyzer_an_account_and_none_of_the_same_name(analyzer: Any) -> None:
    analyzer.create_analyzer(analyzerName="mine", type="ACCOUNT")

    with pytest.raises(ClientError) as same:
        analyzer.create_analyzer(analyzerName="mine", type="ACCOUNT")
    with pytest.raises(ClientError) as second:
        analyzer.create_analyzer(analyzerName="other", type="ACCOUNT")

    assert code(same) == "ConflictException"
    assert code(second) == "ServiceQuotaExceededException"


def test_an_analyzer_that_a_service_manages_is_not_deleted_as_others_are(analyzer: Any) -> None:
    arn = analyzer.create_service_linked_analyzer(type="ACCOUNT")["arn"]
    name = arn.rpartition("/")[2]

    with pytest.raises(ClientError, match="is managed by"):
        analyzer.delete_analyzer(analyzerName=name)
    assert analyzer.get_analyzer(analyzerName=name)["analyzer"]["managedBy"]
    analyzer.delete_service_linked_analyzer(analyzerName=name)
    assert analyzer.list_analyzers()["analyzers"] == []


def test_only_an_organization_has_an_analyzer_of_an_organization(analyzer: Any) -> None:
    with pytest.raises(ClientError, match="not a member of an organization"):
        analyzer.create_analyzer(analyzerName="ours", type="ORGANIZATION")


def test_tags_are_set_and_taken(analyzer: Any) -> None:
    watching = Watching(analyzer, tags={"team": "red"})

    analyzer.tag_resource(resourceArn=watching.arn, tags={"cost": "low"})
    analyzer.untag_resource(resourceArn=watching.arn, tagKeys=["team"])

    assert analyzer.list_tags_for_resource(resourceArn=watching.arn)["tags"] == {"cost": "low"}


def test_a_rule_archives_what_is_found_from_then_on(iam: Any, watching: Watching) -> None:
    before = role(iam, "before", OTHER_ACCOUNT)
    watching.status(before, "ACTIVE")
    rule = {"analyzerName": watching.name, "ruleName": "known"}
    watching.client.create_archive_rule(**rule, filter={"principal.AWS": {"eq": [OTHER_ACCOUNT]}})

    after = role(iam, "after", OTHER_ACCOUNT, THIRD)

    found = watching.status(after, "ACTIVE", "ARCHIVED")
    assert {one["principal"]["AWS"]: one["status"] for one in found} == {
        OTHER_ACCOUNT: "ARCHIVED",
        THIRD: "ACTIVE",
    }
    watching.status(before, "ACTIVE")
    watching.client.apply_archive_rule(analyzerArn=watching.arn, ruleName="known")
    watching.status(before, "ARCHIVED")


def test_rules_are_made_with_the_analyzer_shown_changed_and_deleted(analyzer: Any) -> None:
    first = {"resourceType": {"eq": ["AWS::IAM::Role"]}}
    watching = Watching(analyzer, archiveRules=[{"ruleName": "roles", "filter": first}])
    rule = {"analyzerName": watching.name, "ruleName": "roles"}

    assert analyzer.get_archive_rule(**rule)["archiveRule"]["filter"] == first
    analyzer.update_archive_rule(**rule, filter={"isPublic": {"eq": ["false"]}})
    (shown,) = analyzer.list_archive_rules(analyzerName=watching.name)["archiveRules"]
    assert shown["filter"] == {"isPublic": {"eq": ["false"]}}
    analyzer.delete_archive_rule(**rule)
    with pytest.raises(ClientError) as refused:
        analyzer.get_archive_rule(**rule)
    assert code(refused) == "ResourceNotFoundException"


@pytest.mark.parametrize("wrong", [{}, {"colour": {"eq": ["red"]}}, {"resource": {}}])
def test_a_filter_that_asks_for_nothing_is_refused(watching: Watching, wrong: Any) -> None:
    with pytest.raises(ClientError) as refused:
        watching.client.create_archive_rule(
            analyzerName=watching.name, ruleName="wrong", filter=wrong
        )

    assert code(refused) == "ValidationException"


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"one", "two", "public"}),
    ({"resource": {"contains": ["role/t"]}}, {"two"}),
    ({"isPublic": {"eq": ["true"]}}, {"public"}),
    ({"principal.AWS": {"neq": ["*"]}}, {"one", "two"}),
    ({"principal.Federated": {"exists": True}}, set()),
    ({"condition.sts:ExternalId": {"exists": True}}, {"two"}),
    ({"condition.sts:ExternalId": {"eq": ["x"]}, "status": {"eq": ["ACTIVE"]}}, {"two"}),
    ({"resourceOwnerAccount": {"eq": [OTHER_ACCOUNT]}}, set()),
    ({"status": {"eq": ["RESOLVED"]}}, set()),
]


def test_lists_hold_what_meets_the_filter_page_by_page(iam: Any, watching: Watching) -> None:
    role(iam, "one", OTHER_ACCOUNT)
    iam.create_role(
        RoleName="two",
        AssumeRolePolicyDocument=document(
            {"AWS": OTHER_ACCOUNT}, "sts:AssumeRole", StringEquals={"sts:ExternalId": "x"}
        ),
    )
    role(iam, "public", "*")
    eventually(watching.findings, lambda found: len(found) == 3)

    for given, expected in FILTERS:
        found = watching.findings(**given)
        assert {one["resource"].rpartition("/")[2] for one in found} == expected, given
    pages = watching.client.get_paginator("list_findings_v2").paginate(
        analyzerArn=watching.arn,
        sort={"attributeName": "resource", "orderBy": "DESC"},
        PaginationConfig={"PageSize": 1},
    )
    in_order = [one["resource"].rpartition("/")[2] for page in pages for one in page["findings"]]
    assert in_order == ["two", "public", "one"]


def test_statistics_count_what_there_is_by_type_and_status(iam: Any, watching: Watching) -> None:
    role(iam, "one", OTHER_ACCOUNT)
    role(iam, "public", "*")
    gone = role(iam, "gone", OTHER_ACCOUNT)
    eventually(watching.findings, lambda found: len(found) == 3)
    iam.delete_role(RoleName="gone")
    watching.status(gone, "RESOLVED")

    (found,) = watching.client.get_findings_statistics(analyzerArn=watching.arn)[
        "findingsStatistics"
    ]

    counted = found["externalAccessFindingsStatistics"]
    assert (counted["totalActiveFindings"], counted["totalResolvedFindings"]) == (2, 1)
    assert counted["resourceTypeStatistics"] == {
        "AWS::IAM::Role": {"totalActivePublic": 1, "totalActiveCrossAccount": 1}
    }


def test_resources_that_were_looked_at_are_listed_by_type(iam: Any, watching: Watching) -> None:
    arn = role(iam, "own", ACCOUNT)

    def listed(kind: str) -> list[str]:
        found = watching.client.list_analyzed_resources(analyzerArn=watching.arn, resourceType=kind)
        return [one["resourceArn"] for one in found["analyzedResources"]]

    eventually(lambda: listed("AWS::IAM::Role"), lambda found: found == [arn])
    assert listed("AWS::S3::Bucket") == []
    shown = watching.client.get_analyzed_resource(analyzerArn=watching.arn, resourceArn=arn)
    assert shown["resource"]["isPublic"] is False
    assert "actions" not in shown["resource"]
