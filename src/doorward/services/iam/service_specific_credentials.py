"""Service-specific credentials: passwords and API keys of users for one service each.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock_cloudwatchlogs.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html
"""

from datetime import timedelta

from doorward.base.limits import SERVICE_CREDENTIALS_PER_SERVICE
from doorward.services.context import Context
from doorward.services.iam import (
    credential_finders,
    paging,
    self_service,
    service_secrets,
    statuses,
    user_finders,
)
from doorward.services.iam.credential_errors import NotSupportedService
from doorward.services.iam.errors import (
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.self_service import Owner
from doorward.services.iam.service import iam
from doorward.services.iam.service_secrets import listed, with_secret
from doorward.services.operation import Output
from doorward.store import service_credentials
from doorward.store.page import Page
from doorward.store.tables.service_credential import ServiceCredential


def found(ctx: Context, owner: Owner, credential_id: str) -> ServiceCredential:
    """The credential of that id, if *owner* has it.

    Raises:
        NoSuchEntity: they have not.
    """
    credential = service_credentials.find(ctx.db, ctx.account, credential_id)
    if credential is None or credential.user_id != owner.user_id:
        raise NoSuchEntity.saying(f"No such credential {credential_id} exists")
    return credential


@iam.operation(on=credential_finders.new_service_credential)
def create_service_specific_credential(
    ctx: Context, *, user_name: str, service_name: str, credential_age_days: int | None = None
) -> Output:
    """Make a password or an API key for one service; this answer alone shows it.

    Raises:
        NoSuchEntity: the account has no such user.
        NotSupportedService: the service knows no such credentials.
        LimitExceeded: the user has two for the service.
        ValidationError: an age is asked for of a password, which has none (assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
    """
    owner = self_service.owner(ctx, user_name)
    form = service_secrets.FORMS.get(service_name)
    if form is None:
        raise NotSupportedService(service_name)
    if credential_age_days is not None and not form.ages:
        raise ValidationError(f"CredentialAgeDays is not supported for {service_name}.")
    present = [
        one
        for one in service_credentials.of(ctx.db, ctx.account, owner.user_id)
        if one.service == service_name
    ]
    if len(present) >= SERVICE_CREDENTIALS_PER_SERVICE:
        most = SERVICE_CREDENTIALS_PER_SERVICE
        raise LimitExceeded("ServiceSpecificCredentialsPerUser", most)  # assumed name
    name = form.name(ctx, owner.user_name or "", {one.name for one in present})
    secret = form.secret(ctx, name)
    days = timedelta(days=credential_age_days) if credential_age_days else None
    made = ServiceCredential(
        id=ctx.ids.unique_id("ACCA"),
        account=ctx.account,
        user_id=owner.user_id,
        service=service_name,
        name=name,
        digest=service_secrets.digest(secret),
        active=True,
        created_at=ctx.now,
        expires_at=ctx.now + days if days else None,
    )
    service_credentials.add(ctx.db, made)
    return {"ServiceSpecificCredential": with_secret(ctx, made, secret)}


@iam.operation(on=user_finders.credential_owner)
def list_service_specific_credentials(
    ctx: Context,
    *,
    user_name: str | None = None,
    service_name: str | None = None,
    all_users: bool = False,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the service-specific credentials of a user, or those of all users for one service.

    Raises:
        NoSuchEntity: the account has no such user.
        InvalidInput: both a user and all users are asked for (the wording is assumed).
        NotSupportedService: the service knows no such credentials.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
    """
    if all_users and user_name is not None:
        raise InvalidInput("UserName cannot be specified together with AllUsers.")
    user_id = None if all_users else self_service.owner(ctx, user_name).user_id
    if service_name is not None and service_name not in service_secrets.FORMS:
        raise NotSupportedService(service_name)
    scope = f"ListServiceSpecificCredentials {user_id} {service_name}"
    page = _page(ctx, user_id, service_name, paging.after(ctx, scope, marker), max_items)
    shown = [listed(ctx, one) for one in page.items]
    return {"ServiceSpecificCredentials": shown} | paging.end(ctx, scope, page)


def _page(
    ctx: Context, user_id: str | None, service: str | None, after: str | None, limit: int
) -> Page[ServiceCredential]:
    """A page of the credentials of one user, or with None of all."""
    if user_id is None:
        return service_credentials.page(
            ctx.db, ctx.account, service=service, after=after, limit=limit
        )
    present = service_credentials.of(ctx.db, ctx.account, user_id)
    wanted = [one for one in present if service in {None, one.service}]
    return paging.of_few(wanted, lambda one: one.id, after, limit)


@iam.operation(on=credential_finders.service_credential)
def update_service_specific_credential(
    ctx: Context, *, service_specific_credential_id: str, status: str, user_name: str | None = None
) -> Output:
    """Switch a credential on or off.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such credential.
        InvalidInput: the status is `Expired`.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html
    """
    owner = self_service.owner(ctx, user_name)
    credential = found(ctx, owner, service_specific_credential_id)
    changed = {"active": statuses.wanted(status)}
    service_credentials.change(ctx.db, ctx.account, credential.id, changed)
    return {}


@iam.operation(on=credential_finders.service_credential)
def reset_service_specific_credential(
    ctx: Context, *, service_specific_credential_id: str, user_name: str | None = None
) -> Output:
    """Replace the password or key; creation date, status and end stay, and the old one is void.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such credential.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html
    """
    owner = self_service.owner(ctx, user_name)
    credential = found(ctx, owner, service_specific_credential_id)
    secret = service_secrets.FORMS[credential.service].secret(ctx, credential.name)
    changed = {"digest": service_secrets.digest(secret)}
    service_credentials.change(ctx.db, ctx.account, credential.id, changed)
    return {"ServiceSpecificCredential": with_secret(ctx, credential, secret)}


@iam.operation(on=credential_finders.service_credential)
def delete_service_specific_credential(
    ctx: Context, *, service_specific_credential_id: str, user_name: str | None = None
) -> Output:
    """Delete a credential, whatever its status.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such credential.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html
    """
    owner = self_service.owner(ctx, user_name)
    credential = found(ctx, owner, service_specific_credential_id)
    service_credentials.remove(ctx.db, ctx.account, credential.id)
    return {}
