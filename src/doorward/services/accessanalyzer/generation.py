"""Policies made from what a user or role did: begun here, made in the background.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from doorward.authz.access import Access
from doorward.base.arn import Arn, entity
from doorward.base.clock import iso8601
from doorward.services.accessanalyzer import generated, resources
from doorward.services.accessanalyzer.errors import (
    Conflict,
    ServiceQuotaExceeded,
    ValidationException,
)
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.store import policy_generations, roles, users
from doorward.store.page import InvalidMarker
from doorward.store.tables.policy_generation import (
    CANCELED,
    IN_PROGRESS,
    SUCCEEDED,
    PolicyGeneration,
)

PRINCIPAL = "access-analyzer.amazonaws.com"
KIND = "PolicyGeneration"
LISTED = timedelta(days=7)
LONGEST = timedelta(days=90)
DAY = timedelta(days=1)
PER_DAY = 50
FEW_PER_DAY = 5
FEW = frozenset({"af-south-1", "ap-east-1", "ap-southeast-3", "eu-south-1", "me-south-1"})
"""Regions in which fewer are made a day.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html
"""
MOST = 100
"""How many a page has at most. Assumed."""


def starting(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Starting, and passing the role with which the trail would be read."""
    yield resources.everything(ctx, parameters)
    role = (parameters.get("cloudTrailDetails") or {}).get("accessRole")
    if role is not None:
        parsed = Arn.parse(role)
        context = {"iam:passedtoservice": PRINCIPAL}
        # Nobody passes another account's role, whatever they may do in their own.
        yield Access("iam:PassRole", role, parsed and parsed.account, context)


@accessanalyzer.operation(on=starting)
def start_policy_generation(
    ctx: Context,
    *,
    policy_generation_details: dict[str, Any],
    cloud_trail_details: dict[str, Any] | None = None,
    client_token: str | None = None,
) -> Output:
    """Have a policy made of what a user or role of the account did.

    Wordings are assumed. Without details the last 90 days of all Regions are looked at (assumed).

    Raises:
        ValidationException: the principal is not in the account, or the time is not one.
        Conflict: the token came with another request before.
        ServiceQuotaExceeded: one is being made, or too many were begun that day.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_StartPolicyGeneration.html
    """
    principal = policy_generation_details["principalArn"]
    details = _details(ctx, cloud_trail_details or {})
    region = ctx.facts.region
    if client_token and (
        found := policy_generations.of_token(ctx.db, ctx.account, region, client_token)
    ):
        if (found.principal, found.details["asked"]) != (principal, details["asked"]):
            message = "The clientToken was used for another request."
            raise Conflict(message, found.id, KIND)
        return {"jobId": found.id}
    _check_principal(ctx, principal)
    _check_quotas(ctx, region)
    made = PolicyGeneration(
        id=ctx.ids.request_id(),
        account=ctx.account,
        region=region,
        principal=principal,
        token=client_token or "",
        status=IN_PROGRESS,
        details=details,
        started_at=ctx.now,
    )
    policy_generations.forget(ctx.db, ctx.account, region, ctx.now - LISTED)
    policy_generations.add(ctx.db, made)
    ctx.after_commit(ctx.wake)
    return {"jobId": made.id}


def _details(ctx: Context, given: dict[str, Any]) -> dict[str, Any]:
    """What is looked at; `asked` is as it was asked for, for comparison.

    Raises:
        ValidationException: it ends before it begins, later than now, or is too long.
    """
    if not given:
        begun, ended = ctx.now - LONGEST, ctx.now
        return {"asked": {}, "startTime": iso8601(begun), "endTime": iso8601(ended)}
    begun = given["startTime"]
    ended = given.get("endTime") or ctx.now
    if begun >= ended:
        raise ValidationException("The startTime must be before the endTime.")
    if begun > ctx.now or ended > ctx.now + DAY:
        raise ValidationException("The time range must not be in the future.")
    if ended - begun > LONGEST:
        raise ValidationException("The time range must not be longer than 90 days.")
    if not given["trails"]:
        raise ValidationException("At least one trail must be specified.")
    asked = {
        "accessRole": given["accessRole"],
        "trails": given["trails"],
        "startTime": iso8601(begun),
        "endTime": iso8601(given["endTime"]) if given.get("endTime") else None,
    }
    times = {"startTime": asked["startTime"], "endTime": iso8601(ended)}
    return {"asked": asked, "accessRole": asked["accessRole"], "trails": asked["trails"], **times}


def _check_principal(ctx: Context, principal: str) -> None:
    """Refuse a principal that the account does not have.

    Raises:
        ValidationException: it has none of that ARN.
    """
    name = principal.rpartition("/")[2]
    found = (
        users.find(ctx.db, ctx.account, name)
        if ":user/" in principal
        else roles.find(ctx.db, ctx.account, name)
    )
    kind = "user" if ":user/" in principal else "role"
    exact = found and entity(ctx.partition, ctx.account, kind, found.path, found.name)
    if exact != principal:
        raise ValidationException("The principal does not exist in the account.")


def _check_quotas(ctx: Context, region: str) -> None:
    """Refuse another one where the account has as many as it may have.

    Raises:
        ServiceQuotaExceeded: one is being made, or too many were begun within a day.
    """
    running = policy_generations.under_way(ctx.db, ctx.account, region)
    if running is not None:
        message = "The account can have one policy generation in progress."
        raise ServiceQuotaExceeded(message, running.id, KIND)
    most = FEW_PER_DAY if region in FEW else PER_DAY
    if policy_generations.count(ctx.db, ctx.account, region, ctx.now - DAY) >= most:
        message = f"The account can have {most} policy generations a day."
        raise ServiceQuotaExceeded(message, ctx.account, KIND)


@accessanalyzer.operation(on=resources.everything)
def get_generated_policy(
    ctx: Context,
    *,
    job_id: str,
    include_resource_placeholders: bool = False,
    include_service_level_template: bool = False,
) -> Output:
    """Show what came of one; without a policy while it is being made.

    Raises:
        ValidationException: there is none of that id.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetGeneratedPolicy.html
    """
    found = _found(ctx, job_id)
    job: dict[str, Any] = {
        "jobId": found.id,
        "status": found.status,
        "startedOn": found.started_at,
    }
    if found.completed_at is not None:
        job["completedOn"] = found.completed_at
    if found.error:
        job["jobError"] = found.error
    result: dict[str, Any] = {"properties": _properties(found)}
    if found.status == SUCCEEDED:
        policies = generated.policies(
            found.result,
            placeholders=include_resource_placeholders,
            services=include_service_level_template,
        )
        result["generatedPolicies"] = [{"policy": one} for one in policies]
    return {"jobDetails": job, "generatedPolicyResult": result}


def _properties(found: PolicyGeneration) -> dict[str, Any]:
    shown: dict[str, Any] = {"principalArn": found.principal}
    if found.status == SUCCEEDED:
        shown["isComplete"] = found.result["complete"]
    if trails := found.details.get("trails"):
        shown["cloudTrailProperties"] = {
            "trailProperties": [{"regions": [], "allRegions": False, **one} for one in trails],
            "startTime": datetime.fromisoformat(found.details["startTime"]),
            "endTime": datetime.fromisoformat(found.details["endTime"]),
        }
    return shown


@accessanalyzer.operation(on=resources.everything)
def list_policy_generations(
    ctx: Context,
    *,
    principal_arn: str | None = None,
    max_results: int = MOST,
    next_token: str | None = None,
) -> Output:
    """List those of the last seven days, the newest first.

    Raises:
        ValidationException: the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListPolicyGenerations.html
    """
    scope = f"{ctx.account} {ctx.facts.region} ListPolicyGenerations {principal_arn or ''}"
    try:
        after = ctx.markers.open(scope, next_token) if next_token else None
    except InvalidMarker as error:
        raise ValidationException("The nextToken is not valid.") from error
    page = policy_generations.page(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        principal=principal_arn,
        since=ctx.now - LISTED,
        after=after,
        limit=min(max_results, MOST),
    )
    shown: Output = {"policyGenerations": [_summary(one) for one in page.items]}
    if page.last is not None:
        shown["nextToken"] = ctx.markers.seal(scope, page.last)
    return shown


def _summary(one: PolicyGeneration) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "jobId": one.id,
        "principalArn": one.principal,
        "status": one.status,
        "startedOn": one.started_at,
    }
    return shown | ({"completedOn": one.completed_at} if one.completed_at else {})


@accessanalyzer.operation(on=resources.everything)
def cancel_policy_generation(ctx: Context, *, job_id: str) -> Output:
    """Give one up; one that has ended stays as it is (assumed).

    Raises:
        ValidationException: there is none of that id.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CancelPolicyGeneration.html
    """
    found = _found(ctx, job_id)
    ended = {"status": CANCELED, "completed_at": ctx.now}
    policy_generations.end(ctx.db, found, ended)
    return {}


def _found(ctx: Context, job_id: str) -> PolicyGeneration:
    """The one of that id, of the last seven days.

    Raises:
        ValidationException: there is none; these operations know no other refusal.
    """
    found = policy_generations.find(ctx.db, ctx.account, ctx.facts.region, job_id)
    if found is None or found.started_at < ctx.now - LISTED:
        raise ValidationException("The policy generation job does not exist.", "other")
    return found
