"""ARNs of instances, permission sets and accounts, as Identity Center names them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
"""

from doorward.store.tables.permission_set import PermissionSet
from doorward.store.tables.sso_instance import SsoInstance


def instance(partition: str, instance_id: str) -> str:
    """The ARN of an instance, which names no account."""
    return f"arn:{partition}:sso:::instance/{instance_id}"


def permission_set(partition: str, found: SsoInstance, permission_set_id: str) -> str:
    """The ARN of a permission set."""
    return f"arn:{partition}:sso:::permissionSet/{found.id}/{permission_set_id}"


def account(partition: str, account_id: str) -> str:
    """The ARN that stands for access to an account."""
    return f"arn:{partition}:sso:::account/{account_id}"


def store(partition: str, found: SsoInstance) -> str:
    """The ARN of the instance's identity store."""
    name = f"identitystore/{found.identity_store_id}"
    return f"arn:{partition}:identitystore::{found.account}:{name}"


def of(partition: str, found: SsoInstance, one: PermissionSet) -> str:
    """The ARN of *one*."""
    return permission_set(partition, found, one.id)
