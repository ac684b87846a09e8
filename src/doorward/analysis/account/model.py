"""An account as values: what a dump or a live account says of it, its policies read into trees.

`None` and empty mean different things here: what a source does not tell is None, so that nobody
takes silence for "there is none".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from doorward.analysis.account.credentials import Row
from doorward.analysis.account.events import Events
from doorward.base import arn
from doorward.policy.document import Policy


@dataclass(frozen=True, slots=True)
class Document:
    """A policy by the name it goes by; `arn` is that of a managed one, None for an inline one."""

    name: str
    policy: Policy
    arn: str | None = None

    @property
    def by_aws(self) -> bool:
        """Whether AWS wrote it, so that nobody in the account can change it."""
        return self.arn is not None and ":iam::aws:" in self.arn


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy in its default version; AWS's own are listed where a dump lists them."""

    document: Document
    attachments: int | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What users, groups and roles have in common.

    `unread` are the ARNs of attached policies whose documents nobody knows here, the boundary's
    too: an answer about the entity that leaves them out is not the whole one.
    """

    arn: str
    name: str
    id: str = ""
    path: str = "/"
    created_at: datetime | None = None
    inline: tuple[Document, ...] = ()
    attached: tuple[Document, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def policies(self) -> tuple[Document, ...]:
        """Its own identity policies: inline ones, then managed ones."""
        return (*self.inline, *self.attached)


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Entity):
    """An IAM user; `groups` are names."""

    groups: tuple[str, ...] = ()
    boundary: Document | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Entity):
    """An IAM group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Entity):
    """An IAM role.

    `last_used_at` is None where it was not used in AWS's tracking period of 400 days, or where
    the source does not say: `use_told` tells these apart. `profiles` are the names of the
    instance profiles that it is in.
    """

    trust: Document
    boundary: Document | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    last_used_at: datetime | None = None
    use_told: bool = False
    profiles: tuple[str, ...] = ()

    @property
    def of_a_service(self) -> bool:
        """Whether it is a service-linked role, which its service alone may change."""
        return self.path.startswith("/aws-service-role/")


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of Block Public Access, of a bucket or of the account."""

    block_acls: bool = False
    ignore_acls: bool = False
    block_policy: bool = False
    restrict: bool = False

    def __or__(self, other: "PublicAccessBlock") -> "PublicAccessBlock":
        """What holds where both are set: S3 takes the stricter of each."""
        return PublicAccessBlock(
            self.block_acls or other.block_acls,
            self.ignore_acls or other.ignore_acls,
            self.block_policy or other.block_policy,
            self.restrict or other.restrict,
        )


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with a policy of its own.

    `granted` are the permissions that an ACL gives by group, such as `("AllUsers", "READ")`;
    `unread` says what could not be read of it.
    """

    arn: str
    policy: Document | None = None
    block: PublicAccessBlock = field(default_factory=PublicAccessBlock)
    granted: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """Something that runs as a role, such as a function: `role` is the role's ARN.

    It may be the ARN of the instance profile that has the role, or empty where there is none.
    """

    service: str
    arn: str
    role: str


@dataclass(frozen=True, slots=True)
class Level:
    """The root, a unit or the account itself, with the policies attached right there."""

    id: str
    name: str = ""
    service_control: tuple[Document, ...] = ()
    resource_control: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """Where the account stands: its levels from the root down to itself.

    SCPs and RCPs do not hold for the management account. `id` is that of the organization, empty
    where it is not told.
    """

    levels: tuple[Level, ...]
    management: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class ActionUse:
    """An action that somebody may do, and when that was last tried; None for not within reach."""

    name: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """A service that somebody may use, and when that was last tried; None for not within reach.

    `actions` are those that are told apart, None where the source tells of services alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
    """

    namespace: str
    last_at: datetime | None
    actions: tuple[ActionUse, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account; what a source does not tell is None.

    `credentials` are the rows of the credential report, `told_at` when that was made. `accessed`
    has, by the ARN of an entity, the services it may use. `untold` are sentences on what is
    missing here, for reports to pass on. `running` is what runs as some role, `running_told` the
    services of which all of it is there.
    """

    id: str
    partition: str = "aws"
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[ManagedPolicy, ...] = ()
    resources: tuple[Resource, ...] | None = None
    block: PublicAccessBlock | None = None
    organization: Organization | None = None
    credentials: tuple[Row, ...] | None = None
    told_at: datetime | None = None
    accessed: Mapping[str, tuple[ServiceUse, ...]] | None = None
    events: Events | None = None
    untold: tuple[str, ...] = ()
    running: tuple[Running, ...] = ()
    running_told: frozenset[str] = frozenset()

    @property
    def root_arn(self) -> str:
        """The ARN of the root user, which stands for the account."""
        return arn.root(self.partition, self.id)

    def group(self, name: str) -> Group | None:
        """The group of that name."""
        return next((one for one in self.groups if one.name == name), None)

    def user(self, name: str) -> User | None:
        """The user of that name."""
        return next((one for one in self.users if one.name == name), None)

    def role(self, name: str) -> Role | None:
        """The role of that name."""
        return next((one for one in self.roles if one.name == name), None)

    def entities(self) -> Iterator[User | Group | Role]:
        """All that identity policies can be attached to."""
        yield from self.users
        yield from self.groups
        yield from self.roles

    def identity_policies(self, entity: User | Group | Role) -> tuple[Document, ...]:
        """The identity policies that apply to *entity*: those of a user's groups too."""
        found = list(entity.policies)
        if isinstance(entity, User):
            for name in entity.groups:
                group = self.group(name)
                found += group.policies if group else ()
        return tuple(found)
