"""StartDeviceAuthorization, and what becomes of a device's code.

https://datatracker.ietf.org/doc/html/rfc8628
"""

import base64
from datetime import timedelta

from doorward.authn.identity_center import digest
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters, Redeem
from doorward.services.sso_oidc import clients, start_urls
from doorward.services.sso_oidc.errors import (
    AccessDenied,
    AuthorizationPending,
    ExpiredToken,
    InvalidGrant,
    SlowDown,
)
from doorward.services.sso_oidc.service import sso_oidc
from doorward.store import sso_devices
from doorward.store.tables.sso_session import SsoDevice

PAGE = "/_doorward/device"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
HALF = 4
LIFE = timedelta(minutes=10)
TOLD_EXPIRED = timedelta(hours=1)
"""How long a device is told that its time is over, and not that its code is unknown."""

INTERVAL = timedelta(seconds=1)
WAITING = 1_000
"""Devices that are known at a time; anybody may start one."""


class Polled(str):
    """A device's code that was just asked about, and whether that was too soon."""

    __slots__ = ("too_soon",)

    too_soon: bool


def normal(user_code: str) -> str:
    """A user code without what people add or leave out."""
    return "".join(one for one in user_code.upper() if one.isalnum())


@sso_oidc.operation(on=None, reads=False, unsigned=True)
def start_device_authorization(
    ctx: Context, *, client_id: str, client_secret: str, start_url: str
) -> Output:
    """Give a device a code to ask with, and its user one to type.

    Raises:
        InvalidClient, UnauthorizedClient: it is no client that may.
        InvalidRequest: there is no instance of that start URL.
        SlowDown: too many devices wait already.

    https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
    """
    client = clients.known(ctx, client_id, client_secret)
    clients.require_grant(client, clients.DEVICE)
    found = start_urls.instance(ctx, start_url)
    sso_devices.forget(ctx.db, ctx.now - TOLD_EXPIRED)
    if sso_devices.count(ctx.db, found.account) >= WAITING:
        raise SlowDown
    code = base64.urlsafe_b64encode(ctx.ids.token(32)).decode().rstrip("=")
    letters = "".join(LETTERS[one % len(LETTERS)] for one in ctx.ids.token(2 * HALF))
    sso_devices.add(
        ctx.db,
        SsoDevice(
            id=digest(code),
            user_code=digest(letters),
            account=found.account,
            client=digest(client_id),
            client_name=client.name,
            scopes=list(client.scopes),
            expires_at=ctx.now + LIFE,
        ),
    )
    shown = f"{letters[:HALF]}-{letters[HALF:]}"
    page = f"{ctx.base_url}{PAGE}"
    return {
        "deviceCode": code,
        "userCode": shown,
        "verificationUri": page,
        "verificationUriComplete": f"{page}?user_code={shown}",
        "expiresIn": int(LIFE.total_seconds()),
        "interval": int(INTERVAL.total_seconds()),
    }


def _poll(ctx: Context, parameters: Parameters) -> Parameters:
    """Note that the device asked, whatever it is answered."""
    polled = Polled(parameters["deviceCode"])
    device = sso_devices.find(ctx.db, digest(polled))
    last = device.polled_at if device else None
    polled.too_soon = last is not None and ctx.now - last < INTERVAL
    if device is not None:
        sso_devices.change(ctx.db, device.id, {"polled_at": ctx.now})
    return {**parameters, "deviceCode": polled}


polls = Redeem("deviceCode", _poll)


def allowed(ctx: Context, client_id: str, code: str) -> SsoDevice:
    """The device of that code, once its user let it in; the code is used up.

    Raises:
        InvalidGrant: it is none of this client's.
        ExpiredToken, SlowDown, AuthorizationPending, AccessDenied: as their names say.
    """
    device = sso_devices.find(ctx.db, digest(code))
    if device is None or device.client != digest(client_id):
        raise InvalidGrant
    if device.expires_at <= ctx.now:
        raise ExpiredToken
    if device.state == "DENIED":
        raise AccessDenied
    if device.state == "PENDING":
        if isinstance(code, Polled) and code.too_soon:
            raise SlowDown
        raise AuthorizationPending
    sso_devices.remove(ctx.db, device.id)
    return device
