"""Which records are asked for: the flags of `trail query` as a question to one record."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

import msgspec
from msgspec import UNSET

from doorward.analysis.trail.records import Record, Seen, Who

ROOT = "root"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record must be like; None asks for nothing.

    `user` is a user's name, the name of a role's session, or `root`. `principal` is an ARN: that
    of the caller, or of the role or user behind its session. `resource` is an ARN or a name that
    the record gives among its resources or as a request parameter. `event_source` may lack its
    `.amazonaws.com`. The times are inclusive.
    """

    since: datetime | None = None
    until: datetime | None = None
    account: str | None = None
    region: str | None = None
    user: str | None = None
    principal: str | None = None
    access_key: str | None = None
    event_name: str | None = None
    event_source: str | None = None
    address: IPv4Network | IPv6Network | None = None
    resource: str | None = None
    failed: bool = False
    denied: bool = False

    @property
    def everything(self) -> bool:
        """Whether every record is asked for."""
        return all(not getattr(self, one.name) for one in fields(self))

    def matches(self, record: Record) -> bool:
        """Whether *record* is asked for."""
        seen = record.seen
        return (
            self._in_time(seen)
            and self._in_place(seen)
            and self._of_operation(seen)
            and self._by_caller(seen.user_identity or Who())
            and (self.address is None or self._from_address(seen.source_ip_address))
            and (self.resource is None or names_resource(seen, self.resource))
        )

    def _in_time(self, seen: Seen) -> bool:
        return (self.since is None or seen.event_time >= self.since) and (
            self.until is None or seen.event_time <= self.until
        )

    def _in_place(self, seen: Seen) -> bool:
        who = seen.user_identity
        account = seen.recipient_account_id or (who.account_id if who else None)
        return self.account in {None, account} and self.region in {None, seen.aws_region}

    def _of_operation(self, seen: Seen) -> bool:
        source = seen.event_source
        return (
            self.event_name in {None, seen.event_name}
            and self.event_source in {None, source, source.removesuffix(".amazonaws.com")}
            and (not self.failed or bool(seen.error_code))
            and (not self.denied or is_denial(seen.error_code))
        )

    def _by_caller(self, who: Who) -> bool:
        return (
            self.access_key in {None, who.access_key_id}
            and (self.user is None or self.user in names(who))
            and (self.principal is None or self.principal in arns(who))
        )

    def _from_address(self, text: str | None) -> bool:
        try:
            return self.address is not None and ip_address(text or "") in self.address
        except ValueError:  # a service, or `AWS Internal`
            return False


def is_denial(code: str | None) -> bool:
    """Whether *code* says that a policy refused the call.

    `AccessDenied`, `AccessDeniedException`, `Client.UnauthorizedOperation`, `VpceAccessDenied`.
    """
    return code is not None and ("AccessDenied" in code or code.endswith("UnauthorizedOperation"))


def names(who: Who) -> Iterator[str]:
    """The names that a caller is looked for by."""
    if who.user_name:
        yield who.user_name
    if who.type == "Root":
        yield ROOT
    if who.arn and ":sts:" in who.arn:
        yield who.arn.rpartition("/")[2]


def arns(who: Who) -> Iterator[str]:
    """The ARNs that a caller is looked for by."""
    if who.arn:
        yield who.arn
    issuer = who.session_context.session_issuer if who.session_context else None
    if issuer is not None and issuer.arn:
        yield issuer.arn


def names_resource(seen: Seen, resource: str) -> bool:
    """Whether the record gives *resource* among its resources or as a request parameter."""
    quoted = msgspec.json.encode(resource)
    return any(
        part is not UNSET and quoted in bytes(part)
        for part in (seen.resources, seen.request_parameters)
    )
