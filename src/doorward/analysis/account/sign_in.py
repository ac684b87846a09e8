"""Findings about passwords, second factors and access keys, root's first.

Thresholds and words are those of the CIS benchmark and Security Hub's IAM controls.

https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html
"""

from collections.abc import Iterator
from datetime import datetime

from doorward.analysis.account.credentials import Key, Row
from doorward.analysis.account.finding import (
    Check,
    Finding,
    Gravity,
    Thresholds,
    age,
    aws,
    several,
)
from doorward.analysis.account.model import Account
from doorward.analysis.account.unused import UnusedKey, UnusedPassword, keys, passwords

ROOT_KEYS = Check(
    "root-access-key",
    Gravity.CRITICAL,
    "The root user has an access key",
    "Whoever has this key may do everything in the account; no policy of it can hold it back.",
    "Sign in as root and delete the key on the page Security credentials. What uses it needs a "
    "role instead.",
    "IAM.4",
)
ROOT_MFA = Check(
    "root-without-mfa",
    Gravity.CRITICAL,
    "The root user has no MFA",
    "One password is all that stands before the whole account.",
    "Sign in as root and assign an MFA device on the page Security credentials.",
    "IAM.9",
)
ROOT_USE = Check(
    "root-used",
    Gravity.HIGH,
    "The root user was used",
    "Root is for the few tasks that only root can do; all else can be told apart by person.",
    "Ask who it was and what for. Give that person a role for it.",
    "IAM.20",
)
NO_MFA = Check(
    "user-without-mfa",
    Gravity.HIGH,
    "A user has a password and no MFA",
    "A password that is guessed, reused or phished is enough to sign in.",
    "Let the user assign an MFA device, or take the password away where nobody signs in.",
    "IAM.5",
)
OLD_KEY = Check(
    "old-access-key",
    Gravity.MEDIUM,
    "An access key is old",
    "The longer a key lives, the more places it has been copied to.",
    "Make a second key, move what uses the first, deactivate that, and delete it when nothing "
    "breaks. Better: a role, whose keys change by themselves.",
    "IAM.3",
)
UNUSED_KEY = Check(
    "unused-access-key",
    Gravity.MEDIUM,
    "An active access key is not used",
    "Nobody would miss it, and nobody would notice somebody else with it.",
    "Deactivate the key, and delete it when nothing breaks.",
    "IAM.22",
)
UNUSED_PASSWORD = Check(
    "unused-password",
    Gravity.MEDIUM,
    "A password is not used",
    "Nobody would miss it, and nobody would notice somebody else with it.",
    "Delete the password; the user and its keys stay.",
    "IAM.22",
)


def findings(account: Account, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    """The findings about who can sign in, and with what."""
    for row in account.credentials or ():
        if row.is_root:
            yield from _root(row, limits, now)
        else:
            yield from _password(row, account)
            for key in row.keys:
                yield from _key(row, key, limits, now)
    for unused in passwords(account, limits.unused_credentials + 1, now):
        yield _unused_password(unused)
    for each in keys(account, limits.unused_credentials + 1, now):
        yield _unused_key(each)


def _root(row: Row, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    for key in row.keys:
        state = "an active" if key.active else "an inactive"
        commands = (
            () if key.id is None else (aws("iam", "delete-access-key", "--access-key-id", key.id),)
        )
        yield Finding(ROOT_KEYS, row.arn, f"The root user has {state} access key.", commands)
    # Since central root access, a root may have neither password nor key: nothing to protect.
    usable = row.has_password is not False or any(one.active for one in row.keys)
    if usable and not row.has_mfa:
        yield Finding(ROOT_MFA, row.arn, "No MFA device is assigned to the root user.")
    times = {"with its password": row.password_used_at}
    times |= {f"with its access key {one.slot}": one.used_at for one in row.keys}
    for how, used_at in times.items():
        if used_at is not None and age(used_at, now) <= limits.root_use:
            told = f"The root user was last used {how} on {used_at:%Y-%m-%d}."
            yield Finding(ROOT_USE, row.arn, told)


def _password(row: Row, account: Account) -> Iterator[Finding]:
    if not row.has_password:
        return
    delete = aws("iam", "delete-login-profile", "--user-name", row.user)
    if not row.has_mfa:
        serial = f"arn:{account.partition}:iam::{account.id}:mfa/{row.user}"
        create = (
            "create-virtual-mfa-device --bootstrap-method QRCodePNG --outfile mfa.png "
            "--virtual-mfa-device-name"
        )
        codes = "--authentication-code1 CODE1 --authentication-code2 CODE2 --user-name"
        commands = (
            aws("iam", *create.split(), row.user),
            aws("iam", "enable-mfa-device", *codes.split(), row.user, "--serial-number", serial),
            f"{delete}  # where nobody signs in",
        )
        yield Finding(NO_MFA, row.arn, "The user can sign in with a password alone.", commands)


def _unused_password(found: UnusedPassword) -> Finding:
    used_at, days = found.last_accessed, several(found.days, "day")
    told = (
        f"The password was never used, and has been there for {days}."
        if used_at is None
        else f"The password was last used on {used_at:%Y-%m-%d}, {days} ago."
    )
    delete = aws("iam", "delete-login-profile", "--user-name", found.row.user)
    return Finding(UNUSED_PASSWORD, found.arn, told, (delete,))


def _key(row: Row, key: Key, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    if not key.active:
        return
    made_at = key.rotated_at
    if made_at is not None and (days := age(made_at, now)) > limits.key_age:
        told = f"{_named(key)} is {several(days, 'day')} old."
        create = aws("iam", "create-access-key", "--user-name", row.user)
        yield Finding(OLD_KEY, row.arn, told, (create, *_ending(row, key)))


def _unused_key(found: UnusedKey) -> Finding:
    key, days = found.key, several(found.days, "day")
    told = (
        f"{_named(key)} was never used in the {days} that it has been there."
        if found.last_accessed is None
        else f"{_named(key)} was last used on {found.last_accessed:%Y-%m-%d}, {days} ago."
    )
    return Finding(UNUSED_KEY, found.arn, told, _ending(found.row, key))


def _named(key: Key) -> str:
    return f"The access key {key.id or key.slot}"


def _ending(row: Row, key: Key) -> tuple[str, ...]:
    """What ends a key; the report does not say its id, so that may have to be looked up."""
    whose = ("--user-name", row.user, "--access-key-id", key.id or "KEY_ID")
    found = () if key.id else (aws("iam", "list-access-keys", "--user-name", row.user),)
    off = aws("iam", "update-access-key", "--status", "Inactive", *whose)
    return (*found, off, aws("iam", "delete-access-key", *whose))
