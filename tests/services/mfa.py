"""An authenticator application for tests: codes of the seed that IAM showed."""

from datetime import datetime

from doorward.authn import totp
from doorward.services.context import Context
from doorward.services.iam.mfa_devices import enable_mfa_device
from doorward.services.iam.virtual_mfa_devices import create_virtual_mfa_device


class Authenticator:
    """Shows the code of a moment; `ahead` is by how many steps its clock is wrong."""

    def __init__(self, serial: str, seed: bytes, ahead: int = 0) -> None:
        self.serial = serial
        self.seed = totp.seed_bytes(seed.decode())
        self.ahead = ahead

    def code(self, now: datetime, later: int = 0) -> str:
        return totp.code(self.seed, totp.step(now) + self.ahead + later)

    def wrong(self, now: datetime) -> str:
        """A code of no step near *now*."""
        near = {totp.code(self.seed, totp.step(now) + step) for step in range(-30, 31)}
        return next(text for text in (f"{n:06d}" for n in range(100)) if text not in near)


def made(ctx: Context, name: str = "phone", **more) -> Authenticator:
    device = create_virtual_mfa_device(ctx, virtual_mfa_device_name=name, **more)[
        "VirtualMFADevice"
    ]
    return Authenticator(device["SerialNumber"], device["Base32StringSeed"])


def enable(ctx: Context, device: Authenticator, user_name: str = "alice", *, back: int = 2) -> None:
    """Enable with the two codes that begin *back* steps ago, so that later ones are unused."""
    enable_mfa_device(
        ctx,
        user_name=user_name,
        serial_number=device.serial,
        authentication_code1=device.code(ctx.now, -back),
        authentication_code2=device.code(ctx.now, 1 - back),
    )


def enabled(ctx: Context, user_name: str = "alice", name: str = "phone") -> Authenticator:
    device = made(ctx, name)
    enable(ctx, device, user_name)
    return device
