"""The credential report: a CSV file about the credentials of every user and the root.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from doorward.base import arn
from doorward.base.clock import iso8601
from doorward.services.context import Context
from doorward.services.iam import password_policy, resources
from doorward.services.iam.errors import NoSuchEntity, ReportExpired, ReportNotPresent
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import (
    access_keys,
    accounts,
    credential_reports,
    login_profiles,
    mfa_devices,
    signing_certificates,
    users,
)
from doorward.store.tables.access_key import AccessKeyRow
from doorward.store.tables.credential_report import CredentialReport
from doorward.store.tables.login_profile import LoginProfile
from doorward.store.tables.signing_certificate import SigningCertificate
from doorward.store.tables.user import User

FRESH = timedelta(hours=4)
STARTED = "No report exists. Starting a new report generation task"
NONE = "N/A"
UNKNOWN = "no_information"
UNSUPPORTED = "not_supported"
KEYS = 2
NO_REGION = frozenset({"s3"})
"""Services whose uses the report shows without a Region."""

SPECIAL = frozenset(',"')

KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in KEY_COLUMNS),
    *(f"cert_{number}_{column}" for number in (1, 2) for column in ("active", "last_rotated")),
)
CERTIFICATES = 2


@iam.operation(on=resources.anything)
def generate_credential_report(ctx: Context) -> Output:
    """Make a report, unless there is one of the last four hours.

    The report is there at once; the first answer says `STARTED` nevertheless, as AWS's does.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
    """
    last = credential_reports.find(ctx.db, ctx.account)
    if last is not None and is_fresh(last, ctx.now):
        return {"State": "COMPLETE"}
    report = CredentialReport(ctx.account, ctx.now, "\n".join(lines(ctx)))
    credential_reports.put(ctx.db, report)
    return {"State": "STARTED", "Description": STARTED}


@iam.operation(on=resources.anything)
def get_credential_report(ctx: Context) -> Output:
    """Fetch the last report, which later changes do not alter.

    Raises:
        ReportNotPresent: none was made.
        ReportExpired: it is older than four hours.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
    """
    report = credential_reports.find(ctx.db, ctx.account)
    if report is None:
        raise ReportNotPresent
    if not is_fresh(report, ctx.now):
        raise ReportExpired
    return {
        "Content": report.content.encode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": report.generated_at,
    }


def is_fresh(report: CredentialReport, now: datetime) -> bool:
    """Whether *report* is served as it is."""
    return now - report.generated_at < FRESH


def lines(ctx: Context) -> Iterator[str]:
    """The report: header, root, users by name, without a final line break."""
    keys = access_keys.by_user(ctx.db, ctx.account)
    passwords = login_profiles.by_user(ctx.db, ctx.account)
    policy = password_policy.of(ctx) or {}
    with_mfa = mfa_devices.owners(ctx.db, ctx.account)
    signing = signing_certificates.by_user(ctx.db, ctx.account)
    yield ",".join(COLUMNS)
    yield _line(
        (
            *_root(ctx, with_mfa),
            *_keys(keys.get(accounts.ROOT, ())),
            *_certificates(signing.get(accounts.ROOT, ())),
        )
    )
    for user in users.all_of(ctx.db, ctx.account):
        yield _line(
            (
                *_named(ctx, user),
                *_password(user, passwords.get(user.id), policy),
                str(user.id in with_mfa).lower(),
                *_keys(keys.get(user.id, ())),
                *_certificates(signing.get(user.id, ())),
            )
        )


def _line(fields: Iterable[str]) -> str:
    """*fields* as a line; names may hold commas, and paths quotation marks.

    https://www.rfc-editor.org/rfc/rfc4180
    """
    return ",".join(_escaped(field) if SPECIAL.intersection(field) else field for field in fields)


def _escaped(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


def _root(ctx: Context, with_mfa: AbstractSet[str]) -> Sequence[str]:
    """The first eight fields of the root, which has no password here.

    Readers take `password_last_used` of the root for a date unless it says `no_information`.
    """
    account = accounts.find(ctx.db, ctx.account)
    if account is None:
        raise NoSuchEntity("account", ctx.account)
    created = iso8601(account.created_at)
    name = arn.root(ctx.partition, ctx.account)
    password = ("false", UNKNOWN, UNSUPPORTED, UNSUPPORTED)
    mfa = str(accounts.ROOT in with_mfa).lower()
    return ("<root_account>", name, created, *password, mfa)


def _named(ctx: Context, user: User) -> Sequence[str]:
    name = arn.entity(ctx.partition, user.account, "user", user.path, user.name)
    return user.name, name, iso8601(user.created_at)


def _password(user: User, profile: LoginProfile | None, policy: Mapping[str, Any]) -> Sequence[str]:
    if profile is None:
        return "false", NONE, NONE, NONE
    used = user.password_last_used
    days = policy.get("MaxPasswordAge")
    return (
        "true",
        UNKNOWN if used is None else iso8601(used),
        iso8601(profile.changed_at),
        iso8601(profile.changed_at + timedelta(days=days)) if days else NONE,
    )


def _keys(keys: Sequence[AccessKeyRow]) -> Iterator[str]:
    """The fields of two keys, in the order of their ids."""
    for index in range(KEYS):
        if index >= len(keys):
            yield from ("false", NONE, NONE, NONE, NONE)
            continue
        key = keys[index]
        yield str(key.active).lower()
        yield iso8601(key.created_at)
        if key.last_used_at is None:
            yield from (NONE, NONE, NONE)
            continue
        service = key.last_used_service or NONE
        yield iso8601(key.last_used_at)
        yield NONE if service in NO_REGION else key.last_used_region or NONE
        yield service


def _certificates(certificates: Sequence[SigningCertificate]) -> Iterator[str]:
    """The fields of two signing certificates, in the order of their ids."""
    for index in range(CERTIFICATES):
        if index >= len(certificates):
            yield from ("false", NONE)
            continue
        yield str(certificates[index].active).lower()
        yield iso8601(certificates[index].uploaded_at)
