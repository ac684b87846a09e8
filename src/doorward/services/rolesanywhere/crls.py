"""Certificate revocation lists.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/revocation.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import certificates, keeping, resources, shapes
from doorward.services.rolesanywhere.errors import ResourceNotFound, ValidationException
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import CRL, TRUST_ANCHOR, AnywhereResource

LISTS = 2


def checked(data: bytes, anchor: AnywhereResource) -> str:
    """The list as text, issued by the trust anchor.

    Raises:
        ValidationException: it cannot be read, or somebody else issued it.
    """
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise ValidationException("The CRL must be in PEM") from error
    bundle = anchor.details["source"]["sourceData"]["x509CertificateData"]
    certificates.require_issuer(certificates.revocation_list(text), certificates.read(bundle))
    return text


@rolesanywhere.operation(on=resources.everything)
def import_crl(
    ctx: Context,
    *,
    name: str,
    crl_data: bytes,
    trust_anchor_arn: str,
    enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
    alias_name: str | None = None,
) -> Output:
    """Import a revocation list of a trust anchor.

    Raises:
        ResourceNotFound: there is no such trust anchor.
        ValidationException: the list cannot be used, or the trust anchor has two already.
        TooManyTags: there are more tags than a list may have.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ImportCrl.html
    """
    anchor = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_arn)
    text = checked(crl_data, anchor)
    if len(store.crls(ctx.db, ctx.account, ctx.facts.region, anchor.id)) >= LISTS:
        raise ValidationException(f"A trust anchor has at most {LISTS} CRLs")
    arn = resources.resource_arn(ctx, TRUST_ANCHOR, anchor.id)
    made = keeping.add(
        ctx,
        CRL,
        name,
        {"crlData": text, "trustAnchorArn": arn},
        enabled=enabled,
        tags=tags,
        alias=alias_name,
        anchor=anchor.id,
    )
    return {"crl": shapes.resource(ctx, made)}


@rolesanywhere.operation(on=resources.of("crlId"))
def get_crl(ctx: Context, *, crl_id: str) -> Output:
    """Show a revocation list.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_GetCrl.html
    """
    return {"crl": shapes.resource(ctx, resources.existing(ctx, CRL, crl_id))}


@rolesanywhere.operation(on=resources.everything)
def list_crls(
    ctx: Context, *, next_token: str | None = None, page_size: int | None = None
) -> Output:
    """List the revocation lists of the Region.

    Raises:
        ValidationException: the token was not made for this list.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListCrls.html
    """
    return keeping.listed(ctx, CRL, "crls", next_token, page_size)


@rolesanywhere.operation(on=resources.of("crlId"))
def update_crl(
    ctx: Context,
    *,
    crl_id: str,
    name: str | None = None,
    crl_data: bytes | None = None,
    alias_name: str | None = None,
) -> Output:
    """Change name or alias, or put a newer list in the place of one.

    Raises:
        ResourceNotFound: there is none, or its trust anchor is gone.
        ValidationException: the list cannot be used.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_UpdateCrl.html
    """
    found = resources.existing(ctx, CRL, crl_id)
    text = None
    if crl_data is not None:
        anchor = store.find(ctx.db, ctx.account, ctx.facts.region, TRUST_ANCHOR, found.anchor)
        if anchor is None:
            raise ResourceNotFound(TRUST_ANCHOR)
        text = checked(crl_data, anchor)
    return {
        "crl": keeping.update(ctx, found, name=name, alias=alias_name, details={"crlData": text})
    }


@rolesanywhere.operation(on=resources.of("crlId"))
def enable_crl(ctx: Context, *, crl_id: str) -> Output:
    """Refuse the certificates that the list names.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_EnableCrl.html
    """
    return {"crl": keeping.enable(ctx, resources.existing(ctx, CRL, crl_id), enabled=True)}


@rolesanywhere.operation(on=resources.of("crlId"))
def disable_crl(ctx: Context, *, crl_id: str) -> Output:
    """Do not ask the list any more.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DisableCrl.html
    """
    return {"crl": keeping.enable(ctx, resources.existing(ctx, CRL, crl_id), enabled=False)}


@rolesanywhere.operation(on=resources.of("crlId"))
def delete_crl(ctx: Context, *, crl_id: str) -> Output:
    """Delete a revocation list.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DeleteCrl.html
    """
    return {"crl": keeping.remove(ctx, resources.existing(ctx, CRL, crl_id))}
