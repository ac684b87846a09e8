"""ARNs of Organizations: the account in them is the management account.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies
"""

from doorward.services.organizations.policy_types import wire_type
from doorward.store.tables.organization import Organization


def of(partition: str, management_account: str, resource: str) -> str:
    """The ARN of *resource*, such as `account/o-exampleorg/111122223333`."""
    return f"arn:{partition}:organizations::{management_account}:{resource}"


def organization(partition: str, found: Organization) -> str:
    """The ARN of an organization."""
    return of(partition, found.management_account, f"organization/{found.id}")


def inside(partition: str, found: Organization, kind: str, id: str) -> str:
    """The ARN of an `account`, `root`, `ou` or `resourcepolicy` of an organization."""
    return of(partition, found.management_account, f"{kind}/{found.id}/{id}")


def policy(partition: str, found: Organization, kind: str, id: str) -> str:
    """The ARN of a customer's policy."""
    return inside(partition, found, "policy", f"{wire_type(kind).lower()}/{id}")


def aws_policy(partition: str, kind: str, id: str) -> str:
    """The ARN of a policy of AWS."""
    return f"arn:{partition}:organizations::aws:policy/{wire_type(kind).lower()}/{id}"


def handshake(
    partition: str, management_account: str, organization_id: str, action: str, id: str
) -> str:
    """The ARN of a handshake."""
    kind = action.lower()
    return of(partition, management_account, f"handshake/{organization_id}/{kind}/{id}")


def transfer(
    partition: str, management_account: str, organization_id: str, id: str, *, inbound: bool
) -> str:
    """The ARN of a transfer as one of its sides sees it."""
    direction = "inbound" if inbound else "outbound"
    resource = f"transfer/{organization_id}/billing/{direction}/{id}"
    return of(partition, management_account, resource)
