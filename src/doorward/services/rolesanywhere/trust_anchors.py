"""Trust anchors: the authorities whose certificates are believed.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/getting-started.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import (
    certificates,
    keeping,
    notifications,
    resources,
    shapes,
)
from doorward.services.rolesanywhere.errors import ValidationException
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store.tables.rolesanywhere import TRUST_ANCHOR

BUNDLE = "CERTIFICATE_BUNDLE"


def checked(source: dict[str, Any]) -> dict[str, Any]:
    """The source of a trust anchor.

    GAP: authorities of AWS Private CA are not asked for their certificates.

    Raises:
        ValidationException: it is no bundle of authorities' certificates.
    """
    kind, data = source.get("sourceType"), source.get("sourceData") or {}
    bundle = data.get("x509CertificateData")
    if kind != BUNDLE or bundle is None:
        raise ValidationException(f"Only trust anchors of the type {BUNDLE} are supported here")
    certificates.authorities(bundle)
    return source


def refuse_distribution_points(enabled: bool | None) -> None:
    """Refuse to promise what is not done: no list is fetched from where a certificate says.

    Raises:
        ValidationException: it is asked for.
    """
    if enabled:
        raise ValidationException("CRL distribution points are not supported here: import the CRL")


@rolesanywhere.operation(on=resources.everything)
def create_trust_anchor(
    ctx: Context,
    *,
    name: str,
    source: dict[str, Any],
    enabled: bool | None = None,
    crl_dp_revocation_enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
    notification_settings: list[dict[str, Any]] | None = None,
    alias_name: str | None = None,
) -> Output:
    """Trust an authority.

    Raises:
        ValidationException: the source cannot be used, or there are too many trust anchors.
        TooManyTags: there are more tags than a trust anchor may have.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html
    """
    refuse_distribution_points(crl_dp_revocation_enabled)
    settings = notifications.put(ctx, notifications.DEFAULTS, notification_settings or [])
    details = {"source": checked(source), "notificationSettings": settings}
    made = keeping.add(
        ctx, TRUST_ANCHOR, name, details, enabled=enabled, tags=tags, alias=alias_name
    )
    return {"trustAnchor": shapes.resource(ctx, made)}


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def get_trust_anchor(ctx: Context, *, trust_anchor_id: str) -> Output:
    """Show a trust anchor.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_GetTrustAnchor.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    return {"trustAnchor": shapes.resource(ctx, found)}


@rolesanywhere.operation(on=resources.everything)
def list_trust_anchors(
    ctx: Context, *, next_token: str | None = None, page_size: int | None = None
) -> Output:
    """List the trust anchors of the Region.

    Raises:
        ValidationException: the token was not made for this list.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTrustAnchors.html
    """
    return keeping.listed(ctx, TRUST_ANCHOR, "trustAnchors", next_token, page_size)


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def update_trust_anchor(
    ctx: Context,
    *,
    trust_anchor_id: str,
    name: str | None = None,
    source: dict[str, Any] | None = None,
    crl_dp_revocation_enabled: bool | None = None,
    alias_name: str | None = None,
) -> Output:
    """Change name, alias or source; sessions that were given stay good.

    Raises:
        ResourceNotFound: there is none.
        ValidationException: the source cannot be used.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_UpdateTrustAnchor.html
    """
    refuse_distribution_points(crl_dp_revocation_enabled)
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    details = {"source": None if source is None else checked(source)}
    shown = keeping.update(ctx, found, name=name, alias=alias_name, details=details)
    return {"trustAnchor": shown}


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def enable_trust_anchor(ctx: Context, *, trust_anchor_id: str) -> Output:
    """Believe certificates of the trust anchor.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_EnableTrustAnchor.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    return {"trustAnchor": keeping.enable(ctx, found, enabled=True)}


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def disable_trust_anchor(ctx: Context, *, trust_anchor_id: str) -> Output:
    """Believe no certificate of the trust anchor.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DisableTrustAnchor.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    return {"trustAnchor": keeping.enable(ctx, found, enabled=False)}


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def delete_trust_anchor(ctx: Context, *, trust_anchor_id: str) -> Output:
    """Delete a trust anchor; its revocation lists stay.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DeleteTrustAnchor.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    return {"trustAnchor": keeping.remove(ctx, found)}
