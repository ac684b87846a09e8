"""Notification settings of trust anchors.

They are kept and shown. GAP: nobody is told of certificates that end.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/customize-notification-settings.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import keeping, resources
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store.tables.rolesanywhere import TRUST_ANCHOR

ALL = "ALL"
DAYS = 45
DEFAULTS: Sequence[Mapping[str, Any]] = tuple(
    {
        "enabled": True,
        "event": event,
        "threshold": DAYS,
        "channel": ALL,
        "configuredBy": "rolesanywhere.amazonaws.com",
    }
    for event in ("CA_CERTIFICATE_EXPIRY", "END_ENTITY_CERTIFICATE_EXPIRY")
)

Setting = Mapping[str, Any]


def put(ctx: Context, present: Sequence[Setting], given: Sequence[Setting]) -> list[dict[str, Any]]:
    """*present* with the settings of a request in their places."""
    found = {_key(one): dict(one) for one in present}
    for one in given:
        found[_key(one)] = {
            "enabled": one["enabled"],
            "event": one["event"],
            "threshold": one.get("threshold", DAYS),
            "channel": one.get("channel", ALL),
            "configuredBy": ctx.account,
        }
    return list(found.values())


def _key(setting: Setting) -> tuple[str, str]:
    return setting["event"], setting.get("channel", ALL)


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def put_notification_settings(
    ctx: Context, *, trust_anchor_id: str, notification_settings: list[dict[str, Any]]
) -> Output:
    """Set when the account would be told of certificates that end.

    Raises:
        ResourceNotFound: there is no such trust anchor.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_PutNotificationSettings.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    settings = put(ctx, found.details["notificationSettings"], notification_settings)
    changed = keeping.update(ctx, found, details={"notificationSettings": settings})
    return {"trustAnchor": changed}


@rolesanywhere.operation(on=resources.of("trustAnchorId"))
def reset_notification_settings(
    ctx: Context, *, trust_anchor_id: str, notification_setting_keys: list[dict[str, str]]
) -> Output:
    """Go back to the settings that a trust anchor has at first.

    Raises:
        ResourceNotFound: there is no such trust anchor.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ResetNotificationSettings.html
    """
    found = resources.existing(ctx, TRUST_ANCHOR, trust_anchor_id)
    keys = {_key(one) for one in notification_setting_keys}
    first = {_key(one): dict(one) for one in DEFAULTS}
    settings = [
        first.get(_key(one), one) if _key(one) in keys else one
        for one in found.details["notificationSettings"]
    ]
    changed = keeping.update(ctx, found, details={"notificationSettings": settings})
    return {"trustAnchor": changed}
