"""Profiles: which roles may be had, for how long, and within which policies.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authorization.html
"""

from collections.abc import Sequence
from typing import Any

from doorward.authz.subject import subject
from doorward.base.arn import Arn
from doorward.policy.grammar import PolicyType, check
from doorward.policy.grammar.refusal import Refusal
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import keeping, mappings, resources, shapes
from doorward.services.rolesanywhere.errors import ValidationException
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store.tables.rolesanywhere import PROFILE

HOUR = 3_600


def checked(
    ctx: Context,
    role_arns: Sequence[str] | None,
    session_policy: str | None,
    tip_configuration: dict[str, str] | None,
) -> None:
    """Refuse what a profile cannot have.

    Raises:
        ValidationException: a role is of another account, the session policy is none, or
            identities are to be propagated, which is not done here.
    """
    for role in role_arns or ():
        name = Arn.parse(role)
        if name is None or name.account != ctx.account:
            raise ValidationException("Roles must be of the account of the profile")
    if session_policy is not None:
        try:
            check(session_policy, PolicyType.SESSION)
        except Refusal as error:
            raise ValidationException(f"Invalid session policy: {error.message}") from error
    if (tip_configuration or {}).get("status") == "ENABLED":
        raise ValidationException("Trusted identity propagation is not supported here")


@rolesanywhere.operation(on=resources.profile_with_roles)
def create_profile(
    ctx: Context,
    *,
    name: str,
    role_arns: list[str],
    require_instance_properties: bool | None = None,
    session_policy: str | None = None,
    managed_policy_arns: list[str] | None = None,
    duration_seconds: int | None = None,
    enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
    accept_role_session_name: bool | None = None,
    alias_name: str | None = None,
    tip_configuration: dict[str, str] | None = None,
) -> Output:
    """Say which roles whoever has a certificate may have.

    Raises:
        ValidationException: a member cannot be used, or there are too many profiles.
        TooManyTags: there are more tags than a profile may have.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html
    """
    checked(ctx, role_arns, session_policy, tip_configuration)
    details: dict[str, Any] = {
        "requireInstanceProperties": bool(require_instance_properties),
        "createdBy": creator(ctx),
        "roleArns": role_arns,
        "managedPolicyArns": managed_policy_arns or [],
        "durationSeconds": duration_seconds or HOUR,
        "acceptRoleSessionName": bool(accept_role_session_name),
        "attributeMappings": mappings.DEFAULTS,
    }
    if session_policy is not None:
        details["sessionPolicy"] = session_policy
    if tip_configuration is not None:
        details["tipConfiguration"] = tip_configuration
    made = keeping.add(ctx, PROFILE, name, details, enabled=enabled, tags=tags, alias=alias_name)
    return {"profile": shapes.resource(ctx, made)}


def creator(ctx: Context) -> str:
    """The ARN of who asks; of a session that of its role or user."""
    return subject(ctx.world, ctx.caller, ctx.partition).principal.arn


@rolesanywhere.operation(on=resources.of("profileId"))
def get_profile(ctx: Context, *, profile_id: str) -> Output:
    """Show a profile.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_GetProfile.html
    """
    return {"profile": shapes.resource(ctx, resources.existing(ctx, PROFILE, profile_id))}


@rolesanywhere.operation(on=resources.everything)
def list_profiles(
    ctx: Context, *, next_token: str | None = None, page_size: int | None = None
) -> Output:
    """List the profiles of the Region.

    Raises:
        ValidationException: the token was not made for this list.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListProfiles.html
    """
    return keeping.listed(ctx, PROFILE, "profiles", next_token, page_size)


@rolesanywhere.operation(on=resources.profile_of_roles)
def update_profile(
    ctx: Context,
    *,
    profile_id: str,
    name: str | None = None,
    session_policy: str | None = None,
    role_arns: list[str] | None = None,
    managed_policy_arns: list[str] | None = None,
    duration_seconds: int | None = None,
    accept_role_session_name: bool | None = None,
    alias_name: str | None = None,
    tip_configuration: dict[str, str] | None = None,
) -> Output:
    """Change what is given; sessions that were given stay as they are.

    Raises:
        ResourceNotFound: there is none.
        ValidationException: a member cannot be used.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_UpdateProfile.html
    """
    found = resources.existing(ctx, PROFILE, profile_id)
    checked(ctx, role_arns, session_policy, tip_configuration)
    details = {
        "sessionPolicy": session_policy,
        "roleArns": role_arns,
        "managedPolicyArns": managed_policy_arns,
        "durationSeconds": duration_seconds,
        "acceptRoleSessionName": accept_role_session_name,
        "tipConfiguration": tip_configuration,
    }
    shown = keeping.update(ctx, found, name=name, alias=alias_name, details=details)
    return {"profile": shown}


@rolesanywhere.operation(on=resources.profile_of_roles)
def enable_profile(ctx: Context, *, profile_id: str) -> Output:
    """Give sessions by the profile.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_EnableProfile.html
    """
    found = resources.existing(ctx, PROFILE, profile_id)
    return {"profile": keeping.enable(ctx, found, enabled=True)}


@rolesanywhere.operation(on=resources.of("profileId"))
def disable_profile(ctx: Context, *, profile_id: str) -> Output:
    """Give no sessions by the profile.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DisableProfile.html
    """
    found = resources.existing(ctx, PROFILE, profile_id)
    return {"profile": keeping.enable(ctx, found, enabled=False)}


@rolesanywhere.operation(on=resources.of("profileId"))
def delete_profile(ctx: Context, *, profile_id: str) -> Output:
    """Delete a profile.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DeleteProfile.html
    """
    return {"profile": keeping.remove(ctx, resources.existing(ctx, PROFILE, profile_id))}
