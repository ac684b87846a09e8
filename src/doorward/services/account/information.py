"""An account's name, its e-mail address, and the GovCloud account linked to it.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-acct-name.html
"""

from collections.abc import Iterator

from doorward.services.account import targets
from doorward.services.account.errors import ResourceNotFound, ValidationException
from doorward.services.account.service import account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import account_details, accounts, organizations_accounts
from doorward.store.tables.account import Account
from doorward.store.tables.organization_handshake import AccountCreation

PER_READ = 1_000
NO_MAIL = (
    "This server sends no e-mail, so it cannot verify an address. Set it where the account is "
    "defined."
)


def state(found: Account) -> str:
    """The account's state in AWS's words."""
    return "ACTIVE" if found.closed_at is None else "CLOSED"


@account.operation(on=targets.named)
def get_account_information(ctx: Context, *, account_id: str | None = None) -> Output:
    """Show name, creation date and state; an account without a name shows its alias or id.

    Raises:
        AccessDenied: the caller's account may not ask about that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetAccountInformation.html
    """
    found = targets.target(ctx, account_id)
    return {
        "AccountId": found.id,
        "AccountName": organizations_accounts.name(found),
        "AccountCreatedDate": found.created_at,
        "AccountState": state(found),
    }


@account.operation(on=targets.named)
def put_account_name(ctx: Context, *, account_name: str, account_id: str | None = None) -> Output:
    """Give an account another name.

    Raises:
        AccessDenied: the caller's account may not change that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html
    """
    account_details.rename(ctx.db, targets.target(ctx, account_id).id, account_name)
    return {}


@account.operation(on=targets.named)
def get_primary_email(ctx: Context, *, account_id: str) -> Output:
    """Show the e-mail address of a member account's root.

    Raises:
        AccessDenied: the caller's account may not ask about that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetPrimaryEmail.html
    """
    return {"PrimaryEmail": organizations_accounts.email(targets.target(ctx, account_id))}


@account.operation(on=targets.named)
def start_primary_email_update(ctx: Context, *, account_id: str, primary_email: str) -> Output:
    """Begin to change the e-mail address of a member account's root.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ValidationException: always: no one-time code can be sent to the address.

    https://docs.aws.amazon.com/accounts/latest/reference/API_StartPrimaryEmailUpdate.html
    """
    del primary_email
    targets.target(ctx, account_id)
    raise ValidationException(NO_MAIL)


@account.operation(on=targets.named)
def accept_primary_email_update(
    ctx: Context, *, account_id: str, primary_email: str, otp: str
) -> Output:
    """Finish changing the e-mail address of a member account's root.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ResourceNotFound: always: no change can have been begun.

    https://docs.aws.amazon.com/accounts/latest/reference/API_AcceptPrimaryEmailUpdate.html
    """
    del primary_email, otp
    targets.target(ctx, account_id)
    raise ResourceNotFound("No update of the primary e-mail address found.")


@account.operation(on=targets.named)
def get_primary_email_update_status(ctx: Context, *, account_id: str | None = None) -> Output:
    """Show how far a change of the e-mail address is.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ResourceNotFound: always: no change can have been begun.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetPrimaryEmailUpdateStatus.html
    """
    targets.target(ctx, account_id)
    raise ResourceNotFound("No update of the primary e-mail address found.")


@account.operation(on=targets.named)
def send_phone_number_verification(ctx: Context, *, account_id: str | None = None) -> Output:
    """Say that phone numbers are not verified: nothing here can send a message to one.

    Raises:
        AccessDenied: the caller's account may not change that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_SendPhoneNumberVerification.html
    """
    targets.target(ctx, account_id)
    return {"Status": "NOT_SUPPORTED"}


@account.operation(on=targets.named)
def verify_phone_number(ctx: Context, *, otp: str, account_id: str | None = None) -> Output:
    """Say that phone numbers are not verified: no code can have been sent.

    Raises:
        AccessDenied: the caller's account may not change that account.

    https://docs.aws.amazon.com/accounts/latest/reference/API_VerifyPhoneNumber.html
    """
    del otp
    targets.target(ctx, account_id)
    return {"Status": "NOT_SUPPORTED"}


@account.operation(on=targets.named)
def get_gov_cloud_account_information(
    ctx: Context, *, standard_account_id: str | None = None
) -> Output:
    """Show the GovCloud account that was made together with an account.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetGovCloudAccountInformation.html
    """
    standard = targets.target(ctx, standard_account_id)
    for made in _creations(ctx):
        if made.account == standard.id and made.govcloud_account is not None:
            linked = accounts.find(ctx.db, made.govcloud_account)
            return {
                "GovCloudAccountId": made.govcloud_account,
                "AccountState": state(linked) if linked else "ACTIVE",
            }
    raise ResourceNotFound("No GovCloud account is linked to the account.")


def _creations(ctx: Context) -> Iterator[AccountCreation]:
    """Every account that the organization of the caller's account asked for."""
    found = targets.organization(ctx)
    after = None
    while found is not None:
        page = organizations_accounts.creations(ctx.db, found.id, after=after, limit=PER_READ)
        yield from page.items
        after = page.last
        if after is None:
            return
