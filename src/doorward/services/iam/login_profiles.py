"""Login profiles: the passwords of users.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords.html
"""

from collections.abc import Sequence
from typing import Any

from doorward.authz.explain import AccessDenied
from doorward.services.context import Context
from doorward.services.iam import password_policy, passwords, self_service, user_finders
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    InvalidInput,
    InvalidUserType,
    NoSuchEntity,
    PasswordPolicyViolation,
    ValidationError,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output, Parameters
from doorward.store import login_profiles, users
from doorward.store.tables.login_profile import LoginProfile
from doorward.store.tables.user import User

FORMER_PASSWORDS = 24
"""How many hashes are kept: the most that a password policy can forbid to use again."""


def found(ctx: Context, user: User) -> LoginProfile:
    """The login profile of *user*.

    Raises:
        NoSuchEntity: they have none.
    """
    profile = login_profiles.find(ctx.db, ctx.account, user.id)
    if profile is None:
        raise NoSuchEntity.saying(f"Login Profile for User {user.name} cannot be found.")
    return profile


def shown(user: User, profile: LoginProfile) -> dict[str, Any]:
    """The profile without its password."""
    output = {
        "UserName": user.name,
        "CreateDate": profile.created_at,
        "PasswordResetRequired": profile.reset_required,
    }
    if profile.max_signin_session_duration is not None:
        output["MaxSigninSessionDuration"] = profile.max_signin_session_duration
    return output


def weigh_new(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with `Password` hashed, and compared with those it must not repeat."""
    password = parameters.get("Password")
    if password is None or not _acceptable(ctx, password):
        return parameters
    name = parameters.get("UserName")
    user = users.find(ctx.db, ctx.account, name) if name else None
    against = _forbidden(ctx, user.id) if user else []
    return {**parameters, "Password": passwords.weighed(password, against=against, hashing=True)}


def weigh_change(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with the old password compared and, where it is right, the new one weighed."""
    user_id = ctx.caller.user_id or ""
    profile = login_profiles.find(ctx.db, ctx.account, user_id)
    if profile is None:
        return parameters
    current = profile.password_hash
    old = passwords.weighed(parameters["OldPassword"], against=[current], hashing=False)
    new = parameters["NewPassword"]
    if old.known[current] and _acceptable(ctx, new):
        new = passwords.weighed(new, against=_forbidden(ctx, user_id), hashing=True)
    return {**parameters, "OldPassword": old, "NewPassword": new}


@iam.operation(on=user_finders.caller, prepare=weigh_new)
def create_login_profile(
    ctx: Context,
    *,
    user_name: str | None = None,
    password: str | None = None,
    password_reset_required: bool = False,
    max_signin_session_duration: int | None = None,
) -> Output:
    """Give a user a password.

    Raises:
        NoSuchEntity: the account has no such user.
        EntityAlreadyExists: the user has a password.
        PasswordPolicyViolation: the password is not what the account's policy asks for.
        ValidationError: no password is given, or no name and the caller is no user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
    """
    user = self_service.user_or_caller(ctx, user_name)
    if login_profiles.find(ctx.db, ctx.account, user.id):
        raise EntityAlreadyExists.saying(f"Login Profile for user {user.name} already exists.")
    if password is None:
        raise ValidationError("The password parameter is required.")  # assumed
    password_policy.check_here(ctx, password)
    profile = LoginProfile(
        user_id=user.id,
        account=ctx.account,
        password_hash=passwords.hashed(password),
        created_at=ctx.now,
        changed_at=ctx.now,
        reset_required=password_reset_required,
        max_signin_session_duration=max_signin_session_duration,
    )
    login_profiles.add(ctx.db, profile)
    return {"LoginProfile": shown(user, profile)}


@iam.operation(on=user_finders.caller)
def get_login_profile(ctx: Context, *, user_name: str | None = None) -> Output:
    """Show whether a user has a password, and since when.

    Raises:
        NoSuchEntity: the account has no such user, or the user no password.
        ValidationError: no name is given and the caller is no user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    """
    user = self_service.user_or_caller(ctx, user_name)
    return {"LoginProfile": shown(user, found(ctx, user))}


@iam.operation(on=user_finders.user, prepare=weigh_new)
def update_login_profile(
    ctx: Context,
    *,
    user_name: str,
    password: str | None = None,
    password_reset_required: bool | None = None,
    max_signin_session_duration: int | None = None,
    reset_max_signin_session_duration: bool | None = None,
) -> Output:
    """Change a user's password, or what holds for it; what is left out stays.

    Raises:
        NoSuchEntity: the account has no such user, or the user no password.
        PasswordPolicyViolation: the password is not what the account's policy asks for.
        InvalidInput: a session duration is given and taken away at once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
    """
    user = self_service.user(ctx, user_name)
    profile = found(ctx, user)
    changes: dict[str, Any] = {}
    if reset_max_signin_session_duration:
        if max_signin_session_duration is not None:
            raise InvalidInput(
                "MaxSigninSessionDuration cannot be specified when "
                "ResetMaxSigninSessionDuration is true."
            )  # assumed
        changes["max_signin_session_duration"] = None
    elif max_signin_session_duration is not None:
        changes["max_signin_session_duration"] = max_signin_session_duration
    if password_reset_required is not None:
        changes["reset_required"] = password_reset_required
    if password is not None:
        changes |= _changed(ctx, profile, password)
    if changes:
        login_profiles.change(ctx.db, ctx.account, user.id, changes)
    return {}


@iam.operation(on=user_finders.caller)
def delete_login_profile(ctx: Context, *, user_name: str | None = None) -> Output:
    """Take a user's password away; access keys stay.

    Raises:
        NoSuchEntity: the account has no such user, or the user no password.
        ValidationError: no name is given and the caller is no user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
    """
    user = self_service.user_or_caller(ctx, user_name)
    found(ctx, user)
    login_profiles.remove(ctx.db, ctx.account, user.id)
    return {}


@iam.operation(on=user_finders.own_password, prepare=weigh_change)
def change_password(ctx: Context, *, old_password: str, new_password: str) -> Output:
    """Change the calling user's own password.

    Raises:
        InvalidUserType: the caller is no user.
        NoSuchEntity: the user has no password.
        AccessDenied: the old password is wrong (code and wording are assumed: the model has none).
        PasswordPolicyViolation: the new one is not what the account's policy asks for.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
    """
    user = self_service.caller(ctx) if ctx.caller.user_id else None
    if user is None:
        raise InvalidUserType
    profile = found(ctx, user)
    if not passwords.matches(profile.password_hash, old_password):
        raise AccessDenied("The old password was incorrect.")
    changes = _changed(ctx, profile, new_password) | {"reset_required": False}
    login_profiles.change(ctx.db, ctx.account, user.id, changes)
    return {}


def _changed(ctx: Context, profile: LoginProfile, password: str) -> dict[str, Any]:
    """The columns of *profile* with a new password.

    Raises:
        PasswordPolicyViolation: the account's policy asks for another one.
    """
    password_policy.check_here(ctx, password)
    if any(passwords.matches(one, password) for one in _forbidden(ctx, profile.user_id)):
        raise PasswordPolicyViolation(
            "Policy constraint violation with password reuse prevention during password change."
        )
    return {
        "password_hash": passwords.hashed(password),
        "former_hashes": [profile.password_hash, *profile.former_hashes][: FORMER_PASSWORDS - 1],
        "changed_at": ctx.now,
    }


def _acceptable(ctx: Context, password: str) -> bool:
    """Whether the account's policy lets *password* be, so that it is worth being hashed."""
    try:
        password_policy.check_here(ctx, password)
    except PasswordPolicyViolation:
        return False
    return True


def _forbidden(ctx: Context, user_id: str) -> Sequence[str]:
    """The hashes of the user's passwords, present and former, that must not come again."""
    remembered = (password_policy.of(ctx) or {}).get("PasswordReusePrevention", 0)
    profile = login_profiles.find(ctx.db, ctx.account, user_id) if remembered else None
    return [profile.password_hash, *profile.former_hashes][:remembered] if profile else []
