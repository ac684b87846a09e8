"""What AssumeRoleWithWebIdentity and AssumeRoleWithSAML share.

Nobody signs these calls. A token of an identity provider says who asks, and the role's trust policy
alone decides whether they may have the role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from doorward.authn.caller import SessionKind
from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authz.access import Access
from doorward.authz.compiled import trust_policy
from doorward.authz.subject import Subject
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.decision import PolicyKind
from doorward.engine.request import Principal, PrincipalKind, Value
from doorward.services.context import Context
from doorward.services.operation import Output, Presented
from doorward.services.sts import credentials, session_tags
from doorward.services.sts.assume_role import NOBODY, role_of
from doorward.services.sts.errors import Denied, ValidationError
from doorward.store.tables.role import Role

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Grant:
    """What a verified token is good for, whatever kind of provider made it.

    Attributes:
        session_name: of the role session.
        keys: condition keys of the call.
        lasting: those of them that the session keeps.
        longest_seconds: how long the session may be at most, None where the token does not say.
        shown: members of the answer that say whom the token proved.
    """

    session_name: str
    keys: Mapping[str, Value]
    lasting: Mapping[str, Value]
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None
    longest_seconds: int | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


class Verified(Presented):
    """A token that was verified, and what it is good for."""

    __slots__ = ("grant",)

    grant: Grant


def account_of(role_arn: str) -> str:
    """The account of the role: its providers are asked.

    Raises:
        ValidationError: the text is no ARN of a role.
    """
    name = Arn.parse(role_arn)
    if name is None or name.service != "iam" or not arn.is_account(name.account):
        raise ValidationError(f"{role_arn} is invalid")
    return name.account


def verified(
    token: str,
    kind: PrincipalKind,
    provider: str,
    account: str,
    userid: str,
    identity: Mapping[str, Any],
    grant: Grant,
) -> Verified:
    """*token* as one that proves a principal of *provider*, an ARN or the name of a host."""
    found = Verified(token)
    found.by = Subject(Principal(kind, provider), None, userid)
    found.account = account
    found.identity = identity
    found.grant = grant
    return found


def accesses(ctx: Context, action: str, role_arn: str, token: str) -> Iterator[Access]:
    """The role, for *action* and for what else the token asks of it.

    A role that does not exist is refused like one that does not trust the provider.

    Raises:
        InvalidIdentityToken: the token was not verified.
        ValidationError: the ARN is none of a role.
    """
    if not isinstance(token, Verified):
        raise InvalidIdentityToken("The token was not verified.")
    role = role_of(ctx, role_arn)
    tags = role.tags if role else {}
    context = keys(token.grant)
    context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
    actions = [action]
    if token.grant.tags:
        actions.append("sts:TagSession")
    if token.grant.source_identity:
        actions.append("sts:SetSourceIdentity")
    for one in actions:
        yield Access(
            one,
            role_arn,
            account=account_of(role_arn),
            context=context,
            tags=tags,
            policy=trust_policy(role.trust) if role else NOBODY,
            policy_kind=PolicyKind.TRUST,
            by=token.by,
        )


def keys(grant: Grant) -> dict[str, Value]:
    """The condition keys of the call."""
    asked = {
        "Tags": [{"Key": key, "Value": value} for key, value in grant.tags.items()],
        "TransitiveTagKeys": list(grant.transitive),
    }
    found = dict(grant.keys) | session_tags.keys(asked)
    found["sts:rolesessionname"] = grant.session_name
    if grant.source_identity:
        found["sts:sourceidentity"] = grant.source_identity
    return found


def issue(
    ctx: Context,
    token: str,
    role_arn: str,
    *,
    policy: str | None,
    policy_arns: Sequence[Mapping[str, str]] | None,
    duration_seconds: int,
    at_least: int | None,
) -> Output:
    """Credentials of the role for whom the token proves.

    Raises:
        Denied: there is no such role, which observe mode lets come so far.
        ValidationError: the duration is longer than the role allows.
        MalformedPolicyDocument, PackedPolicyTooLarge: a session policy cannot be used.
        InvalidParameterValue: the tags contradict one another.
        InvalidIdentityToken: the token was not verified.
    """
    if not isinstance(token, Verified):
        raise InvalidIdentityToken("The token was not verified.")
    role = role_of(ctx, role_arn)
    if role is None:
        raise Denied("Not authorized to perform this operation")
    seconds = _seconds(role, token.grant, duration_seconds)
    grant = token.grant
    given = [{"Key": key, "Value": value} for key, value in grant.tags.items()]
    tags = session_tags.checked(None, given, grant.transitive)
    policies = credentials.session_policies(ctx, role.account, policy, policy_arns or [])
    size = credentials.packed_size(policies, tags)
    issued = credentials.issue(
        ctx,
        SessionKind.ROLE,
        role.account,
        seconds,
        principal_id=role.id,
        principal_name=role.name,
        session_name=grant.session_name,
        tags=tuple(sorted(tags.tags.items())),
        transitive=tags.transitive,
        source_identity=grant.source_identity,
        policies=policies.documents,
        policy_arns=policies.arns,
        scoped=bool(policies.documents or policies.arns),
        context=tuple(sorted((key, _listed(value)) for key, value in grant.lasting.items())),
        at_least=at_least,
    )
    output: Output = {
        **issued,
        **grant.shown,
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{grant.session_name}",
            "Arn": arn.assumed_role(ctx.partition, role.account, role.name, grant.session_name),
        },
    }
    if size is not None:
        output["PackedPolicySize"] = size
    if grant.source_identity:
        output["SourceIdentity"] = grant.source_identity
    return output


def _seconds(role: Role, grant: Grant, asked: int) -> int:
    """How long the session lasts: as asked, but no longer than the token allows.

    Raises:
        ValidationError: the role does not allow it.
    """
    if asked > role.max_session_duration:
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return asked if grant.longest_seconds is None else min(asked, grant.longest_seconds)


def _listed(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
