"""Findings of every kind of analyzer, as the second version of the API shows them."""

from typing import Any

from doorward.services.accessanalyzer import finding_analyzers, finding_lists, resources
from doorward.services.accessanalyzer.findings import plain
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output

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
    """Show a finding with its details, which are few enough for one page.

    Raises:
        ResourceNotFound: there is no such analyzer or finding.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html
    """
    del max_results, next_token
    found = finding_lists.one(ctx, analyzer_arn, id)
    details = [{DETAILS[found.kind]: found.details}]
    return plain(found) | {"findingType": found.kind, "findingDetails": details}
