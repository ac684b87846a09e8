"""Contacts of an account: the primary one, and those for billing, operations and security.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact.html
"""

import re

from doorward.services.account import targets
from doorward.services.account.errors import ResourceNotFound, ValidationException
from doorward.services.account.service import account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import account_details
from doorward.store.tables.account_detail import PRIMARY

COUNTRY = re.compile(r"[A-Z]{2}")
WITH_STATES = frozenset({"US", "CA", "GB", "DE", "JP", "IN", "BR"})
"""Countries whose addresses must name a state or region."""


@account.operation(on=targets.named)
def get_contact_information(ctx: Context, *, account_id: str | None = None) -> Output:
    """Show the primary contact; phone numbers are not verified here.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ResourceNotFound: the account has none.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetContactInformation.html
    """
    found = account_details.contact(ctx.db, targets.target(ctx, account_id).id, PRIMARY)
    if found is None:
        raise ResourceNotFound("No contact information of the account found.")
    return {"ContactInformation": found.members, "VerificationStatus": "NOT_SUPPORTED"}


@account.operation(on=targets.named)
def put_contact_information(
    ctx: Context, *, contact_information: dict[str, str], account_id: str | None = None
) -> Output:
    """Replace the primary contact.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ValidationException: the country is none, or its addresses must name a state.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutContactInformation.html
    """
    target = targets.target(ctx, account_id)
    country = contact_information["CountryCode"]
    if not COUNTRY.fullmatch(country):
        raise ValidationException(f"{country} is not a two-letter country code.")
    if country in WITH_STATES and not contact_information.get("StateOrRegion"):
        raise ValidationException(f"StateOrRegion is required for the country {country}.")
    account_details.set_contact(ctx.db, target.id, PRIMARY, contact_information)
    return {}


@account.operation(on=targets.named)
def get_alternate_contact(
    ctx: Context, *, alternate_contact_type: str, account_id: str | None = None
) -> Output:
    """Show the contact for billing, operations or security.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ResourceNotFound: the account has none of that type.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
    """
    target = targets.target(ctx, account_id)
    found = account_details.contact(ctx.db, target.id, alternate_contact_type)
    if found is None:
        raise ResourceNotFound("No contact of the input type found.")
    return {"AlternateContact": found.members | {"AlternateContactType": found.kind}}


@account.operation(on=targets.named)
def put_alternate_contact(
    ctx: Context,
    *,
    name: str,
    title: str,
    email_address: str,
    phone_number: str,
    alternate_contact_type: str,
    account_id: str | None = None,
) -> Output:
    """Replace the contact for billing, operations or security.

    Raises:
        AccessDenied: the caller's account may not change that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
    """
    target = targets.target(ctx, account_id)
    members = {
        "Name": name,
        "Title": title,
        "EmailAddress": email_address,
        "PhoneNumber": phone_number,
    }
    account_details.set_contact(ctx.db, target.id, alternate_contact_type, members)
    return {}


@account.operation(on=targets.named)
def delete_alternate_contact(
    ctx: Context, *, alternate_contact_type: str, account_id: str | None = None
) -> Output:
    """Delete the contact for billing, operations or security.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ResourceNotFound: the account has none of that type.

    https://docs.aws.amazon.com/accounts/latest/reference/API_DeleteAlternateContact.html
    """
    target = targets.target(ctx, account_id)
    if account_details.contact(ctx.db, target.id, alternate_contact_type) is None:
        raise ResourceNotFound("No contact of the input type found.")
    account_details.remove_contact(ctx.db, target.id, alternate_contact_type)
    return {}
