"""The policy of an access point.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from doorward.authz.subject import subject
from doorward.base.limits import BUCKET_POLICY_BYTES
from doorward.engine.public import is_public
from doorward.policy.document import Effect, Policy, Statement
from doorward.policy.grammar.refusal import MalformedPolicyDocument
from doorward.policy.grammar.resource_based import check_resource
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3control import resources
from doorward.services.s3control.errors import (
    AccessDenied,
    MalformedPolicy,
    NoSuchAccessPointPolicy,
)
from doorward.services.s3control.service import s3control
from doorward.store import access_points, principals, public_access_blocks
from doorward.store.principals import UnknownPrincipal
from doorward.store.tables.access_point import AccessPoint

BLOCK_POLICY = "BlockPublicPolicy"
ANY_ACTION = "*"
PREFIX = "s3:"


@s3control.operation(on=resources.on_point("GetAccessPointPolicy"))
def get_access_point_policy(ctx: Context, *, account_id: str, name: str) -> Output:
    """The policy, with the ARNs that its principals have now; of one that is gone the id.

    Raises:
        NoSuchAccessPoint, NoSuchAccessPointPolicy: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPointPolicy.html
    """
    return {"Policy": principals.to_arns(ctx.db, _policy(ctx, account_id, name))}


@s3control.operation(on=resources.on_point("PutAccessPointPolicy"))
def put_access_point_policy(ctx: Context, *, account_id: str, name: str, policy: str) -> Output:
    """Give the access point this policy in place of the one it has.

    Raises:
        NoSuchAccessPoint: there is none.
        MalformedPolicy: S3 refuses the policy.
        AccessDenied: it is public, and public policies are blocked.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutAccessPointPolicy.html
    """
    point = resources.found(ctx, account_id, name)
    if len(policy.encode()) > BUCKET_POLICY_BYTES:
        raise MalformedPolicy(
            "Normalized policy document exceeds the maximum allowed size of "
            f"{BUCKET_POLICY_BYTES} bytes"
        )
    try:
        checked = check_resource(policy)
    except MalformedPolicyDocument as error:
        raise MalformedPolicy(error.message) from error
    for statement in checked.statements:
        _check(statement, resources.arn_of(ctx, point))
    try:
        bound = principals.to_ids(ctx.db, policy)
    except UnknownPrincipal as error:
        raise MalformedPolicy("Invalid principal in policy") from error
    _check_public(ctx, point, checked)
    access_points.change(ctx.db, point, {"policy": bound})
    return {}


@s3control.operation(on=resources.on_point("DeleteAccessPointPolicy"))
def delete_access_point_policy(ctx: Context, *, account_id: str, name: str) -> Output:
    """Take the policy away, if there is one.

    Raises:
        NoSuchAccessPoint: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteAccessPointPolicy.html
    """
    access_points.change(ctx.db, resources.found(ctx, account_id, name), {"policy": None})
    return {}


@s3control.operation(on=resources.on_point("GetAccessPointPolicyStatus"))
def get_access_point_policy_status(ctx: Context, *, account_id: str, name: str) -> Output:
    """Whether the policy is public; Block Public Access does not count.

    Raises:
        NoSuchAccessPoint, NoSuchAccessPointPolicy: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPointPolicyStatus.html
    """
    policy = parse(_policy(ctx, account_id, name))
    return {"PolicyStatus": {"IsPublic": is_public(policy)}}


def _policy(ctx: Context, account_id: str, name: str) -> str:
    point = resources.found(ctx, account_id, name)
    if point.policy is None:
        raise NoSuchAccessPointPolicy(name)
    return point.policy


def _check(statement: Statement, arn: str) -> None:
    """Refuse a statement that is not about S3, or about something else than the access point.

    Raises:
        MalformedPolicy: it is so, or it allows all but a few principals.
    """
    if statement.not_principals is not None and statement.effect is Effect.ALLOW:
        raise MalformedPolicy("Allow with NotPrincipal is not allowed.")
    actions = statement.actions or statement.not_actions
    for action in actions.items if actions else ():
        if action.value != ANY_ACTION and not action.value.lower().startswith(PREFIX):
            raise MalformedPolicy("Policy has invalid action")
    named = statement.resources or statement.not_resources
    if named is None or not named.items:
        raise MalformedPolicy("Statement is missing required element")
    for resource in named.items:
        rest = resource.value.removeprefix(arn)
        if not resource.value.startswith(arn) or (rest and not rest.startswith(("/object/", "/*"))):
            raise MalformedPolicy("Policy has invalid resource")


def _check_public(ctx: Context, point: AccessPoint, policy: Policy) -> None:
    """Refuse a public policy where the access point or the account blocks those.

    Raises:
        AccessDenied: one does.
    """
    of_account = public_access_blocks.find(ctx.db, point.account) or {}
    blocked = point.public_access_block.get(BLOCK_POLICY) or of_account.get(BLOCK_POLICY)
    if not blocked or not is_public(policy):
        return
    who = subject(ctx.world, ctx.caller, ctx.partition).principal.arn
    raise AccessDenied(
        f"User: {who} is not authorized to perform: s3:PutAccessPointPolicy on resource: "
        f'"{resources.arn_of(ctx, point)}" because public policies are prevented by the '
        f"{BLOCK_POLICY} setting in S3 Block Public Access."
    )
