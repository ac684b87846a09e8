"""Identity stores: that of an instance, for the account that owns or administers it.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeIdentityStore.html
"""

from doorward.services.context import Context
from doorward.services.identitystore import paging, resources
from doorward.services.identitystore.service import identitystore
from doorward.services.operation import Output
from doorward.store import sso_instances


@identitystore.operation(on=resources.store)
def describe_identity_store(ctx: Context, *, identity_store_id: str) -> Output:
    """Show an identity store; networks are not restricted here.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeIdentityStore.html
    """
    found = resources.found(ctx, identity_store_id)
    return {
        "IdentityStoreId": found.identity_store_id,
        "IdentityStoreArn": resources.store_arn(ctx, found),
    }


@identitystore.operation(on=resources.anything)
def list_identity_stores(
    ctx: Context, *, max_results: int = paging.MOST, next_token: str | None = None
) -> Output:
    """List the identity store of the account.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListIdentityStores.html
    """
    del max_results, next_token
    found = sso_instances.of_account(ctx.db, ctx.account)
    if found is None:
        return {"IdentityStores": []}
    shown = {
        "IdentityStoreId": found.identity_store_id,
        "IdentityStoreArn": resources.store_arn(ctx, found),
    }
    return {"IdentityStores": [shown]}
