"""Block Public Access for all buckets of an account.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Mapping

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3control import resources
from doorward.services.s3control.errors import InvalidRequest, NoSuchPublicAccessBlock
from doorward.services.s3control.service import s3control
from doorward.store import public_access_blocks

SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
PUT = resources.on_account("PutAccountPublicAccessBlock")


@s3control.operation(on=resources.on_account("GetAccountPublicAccessBlock"))
def get_public_access_block(ctx: Context, *, account_id: str) -> Output:
    """The four settings of the account.

    Raises:
        NoSuchPublicAccessBlock: none were made.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
    """
    found = public_access_blocks.find(ctx.db, account_id)
    if found is None:
        raise NoSuchPublicAccessBlock(account_id)
    return {"PublicAccessBlockConfiguration": dict(found)}


@s3control.operation(on=PUT)
def put_public_access_block(
    ctx: Context, *, public_access_block_configuration: Mapping[str, bool], account_id: str
) -> Output:
    """Set all four settings; one that is not given is off.

    Raises:
        InvalidRequest: none is given.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
    """
    if not public_access_block_configuration:
        raise InvalidRequest("Must specify at least one configuration.")
    public_access_blocks.put(ctx.db, account_id, settings(public_access_block_configuration))
    return {}


@s3control.operation(on=PUT)
def delete_public_access_block(ctx: Context, *, account_id: str) -> Output:
    """Take all four settings away.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeletePublicAccessBlock.html
    """
    public_access_blocks.remove(ctx.db, account_id)
    return {}


def settings(given: Mapping[str, bool]) -> dict[str, bool]:
    """All four settings; one that is not given is off."""
    return {name: bool(given.get(name, False)) for name in SETTINGS}
