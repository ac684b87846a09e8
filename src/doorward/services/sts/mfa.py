"""One-time codes that come with a request for temporary credentials.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import Parameters, Redeem
from doorward.services.sts.errors import Denied
from doorward.store import accounts, mfa_codes
from doorward.store.mfa_codes import Verdict

BOTH = (
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
)
INVALID = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
UNKNOWN = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA "
    "serial number is valid and associated with this user."
)


class Redeemed(str):
    """A one-time code that was tried, and what became of it."""

    __slots__ = ("verdict",)

    verdict: Verdict


def redeem(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with `TokenCode` used up, if it is one of the caller's own device."""
    code, serial = parameters["TokenCode"], parameters.get("SerialNumber")
    user_id = accounts.ROOT if ctx.caller.is_root else ctx.caller.user_id
    tried = Redeemed(code)
    if serial is None or user_id is None:
        tried.verdict = Verdict.UNKNOWN
    else:
        tried.verdict = mfa_codes.use(
            ctx.db, ctx.secrets, ctx.account, user_id, serial, code, ctx.now
        )
    return {**parameters, "TokenCode": tried}


redeems = Redeem("TokenCode", redeem)


def proved(serial_number: str | None, token_code: str | None) -> bool:
    """Whether a one-time code was given, and was right; False where none was given.

    INVARIANT: a code that was not used up beforehand proves nothing.

    Raises:
        Denied: it is wrong, was used before, is locked, or belongs to no device of the caller;
            or one of the two parameters is missing.
    """
    if serial_number is None and token_code is None:
        return False
    if serial_number is None or token_code is None:
        raise Denied(BOTH)
    verdict = token_code.verdict if isinstance(token_code, Redeemed) else Verdict.UNKNOWN
    if verdict is Verdict.ACCEPTED:
        return True
    raise Denied(UNKNOWN if verdict is Verdict.UNKNOWN else INVALID)


def keys(parameters: Parameters) -> dict[str, Value]:
    """`aws:MultiFactorAuthPresent` and its age, of a request that comes with a code.

    Raises:
        Denied: as `proved` says.
    """
    if not proved(parameters.get("SerialNumber"), parameters.get("TokenCode")):
        return {}
    return {"aws:multifactorauthpresent": "true", "aws:multifactorauthage": "0"}
