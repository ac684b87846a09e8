"""The account's password policy, and what it asks of a password.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.iam import resources, user_finders
from doorward.services.iam.errors import NoSuchEntity, PasswordPolicyViolation
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import accounts

SYMBOLS = frozenset("!@#$%^&*()_+-=[]{}|'")
LEAST_LENGTH = 6
"""What UpdateAccountPasswordPolicy sets when no length is given."""

DEFAULT_LENGTH = 8
DEFAULT_CLASSES = 3
"""Of the four classes of characters a password has three while the account has no policy."""

REQUIREMENTS = {
    "RequireUppercaseCharacters": "uppercase letter",
    "RequireLowercaseCharacters": "lowercase letter",
    "RequireNumbers": "number",
    "RequireSymbols": "symbol",
}


@iam.operation(on=user_finders.password_policy)
def get_account_password_policy(ctx: Context) -> Output:
    """Show the password policy.

    Raises:
        NoSuchEntity: none is set.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
    """
    return {"PasswordPolicy": _found(ctx)}


@iam.operation(on=resources.anything)
def update_account_password_policy(
    ctx: Context,
    *,
    minimum_password_length: int = LEAST_LENGTH,
    require_symbols: bool = False,
    require_numbers: bool = False,
    require_uppercase_characters: bool = False,
    require_lowercase_characters: bool = False,
    allow_users_to_change_password: bool = False,
    max_password_age: int | None = None,
    password_reuse_prevention: int | None = None,
    hard_expiry: bool | None = None,
) -> Output:
    """Set the whole password policy: what is left out returns to its default.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    """
    policy: dict[str, Any] = {
        "MinimumPasswordLength": minimum_password_length,
        "RequireSymbols": require_symbols,
        "RequireNumbers": require_numbers,
        "RequireUppercaseCharacters": require_uppercase_characters,
        "RequireLowercaseCharacters": require_lowercase_characters,
        "AllowUsersToChangePassword": allow_users_to_change_password,
        "ExpirePasswords": bool(max_password_age),
    }
    optional = {
        "MaxPasswordAge": max_password_age,
        "PasswordReusePrevention": password_reuse_prevention,
        "HardExpiry": hard_expiry,
    }
    policy |= {name: value for name, value in optional.items() if value is not None}
    accounts.set_password_policy(ctx.db, ctx.account, policy)
    return {}


@iam.operation(on=resources.anything)
def delete_account_password_policy(ctx: Context) -> Output:
    """Remove the password policy; AWS's default holds again.

    Raises:
        NoSuchEntity: none is set.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
    """
    _found(ctx)
    accounts.set_password_policy(ctx.db, ctx.account, None)
    return {}


def of(ctx: Context) -> Mapping[str, Any] | None:
    """The password policy of the account, None while none is set."""
    account = accounts.find(ctx.db, ctx.account)
    return account.password_policy if account else None


def _found(ctx: Context) -> Mapping[str, Any]:
    policy = of(ctx)
    if policy is None:
        raise NoSuchEntity.saying(
            f"The Password Policy with domain name {ctx.account} cannot be found."
        )
    return policy


def check_here(ctx: Context, password: str) -> None:
    """Refuse *password* where the account of *ctx* asks for more.

    Raises:
        PasswordPolicyViolation: as `check` says.
    """
    account = accounts.find(ctx.db, ctx.account)
    own = (account.name, account.alias, account.email) if account else ()
    check(of(ctx), password, [name for name in own if name])


def check(policy: Mapping[str, Any] | None, password: str, names: Iterable[str] = ()) -> None:
    """Refuse *password* where *policy*, or without one AWS's default, asks for more.

    Without a policy it must not be one of the account's *names* either.

    Raises:
        PasswordPolicyViolation: it is too short, a kind of character is missing, or it is a name
            of the account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
    """
    least = policy["MinimumPasswordLength"] if policy else DEFAULT_LENGTH
    if len(password) < least:
        raise PasswordPolicyViolation(f"Password should have a minimum length of {least}")
    missing = list(_missing(password))
    if policy is None:
        _check_default(password, missing, names)
    elif lacking := ", ".join(_sentence(name) for name in missing if policy[name]):
        raise PasswordPolicyViolation(lacking)


def _check_default(password: str, missing: Sequence[str], names: Iterable[str]) -> None:
    more = DEFAULT_CLASSES - (len(REQUIREMENTS) - len(missing))
    if more > 0:
        lacking = ", ".join(_sentence(name) for name in missing)
        raise PasswordPolicyViolation(
            f"Password should meet {more} more of the following requirements: {lacking}"
        )
    if password.lower() in {name.lower() for name in names}:
        raise PasswordPolicyViolation(
            "Password should not be identical to the account name or email address"
        )  # assumed wording


def _sentence(requirement: str) -> str:
    return f"Password should have at least one {REQUIREMENTS[requirement]}"


def _missing(password: str) -> Iterator[str]:
    """The kinds of characters that *password* has none of; letters and digits are ASCII's."""
    letters = [character for character in password if character.isascii()]
    if not any(character.isupper() for character in letters):
        yield "RequireUppercaseCharacters"
    if not any(character.islower() for character in letters):
        yield "RequireLowercaseCharacters"
    if not any(character.isdigit() for character in letters):
        yield "RequireNumbers"
    if not SYMBOLS.intersection(password):
        yield "RequireSymbols"
