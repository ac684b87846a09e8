"""Lists of credentials and providers that cannot be made here yet: empty, and truly so.

Clients ask for them before they delete a user. A user who does not exist is refused all the same.
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.iam import paging, resources, self_service, user_finders
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store.page import Page

NOTHING: Page[Any] = Page([])


def _empty(ctx: Context, scope: str, member: str, marker: str | None) -> Output:
    """The one page of an empty list.

    Raises:
        ValidationError: a marker is given, which nobody can have got.
    """
    paging.after(ctx, scope, marker)
    return {member: []} | paging.end(ctx, scope, NOTHING)


@iam.operation(on=user_finders.caller)
def list_ssh_public_keys(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the SSH public keys of a user.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
    """
    del max_items
    owner = self_service.owner(ctx, user_name)
    return _empty(ctx, f"ListSSHPublicKeys {owner.user_id}", "SSHPublicKeys", marker)


@iam.operation(on=user_finders.caller)
def list_signing_certificates(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the signing certificates of a user.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
    """
    del max_items
    owner = self_service.owner(ctx, user_name)
    return _empty(ctx, f"ListSigningCertificates {owner.user_id}", "Certificates", marker)


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
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
    """
    del max_items
    if all_users and user_name is not None:
        raise InvalidInput("UserName cannot be specified together with AllUsers.")
    whose = "" if all_users else self_service.owner(ctx, user_name).user_id
    scope = f"ListServiceSpecificCredentials {all_users} {whose} {service_name}"
    return _empty(ctx, scope, "ServiceSpecificCredentials", marker)


@iam.operation(on=resources.listed("server-certificate"))
def list_server_certificates(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List the server certificates of the account.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
    """
    del max_items
    scope = f"ListServerCertificates {path_prefix}"
    return _empty(ctx, scope, "ServerCertificateMetadataList", marker)


@iam.operation(on=user_finders.saml_providers)
def list_saml_providers(ctx: Context) -> Output:
    """List the SAML providers of the account; the list has no pages.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html
    """
    del ctx
    return {"SAMLProviderList": []}
