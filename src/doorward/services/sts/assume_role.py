"""AssumeRole.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.authn.caller import SessionKind
from doorward.authz.access import Access
from doorward.authz.compiled import trust_policy
from doorward.authz.subject import merge
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.compile import PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.services.sts import credentials, mfa, session_tags
from doorward.services.sts.errors import Denied, ValidationError
from doorward.services.sts.service import sts
from doorward.store import roles
from doorward.store.tables.role import Role

HOUR = 3_600
NOBODY = PolicySet(PolicyKind.TRUST, ())


def role_of(ctx: Context, role_arn: str) -> Role | None:
    """The role of that ARN, path and case compared exactly; None where there is none.

    Raises:
        ValidationError: the text is no ARN of a role.
    """
    name = Arn.parse(role_arn)
    if name is None or name.service != "iam" or not name.resource.startswith("role/"):
        raise ValidationError(f"{role_arn} is invalid")
    found = roles.find(ctx.db, name.account, name.resource.rpartition("/")[2])
    if found is None:
        return None
    exact = arn.entity(ctx.partition, found.account, "role", found.path, found.name)
    return found if exact == role_arn else None


def assumed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The role, for `sts:AssumeRole` and for what else the request asks of it.

    A role that does not exist is refused like one that does not trust the caller.

    Raises:
        Denied: the caller is a root user, or a one-time code is wrong.
        ValidationError: the ARN is none of a role, or a reserved prefix is used.
    """
    if ctx.caller.is_root:
        raise Denied("Roles may not be assumed by root accounts.")
    role_arn: str = parameters["RoleArn"]
    role = role_of(ctx, role_arn)
    handed_on = session_tags.inherited(ctx.caller.session)
    tags = merge(role.tags if role else {}, handed_on)
    context = keys(ctx, parameters)
    context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
    actions = ["sts:AssumeRole"]
    if parameters.get("Tags") or handed_on:
        actions.append("sts:TagSession")
    if source_identity(ctx, parameters):
        actions.append("sts:SetSourceIdentity")
    name = Arn.parse(role_arn)
    for action in actions:
        yield Access(
            action,
            role_arn,
            account=name.account if name else None,
            context=context,
            tags=tags,
            policy=trust_policy(role.trust) if role else NOBODY,
            policy_kind=PolicyKind.TRUST,
        )


def source_identity(ctx: Context, parameters: Mapping[str, Any]) -> str | None:
    """The source identity of the new session: given, or that of the calling session.

    Raises:
        Denied: another one was set before.
        ValidationError: it begins with what AWS reserves.
    """
    given: str | None = parameters.get("SourceIdentity")
    if given and given.lower().startswith(session_tags.RESERVED):
        raise ValidationError(f"{given} is invalid")  # assumed wording
    session = ctx.caller.session
    known = session.source_identity if session else None
    if given and known and given != known:
        raise Denied("The source identity of a session cannot be changed.")  # assumed wording
    return given or known


def keys(ctx: Context, parameters: Parameters) -> dict[str, Value]:
    """The condition keys of the call.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    found = session_tags.keys(parameters) | mfa.keys(parameters)
    found["sts:rolesessionname"] = parameters["RoleSessionName"]
    if external := parameters.get("ExternalId"):
        found["sts:externalid"] = external
    if identity := source_identity(ctx, parameters):
        found["sts:sourceidentity"] = identity
    return found


@sts.operation(on=assumed, reads=True, redeem=mfa.redeems)
def assume_role(
    ctx: Context,
    *,
    role_arn: str,
    role_session_name: str,
    policy_arns: list[dict[str, str]] | None = None,
    policy: str | None = None,
    duration_seconds: int = HOUR,
    tags: list[dict[str, str]] | None = None,
    transitive_tag_keys: list[str] | None = None,
    external_id: str | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
    source_identity: str | None = None,
    provided_contexts: list[dict[str, str]] | None = None,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue credentials of a role that trusts the caller.

    Raises:
        ValidationError: the duration is longer than the role or a chain allows, or a member is
            given that is not supported here.
        MalformedPolicyDocument, PackedPolicyTooLarge: a session policy cannot be used.
        InvalidParameterValue: the tags contradict one another.
        Denied: a one-time code is given that is not one of the caller's device, or there is no
            such role.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    del external_id
    if provided_contexts:
        raise ValidationError("ProvidedContexts are not supported.")
    mfa.proved(serial_number, token_code)
    role = role_of(ctx, role_arn)
    if role is None:  # let by in observe mode
        raise Denied("Not authorized to perform sts:AssumeRole")
    session = ctx.caller.session
    chained = session is not None and session.kind is SessionKind.ROLE
    if chained and duration_seconds > HOUR:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining."
        )
    if duration_seconds > role.max_session_duration:
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    new_tags = session_tags.checked(session, tags or [], transitive_tag_keys or [])
    policies = credentials.session_policies(ctx, role.account, policy, policy_arns or [])
    size = credentials.packed_size(policies, new_tags)
    identity = source_identity or (session.source_identity if session else None)
    issued = credentials.issue(
        ctx,
        SessionKind.ROLE,
        role.account,
        duration_seconds,
        principal_id=role.id,
        principal_name=role.name,
        session_name=role_session_name,
        tags=tuple(sorted(new_tags.tags.items())),
        transitive=new_tags.transitive,
        source_identity=identity,
        policies=policies.documents,
        policy_arns=policies.arns,
        scoped=bool(policies.documents or policies.arns),
        chained=chained,
        at_least=minimum_session_token_size,
    )
    output: Output = {
        **issued,
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{role_session_name}",
            "Arn": arn.assumed_role(ctx.partition, role.account, role.name, role_session_name),
        },
    }
    if size is not None:
        output["PackedPolicySize"] = size
    if identity:
        output["SourceIdentity"] = identity
    return output
