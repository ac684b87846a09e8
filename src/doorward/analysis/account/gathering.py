"""Accounts as they are put together from entries, in whatever order these come.

Managed policies may come after those who have them, so who has which is settled at the end.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.model import (
    Account,
    Document,
    Group,
    ManagedPolicy,
    PublicAccessBlock,
    Resource,
    Role,
    Running,
    User,
)
from doorward.analysis.account.pages import Item
from doorward.base.arn import Arn, is_account
from doorward.base.errors import BadInput
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.errors import shown
from doorward.policy.parse import parse


@dataclass(frozen=True, slots=True)
class Drafted:
    """An entity whose managed policies are still but ARNs; `at` is when it was so, if told."""

    entity: User | Group | Role
    attached: tuple[str, ...]
    boundary: str | None
    at: str


@dataclass(slots=True)
class Gathered:
    """What there is of one account so far."""

    partition: str = "aws"
    named_by: str = ""
    entities: dict[str, Drafted] = field(default_factory=dict)
    resources: dict[str, tuple[str, Resource]] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    block: PublicAccessBlock | None = None
    whole: bool = True


class Gathering:
    """Accounts being put together."""

    def __init__(self) -> None:
        self.accounts: dict[str, Gathered] = {}
        self._managed: dict[str, tuple[str, ManagedPolicy]] = {}
        self._known: dict[str, Document | None] = {}
        self._gone: dict[str, str] = {}

    def add(self, name: str, item: Item, at: str = "") -> str:
        """The entry *item* of the list *name*, as it was *at* a time; the account it is of.

        Raises:
            BadInput: it is not as AWS answers it, or a second of the same ARN and time.
        """
        if name == "Policies":
            return self._policy(_managed(item), at)
        made = _MAKE[name](item)
        arn = made.entity.arn
        account = self._account(arn)
        if not account:
            raise BadInput(item.where, f"`{shown(arn)}` is of no account")
        if self._newest(arn, at, self._time(account, arn)):
            self.accounts[account].entities[arn] = replace(made, at=at)
        return account

    def remove(self, account: str, arn: str, at: str) -> None:
        """Take away the entity or resource *arn*, which was gone *at* a time."""
        self._gone[arn] = max(at, self._gone.get(arn, ""))
        found = self.accounts.get(account)
        if found is None:
            return
        if arn in found.entities and found.entities[arn].at <= at:
            del found.entities[arn]
        if arn in found.resources and found.resources[arn][0] <= at:
            del found.resources[arn]
            found.running.pop(arn, None)

    def hold(
        self,
        account: str,
        arn: str,
        at: str,
        resource: Resource | None,
        running: Running | None,
    ) -> None:
        """A resource of *account*, what runs as a role among them."""
        found = self.of(account, arn)
        known = found.resources.get(arn)
        if self._gone.get(arn, "") > at or (known is not None and known[0] > at):
            return
        if resource is not None:
            found.resources[arn] = (at, resource)
        if running is not None:
            found.running[arn] = running

    def of(self, account: str, named_by: str = "") -> Gathered:
        """What is gathered of *account*."""
        if account not in self.accounts:
            parsed = Arn.parse(named_by)
            partition = parsed.partition if parsed else "aws"
            self.accounts[account] = Gathered(partition, named_by)
        return self.accounts[account]

    def made(self) -> Iterator[Account]:
        """The accounts, in the order in which they were first named."""
        for number, found in self.accounts.items():
            yield self._made(number, found)

    def _made(self, number: str, found: Gathered) -> Account:
        entities = [self._settled(one) for one in found.entities.values()]
        unread = dict.fromkeys(arn for one in entities for arn in one.unread)
        policies = (one for _, one in self._managed.values())
        return Account(
            id=number,
            partition=found.partition,
            users=tuple(one for one in entities if isinstance(one, User)),
            groups=tuple(one for one in entities if isinstance(one, Group)),
            roles=tuple(one for one in entities if isinstance(one, Role)),
            policies=tuple(one for one in policies if self._owner(one) in {"", number}),
            resources=tuple(one for _, one in found.resources.values()) or None,
            block=found.block,
            running=tuple(found.running.values()),
            running_told=frozenset(one.service for one in found.running.values()),
            untold=tuple(
                f"the document of {arn} is not in the dump and not known here" for arn in unread
            ),
        )

    def _owner(self, policy: ManagedPolicy) -> str:
        """The account of a managed policy, empty for AWS's own."""
        parsed = Arn.parse(policy.document.arn or "")
        return parsed.account if parsed and is_account(parsed.account) else ""

    def _policy(self, made: ManagedPolicy, at: str) -> str:
        arn = made.document.arn or ""
        known = self._managed.get(arn)
        if known is None or known[0] <= at:
            self._managed[arn] = (at, made)
        return self._account(arn)

    def _account(self, arn: str) -> str:
        """The account of *arn*, empty where it is of none."""
        parsed = Arn.parse(arn)
        if parsed is None:
            raise BadInput("", f"`{shown(arn)}` is no ARN")
        if not is_account(parsed.account):
            return ""
        self.of(parsed.account, arn)
        return parsed.account

    def _time(self, account: str, arn: str) -> str | None:
        known = self.accounts[account].entities.get(arn)
        return None if known is None else known.at

    def _newest(self, arn: str, at: str, known: str | None) -> bool:
        """Whether what is told of *arn* is newer than what is known.

        Raises:
            BadInput: one of them has no time, so that nothing says which counts.
        """
        if known is not None and not (known and at):
            raise BadInput("", f"`{shown(arn)}` appears twice", "name each dump once")
        return (known is None or at > known) and at >= self._gone.get(arn, "")

    def _settled(self, draft: Drafted) -> User | Group | Role:
        """The entity with the documents of its managed policies."""
        found = {arn: self._document(arn) for arn in draft.attached}
        unread = [arn for arn, one in found.items() if one is None]
        entity = draft.entity
        more: dict[str, Any] = {}
        if draft.boundary is not None:
            more["boundary"] = self._document(draft.boundary)
            unread += [draft.boundary] if more["boundary"] is None else []
        more["attached"] = tuple(one for one in found.values() if one is not None)
        return replace(entity, **more, unread=tuple(unread))

    def _document(self, arn: str) -> Document | None:
        """The managed policy of that ARN; AWS's own are known without a dump."""
        if arn in self._managed:
            return self._managed[arn][1].document
        if arn not in self._known:
            record = managed_policies.find(arn)
            self._known[arn] = None
            if record is not None:
                policy = parse(record.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
                self._known[arn] = Document(record.name, policy, arn)
        return self._known[arn]


def gathered(lists: Iterable[tuple[str, Item]]) -> Gathering:
    """What the entries of *lists* tell."""
    found = Gathering()
    for name, item in lists:
        found.add(name, item)
    return found


def _managed(item: Item) -> ManagedPolicy:
    arn, name = item.text("Arn"), item.text("PolicyName")
    default = item.get("DefaultVersionId", str)
    for version in item.items("PolicyVersionList"):
        chosen = version.get("IsDefaultVersion", bool, default=False)
        if chosen or (default is not None and version.get("VersionId", str) == default):
            where = f"{version.where}.Document"
            policy = documents.read(version.value.get("Document"), where, f"of `{shown(arn)}`")
            attachments = item.get("AttachmentCount", int)
            return ManagedPolicy(Document(name, policy, arn), attachments, item.date("UpdateDate"))
    raise BadInput(item.where, "has no default version in its `PolicyVersionList`")


def _shared(item: Item, name: str, id_name: str, inline: str) -> dict[str, Any]:
    arn = item.text("Arn")
    return {
        "arn": arn,
        "name": item.text(name),
        "id": item.get(id_name, str, ""),
        "path": item.get("Path", str, "/"),
        "created_at": item.date("CreateDate"),
        "inline": tuple(_inline(one, arn) for one in item.items(inline)),
    }


def _inline(item: Item, arn: str) -> Document:
    name = item.text("PolicyName")
    whose = f"policy `{shown(name)}` of `{shown(arn)}`"
    where = f"{item.where}.PolicyDocument"
    return Document(name, documents.read(item.value.get("PolicyDocument"), where, whose))


def _drafted(entity: User | Group | Role, item: Item) -> Drafted:
    arns = dict.fromkeys(one.text("PolicyArn") for one in item.items("AttachedManagedPolicies"))
    given = item.get("PermissionsBoundary", dict)
    boundary = None
    if given is not None and not isinstance(entity, Group):
        where = f"{item.where}.PermissionsBoundary"
        boundary = Item(where, given).text("PermissionsBoundaryArn")
    return Drafted(entity, tuple(arns), boundary, "")


def _tags(item: Item) -> Mapping[str, str]:
    return {one.text("Key"): one.text("Value") for one in item.items("Tags")}


def _user(item: Item) -> Drafted:
    shared = _shared(item, "UserName", "UserId", "UserPolicyList")
    groups = tuple(str(one) for one in item.get("GroupList", list, ()))
    return _drafted(User(**shared, tags=_tags(item), groups=groups), item)


def _group(item: Item) -> Drafted:
    return _drafted(Group(**_shared(item, "GroupName", "GroupId", "GroupPolicyList")), item)


def _role(item: Item) -> Drafted:
    shared = _shared(item, "RoleName", "RoleId", "RolePolicyList")
    given, where = item.value.get("AssumeRolePolicyDocument"), f"{item.where}."
    whose = f"trust policy of `{shown(shared['arn'])}`"
    trust = documents.read(given, f"{where}AssumeRolePolicyDocument", whose)
    use = item.get("RoleLastUsed", dict)
    made = Role(
        **shared,
        tags=_tags(item),
        trust=Document("trust policy", trust),
        last_used_at=Item(f"{where}RoleLastUsed", use or {}).date("LastUsedDate"),
        use_told=use is not None,
        profiles=tuple(
            one.text("InstanceProfileName") for one in item.items("InstanceProfileList")
        ),
    )
    return _drafted(made, item)


_MAKE = {"UserDetailList": _user, "GroupDetailList": _group, "RoleDetailList": _role}
