"""Resources that analyzers looked at, and having one looked at anew.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html
"""

from typing import Any

from doorward.base.arn import Arn
from doorward.services.accessanalyzer import finding_analyzers, paging, resources
from doorward.services.accessanalyzer.errors import ResourceNotFound, ValidationException
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import analyzed_resources, buckets, organizations, resource_scans
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.finding import AnalyzedResource

KINDS = {
    # what ARNs of a type have for their service, and how their last part begins
    "AWS::IAM::Role": ("iam", "role/"),
    "AWS::S3::Bucket": ("s3", ""),
    "AWS::SQS::Queue": ("sqs", ""),
    "AWS::SNS::Topic": ("sns", ""),
    "AWS::KMS::Key": ("kms", "key/"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "secret:"),
    "AWS::Lambda::Function": ("lambda", "function:"),
    "AWS::ECR::Repository": ("ecr", "repository/"),
    "AWS::DynamoDB::Table": ("dynamodb", "table/"),
}


@accessanalyzer.operation(on=resources.analyzer)
def get_analyzed_resource(ctx: Context, *, analyzer_arn: str, resource_arn: str) -> Output:
    """Show what an analyzer knows of a resource.

    Raises:
        ResourceNotFound: there is no such analyzer, or it never looked at that resource.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAnalyzedResource.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    found = analyzed_resources.find(ctx.db, ctx.account, analyzer.id, resource_arn)
    if found is None:
        raise ResourceNotFound(
            f"Resource {resource_arn} was not analyzed.", resource_arn, "RESOURCE"
        )
    return {"resource": _shown(found)}


@accessanalyzer.operation(on=resources.analyzer)
def list_analyzed_resources(
    ctx: Context,
    *,
    analyzer_arn: str,
    resource_type: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Output:
    """List the resources that an analyzer looked at, of one type where that is given.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzedResources.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    scope = f"ListAnalyzedResources {analyzer.id} {resource_type}"
    page = analyzed_resources.page(
        ctx.db,
        ctx.account,
        analyzer.id,
        kind=resource_type,
        after=paging.after(ctx, scope, next_token),
        limit=paging.limit(max_results),
    )
    shown = [
        {"resourceArn": one.arn, "resourceOwnerAccount": one.owner, "resourceType": one.type}
        for one in page.items
    ]
    return {"analyzedResources": shown} | paging.end(ctx, scope, page)


@accessanalyzer.operation(on=resources.analyzer)
def start_resource_scan(
    ctx: Context,
    *,
    analyzer_arn: str,
    resource_arn: str,
    resource_owner_account: str | None = None,
) -> Output:
    """Have a resource looked at at once, also one that nobody is known to have changed.

    Raises:
        ResourceNotFound: there is no such analyzer, or the resource is out of its sight.
        ValidationException: resources of that type are not looked at.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_StartResourceScan.html
    """
    analyzer = finding_analyzers.by_arn(ctx, analyzer_arn)
    kind, parsed = kind_of(resource_arn), Arn.parse(resource_arn)
    if kind is None or parsed is None:
        raise ValidationException(f"The resource type of {resource_arn} is not supported.")
    owner = owner_of(ctx, parsed) or resource_owner_account or ctx.account
    if not in_sight(ctx, analyzer, owner):
        raise out_of_sight(resource_arn)
    resource_scans.ask(ctx.db, owner, kind, resource_arn, parsed.region, ctx.now)
    ctx.after_commit(ctx.wake)
    return {}


def owner_of(ctx: Context, arn: Arn) -> str | None:
    """Whose the resource is, or would be; None of a bucket that is not there."""
    if arn.account:
        return arn.account
    found = buckets.find(ctx.db, arn.resource)
    return found.account if found else None


def out_of_sight(arn: str) -> ResourceNotFound:
    """That an analyzer does not look at the resource. The wording is assumed."""
    return ResourceNotFound(
        f"The resource {arn} is not in the zone of trust of the analyzer.", arn, "RESOURCE"
    )


def in_sight(ctx: Context, analyzer: Analyzer, account: str) -> bool:
    """Whether *analyzer* looks at resources of *account*."""
    if not analyzer.organization:
        return account == analyzer.account
    joined = organizations.find_account(ctx.db, account)
    return joined is not None and joined.organization_id == analyzer.organization


def kind_of(arn: str) -> str | None:
    """The type of resource that *arn* names; None where it is none that is looked at."""
    parsed = Arn.parse(arn)
    if parsed is None:
        return None
    for kind, (service, start) in KINDS.items():
        if parsed.service == service and parsed.resource.startswith(start):
            return kind
    return None


def _shown(found: AnalyzedResource) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "resourceArn": found.arn,
        "resourceType": found.type,
        "resourceOwnerAccount": found.owner,
        "isPublic": found.public,
        "createdAt": found.created_at,
        "analyzedAt": found.analyzed_at,
        "updatedAt": found.updated_at,
    }
    if found.actions:
        shown |= {"actions": found.actions, "sharedVia": found.shared_via}
    shown |= {"status": found.status} if found.status else {}
    return shown | ({"error": found.error} if found.error else {})
