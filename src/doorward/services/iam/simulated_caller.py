"""Whom a simulation is about: the principal, and what it can know of itself."""

from typing import NamedTuple

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.request import Principal, PrincipalKind, Value
from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.holders import FINDERS, PROTECTED_PATHS, Holder

NOT_A_USER = "Invalid caller - Caller must be an IAM user in this context."
SERVICE_LINKED_PATH = PROTECTED_PATHS[0]


class Caller(NamedTuple):
    """The simulated caller. `keys` are the condition keys that follow from who it is."""

    principal: Principal
    account: str
    keys: dict[str, Value]


def caller(
    ctx: Context, caller_arn: str | None, source: Holder | None, *, has_resource_policy: bool
) -> Caller:
    """Who calls: the given user, group or role, else *source*, else some user of the account.

    It need not exist. With a resource policy it must be a user, for the Principal element.

    Raises:
        InvalidInput: it is nobody who can call, or no user where it must be one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    name = caller_arn or (source.arn(ctx.partition) if source else None)
    if name is None:
        if has_resource_policy:
            raise InvalidInput(NOT_A_USER)
        principal = Principal(PrincipalKind.USER, "", ctx.account)
        return Caller(principal, ctx.account, {})
    parsed = Arn.parse(name)
    kind, _, rest = parsed.resource.partition("/") if parsed else ("", "", "")
    known = parsed is not None and parsed.service == "iam" and kind in FINDERS and rest
    if not parsed or not known or not arn.is_account(parsed.account):
        raise InvalidInput(NOT_A_USER)
    if has_resource_policy and kind != "user":
        raise InvalidInput(NOT_A_USER)
    return _caller(ctx, parsed, kind, rest.rpartition("/")[2])


def _caller(ctx: Context, parsed: Arn, kind: str, name: str) -> Caller:
    unique_id = _unique_id(ctx, parsed, kind, name)
    text = str(parsed)
    if kind == "role":
        linked = f"/{parsed.resource.partition('/')[2]}".startswith(SERVICE_LINKED_PATH)
        principal = Principal(
            PrincipalKind.ROLE_SESSION,
            text,
            parsed.account,
            unique_id,
            role_arn=text,
            service_linked=linked,
        )
        return Caller(principal, parsed.account, {"aws:principalarn": text})
    principal = Principal(PrincipalKind.USER, text, parsed.account, unique_id)
    if kind == "group":
        return Caller(principal, parsed.account, {})
    keys: dict[str, Value] = {"aws:username": name, "aws:principalarn": text}
    if unique_id is not None:
        keys["aws:userid"] = unique_id
    return Caller(principal, parsed.account, keys)


def _unique_id(ctx: Context, parsed: Arn, kind: str, name: str) -> str | None:
    """The unique id of the very entity of that ARN; None where it is not one of this account."""
    if parsed.account != ctx.account:
        return None
    try:
        found = FINDERS[kind](ctx, name)  # type: ignore[index] # seen to be a kind by the caller
    except NoSuchEntity:
        return None
    return found.id if found.arn(parsed.partition) == str(parsed) else None
