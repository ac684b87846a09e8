"""Temporary credentials: what limits them, and issuing them."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

from doorward.authn.caller import Session, SessionKind
from doorward.base.limits import SESSION_POLICY_CHARACTERS
from doorward.policy.grammar import PolicyType, check
from doorward.services.context import Context
from doorward.services.sts.errors import Denied, MalformedPolicyDocument, PackedPolicyTooLarge
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
    """The session policies of a request.

    Raises:
        MalformedPolicyDocument: the document is refused, or a managed policy does not exist.
        PackedPolicyTooLarge: the document is longer than a session may have.
    """
    named = tuple(one["arn"] for one in arns)
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
    **facts: Any,
) -> dict[str, Any]:
    """The `Credentials` member for a new session of *kind*; *facts* are those of `Session`."""
    session = Session(
        kind=kind,
        access_key_id=ctx.ids.access_key_id(TEMPORARY, account),
        secret=ctx.ids.secret(),
        account=account,
        issued_at=ctx.now,
        expires_at=ctx.now + timedelta(seconds=duration_seconds),
        **facts,
    )
    return {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret,
        "SessionToken": ctx.tokens.seal(session),
        "Expiration": session.expires_at,
    }


def refuse_unknown_device(serial_number: str | None, token_code: str | None) -> None:
    """Refuse a one-time code: no MFA device can be registered here yet.

    Raises:
        Denied: either parameter is given.
    """
    if serial_number is None and token_code is None:
        return
    if serial_number is None or token_code is None:
        raise Denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time "
            "pass code."
        )
    raise Denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA "
        "serial number is valid and associated with this user."
    )
