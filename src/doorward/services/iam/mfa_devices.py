"""MFA devices of users and of the root: who has which, and since when.

FIDO devices (passkeys and security keys) are registered in a browser, not through the API; here
they are listed, shown and deactivated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
"""

from typing import Any

from doorward.base.limits import MFA_DEVICES_PER_USER
from doorward.services.context import Context
from doorward.services.iam import paging, self_service, user_finders
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.self_service import Owner
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import mfa_codes
from doorward.store import mfa_devices as queries
from doorward.store.tables.mfa_device import FIDO, MfaDevice


def found(ctx: Context, serial_number: str) -> MfaDevice:
    """The device of that serial number, whosever it is.

    Raises:
        NoSuchEntity: the account has none.
    """
    device = queries.find(ctx.db, ctx.account, serial_number)
    if device is None:
        raise NoSuchEntity.mfa_device(serial_number)
    return device


def of_owner(ctx: Context, owner: Owner, serial_number: str) -> MfaDevice:
    """The device of that serial number, if *owner* has it.

    Raises:
        NoSuchEntity: the account has none, or somebody else has it.
    """
    device = found(ctx, serial_number)
    if device.user_id != owner.user_id:
        raise NoSuchEntity.saying("MFA Device invalid for user.")  # wording from other reports
    return device


def shown(owner: Owner, device: MfaDevice) -> dict[str, Any]:
    """The device as lists show it; the root has no name (assumed)."""
    return {**owner.named, "SerialNumber": device.serial, "EnableDate": device.enabled_at}


def assign(ctx: Context, owner: Owner, device: MfaDevice, first: str, second: str) -> None:
    """Give a virtual device to *owner*, who proves with two consecutive codes to have its seed.

    Raises:
        EntityAlreadyExists: somebody has it, be it *owner*.
        LimitExceeded: *owner* has eight.
        InvalidAuthenticationCode: the codes are not its, do not follow on one another, were used
            before, or are more than ten minutes off.
    """
    if device.user_id is not None:
        raise EntityAlreadyExists.saying("MFA Device is already in use.")  # assumed wording
    if len(queries.of(ctx.db, ctx.account, owner.user_id)) >= MFA_DEVICES_PER_USER:
        raise LimitExceeded("MFADevicesPerUser", MFA_DEVICES_PER_USER)
    if not mfa_codes.bring_into_step(ctx.db, ctx.secrets, device, first, second, ctx.now):
        raise InvalidAuthenticationCode
    changes = {
        "user_id": owner.user_id,
        "enabled_at": ctx.now,
        "failures": 0,
        "locked_until": None,
    }
    queries.change(ctx.db, ctx.account, device.serial, changes)


def release(ctx: Context, device: MfaDevice) -> None:
    """Take *device* away from its owner; a virtual one stays, and can be given to another."""
    if device.kind == FIDO:
        queries.remove(ctx.db, ctx.account, device.serial)
    else:
        free = {"user_id": None, "enabled_at": None, "failures": 0, "locked_until": None}
        queries.change(ctx.db, ctx.account, device.serial, free)


@iam.operation(on=user_finders.user)
def enable_mfa_device(
    ctx: Context,
    *,
    user_name: str,
    serial_number: str,
    authentication_code1: str,
    authentication_code2: str,
) -> Output:
    """Give a virtual device to a user; the root gets its own at `server/signin/root_devices.py`.

    Raises:
        NoSuchEntity: the account has no such user or device.
        EntityAlreadyExists: somebody has the device.
        LimitExceeded: the user has eight.
        InvalidAuthenticationCode: the codes are not two consecutive ones of the device.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    """
    owner = self_service.owner(ctx, user_name)
    device = found(ctx, serial_number)
    assign(ctx, owner, device, authentication_code1, authentication_code2)
    return {}


@iam.operation(on=user_finders.user)
def resync_mfa_device(
    ctx: Context,
    *,
    user_name: str,
    serial_number: str,
    authentication_code1: str,
    authentication_code2: str,
) -> Output:
    """Learn from two consecutive codes how far the clock of a user's device is off.

    Raises:
        NoSuchEntity: the account has no such user or device, or it is another's.
        InvalidAuthenticationCode: the codes are not two consecutive ones of the device that were
            not used before.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
    """
    device = of_owner(ctx, self_service.owner(ctx, user_name), serial_number)
    codes = authentication_code1, authentication_code2
    if not mfa_codes.bring_into_step(ctx.db, ctx.secrets, device, *codes, ctx.now):
        raise InvalidAuthenticationCode
    return {}


@iam.operation(on=user_finders.caller)
def deactivate_mfa_device(
    ctx: Context, *, serial_number: str, user_name: str | None = None
) -> Output:
    """Take a device away from its owner; a virtual one stays, and can be given to another.

    The root deactivates its own in a session of AssumeRoot only.

    Raises:
        NoSuchEntity: the account has no such user or device, or it is another's.
        ValidationError: no name is given, and the caller is neither a user nor such a session.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
    """
    owner = self_service.owner(ctx, user_name)
    session = ctx.caller.session
    if owner == self_service.ROOT and not (session and session.scoped):
        raise ValidationError("Must specify userName when calling with non-User credentials")
    release(ctx, of_owner(ctx, owner, serial_number))
    return {}


@iam.operation(on=user_finders.caller)
def get_mfa_device(ctx: Context, *, serial_number: str, user_name: str | None = None) -> Output:
    """Show a FIDO device and what it is certified for; other kinds are not found (assumed).

    Raises:
        NoSuchEntity: the account has no such user, or they no such FIDO device.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
    """
    owner = self_service.owner(ctx, user_name)
    device = found(ctx, serial_number)
    if device.kind != FIDO or device.user_id != owner.user_id:
        raise NoSuchEntity.mfa_device(serial_number)
    return shown(owner, device) | {"Certifications": device.certifications}


@iam.operation(on=user_finders.caller)
def list_mfa_devices(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the MFA devices of a user or of the root by serial number, whatever their kind.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
    """
    owner = self_service.owner(ctx, user_name)
    scope = f"ListMFADevices {owner.user_id}"
    devices = queries.of(ctx.db, ctx.account, owner.user_id)
    after = paging.after(ctx, scope, marker)
    page = paging.of_few(devices, lambda device: device.serial, after, max_items)
    return {"MFADevices": [shown(owner, device) for device in page.items]} | paging.end(
        ctx, scope, page
    )
