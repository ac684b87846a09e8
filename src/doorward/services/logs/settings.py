"""What is set on a group: how long events are kept, its key, its protection against deletion."""

from typing import Any

from doorward.services.context import Context
from doorward.services.logs import resources
from doorward.services.logs.errors import InvalidParameter
from doorward.services.logs.service import logs
from doorward.services.operation import Output
from doorward.store import log_groups

DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip


def _change(ctx: Context, identifier: str | None, **values: Any) -> None:
    found = resources.group(ctx, identifier)
    log_groups.change(ctx.db, found.account, found.region, found.name, values)


@logs.operation(on=resources.on_group)
def put_retention_policy(ctx: Context, *, log_group_name: str, retention_in_days: int) -> Output:
    """Have events deleted once they are older than so many days.

    Expired events are shown no more at once, and deleted in the background.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: it is none of the numbers of days that there are.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """
    if retention_in_days not in DAYS:
        allowed = ", ".join(map(str, DAYS))
        raise InvalidParameter(
            "1 validation error detected: Value at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{allowed}]"
        )
    _change(ctx, log_group_name, retention_days=retention_in_days)
    return {}


@logs.operation(on=resources.on_group)
def delete_retention_policy(ctx: Context, *, log_group_name: str) -> Output:
    """Keep events for ever.

    Raises:
        ResourceNotFound: there is no such group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html
    """
    _change(ctx, log_group_name, retention_days=None)
    return {}


@logs.operation(on=resources.on_group)
def associate_kms_key(
    ctx: Context,
    *,
    kms_key_id: str,
    log_group_name: str | None = None,
    resource_identifier: str | None = None,
) -> Output:
    """Keep the ARN of a key with a group; nothing is encrypted with it.

    Raises:
        ResourceNotFound: there is no such group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    """
    _change(ctx, log_group_name or resource_identifier, kms_key_id=kms_key_id)
    return {}


@logs.operation(on=resources.on_group)
def disassociate_kms_key(
    ctx: Context, *, log_group_name: str | None = None, resource_identifier: str | None = None
) -> Output:
    """Forget the key of a group.

    Raises:
        ResourceNotFound: there is no such group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html
    """
    _change(ctx, log_group_name or resource_identifier, kms_key_id=None)
    return {}


@logs.operation(on=resources.on_group)
def put_log_group_deletion_protection(
    ctx: Context, *, log_group_identifier: str, deletion_protection_enabled: bool
) -> Output:
    """Protect a group against deletion, or do so no more.

    Raises:
        ResourceNotFound: there is no such group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html
    """
    _change(ctx, log_group_identifier, deletion_protected=deletion_protection_enabled)
    return {}
