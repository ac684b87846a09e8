"""X.509 signing certificates of users and of the account's root.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SigningCertificate.html
"""

from typing import Any

from doorward.base.limits import SIGNING_CERTIFICATES_PER_USER
from doorward.services.context import Context
from doorward.services.iam import certificates, paging, self_service, statuses, user_finders
from doorward.services.iam.credential_errors import DuplicateCertificate, InvalidCertificate
from doorward.services.iam.errors import LimitExceeded, NoSuchEntity
from doorward.services.iam.self_service import Owner
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import signing_certificates
from doorward.store.tables.signing_certificate import SigningCertificate

ID_CHARACTERS = 28
"""Observed, not documented: ids of signing certificates are this long and have no prefix."""


def found(ctx: Context, owner: Owner, certificate_id: str) -> SigningCertificate:
    """The certificate of that id, if *owner* has it.

    Raises:
        NoSuchEntity: they have not.
    """
    certificate = signing_certificates.find(ctx.db, ctx.account, certificate_id)
    if certificate is None or certificate.user_id != owner.user_id:
        raise NoSuchEntity.saying(f"The Certificate with id {certificate_id} cannot be found.")
    return certificate


def shown(owner: Owner, certificate: SigningCertificate) -> dict[str, Any]:
    """The certificate, body included, as lists show it too."""
    return {
        **owner.named,
        "CertificateId": certificate.id,
        "CertificateBody": certificate.body,
        "Status": statuses.shown(active=certificate.active),
        "UploadDate": certificate.uploaded_at,
    }


@iam.operation(on=user_finders.caller)
def upload_signing_certificate(
    ctx: Context, *, certificate_body: str, user_name: str | None = None
) -> Output:
    """Give a user a signing certificate, active from now on.

    Raises:
        NoSuchEntity: the account has no such user.
        MalformedCertificate: the text is no certificate.
        InvalidCertificate: it is expired or not valid yet.
        DuplicateCertificate: somebody in the account has it.
        LimitExceeded: the user has two.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
    """
    owner = self_service.owner(ctx, user_name)
    certificate = certificates.read(certificate_body)
    if not certificates.is_valid(certificate, ctx.now):
        raise InvalidCertificate
    fingerprint = certificates.fingerprint(certificate)
    if signing_certificates.by_fingerprint(ctx.db, ctx.account, fingerprint):
        raise DuplicateCertificate
    present = signing_certificates.of(ctx.db, ctx.account, owner.user_id)
    if len(present) >= SIGNING_CERTIFICATES_PER_USER:
        raise LimitExceeded("CertificatesPerUser", SIGNING_CERTIFICATES_PER_USER)
    made = SigningCertificate(
        id=(ctx.ids.unique_id("") + ctx.ids.unique_id(""))[-ID_CHARACTERS:],
        account=ctx.account,
        user_id=owner.user_id,
        fingerprint=fingerprint,
        body=certificate_body,
        active=True,
        uploaded_at=ctx.now,
    )
    signing_certificates.add(ctx.db, made)
    return {"Certificate": shown(owner, made)}


@iam.operation(on=user_finders.caller)
def list_signing_certificates(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the signing certificates of a user, by id.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
    """
    owner = self_service.owner(ctx, user_name)
    scope = f"ListSigningCertificates {owner.user_id}"
    present = signing_certificates.of(ctx.db, ctx.account, owner.user_id)
    after = paging.after(ctx, scope, marker)
    page = paging.of_few(present, lambda one: one.id, after, max_items)
    return {"Certificates": [shown(owner, one) for one in page.items]} | paging.end(
        ctx, scope, page
    )


@iam.operation(on=user_finders.caller)
def update_signing_certificate(
    ctx: Context, *, certificate_id: str, status: str, user_name: str | None = None
) -> Output:
    """Switch a signing certificate on or off.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such certificate.
        InvalidInput: the status is `Expired`.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html
    """
    certificate = found(ctx, self_service.owner(ctx, user_name), certificate_id)
    active = statuses.wanted(status)
    signing_certificates.set_active(ctx.db, ctx.account, certificate.id, active=active)
    return {}


@iam.operation(on=user_finders.caller)
def delete_signing_certificate(
    ctx: Context, *, certificate_id: str, user_name: str | None = None
) -> Output:
    """Delete a signing certificate, whatever its status.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such certificate.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html
    """
    certificate = found(ctx, self_service.owner(ctx, user_name), certificate_id)
    signing_certificates.remove(ctx.db, ctx.account, certificate.id)
    return {}
