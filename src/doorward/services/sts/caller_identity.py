"""Who calls, and whose a key is."""

from doorward.authz.access import Access
from doorward.authz.subject import subject
from doorward.base import ids
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.services.sts.errors import ValidationError
from doorward.services.sts.service import sts
from doorward.store import access_keys


def anything(ctx: Context, parameters: Parameters) -> Access:
    """Actions without a resource type."""
    del ctx, parameters
    return Access("", "*")


@sts.operation(on=None)
def get_caller_identity(ctx: Context) -> Output:
    """Say who signed; needs no permission, and no policy can forbid it.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    who = subject(ctx.world, ctx.caller, ctx.partition)
    return {"UserId": who.userid, "Account": ctx.account, "Arn": who.principal.arn}


@sts.operation(on=anything)
def get_access_key_info(ctx: Context, *, access_key_id: str) -> Output:
    """Say which account a key id belongs to, whether or not there is such a key.

    Keys held here are looked up first: a seed may give them ids that hold no account.

    Raises:
        ValidationError: the text is no access key id.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    account = access_keys.account_of(ctx.db, access_key_id) or ids.account_of(access_key_id)
    if account is None:
        raise ValidationError(f"{access_key_id} is not a valid access key id.")  # assumed wording
    return {"Account": account}
