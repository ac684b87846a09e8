"""Federation of event data stores: queries of Athena through AWS Glue and Lake Formation.

Nothing behind this server reads the events of a store through a Glue table, so federation cannot
be had here, and is refused; a store that is not federated can always be left so.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-federation.html
"""

from doorward.base.arn import Arn
from doorward.services.cloudtrail import event_data_stores, finding, resources
from doorward.services.cloudtrail.errors import InvalidParameter, UnsupportedOperation
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output


@cloudtrail.operation(on=resources.federated)
def enable_federation(ctx: Context, *, event_data_store: str, federation_role_arn: str) -> Output:
    """Refuse to federate an event data store.

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
        InvalidParameter: what is to be the role is none.
        UnsupportedOperation: for every store.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EnableFederation.html
    """
    event_data_stores.active(ctx, event_data_store)
    role = Arn.parse(federation_role_arn)
    if role is None or role.service != "iam" or not role.resource.startswith("role/"):
        raise InvalidParameter(f"Federation role ARN {federation_role_arn} is not valid.")
    raise UnsupportedOperation(
        "Lake query federation is not available here: no Glue Data Catalog and no Athena can read "
        "the events of this event data store. StartQuery can."
    )


@cloudtrail.operation(on=resources.store)
def disable_federation(ctx: Context, *, event_data_store: str) -> Output:
    """Leave an event data store as it is: not federated (assumed: AWS has no error for that).

    Raises:
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DisableFederation.html
    """
    found = event_data_stores.active(ctx, event_data_store)
    return {
        "EventDataStoreArn": finding.arn(ctx, finding.STORE, found.id),
        "FederationStatus": "DISABLED",
    }
