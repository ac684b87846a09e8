"""GetSessionToken and GetFederationToken: sessions of the caller itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
"""

from collections.abc import Iterator

from doorward.authn.caller import SessionKind
from doorward.authz.access import Access
from doorward.base import arn
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.services.sts import credentials, mfa, session_tags
from doorward.services.sts.errors import Denied
from doorward.services.sts.service import sts

HALF_A_DAY = 43_200
HOUR = 3_600


def long_term(ctx: Context, operation: str) -> tuple[str | None, str]:
    """Unique id and name of the user whose long-term key signed; no id for root.

    Raises:
        Denied: the credentials are temporary.
    """
    key = ctx.caller.key
    if key is None:
        raise Denied(f"Cannot call {operation} with session credentials")
    return key.user_id, key.user_name or ""


@sts.operation(on=None, reads=True, redeem=mfa.redeems)
def get_session_token(
    ctx: Context,
    *,
    duration_seconds: int | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue temporary credentials of the calling user; needs no permission.

    A root user's last an hour at most.

    Raises:
        Denied: the caller's credentials are temporary, or a one-time code is given that is
            not one of the caller's device.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    user_id, name = long_term(ctx, "GetSessionToken")
    with_mfa = mfa.proved(serial_number, token_code)
    kind = SessionKind.USER if user_id else SessionKind.ROOT
    return credentials.issue(
        ctx,
        kind,
        ctx.account,
        seconds(duration_seconds, root=user_id is None),
        principal_id=user_id,
        principal_name=name,
        session_name="",
        mfa_at=ctx.now if with_mfa else None,
        at_least=minimum_session_token_size,
    )


def seconds(asked: int | None, *, root: bool) -> int:
    """How long the session lasts; a root user's is cut to an hour without a word."""
    return min(asked or HOUR, HOUR) if root else asked or HALF_A_DAY


def federated(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The federated user that the session is for."""
    resource = arn.federated_user(ctx.partition, ctx.account, parameters["Name"])
    context = session_tags.keys(parameters)
    yield Access("sts:GetFederationToken", resource, context=context)
    if parameters.get("Tags"):
        yield Access("sts:TagSession", resource, context=context)


@sts.operation(on=federated, reads=True)
def get_federation_token(
    ctx: Context,
    *,
    name: str,
    policy: str | None = None,
    policy_arns: list[dict[str, str]] | None = None,
    duration_seconds: int | None = None,
    tags: list[dict[str, str]] | None = None,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue credentials of a federated user, limited by session policies even when none is given.

    Raises:
        Denied: the caller's credentials are temporary.
        MalformedPolicyDocument, PackedPolicyTooLarge: a session policy cannot be used.
        InvalidParameterValue: a tag key is given twice.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    user_id, user_name = long_term(ctx, "GetFederationToken")
    new_tags = session_tags.checked(None, tags or [])
    policies = credentials.session_policies(ctx, ctx.account, policy, policy_arns or [])
    size = credentials.packed_size(policies, new_tags)
    issued = credentials.issue(
        ctx,
        SessionKind.FEDERATED_USER,
        ctx.account,
        seconds(duration_seconds, root=user_id is None),
        principal_id=user_id,
        principal_name=user_name,
        session_name=name,
        tags=tuple(sorted(new_tags.tags.items())),
        policies=policies.documents,
        policy_arns=policies.arns,
        scoped=True,
        at_least=minimum_session_token_size,
    )
    output: Output = {
        **issued,
        "FederatedUser": {
            "FederatedUserId": f"{ctx.account}:{name}",
            "Arn": arn.federated_user(ctx.partition, ctx.account, name),
        },
    }
    return output if size is None else output | {"PackedPolicySize": size}
