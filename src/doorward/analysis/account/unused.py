"""What is there and nobody uses: roles, access keys, passwords, and permissions of who is active.

The one definition of *unused*: the account report, `doorward account unused` and Access Analyzer's
findings all ask here. An age is in days, and something is unused from that many days on. What was
made, or came to be, later than that had no time to be used, and is left out.

What the account does not tell is never called unused: `Role.use_told`, `Account.credentials` and
`Account.accessed` say what is told. `usage.told` brings them up to date with what events say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view-unused.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from doorward.analysis.account.credentials import Key, Row
from doorward.analysis.account.finding import age
from doorward.analysis.account.model import Account, ActionUse, Role, ServiceUse, User

OF_ROLE, OF_USER = "AWS::IAM::Role", "AWS::IAM::User"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Whom an analysis rule leaves out, as Access Analyzer's AnalysisRuleCriteria say it.

    Where both `accounts` and `tags` are given, both must fit; of several tags, one is enough, and
    of one with several keys, all (assumed: AWS says nothing of either). A tag with an empty value
    is about every value.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalysisRuleCriteria.html
    """

    accounts: frozenset[str] = frozenset()
    tags: Sequence[Mapping[str, str]] = ()

    def covers(self, account: str, tags: Mapping[str, str]) -> bool:
        """Whether a user or role of *account* with *tags* is left out."""
        if self.accounts and account not in self.accounts:
            return False
        return bool(self.accounts) if not self.tags else any(_has(tags, one) for one in self.tags)


@dataclass(frozen=True, slots=True)
class UnusedRole:
    """A role that nobody took on; `last_accessed` is None where that is longer ago than is kept."""

    type: ClassVar[str] = "UnusedIAMRole"
    resource_type: ClassVar[str] = OF_ROLE
    role: Role
    last_accessed: datetime | None
    days: int

    @property
    def arn(self) -> str:
        """The ARN of the role."""
        return self.role.arn


@dataclass(frozen=True, slots=True)
class UnusedKey:
    """An active access key that nobody signed with; `key.id` is None where nothing tells it."""

    type: ClassVar[str] = "UnusedIAMUserAccessKey"
    resource_type: ClassVar[str] = OF_USER
    row: Row
    key: Key
    last_accessed: datetime | None
    days: int

    @property
    def arn(self) -> str:
        """The ARN of the user whose key it is."""
        return self.row.arn


@dataclass(frozen=True, slots=True)
class UnusedPassword:
    """A password that nobody signed in with."""

    type: ClassVar[str] = "UnusedIAMUserPassword"
    resource_type: ClassVar[str] = OF_USER
    row: Row
    last_accessed: datetime | None
    days: int

    @property
    def arn(self) -> str:
        """The ARN of the user whose password it is."""
        return self.row.arn


@dataclass(frozen=True, slots=True)
class UnusedService:
    """A service of which something is not used.

    `actions` is empty where the whole service is not; then `last_accessed` is when it last was.
    Otherwise they are the actions of it that are not used, and `last_accessed` is that of the
    service.
    """

    namespace: str
    last_accessed: datetime | None
    actions: tuple[ActionUse, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is not used, as policies write actions: `s3:*`, or one by one."""
        if not self.actions:
            return (f"{self.namespace}:*",)
        return tuple(f"{self.namespace}:{one.name}" for one in self.actions)


@dataclass(frozen=True, slots=True)
class UnusedPermissions:
    """What a user or role that is active may do and does not, by service."""

    type: ClassVar[str] = "UnusedPermission"
    entity: User | Role
    services: tuple[UnusedService, ...]
    allowed: int = field(compare=False)
    """How many services it may use at all."""

    @property
    def arn(self) -> str:
        """The ARN of the user or role."""
        return self.entity.arn

    @property
    def resource_type(self) -> str:
        """Its type, as findings write it."""
        return OF_ROLE if isinstance(self.entity, Role) else OF_USER


Unused = UnusedRole | UnusedKey | UnusedPassword | UnusedPermissions


def unused(
    account: Account, days: int, now: datetime, exclusions: Sequence[Exclusion] = ()
) -> Iterator[Unused]:
    """Everything that was not used for *days*, but of those whom *exclusions* leave out."""
    tags = {one.arn: one.tags for one in _entities(account)}
    found: tuple[Iterator[Unused], ...] = (
        roles(account, days, now),
        keys(account, days, now),
        passwords(account, days, now),
        permissions(account, days, now),
    )
    for kind in found:
        for one in kind:
            own = tags.get(one.arn, {})
            if not any(rule.covers(account.id, own) for rule in exclusions):
                yield one


def roles(account: Account, days: int, now: datetime) -> Iterator[UnusedRole]:
    """The unused roles; those of services are theirs to change, and left out."""
    for role in account.roles:
        if not role.use_told or role.of_a_service:
            continue
        since = _latest(role.last_used_at, role.created_at)
        if since is not None and (idle := age(since, now)) >= days:
            yield UnusedRole(role, role.last_used_at, idle)


def keys(account: Account, days: int, now: datetime) -> Iterator[UnusedKey]:
    """The unused access keys of users; one that is not active cannot be used, and is left out."""
    for row in _users(account):
        for key in row.keys:
            since = key.used_at or key.rotated_at
            if key.active and since is not None and (idle := age(since, now)) >= days:
                yield UnusedKey(row, key, key.used_at, idle)


def passwords(account: Account, days: int, now: datetime) -> Iterator[UnusedPassword]:
    """The unused passwords; one that was changed is in use."""
    for row in _users(account):
        since = _latest(row.password_used_at, row.password_changed_at) or row.created_at
        if row.has_password and since is not None and (idle := age(since, now)) >= days:
            yield UnusedPassword(row, row.password_used_at, idle)


def permissions(account: Account, days: int, now: datetime) -> Iterator[UnusedPermissions]:
    """What users and roles may do and do not; of unused roles nothing but that is said."""
    idle = {one.arn for one in roles(account, days, now)}
    for entity in _entities(account):
        uses = (account.accessed or {}).get(entity.arn, ())
        if entity.arn in idle or (isinstance(entity, Role) and entity.of_a_service):
            continue
        if entity.created_at is not None and age(entity.created_at, now) < days:
            continue
        found = tuple(one for use in uses if (one := _service(use, days, now)) is not None)
        if found:
            yield UnusedPermissions(entity, found, len(uses))


def _service(use: ServiceUse, days: int, now: datetime) -> UnusedService | None:
    if _idle(use.last_at, days, now):
        return UnusedService(use.namespace, use.last_at)
    actions = tuple(one for one in use.actions or () if _idle(one.last_at, days, now))
    return UnusedService(use.namespace, use.last_at, actions) if actions else None


def _idle(last_at: datetime | None, days: int, now: datetime) -> bool:
    return last_at is None or age(last_at, now) >= days


def _entities(account: Account) -> Iterator[User | Role]:
    yield from account.users
    yield from account.roles


def _users(account: Account) -> Iterator[Row]:
    return (one for one in account.credentials or () if not one.is_root)


def _latest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


def _has(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether *tags* have all that is *wanted*."""
    return all(key in tags and value in {"", tags[key]} for key, value in wanted.items())
