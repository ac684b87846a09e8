"""Temporary credentials: what limits them, and issuing them."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

from doorward.authn.caller import Session, SessionKind
from doorward.base.limits import SESSION_POLICY_ARNS, SESSION_POLICY_CHARACTERS
from doorward.policy.grammar import PolicyType, check
from doorward.services.context import Context
from doorward.services.sts.errors import (
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
    ValidationError,
)
from doorward.services.sts.session_tags import SessionTags

ROOM_BYTES = 4_096
PERCENT = 100
TEMPORARY = "ASIA"


class SessionPolicies(NamedTuple):
    """The policies passed for a session: documents and ARNs."""

    documents: tuple[str, ...]
    arns: tuple[str, ...]


def session_policies(
    ctx: Context, account: str, policy: str | None, arns: Sequence[Mapping[str, str]]
) -> SessionPolicies:
    """The session policies of a request for a session in *account*.

    Raises:
        ValidationError: more than ten managed policies are named, or one without its ARN.
        MalformedPolicyDocument: the document is refused, or a managed policy does not exist.
        PackedPolicyTooLarge: the document is longer than a session may have.
    """
    named = tuple(one.get("arn", "") for one in arns)
    if len(named) > SESSION_POLICY_ARNS:
        raise ValidationError(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "
            f"Member must have length less than or equal to {SESSION_POLICY_ARNS}"
        )
    if not all(named):
        raise ValidationError("Policy ARN must be specified.")  # assumed wording
    if policy is not None:
        check(policy, PolicyType.SESSION)
        if len(policy) > SESSION_POLICY_CHARACTERS:
            raise PackedPolicyTooLarge(ceil(PERCENT * len(policy) / SESSION_POLICY_CHARACTERS))
    for arn in named:
        if ctx.world.managed_policy(account, arn) is None:
            raise MalformedPolicyDocument(f"Policy ARN {arn} does not exist.")  # assumed wording
    return SessionPolicies((policy,) if policy is not None else (), named)


def packed_size(policies: SessionPolicies, tags: SessionTags) -> int | None:
    """How much of a session's room policies and tags take, in percent; None where none was given.

    assumed: AWS does not publish how it packs them; here they are deflated into 4,096 bytes.

    Raises:
        PackedPolicyTooLarge: they take more than all of it.
    """
    texts = [*policies.documents, *policies.arns]
    texts += [f"{key}={value}" for key, value in tags.tags.items()]
    if not texts:
        return None
    percent = max(1, ceil(PERCENT * len(zlib.compress("\n".join(texts).encode())) / ROOM_BYTES))
    if percent > PERCENT:
        raise PackedPolicyTooLarge(percent)
    return percent


def issue(
    ctx: Context,
    kind: SessionKind,
    account: str,
    duration_seconds: int,
    *,
    at_least: int | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """The members `Credentials` and `SessionTokenSize` for a new session of *kind*.

    The token has *at_least* so many bytes; *facts* are members of `Session`.
    """
    session = Session(
        kind=kind,
        access_key_id=ctx.ids.access_key_id(TEMPORARY, account),
        secret=ctx.ids.secret(),
        account=account,
        issued_at=ctx.now,
        expires_at=ctx.now + timedelta(seconds=duration_seconds),
        **facts,
    )
    return shown(ctx, session, at_least=at_least)


def shown(ctx: Context, session: Session, *, at_least: int | None = None) -> dict[str, Any]:
    """The members `Credentials` and `SessionTokenSize` for *session*, its token as long as asked.

    GAP: `SessionTokenUtilization` is left out, since AWS does not say how long a token may be.
    """
    token = ctx.tokens.seal(session, at_least=at_least or 0)
    issued = {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret,
        "SessionToken": token,
        "Expiration": session.expires_at,
    }
    return {"Credentials": issued, "SessionTokenSize": len(token)}
