"""Delegation requests: asking for temporary access to an account, and looking at what is asked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
"""

import re
from datetime import timedelta
from typing import Any

from doorward.authz.access import Access
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.iam import delegation_policies, delegation_states, paging
from doorward.services.iam.delegation_states import OPEN_FOR, found, resource, shown, state
from doorward.services.iam.errors import EntityAlreadyExists, InvalidInput
from doorward.services.iam.service import iam
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.store import delegation_requests
from doorward.store.tables.delegation_request import DelegationRequest

REMEMBERED = timedelta(days=30)
"""How long expired requests are kept (assumed)."""

TOPIC = re.compile(r"[A-Za-z0-9_-]+")
DEFAULT_LOCALE = "en"


def topic(channel: str) -> tuple[str, str, str]:
    """Region, account and name of the SNS topic whose ARN *channel* is.

    Raises:
        InvalidInput: it is no such ARN.
    """
    parsed = Arn.parse(channel)
    parts = (parsed.region, parsed.account, parsed.resource) if parsed else ()
    if parsed is None or parsed.service != "sns" or not all(map(TOPIC.fullmatch, parts)):
        raise InvalidInput("The notification channel must be the ARN of an SNS topic.")
    return parsed.region, parsed.account, parsed.resource


def new_request(ctx: Context, parameters: Parameters) -> Access:
    """Any request, since its id is not known yet, with what it asks for."""
    context: dict[str, Value] = {
        "iam:delegationduration": str(parameters["SessionDuration"]),
        "iam:notificationchannel": parameters["NotificationChannel"],
    }
    if template := parameters["Permissions"].get("PolicyTemplateArn"):
        context["iam:templatearn"] = template
    return Access(OWN_ACTION, resource(ctx, "*"), context=context)


@iam.operation(on=new_request)
def create_delegation_request(
    ctx: Context,
    *,
    description: str,
    permissions: dict[str, Any],
    requestor_workflow_id: str,
    notification_channel: str,
    session_duration: int,
    owner_account_id: str | None = None,
    request_message: str | None = None,
    redirect_url: str | None = None,
    only_send_by_owner: bool = False,
) -> Output:
    """Ask for temporary access to an account; the policy template is one of the caller's policies.

    GAP: no link to the console is given back.

    Raises:
        EntityAlreadyExists: the account used the workflow id before.
        InvalidInput: the channel is no SNS topic, or the parameters do not fit the template.
        PolicyNotFound: the account has no such template.
        MalformedPolicyDocument: template and parameters make no policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html
    """
    topic(notification_channel)
    delegation_requests.forget(ctx.db, ctx.account, ctx.now - REMEMBERED)
    if delegation_requests.by_workflow(ctx.db, ctx.account, requestor_workflow_id):
        raise EntityAlreadyExists.saying(
            f"A delegation request with workflow id {requestor_workflow_id} already exists."
        )  # assumed wording
    request = DelegationRequest(
        id=ctx.ids.request_id(),
        requestor=ctx.account,
        workflow_id=requestor_workflow_id,
        description=description,
        permissions=permissions,
        policy=delegation_policies.rendered(ctx, permissions),
        channel=notification_channel,
        duration_seconds=session_duration,
        created_at=ctx.now,
        updated_at=ctx.now,
        expires_at=ctx.now + OPEN_FOR,
        owner_account=owner_account_id,
        message=request_message,
        redirect_url=redirect_url,
        only_send_by_owner=only_send_by_owner,
    )
    delegation_requests.add(ctx.db, request)
    return {"DelegationRequestId": request.id}


@iam.operation(on=delegation_states.named(owner_may=True))
def get_delegation_request(
    ctx: Context, *, delegation_request_id: str, delegation_permission_check: bool = False
) -> Output:
    """Show a request and, if asked, whether the caller has what it asks for.

    Raises:
        NoSuchEntity: there is none that the caller's account may know of.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html
    """
    request = found(ctx, delegation_request_id)
    output: Output = {"DelegationRequest": shown(ctx, request)}
    if delegation_permission_check:
        output["PermissionCheckStatus"] = "COMPLETE"
        output["PermissionCheckResult"] = delegation_policies.covered(ctx, request.policy)
    return output


def listed(ctx: Context, parameters: Parameters) -> Access:
    """All requests, and whose are asked for."""
    del ctx
    owner = parameters.get("OwnerId")
    context: dict[str, Value] = {"iam:delegationrequestowner": owner} if owner else {}
    return Access(OWN_ACTION, "*", context=context)


@iam.operation(on=listed)
def list_delegation_requests(
    ctx: Context,
    *,
    owner_id: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the requests for access to the account that somebody in it owns.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
    """
    scope = f"ListDelegationRequests {owner_id}"
    after = paging.after(ctx, scope, marker)
    page = delegation_requests.page(
        ctx.db, ctx.account, owner_arn=owner_id, after=after, limit=max_items
    )
    end = paging.end(ctx, scope, page)
    end["isTruncated"] = end.pop("IsTruncated")  # this one operation spells it so
    return {"DelegationRequests": [shown(ctx, one) for one in page.items]} | end


def summarized(ctx: Context, parameters: Parameters) -> Access:
    """The request whose ARN is given."""
    name = parameters["EntityArn"]
    return Access(OWN_ACTION, resource(ctx, name.rpartition("/")[2]))


@iam.operation(on=summarized)
def get_human_readable_summary(
    ctx: Context, *, entity_arn: str, locale: str = DEFAULT_LOCALE
) -> Output:
    """Say that there is no summary: AWS has a language model write them, and none is here.

    Raises:
        InvalidInput: the ARN is not that of a delegation request.
        NoSuchEntity: there is none that the caller's account may know of.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html
    """
    parsed = Arn.parse(entity_arn)
    kind, _, request_id = parsed.resource.partition("/") if parsed else ("", "", "")
    if kind != "delegation-request":
        raise InvalidInput(f"ARN {entity_arn} is not valid.")
    state(ctx, found(ctx, request_id))
    return {"Locale": locale, "SummaryState": "NOT_SUPPORTED"}
