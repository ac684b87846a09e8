"""Server certificates.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
"""

from typing import Any

from doorward.base import arn
from doorward.base.limits import ACCOUNT_QUOTAS
from doorward.services.context import Context
from doorward.services.iam import certificates, credential_finders, paging
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import EntityAlreadyExists, LimitExceeded, NoSuchEntity
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import server_certificates
from doorward.store.tables.server_certificate import ServerCertificate


def found(ctx: Context, name: str) -> ServerCertificate:
    """The server certificate of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    certificate = server_certificates.find(ctx.db, ctx.account, name)
    if certificate is None:
        raise NoSuchEntity.saying(f"The Server Certificate with name {name} cannot be found.")
    return certificate


def metadata(ctx: Context, certificate: ServerCertificate) -> dict[str, Any]:
    """The certificate as lists show it: without its body."""
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": arn.entity(
            ctx.partition,
            certificate.account,
            credential_finders.KIND,
            certificate.path,
            certificate.name,
        ),
        "UploadDate": certificate.uploaded_at,
        "Expiration": certificate.expires_at,
    }


def tagged(certificate: ServerCertificate) -> dict[str, Any]:
    """The member `Tags`, where there are any."""
    return {"Tags": tag_lists.shown(certificate.tags)} if certificate.tags else {}


def _refuse_taken(ctx: Context, name: str, *, but: str = "") -> None:
    """Refuse a name that a certificate other than the one of the id *but* has.

    Raises:
        EntityAlreadyExists: one has it.
    """
    taken = server_certificates.find(ctx.db, ctx.account, name)
    if taken is not None and taken.id != but:
        raise EntityAlreadyExists.saying(f"The Server Certificate with name {name} already exists.")


@iam.operation(on=credential_finders.new_server_certificate)
def upload_server_certificate(
    ctx: Context,
    *,
    server_certificate_name: str,
    certificate_body: str,
    private_key: str,
    path: str = "/",
    certificate_chain: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Keep a certificate and its chain; the private key is checked and not kept.

    White space around them is not kept either: Terraform's provider knows AWS so.

    Raises:
        EntityAlreadyExists: the account has one of that name, in whatever case.
        LimitExceeded: the account has no room for another.
        MalformedCertificate: certificate, key or chain cannot be read, or do not hold now.
        KeyPairMismatch: the key is not the certificate's.
        InvalidInput: a tag key is given twice.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
    """
    certificate = certificates.read(certificate_body)
    certificates.require_key(certificate, private_key)
    chain = certificates.read_chain(certificate_chain) if certificate_chain else ()
    certificates.require_chain(certificate, chain, ctx.now)
    _refuse_taken(ctx, server_certificate_name)
    most = ACCOUNT_QUOTAS["ServerCertificates"]
    if server_certificates.count(ctx.db, ctx.account) >= most:
        raise LimitExceeded("ServerCertificatesPerAccount", most)
    made = ServerCertificate(
        id=ctx.ids.unique_id("ASCA"),
        account=ctx.account,
        name=server_certificate_name,
        name_key=server_certificate_name.lower(),
        path=path,
        body=certificate_body.strip(),
        chain=certificate_chain.strip() if certificate_chain else None,
        uploaded_at=ctx.now,
        expires_at=certificate.not_valid_after_utc,
        tags=tag_lists.checked(tags or []),
    )
    server_certificates.add(ctx.db, made)
    return {"ServerCertificateMetadata": metadata(ctx, made)} | tagged(made)


@iam.operation(on=credential_finders.server_certificate)
def get_server_certificate(ctx: Context, *, server_certificate_name: str) -> Output:
    """Show a certificate with its chain.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
    """
    certificate = found(ctx, server_certificate_name)
    shown = {
        "ServerCertificateMetadata": metadata(ctx, certificate),
        "CertificateBody": certificate.body,
    }
    if certificate.chain is not None:
        shown["CertificateChain"] = certificate.chain
    return {"ServerCertificate": shown | tagged(certificate)}


@iam.operation(on=credential_finders.listed_server_certificates)
def list_server_certificates(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List the server certificates of the account by name, without their bodies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
    """
    scope = f"ListServerCertificates {path_prefix}"
    page = server_certificates.page(
        ctx.db,
        ctx.account,
        prefix=path_prefix,
        after=paging.after(ctx, scope, marker),
        limit=max_items,
    )
    shown = [metadata(ctx, certificate) for certificate in page.items]
    return {"ServerCertificateMetadataList": shown} | paging.end(ctx, scope, page)


@iam.operation(on=credential_finders.renamed_server_certificate)
def update_server_certificate(
    ctx: Context,
    *,
    server_certificate_name: str,
    new_path: str | None = None,
    new_server_certificate_name: str | None = None,
) -> Output:
    """Change a certificate's name or path, and with them the ARN.

    Raises:
        NoSuchEntity: the account has none of that name.
        EntityAlreadyExists: another one has the new name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
    """
    certificate = found(ctx, server_certificate_name)
    changes: dict[str, str] = {}
    if new_server_certificate_name is not None:
        _refuse_taken(ctx, new_server_certificate_name, but=certificate.id)
        changes["name"] = new_server_certificate_name
        changes["name_key"] = new_server_certificate_name.lower()
    if new_path is not None:
        changes["path"] = new_path
    if changes:
        server_certificates.change(ctx.db, certificate.id, changes)
    return {}


@iam.operation(on=credential_finders.server_certificate)
def delete_server_certificate(ctx: Context, *, server_certificate_name: str) -> Output:
    """Delete a certificate; no load balancer here can hold one.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
    """
    server_certificates.remove(ctx.db, found(ctx, server_certificate_name).id)
    return {}


@iam.operation(on=credential_finders.tagged_server_certificate)
def tag_server_certificate(
    ctx: Context, *, server_certificate_name: str, tags: list[dict[str, str]]
) -> Output:
    """Add tags to a certificate; a key that is there, in whatever case, gets the new value.

    Raises:
        NoSuchEntity: the account has none of that name.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html
    """
    certificate = found(ctx, server_certificate_name)
    changed = {"tags": tag_lists.added(certificate.tags, tags)}
    server_certificates.change(ctx.db, certificate.id, changed)
    return {}


@iam.operation(on=credential_finders.untagged_server_certificate)
def untag_server_certificate(
    ctx: Context, *, server_certificate_name: str, tag_keys: list[str]
) -> Output:
    """Remove tags from a certificate; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html
    """
    certificate = found(ctx, server_certificate_name)
    changed = {"tags": tag_lists.removed(certificate.tags, tag_keys)}
    server_certificates.change(ctx.db, certificate.id, changed)
    return {}


@iam.operation(on=credential_finders.server_certificate)
def list_server_certificate_tags(
    ctx: Context, *, server_certificate_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a certificate by key.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html
    """
    certificate = found(ctx, server_certificate_name)
    scope = f"ListServerCertificateTags {certificate.id}"
    return paging.tags(ctx, scope, certificate.tags, marker, max_items)
