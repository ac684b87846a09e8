"""Findings of every kind of analyzer, as the second version of the API shows them."""

from datetime import datetime
from typing import Any

from doorward.services.accessanalyzer import finding_analyzers, finding_lists, resources
from doorward.services.accessanalyzer.findings import plain
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store.tables.finding import Finding

DETAILS = {
    "ExternalAccess": "externalAccessDetails",
    "InternalAccess": "internalAccessDetails",
    "UnusedIAMRole": "unusedIamRoleDetails",
    "UnusedIAMUserAccessKey": "unusedIamUserAccessKeyDetails",
    "UnusedIAMUserPassword": "unusedIamUserPasswordDetails",
    "UnusedPermission": "unusedPermissionDetails",
}


@accessanalyzer.operation(on=resources.same_as("ListFindings"), name="ListFindingsV2")
def list_findings_v2(
    ctx: Context,
    *,
    analyzer_arn: str,
    filter: dict[str, Any] | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
    sort: dict[str, str] | None = None,
) -> Output:
    """List the findings of an analyzer.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: filter, order or page are asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    asked = (filter or {}, sort or {}, max_results, next_token)
    found, more = finding_lists.listed(ctx, analyzer, "ListFindingsV2", *asked)
    return {"findings": [plain(one) | {"findingType": one.kind} for one in found]} | more


@accessanalyzer.operation(on=resources.same_as("GetFinding"), name="GetFindingV2")
def get_finding_v2(
    ctx: Context,
    *,
    analyzer_arn: str,
    id: str,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Output:
    """Show a finding with its details, which are on one page: a service each at most.

    Raises:
        ResourceNotFound: there is no such analyzer or finding.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html
    """
    del max_results, next_token
    found = finding_lists.one(ctx, analyzer_arn, id)
    details = [{DETAILS[found.kind]: one} for one in _details(found)]
    return plain(found) | {"findingType": found.kind, "findingDetails": details}


def _details(found: Finding) -> list[dict[str, Any]]:
    """What the finding says; of unused permissions, for each service apart."""
    services = found.details.get("services", [found.details])
    return [_dated(one) for one in services]


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    """*said* with its moments read."""
    read = dict(said)
    if "lastAccessed" in read:
        read["lastAccessed"] = datetime.fromisoformat(read["lastAccessed"])
    if "actions" in read:
        read["actions"] = [_dated(one) for one in read["actions"]]
    return read
