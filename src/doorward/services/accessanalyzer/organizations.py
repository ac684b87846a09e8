"""Whether an account may look into all of its organization.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator.html
"""

from doorward.services.accessanalyzer.errors import ValidationException
from doorward.services.context import Context
from doorward.store import organizations, organizations_delegation
from doorward.store.tables.organization import Organization

PRINCIPAL = "access-analyzer.amazonaws.com"


def administered(ctx: Context) -> Organization:
    """The organization of the caller's account, which it manages or administers this service for.

    Raises:
        ValidationException: it is in none, or does neither. The wordings are assumed.
    """
    joined = organizations.find_account(ctx.db, ctx.account)
    found = organizations.find(ctx.db, joined.organization_id) if joined else None
    if found is None:
        raise ValidationException(
            "The account is not a member of an organization.", "fieldValidationFailed"
        )
    if found.management_account == ctx.account:
        return found
    if organizations_delegation.delegated(ctx.db, found.id, account=ctx.account, service=PRINCIPAL):
        return found
    raise ValidationException(
        "Only the management account or a delegated administrator of the organization can have an "
        "analyzer with the organization as its zone of trust."
    )


def administers(ctx: Context, organization: str) -> bool:
    """Whether the caller's account may still look into *organization*."""
    joined = organizations.find_account(ctx.db, ctx.account)
    if joined is None or joined.organization_id != organization:
        return False
    found = organizations.find(ctx.db, organization)
    if found is None or found.management_account == ctx.account:
        return found is not None
    return bool(
        organizations_delegation.delegated(
            ctx.db, organization, account=ctx.account, service=PRINCIPAL
        )
    )
