"""Policies that let services of AWS write to an account's groups.

They are kept and shown; no service that they speak to writes here.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.logs import paging, resources
from doorward.services.logs.errors import InvalidParameter, LimitExceeded, ResourceNotFound
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import log_resource_policies as policies
from doorward.store.tables.log_group import LogResourcePolicy

MOST = 10
MOST_CHARACTERS = 5_120
OF_RESOURCES = "This server keeps resource policies of accounts, not of single log groups."


@logs.operation(on=resources.on_all)
def put_resource_policy(
    ctx: Context,
    *,
    policy_name: str | None = None,
    policy_document: str | None = None,
    resource_arn: str | None = None,
    expected_revision_id: str | None = None,
) -> Output:
    """Keep a policy, in place of one of the same name.

    Raises:
        InvalidParameter: it has no name, or is no policy, or is meant for one group.
        LimitExceeded: the account has as many as it may.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    if resource_arn or expected_revision_id:
        raise InvalidParameter(OF_RESOURCES)
    if not policy_name or not policy_document:
        raise InvalidParameter("policyName and policyDocument are required.")
    _check(policy_document)
    of = (ctx.db, ctx.account, ctx.facts.region)
    if policies.find(*of, policy_name) is None and policies.count(*of) >= MOST:
        raise LimitExceeded
    made = LogResourcePolicy(ctx.account, ctx.facts.region, policy_name, policy_document, ctx.now)
    policies.put(ctx.db, made)
    return {"resourcePolicy": _shape(made)}


def _check(document: str) -> None:
    """Refuse what is no policy.

    Raises:
        InvalidParameter: it is too long, or cannot be read.
    """
    if len(document) > MOST_CHARACTERS:
        raise InvalidParameter(f"The policy is longer than {MOST_CHARACTERS} characters.")
    try:
        parse(document)
    except PolicySyntaxError as error:
        raise InvalidParameter("The policy document is malformed.") from error


def _shape(policy: LogResourcePolicy) -> Output:
    return {
        "policyName": policy.name,
        "policyDocument": policy.document,
        "lastUpdatedTime": milliseconds(policy.updated_at),
        "policyScope": "ACCOUNT",
    }


@logs.operation(on=resources.on_all)
def delete_resource_policy(
    ctx: Context,
    *,
    policy_name: str | None = None,
    resource_arn: str | None = None,
    expected_revision_id: str | None = None,
) -> Output:
    """Forget a policy.

    Raises:
        ResourceNotFound: there is none of that name.
        InvalidParameter: none is named, or that of one group is meant.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteResourcePolicy.html
    """
    if resource_arn or expected_revision_id:
        raise InvalidParameter(OF_RESOURCES)
    if not policy_name:
        raise InvalidParameter("policyName is required.")
    if not policies.remove(ctx.db, ctx.account, ctx.facts.region, policy_name):
        raise ResourceNotFound("resource policy")
    return {}


@logs.operation(on=resources.on_all)
def describe_resource_policies(
    ctx: Context,
    *,
    next_token: str | None = None,
    limit: int = paging.DEFAULT,
    resource_arn: str | None = None,
    policy_scope: str | None = None,
) -> Output:
    """The policies of the account; single groups have none.

    Raises:
        InvalidParameter: the token is of another list.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html
    """
    if resource_arn or policy_scope == "RESOURCE":
        return {"resourcePolicies": []}
    scope = "resource policies"
    after = paging.opened(ctx, scope, next_token)
    page = policies.page(ctx.db, ctx.account, ctx.facts.region, after=after, limit=limit)
    shown = [_shape(one) for one in page.items]
    return {"resourcePolicies": shown, **paging.following(ctx, scope, page.last)}
