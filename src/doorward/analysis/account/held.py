"""What is held: the principals of accounts and their resources, with policies made ready."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from doorward.analysis.account.model import Account, Document, Organization, Resource, Role, User
from doorward.analysis.account.narrowing import is_pattern
from doorward.analysis.account.standing import Block, Blocks, Standing
from doorward.analysis.universe import covered, everything
from doorward.authz import offline
from doorward.base.arn import Arn, is_account
from doorward.base.errors import BadInput
from doorward.engine.compile import NamedPolicy
from doorward.engine.decision import PolicyKind

S3 = "arn:{}:s3:::{}"
NAMED = 5


@dataclass(frozen=True, eq=False)
class Target:
    """A resource with a policy of its own, or a role with its trust policy.

    `restricted` is RestrictPublicBuckets in force. `tags` are None where they are not known.
    `bare` says that it is known to have no policy.
    """

    arn: str
    account: str
    policy: tuple[Block, ...] | None
    restricted: bool = False
    tags: Mapping[str, str] | None = None
    boundary_arn: str | None = None
    entity: bool = False
    bare: bool = False


@dataclass(eq=False)
class Held:
    """Accounts as the questions need them.

    `wide` are the accounts' own policies that allow all; `organizations` has the id of the
    organization of each account of which it is told. `running` has what runs as a role, by service
    and role; `running_told` the accounts and services of which that is known.
    """

    standings: dict[str, Standing] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    groups: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    rcps: dict[str, tuple[tuple[Block, ...], ...]] = field(default_factory=dict)
    wide: list[str] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    organizations: dict[str, str] = field(default_factory=dict)
    running: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    running_told: set[tuple[str, str]] = field(default_factory=set)
    blocks: Blocks = field(default_factory=Blocks)

    def target(self, resource: str) -> Target | None:
        """The resource whose policy is about *resource*, such as the bucket of an object."""
        found = self.targets.get(resource)
        if found is not None:
            return found
        parsed = Arn.parse(resource)
        if parsed is None or parsed.service != "s3" or parsed.account:
            return None
        bucket = parsed.resource.partition("/")[0]
        return None if is_pattern(bucket) else self.targets.get(S3.format(parsed.partition, bucket))

    def standing(self, name: str) -> Standing:
        """The user or role of that ARN, or of that name where only one has it.

        Raises:
            BadInput: there is none, or several.
        """
        if name in self.standings:
            return self.standings[name]
        role = offline.principal(name)
        wanted = role.role_arn if role is not None else None
        ends = (f"/{name}",) if not name.startswith("arn:") else ()
        found = [
            one
            for arn, one in self.standings.items()
            if arn == wanted or (ends and arn.endswith(ends)) or _session_of(name, arn)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            arns = ", ".join(one.arn for one in found[:NAMED])
            problem = f"`{name}` is the name of {len(found)} principals: {arns}"
            raise BadInput("", problem, "give the ARN")
        raise BadInput("", f"no user or role `{name}` in the dump", "give its ARN or its name")


def _session_of(name: str, role: str) -> bool:
    """Whether *name* is the ARN of a session of *role*."""
    session, found = Arn.parse(name), Arn.parse(role)
    if session is None or found is None or session.service != "sts":
        return False
    kind, _, rest = session.resource.partition("/")
    named = kind == "assumed-role" and found.resource.startswith("role/")
    same = rest.partition("/")[0] == found.resource.rpartition("/")[2]
    return named and same and session.account == found.account


def hold(accounts: Iterable[Account], beside: Held | None = None) -> Held:
    """The *accounts* made ready for questions.

    What they have in common with *beside* is not made again; then the two can be compared.
    """
    held = Held() if beside is None else Held(blocks=beside.blocks)
    for account in accounts:
        _Filling(held, account).fill()
    return held


class _Filling:
    """Puts one account into what is held."""

    def __init__(self, held: Held, account: Account) -> None:
        self.held = held
        self.account = account
        self.groups = {one.name: one for one in account.groups}
        self.scps = self._levels(PolicyKind.SCP)

    def fill(self) -> None:
        """Put everything in."""
        self.held.accounts.add(self.account.id)
        if self.account.organization is not None and self.account.organization.id:
            self.held.organizations[self.account.id] = self.account.organization.id
        self.held.rcps[self.account.id] = self._levels(PolicyKind.RCP) or ()
        for one in self.account.policies:
            (block,) = self._ready(PolicyKind.IDENTITY, (one.document,))
            if one.document.arn and not one.document.by_aws and block.grants == everything():
                self.held.wide.append(one.document.arn)
        for group in self.account.groups:
            self.held.groups[group.arn] = self._ready(PolicyKind.IDENTITY, group.policies)
        entities: tuple[User | Role, ...] = (*self.account.users, *self.account.roles)
        for entity in entities:
            self.held.standings[entity.arn] = self._standing(entity)
            self.held.targets[entity.arn] = self._entity(entity)
        self._running()
        for resource in self.account.resources or ():
            self.held.targets[resource.arn] = self._resource(resource)

    def _running(self) -> None:
        """What runs as which role, by itself or by an instance profile."""
        profiles = {name: one.arn for one in self.account.roles for name in one.profiles}
        for service in self.account.running_told:
            self.held.running_told.add((self.account.id, service))
        for one in self.account.running:
            role = one.role
            if ":instance-profile/" in role:
                role = profiles.get(role.rpartition("/")[2], "")
            if role:
                self.held.running.setdefault((one.service, role), []).append(one.arn)

    def _resource(self, resource: Resource) -> Target:
        policy = self._ready(PolicyKind.RESOURCE, (resource.policy,)) if resource.policy else None
        block = resource.block | self.account.block if self.account.block else resource.block
        parsed = Arn.parse(resource.arn)
        owner = parsed.account if parsed and is_account(parsed.account) else self.account.id
        bare = policy is None and not resource.unread
        return Target(resource.arn, owner, policy, restricted=block.restrict, bare=bare)

    def _ready(self, kind: PolicyKind, policies: Iterable[Document]) -> tuple[Block, ...]:
        return self.held.blocks.of(kind, (named(one) for one in policies))

    def _levels(self, kind: PolicyKind) -> tuple[tuple[Block, ...], ...] | None:
        """The policies of each level that has any; None where they do not hold here."""
        place: Organization | None = self.account.organization
        if place is None or place.management:
            return None
        scp = kind is PolicyKind.SCP
        levels = [one.service_control if scp else one.resource_control for one in place.levels]
        return tuple(self._ready(kind, one) for one in levels if one)

    def _standing(self, entity: User | Role) -> Standing:
        principal = offline.principal(entity.arn)
        if principal is None:
            raise BadInput("", f"`{entity.arn}` is no user or role")
        own: list[Document] = list(entity.policies)
        unread = list(entity.unread)
        groups: list[str] = []
        for name in entity.groups if isinstance(entity, User) else ():
            if (group := self.groups.get(name)) is not None:
                own += group.policies
                unread += group.unread
                groups.append(group.arn)
        bound = entity.boundary
        return Standing(
            replace(principal, unique_id=entity.id or None),
            self._ready(PolicyKind.IDENTITY, own),
            self._ready(PolicyKind.BOUNDARY, (bound,)) if bound else None,
            self.scps,
            tags={key.lower(): value for key, value in entity.tags.items()},
            free_tags=isinstance(entity, Role) and self._brings_tags(entity),
            managed=tuple(one.arn for one in own if one.arn and not one.by_aws),
            groups=tuple(groups),
            boundary_arn=bound.arn if bound else None,
            unread=tuple(unread),
        )

    def _brings_tags(self, role: Role) -> bool:
        """Whether sessions of *role* may have tags that the role itself does not have."""
        tagging = covered("sts:tagsession", loose=False)
        (trust,) = self._ready(PolicyKind.TRUST, (role.trust,))
        return trust.allows_some(tagging)

    def _entity(self, entity: User | Role) -> Target:
        trust = self._ready(PolicyKind.TRUST, (entity.trust,)) if isinstance(entity, Role) else None
        return Target(
            entity.arn,
            self.account.id,
            trust,
            tags={key.lower(): value for key, value in entity.tags.items()},
            boundary_arn=entity.boundary.arn if entity.boundary else None,
            entity=True,
        )


def named(document: Document) -> NamedPolicy:
    """*document* as reasons name it."""
    return NamedPolicy(document.name, document.policy, document.arn)


def principals(held: Held) -> Iterator[Standing]:
    """Every user and role, in the order of the dumps."""
    return iter(held.standings.values())
