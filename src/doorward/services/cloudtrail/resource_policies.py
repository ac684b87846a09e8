"""Policies of event data stores, channels and dashboards.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html
"""

from doorward.base.arn import Arn
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.services.cloudtrail import finding, resources
from doorward.services.cloudtrail.errors import (
    ResourceARNNotValid,
    ResourceNotFound,
    ResourcePolicyNotFound,
    ResourcePolicyNotValid,
    ResourceTypeNotSupported,
)
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST_CHARACTERS = 8_192


@cloudtrail.operation(on=resources.of_arn)
def put_resource_policy(ctx: Context, *, resource_arn: str, resource_policy: str) -> Output:
    """Give a resource a policy, in place of the one that it has.

    Raises:
        ResourceARNNotValid, ResourceTypeNotSupported, ResourceNotFound: there is none.
        ResourcePolicyNotValid: it is no policy for it.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutResourcePolicy.html
    """
    found = _thing(ctx, resource_arn)
    try:
        policy = parse(resource_policy)
    except PolicySyntaxError as error:
        raise ResourcePolicyNotValid(str(error)) from error
    if len(resource_policy) > MOST_CHARACTERS:
        raise ResourcePolicyNotValid("The policy is longer than 8192 characters.")
    for statement in policy.statements:
        if statement.principals is None and statement.not_principals is None:
            raise ResourcePolicyNotValid("Each statement must name principals.")
    trail_things.change(ctx.db, found, {"policy": resource_policy})
    return {"ResourceArn": resource_arn, "ResourcePolicy": resource_policy}


@cloudtrail.operation(on=resources.of_arn)
def get_resource_policy(ctx: Context, *, resource_arn: str) -> Output:
    """Show the policy of a resource.

    Raises:
        ResourceARNNotValid, ResourceTypeNotSupported, ResourceNotFound: there is none.
        ResourcePolicyNotFound: it has none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetResourcePolicy.html
    """
    found = _thing(ctx, resource_arn)
    if not found.policy:
        raise ResourcePolicyNotFound(resource_arn)
    return {"ResourceArn": resource_arn, "ResourcePolicy": found.policy}


@cloudtrail.operation(on=resources.of_arn)
def delete_resource_policy(ctx: Context, *, resource_arn: str) -> Output:
    """Take the policy of a resource away.

    Raises:
        ResourceARNNotValid, ResourceTypeNotSupported, ResourceNotFound: there is none.
        ResourcePolicyNotFound: it has none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteResourcePolicy.html
    """
    found = _thing(ctx, resource_arn)
    if not found.policy:
        raise ResourcePolicyNotFound(resource_arn)
    trail_things.change(ctx.db, found, {"policy": ""})
    return {}


def _thing(ctx: Context, name: str) -> TrailThing:
    parsed = Arn.parse(name)
    if parsed is None or parsed.service != "cloudtrail":
        raise ResourceARNNotValid(name)
    kind = parsed.resource.partition("/")[0]
    if kind not in resources.KINDS:
        raise ResourceTypeNotSupported(name)
    found = finding.thing(ctx, kind, name)
    if found is None:
        raise ResourceNotFound(name)
    return found
