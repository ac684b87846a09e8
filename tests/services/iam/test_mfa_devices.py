"""MFA devices: made, enabled with two codes, listed, taken away."""

from datetime import timedelta

import pytest

from doorward.base import limits
from doorward.services.context import Context
from doorward.services.iam import mfa_devices as operations
from doorward.services.iam import virtual_mfa_devices
from doorward.services.iam.account import get_account_summary
from doorward.services.iam.credential_report import lines
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    InvalidInput,
    LimitExceeded,
    MfaDeviceInUse,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.mfa_devices import (
    deactivate_mfa_device,
    enable_mfa_device,
    get_mfa_device,
    list_mfa_devices,
    resync_mfa_device,
)
from doorward.services.iam.self_service import ROOT
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user, delete_user, update_user
from doorward.services.iam.virtual_mfa_devices import (
    create_virtual_mfa_device,
    delete_virtual_mfa_device,
    list_mfa_device_tags,
    list_virtual_mfa_devices,
    tag_mfa_device,
    untag_mfa_device,
)
from doorward.store import mfa_devices, users
from doorward.store.tables.mfa_device import FIDO, MfaDevice
from services.mfa import Authenticator, enable, enabled, made
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses, every_page, later
from store import plans

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def alice(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/staff/")


def codes(ctx: Context, device: Authenticator, first: int, second: int) -> dict[str, str]:
    return {
        "serial_number": device.serial,
        "authentication_code1": device.code(ctx.now, first),
        "authentication_code2": device.code(ctx.now, second),
    }


def key_of(user_name: str, ctx: Context) -> MfaDevice:
    user = users.find(ctx.db, ACCOUNT, user_name)
    device = MfaDevice(
        serial=f"arn:aws:iam::{ACCOUNT}:u2f/user/{user_name}/key-ABCDEF",
        account=ACCOUNT,
        kind=FIDO,
        name="key-ABCDEF",
        name_key=f"u2f/user/{user_name}/key-abcdef",
        created_at=ctx.now,
        user_id=user.id if user else None,
        enabled_at=ctx.now,
        certifications={"FIDO": "L1"},
    )
    mfa_devices.add(ctx.db, device)
    return device


def test_a_new_device_shows_its_seed_once_and_keeps_it_sealed(ctx: Context) -> None:
    device = create_virtual_mfa_device(
        ctx, virtual_mfa_device_name="phone", path="/staff/", tags=[{"Key": "b", "Value": "2"}]
    )["VirtualMFADevice"]

    assert device["SerialNumber"] == f"arn:aws:iam::{ACCOUNT}:mfa/staff/phone"
    assert len(device["Base32StringSeed"]) == 64
    assert device["QRCodePNG"].startswith(PNG)
    assert device["Tags"] == [{"Key": "b", "Value": "2"}]
    assert "User" not in device
    row = mfa_devices.find(ctx.db, ACCOUNT, device["SerialNumber"])
    assert row is not None
    assert row.sealed_seed is not None
    assert device["Base32StringSeed"] not in row.sealed_seed
    (listed,) = list_virtual_mfa_devices(ctx)["VirtualMFADevices"]
    assert listed == {"SerialNumber": device["SerialNumber"]}


def test_the_qr_code_names_device_and_user(
    world: World, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    monkeypatch.setattr(virtual_mfa_devices, "qr_code", lambda text: said.append(text) or PNG)

    caller = world.user(users.find(ctx.db, ACCOUNT, "alice"))
    own = create_virtual_mfa_device(caller, virtual_mfa_device_name="a=b+c")["VirtualMFADevice"]
    create_virtual_mfa_device(ctx, virtual_mfa_device_name="shared")

    seed = own["Base32StringSeed"].decode()
    assert said[0] == f"otpauth://totp/a%3Db%2Bc@alice?secret={seed}"
    assert said[1].startswith(f"otpauth://totp/shared@{ACCOUNT}?secret=")


def test_a_name_is_taken_in_any_case_and_at_any_path(ctx: Context) -> None:
    made(ctx, "phone")

    with pytest.raises(EntityAlreadyExists, match="at the same path and name already exists"):
        create_virtual_mfa_device(ctx, virtual_mfa_device_name="Phone", path="/other/")


def test_a_device_with_a_bad_tag_is_not_made(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        made(ctx, tags=[{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}])

    assert list_virtual_mfa_devices(ctx)["VirtualMFADevices"] == []


def test_two_consecutive_codes_enable_a_device(ctx: Context) -> None:
    device = enabled(ctx, "ALICE")

    assert list_mfa_devices(ctx, user_name="alice")["MFADevices"] == [
        {"UserName": "alice", "SerialNumber": device.serial, "EnableDate": NOW}
    ]
    (listed,) = list_virtual_mfa_devices(ctx, assignment_status="Assigned")["VirtualMFADevices"]
    assert listed["User"]["UserName"] == "alice"
    assert listed["EnableDate"] == NOW
    assert list_virtual_mfa_devices(ctx, assignment_status="Unassigned")["VirtualMFADevices"] == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (0, 0),  # the same code twice
        (1, 0),  # the wrong way round
        (0, 2),  # one left out
        (-22, -21),  # more than ten minutes old
        (21, 22),
    ],
)
def test_other_codes_do_not_enable_it(ctx: Context, first: int, second: int) -> None:
    device = made(ctx)

    with pytest.raises(
        InvalidAuthenticationCode, match=r"^Authentication code for device is not valid\.$"
    ):
        enable_mfa_device(ctx, user_name="alice", **codes(ctx, device, first, second))
    assert list_mfa_devices(ctx, user_name="alice")["MFADevices"] == []


def test_a_device_is_one_owners(ctx: Context) -> None:
    create_user(ctx, user_name="bob")
    device = enabled(ctx)

    for name in ["alice", "bob"]:
        with pytest.raises(EntityAlreadyExists):
            enable_mfa_device(ctx, user_name=name, **codes(ctx, device, 0, 1))
    for operation in (resync_mfa_device, deactivate_mfa_device):
        given = codes(ctx, device, 0, 1)
        if operation is deactivate_mfa_device:
            given = {"serial_number": device.serial}
        with pytest.raises(NoSuchEntity, match=r"^MFA Device invalid for user\.$"):
            operation(ctx, user_name="bob", **given)


def test_a_user_has_eight_devices_at_most(ctx: Context) -> None:
    for number in range(limits.MFA_DEVICES_PER_USER):
        enabled(ctx, name=f"device-{number}")

    with pytest.raises(LimitExceeded, match=r"MFADevicesPerUser: 8$"):
        enabled(ctx, name="ninth")


def test_codes_that_enabled_a_device_do_not_bring_it_into_step(ctx: Context) -> None:
    device = made(ctx)
    given = codes(ctx, device, -1, 0)
    enable_mfa_device(ctx, user_name="alice", **given)

    with pytest.raises(InvalidAuthenticationCode):
        resync_mfa_device(ctx, user_name="alice", **given)
    with pytest.raises(InvalidAuthenticationCode):  # the first of the two is used
        resync_mfa_device(ctx, user_name="alice", **codes(ctx, device, 0, 1))
    resync_mfa_device(ctx, user_name="alice", **codes(ctx, device, 1, 2))


def test_codes_do_not_work_again_for_the_next_owner(ctx: Context) -> None:
    create_user(ctx, user_name="bob")
    device = enabled(ctx)
    deactivate_mfa_device(ctx, user_name="alice", serial_number=device.serial)

    with pytest.raises(InvalidAuthenticationCode):
        enable(ctx, device, "bob")
    enable(later(ctx, minutes=2), device, "bob")


def test_a_deactivated_device_stays_and_can_be_deleted(ctx: Context) -> None:
    device = enabled(ctx)

    with pytest.raises(MfaDeviceInUse):
        delete_virtual_mfa_device(ctx, serial_number=device.serial)
    deactivate_mfa_device(ctx, user_name="alice", serial_number=device.serial)

    assert list_virtual_mfa_devices(ctx)["VirtualMFADevices"] == [{"SerialNumber": device.serial}]
    delete_virtual_mfa_device(ctx, serial_number=device.serial)
    assert list_virtual_mfa_devices(ctx)["VirtualMFADevices"] == []
    with pytest.raises(NoSuchEntity, match=r"^MFA Device with serial number .* does not exist\.$"):
        delete_virtual_mfa_device(ctx, serial_number=device.serial)


def test_a_user_with_a_device_is_not_deleted(ctx: Context) -> None:
    device = enabled(ctx)

    with pytest.raises(DeleteConflict, match="must delete MFA device first"):
        delete_user(ctx, user_name="alice")
    deactivate_mfa_device(ctx, user_name="alice", serial_number=device.serial)
    delete_user(ctx, user_name="alice")


def test_a_device_follows_its_renamed_user_and_keeps_its_serial_number(ctx: Context) -> None:
    device = enabled(ctx)
    update_user(ctx, user_name="alice", new_user_name="alicia")

    (listed,) = list_mfa_devices(ctx, user_name="alicia")["MFADevices"]
    assert (listed["UserName"], listed["SerialNumber"]) == ("alicia", device.serial)


def test_another_accounts_device_is_not_found(world: World, ctx: Context) -> None:
    foreign = world.root(OTHER_ACCOUNT)
    device = made(foreign)

    for operation, more in [
        (delete_virtual_mfa_device, {}),
        (list_mfa_device_tags, {}),
        (deactivate_mfa_device, {"user_name": "alice"}),
        (get_mfa_device, {"user_name": "alice"}),
    ]:
        with pytest.raises(NoSuchEntity):
            operation(ctx, serial_number=device.serial, **more)
    with pytest.raises(NoSuchEntity):
        enable(ctx, device)
    (access,) = accesses(iam, "DeleteVirtualMFADevice", ctx, SerialNumber=device.serial)
    assert access.account == OTHER_ACCOUNT


def test_without_a_name_a_user_works_on_their_own_devices(world: World, ctx: Context) -> None:
    device = enabled(ctx)
    caller = world.user(users.find(ctx.db, ACCOUNT, "alice"))

    (listed,) = list_mfa_devices(caller)["MFADevices"]
    assert listed["SerialNumber"] == device.serial
    deactivate_mfa_device(caller, serial_number=device.serial)
    assert list_mfa_devices(caller)["MFADevices"] == []


def test_the_roots_device_is_listed_and_not_taken_away_with_its_keys(ctx: Context) -> None:
    device = made(ctx, "root-account-mfa-device")
    row = operations.found(ctx, device.serial)
    operations.assign(ctx, ROOT, row, device.code(NOW, -2), device.code(NOW, -1))

    assert list_mfa_devices(ctx)["MFADevices"] == [
        {"SerialNumber": device.serial, "EnableDate": NOW}
    ]
    (listed,) = list_virtual_mfa_devices(ctx)["VirtualMFADevices"]
    assert listed["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert get_account_summary(ctx)["SummaryMap"]["AccountMFAEnabled"] == 1
    with pytest.raises(ValidationError):
        deactivate_mfa_device(ctx, serial_number=device.serial)


def test_a_fido_device_is_shown_with_its_certifications(world: World, ctx: Context) -> None:
    key, phone = key_of("alice", ctx), enabled(ctx)

    assert get_mfa_device(ctx, user_name="alice", serial_number=key.serial) == {
        "UserName": "alice",
        "SerialNumber": key.serial,
        "EnableDate": NOW,
        "Certifications": {"FIDO": "L1"},
    }
    with pytest.raises(NoSuchEntity):
        get_mfa_device(ctx, user_name="alice", serial_number=phone.serial)
    serials = {
        one["SerialNumber"] for one in list_mfa_devices(ctx, user_name="alice")["MFADevices"]
    }
    assert serials == {key.serial, phone.serial}
    virtual = list_virtual_mfa_devices(ctx)["VirtualMFADevices"]
    assert [one["SerialNumber"] for one in virtual] == [phone.serial]
    deactivate_mfa_device(ctx, user_name="alice", serial_number=key.serial)
    assert mfa_devices.find(ctx.db, ACCOUNT, key.serial) is None


def test_tags_of_a_device_are_added_listed_and_removed(ctx: Context) -> None:
    device = made(ctx)
    tag_mfa_device(
        ctx,
        serial_number=device.serial,
        tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}],
    )
    untag_mfa_device(ctx, serial_number=device.serial, tag_keys=["B", "c"])

    assert every_page(list_mfa_device_tags, ctx, "Tags", serial_number=device.serial) == [
        {"Key": "a", "Value": "2"}
    ]
    (access,) = accesses(iam, "TagMFADevice", ctx, SerialNumber=device.serial, Tags=[])
    assert access.tags == {"a": "2"}


def test_pages_join_to_the_whole_list(ctx: Context) -> None:
    made_ones = [made(ctx, f"device-{n}").serial for n in range(5)]

    pages = every_page(list_virtual_mfa_devices, ctx, "VirtualMFADevices", max_items=2)
    assert [one["SerialNumber"] for one in pages] == made_ones


def test_summary_and_credential_report_tell_who_has_mfa(ctx: Context) -> None:
    create_user(ctx, user_name="bob")
    enabled(ctx)
    made(ctx, "spare")

    summary = get_account_summary(ctx)["SummaryMap"]
    assert (summary["MFADevices"], summary["MFADevicesInUse"]) == (2, 1)
    assert summary["AccountMFAEnabled"] == 0
    header, *rows = [line.split(",") for line in lines(ctx)]
    column = header.index("mfa_active")
    assert [(row[0], row[column]) for row in rows] == [
        ("<root_account>", "false"),
        ("alice", "true"),
        ("bob", "false"),
    ]


def test_making_and_tagging_at_once_asks_for_both(ctx: Context) -> None:
    found = accesses(
        iam,
        "CreateVirtualMFADevice",
        ctx,
        VirtualMFADeviceName="phone",
        Path="/staff/",
        Tags=[{"Key": "a", "Value": "1"}],
    )

    assert [access.action for access in found] == [
        "iam:CreateVirtualMFADevice",
        "iam:TagMFADevice",
    ]
    assert {access.resource for access in found} == {f"arn:aws:iam::{ACCOUNT}:mfa/staff/phone"}


@pytest.mark.parametrize(
    "operation", ["EnableMFADevice", "ResyncMFADevice", "DeactivateMFADevice", "ListMFADevices"]
)
def test_what_concerns_the_owner_is_authorized_on_the_owner(ctx: Context, operation: str) -> None:
    (access,) = accesses(iam, operation, ctx, UserName="alice", SerialNumber="123456789")

    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert access.named == "user alice"


def test_every_query_uses_an_index(ctx: Context) -> None:
    with plans.watched(ctx.db) as seen:
        device = enabled(ctx)
        resync_mfa_device(
            later(ctx, minutes=1), user_name="alice", **codes(later(ctx, minutes=1), device, 0, 1)
        )
        list_virtual_mfa_devices(ctx, assignment_status="Assigned", max_items=1)
        list_virtual_mfa_devices(ctx, assignment_status="Unassigned")
        list(lines(ctx))
        get_account_summary(ctx)
        deactivate_mfa_device(ctx, user_name="alice", serial_number=device.serial)
        delete_virtual_mfa_device(ctx, serial_number=device.serial)

    assert plans.scans(ctx.db, seen) == []


def test_a_device_may_be_a_little_off_when_it_is_enabled(ctx: Context) -> None:
    slow = made(ctx)
    slow.ahead = -15
    enable(ctx, slow)

    row = operations.found(ctx, slow.serial)
    assert row.drift == -16
    assert row.enabled_at == NOW
    assert timedelta(seconds=30 * -row.drift) < timedelta(minutes=10)
