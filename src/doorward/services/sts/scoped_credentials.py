"""GetScopedCredentials: narrower credentials of the same session.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
"""

from dataclasses import replace
from datetime import timedelta
from math import ceil

from doorward.authz.subject import subject
from doorward.base.limits import SESSION_POLICY_CHARACTERS
from doorward.policy.grammar import PolicyType, check
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sts import credentials
from doorward.services.sts.errors import Denied, PackedPolicyTooLarge, ValidationError
from doorward.services.sts.service import sts
from doorward.services.sts.token_errors import InsufficientSessionLifetime

MOST_POLICIES = 3


@sts.operation(on=None)
def get_scoped_credentials(
    ctx: Context,
    *,
    policy: str | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,
    scoped_session_description: str | None = None,
) -> Output:
    """Issue credentials of the calling session that can do less, or end earlier.

    They can do what both the session and *policy* allow. The session counts as issued when it was,
    so what revokes it revokes them; no permission is asked for, since they add nothing (assumed).

    Raises:
        Denied: the caller has no session, or that of a root, or was narrowed three times.
        ValidationError: neither a policy nor a duration is given.
        InsufficientSessionLifetime: they would end after the session.
        MalformedPolicyDocument, PackedPolicyTooLarge: the policy cannot be used.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
    """
    del scoped_session_description  # it is for the audit event alone
    session = ctx.caller.session
    if session is None or ctx.caller.is_root:
        raise Denied("Cannot call GetScopedCredentials with long-term or root credentials")
    if policy is None and duration_seconds is None:
        raise ValidationError("Policy or DurationSeconds must be specified.")
    narrowed = session.narrowed
    if policy is not None:
        check(policy, PolicyType.SESSION)
        if len(policy) > SESSION_POLICY_CHARACTERS:
            raise PackedPolicyTooLarge(ceil(100 * len(policy) / SESSION_POLICY_CHARACTERS))
        narrowed = (*narrowed, policy)
    if len(narrowed) > MOST_POLICIES:
        raise Denied(f"A session can be scoped down by {MOST_POLICIES} policies at most.")
    ends = session.expires_at
    if duration_seconds is not None:
        ends = ctx.now + timedelta(seconds=duration_seconds)
        if ends > session.expires_at:
            raise InsufficientSessionLifetime
    scoped = replace(
        session,
        access_key_id=ctx.ids.access_key_id(credentials.TEMPORARY, session.account),
        secret=ctx.ids.secret(),
        expires_at=ends,
        narrowed=narrowed,
    )
    who = subject(ctx.world, ctx.caller, ctx.partition)
    output: Output = {
        **credentials.shown(ctx, scoped, at_least=minimum_session_token_size),
        "SessionInfo": {"ScopedSessionId": who.userid, "Arn": who.principal.arn},
        "ScopedPoliciesCount": len(narrowed),
    }
    if session.source_identity:
        output["SourceIdentity"] = session.source_identity
    return output
