"""Virtual MFA devices: a seed that is shown once, as text and as a QR code.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

import io
from typing import Any
from urllib.parse import quote

import segno

from doorward.authn import totp
from doorward.base import arn
from doorward.base.limits import ACCOUNT_QUOTAS
from doorward.services.context import Context
from doorward.services.iam import mfa_finders, paging, user_shape
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    LimitExceeded,
    MfaDeviceInUse,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import accounts, mfa_devices, users
from doorward.store.tables.mfa_device import VIRTUAL, MfaDevice

ASSIGNED = {"Assigned": True, "Unassigned": False, "Any": None}
LONGEST_SERIAL = 256
"""Characters that a serial number may have wherever one is asked for."""

PIXELS = 4
"""The width of one module of a QR code."""


def found(ctx: Context, serial_number: str) -> MfaDevice:
    """The virtual device of that serial number.

    Raises:
        NoSuchEntity: the account has none.
    """
    device = mfa_devices.find(ctx.db, ctx.account, serial_number)
    if device is None or device.kind != VIRTUAL:
        raise NoSuchEntity.mfa_device(serial_number)
    return device


def uri(device_name: str, account_name: str, seed: str) -> str:
    """What an authenticator application reads from the QR code.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
    """
    label = quote(f"{device_name}@{account_name}", safe="@")
    return f"otpauth://totp/{label}?secret={seed}"


def qr_code(text: str) -> bytes:
    """*text* as a QR code in a PNG image."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="png", scale=PIXELS)
    return image.getvalue()


def listed(ctx: Context, device: MfaDevice) -> dict[str, Any]:
    """The device as lists show it: with its owner where it has one, without tags and seed."""
    shown: dict[str, Any] = {"SerialNumber": device.serial}
    if device.user_id is None:
        return shown
    shown["EnableDate"] = device.enabled_at
    if user := users.by_id(ctx.db, device.user_id):
        return shown | {"User": user_shape.listed(ctx.partition, user)}
    account = accounts.find(ctx.db, ctx.account)
    return shown | {"User": user_shape.root(ctx.partition, account)} if account else shown


@iam.operation(on=mfa_finders.new_device)
def create_virtual_mfa_device(
    ctx: Context,
    *,
    virtual_mfa_device_name: str,
    path: str = "/",
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a device that nobody has yet; this answer alone shows its seed.

    The QR code names the calling user, or the account where the caller is no user.

    Raises:
        EntityAlreadyExists: the account has a device of that name, at whatever path.
        LimitExceeded: the account has no room for another.
        InvalidInput: a tag key is given twice.
        ValidationError: path and name make a serial number that no other operation would take.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
    """
    serial = arn.entity(ctx.partition, ctx.account, "mfa", path, virtual_mfa_device_name)
    if len(serial) > LONGEST_SERIAL:
        raise ValidationError(  # assumed wording
            "The serial number of the device must have length less than or equal to "
            f"{LONGEST_SERIAL}"
        )
    if mfa_devices.by_name(ctx.db, ctx.account, virtual_mfa_device_name):
        raise EntityAlreadyExists.saying(
            "MFADevice entity at the same path and name already exists."
        )
    if mfa_devices.count(ctx.db, ctx.account) >= ACCOUNT_QUOTAS["Users"]:
        raise LimitExceeded("MFADevicesPerAccount", ACCOUNT_QUOTAS["Users"])  # assumed wording
    seed = totp.seed_text(ctx.ids.token(totp.SEED_BYTES))
    device = MfaDevice(
        serial=serial,
        account=ctx.account,
        kind=VIRTUAL,
        name=virtual_mfa_device_name,
        name_key=virtual_mfa_device_name.lower(),
        created_at=ctx.now,
        sealed_seed=mfa_devices.sealed(ctx.secrets, ctx.account, serial, seed),
        tags=tag_lists.checked(tags or []),
    )
    mfa_devices.add(ctx.db, device)
    user = users.by_id(ctx.db, ctx.caller.user_id) if ctx.caller.user_id else None
    text = uri(virtual_mfa_device_name, user.name if user else ctx.account, seed)
    shown: Output = {
        "SerialNumber": serial,
        "Base32StringSeed": seed.encode(),
        "QRCodePNG": qr_code(text),
    }
    if device.tags:
        shown["Tags"] = tag_lists.shown(device.tags)
    return {"VirtualMFADevice": shown}


@iam.operation(on=mfa_finders.device)
def delete_virtual_mfa_device(ctx: Context, *, serial_number: str) -> Output:
    """Delete a device that nobody has.

    Raises:
        NoSuchEntity: the account has no such virtual device.
        DeleteConflict: somebody has it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
    """
    device = found(ctx, serial_number)
    if device.user_id is not None:
        raise MfaDeviceInUse
    mfa_devices.remove(ctx.db, ctx.account, device.serial)
    return {}


@iam.operation(on=mfa_finders.devices)
def list_virtual_mfa_devices(
    ctx: Context,
    *,
    assignment_status: str = "Any",
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the virtual devices of the account by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    scope = f"ListVirtualMFADevices {assignment_status}"
    page = mfa_devices.page(
        ctx.db,
        ctx.account,
        assigned=ASSIGNED[assignment_status],
        after=paging.after(ctx, scope, marker),
        limit=max_items,
    )
    shown = [listed(ctx, device) for device in page.items]
    return {"VirtualMFADevices": shown} | paging.end(ctx, scope, page)


@iam.operation(on=mfa_finders.tagged_device)
def tag_mfa_device(ctx: Context, *, serial_number: str, tags: list[dict[str, str]]) -> Output:
    """Add tags to a virtual device; a key that is there, in whatever case, gets the new value.

    Raises:
        NoSuchEntity: the account has no such virtual device.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html
    """
    device = found(ctx, serial_number)
    changed = {"tags": tag_lists.added(device.tags, tags)}
    mfa_devices.change(ctx.db, ctx.account, device.serial, changed)
    return {}


@iam.operation(on=mfa_finders.untagged_device)
def untag_mfa_device(ctx: Context, *, serial_number: str, tag_keys: list[str]) -> Output:
    """Remove tags from a virtual device; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has no such virtual device.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html
    """
    device = found(ctx, serial_number)
    changed = {"tags": tag_lists.removed(device.tags, tag_keys)}
    mfa_devices.change(ctx.db, ctx.account, device.serial, changed)
    return {}


@iam.operation(on=mfa_finders.device)
def list_mfa_device_tags(
    ctx: Context, *, serial_number: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a virtual device by key.

    Raises:
        NoSuchEntity: the account has no such virtual device.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html
    """
    device = found(ctx, serial_number)
    scope = f"ListMFADeviceTags {device.serial}"
    return paging.tags(ctx, scope, device.tags, marker, max_items)
