"""What a request claims about its signature, read but not yet believed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from doorward.authn.caller import AuthType
from doorward.authn.errors import Family, Incomplete, WrongScope
from doorward.authn.signing import TERMINATOR, Scope
from doorward.base.clock import basic

CREDENTIAL_PARTS = 5
REMEMBERED = 4_096
"""Credentials and moments that are kept read; clients send the same ones all day."""

TIMESTAMP_LENGTH = len("20261125T063500Z")


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature with what it says it was made of.

    Attributes:
        timestamp: in the form of `X-Amz-Date`; `signed_at` is the same moment.
        signed_headers: names as written, with semicolons between.
        expires: seconds that a presigned URL lasts; None for header authentication.
        token: the session token, None for long-term keys.
    """

    auth_type: AuthType
    access_key_id: str
    scope: Scope
    timestamp: str
    signed_at: datetime
    signed_headers: str
    signature: str
    token: str | None = field(default=None, repr=False)
    expires: int | None = None

    @property
    def presigned(self) -> bool:
        """Whether the signature stood in the query."""
        return self.auth_type is AuthType.QUERY


class Unreadable(Exception):
    """A credential or date that has not its form."""


@lru_cache(maxsize=REMEMBERED)
def credential(text: str) -> tuple[str, Scope]:
    """The access key id and the scope of a `Credential`.

    Raises:
        Unreadable: it has not exactly five parts, or no key id.
    """
    parts = text.split("/")
    if len(parts) != CREDENTIAL_PARTS or not parts[0]:
        raise Unreadable
    return parts[0], Scope(*parts[1:])


@lru_cache(maxsize=REMEMBERED)
def moment(timestamp: str) -> datetime:
    """The moment that *timestamp*, such as `20261125T063500Z`, means.

    Raises:
        Unreadable: it has not that form, or there is no such moment.
    """
    digits = timestamp[:8] + timestamp[9:15]
    separators = timestamp[8:9] + timestamp[15:]
    if len(timestamp) != TIMESTAMP_LENGTH or separators != "TZ":
        raise Unreadable
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable
    try:
        return datetime(
            int(digits[:4]),
            int(digits[4:6]),
            int(digits[6:8]),
            int(digits[8:10]),
            int(digits[10:12]),
            int(digits[12:]),
            tzinfo=UTC,
        )
    except ValueError as error:
        raise Unreadable from error


def http_date(text: str) -> str:
    """The timestamp of a `Date` header, in either of the forms that AWS reads.

    Raises:
        Unreadable: it is no date.
    """
    if len(text) == TIMESTAMP_LENGTH:
        return text
    try:
        return basic(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable from error


def check_scope(claim: Claim, service: str, family: Family) -> None:
    """Refuse a credential that is scoped to anything but this *service* and this day.

    Any region is taken, an empty one too: one server stands for all of them.

    Raises:
        WrongScope: service, date or terminator is another one.
        Incomplete: S3's name for the same.
    """
    scope = claim.scope
    s3 = family is Family.S3
    if scope.terminator != TERMINATOR:
        if s3:
            problem = f'incorrect terminator "{scope.terminator}". This endpoint uses'
            raise Incomplete(family, f'{problem} "{TERMINATOR}".')
        problem = "Credential should be scoped with a valid terminator"
        raise WrongScope(family, f"{problem}: '{TERMINATOR}', not '{scope.terminator}'.")
    if scope.service != service:
        if s3:
            problem = f'incorrect service "{scope.service}". This endpoint belongs to "{service}".'
            raise Incomplete(family, problem)
        raise WrongScope(family, f"Credential should be scoped to correct service: '{service}'. ")
    day = claim.timestamp[:8]
    if scope.date != day:
        if s3:
            problem = f'Invalid credential date "{scope.date}". This date is not the same as'
            raise Incomplete(family, f'{problem} X-Amz-Date: "{day}".')
        raise WrongScope(
            family,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            f"from HTTP: '{scope.date}' != '{day}', from '{claim.timestamp}'.",
        )
