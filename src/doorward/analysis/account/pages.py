"""The answers of GetAccountAuthorizationDetails, page by page, to the entities of an account.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from doorward.analysis.account import documents
from doorward.analysis.account.model import Account, Document, Entity, Group, ManagedPolicy
from doorward.analysis.account.model import Role as RoleModel
from doorward.analysis.account.model import User as UserModel
from doorward.base.arn import Arn, is_account
from doorward.base.errors import BadInput
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.errors import shown
from doorward.policy.parse import parse

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
KIND = "what `aws iam get-account-authorization-details` prints"

_Kind = TypeVar("_Kind", bound=Entity)


class Page(NamedTuple):
    """One answer, and where it stands: a file, and which of those in it."""

    where: str
    value: Mapping[str, Any]


class Item(NamedTuple):
    """One entry of a page's list, and where it stands."""

    where: str
    value: Mapping[str, Any]

    def get(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The member *name*, which is a *kind*; *default* where it is absent or null.

        Raises:
            BadInput: it is something else.
        """
        found = self.value.get(name)
        if found is None:
            return default
        if not isinstance(found, kind):
            raise BadInput(f"{self.where}.{name}", f"expected {_named(kind)}")
        return found

    def text(self, name: str) -> str:
        """The member *name*, which must be there."""
        found = self.get(name, str)
        if found is None:
            raise BadInput(self.where, f"has no `{name}`", f"expected {KIND}")
        return str(found)

    def date(self, name: str) -> datetime | None:
        """The member *name*, a date in any of the forms in which tools print them."""
        return date(self.get(name, (str, int, float, datetime)), f"{self.where}.{name}")

    def items(self, name: str) -> "Iterator[Item]":
        """The entries of the list *name*, none where it is absent."""
        for index, one in enumerate(self.get(name, list, ())):
            where = f"{self.where}.{name}[{index}]"
            if not isinstance(one, Mapping):
                raise BadInput(where, "expected an object")
            yield Item(where, one)


def _named(kind: type | tuple[type, ...]) -> str:
    first = kind[0] if isinstance(kind, tuple) else kind
    return {str: "text", list: "a list", dict: "an object", bool: "true or false"}.get(
        first, "a number"
    )


def date(value: str | float | datetime | None, where: str) -> datetime | None:
    """A date from text of ISO 8601 or from seconds since 1970.

    Raises:
        BadInput: it is none.
    """
    if value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(where, f"`{shown(str(value))}` is no date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def account(pages: Sequence[Page]) -> Account:
    """The account that *pages* are the whole answer about.

    Raises:
        BadInput: something in them is not as AWS answers it, an entity appears twice, they are of
            several accounts, or the last page is missing.
    """
    _check_whole(pages)
    managed = {
        one.document.arn: one for one in _each(pages, "Policies", _managed) if one.document.arn
    }
    known = _Known({arn: one.document for arn, one in managed.items()})
    users = _distinct(_each(pages, "UserDetailList", known.user))
    groups = _distinct(_each(pages, "GroupDetailList", known.group))
    roles = _distinct(_each(pages, "RoleDetailList", known.role))
    partition, number = _whose([one.arn for one in (*users, *groups, *roles)], managed)
    return Account(
        id=number,
        partition=partition,
        users=users,
        groups=groups,
        roles=roles,
        policies=tuple(managed.values()),
        untold=tuple(_untold((*users, *groups, *roles))),
    )


def _check_whole(pages: Sequence[Page]) -> None:
    more = [one for one in pages if one.value.get("IsTruncated") or one.value.get("NextToken")]
    if len(more) == len(pages) and pages:
        problem = "the dump goes on in a page that is not here"
        raise BadInput(more[-1].where, problem, "write all pages, in one file or in several")


_Read = TypeVar("_Read")


def _each(pages: Sequence[Page], name: str, make: Callable[[Item], _Read]) -> Iterator[_Read]:
    for page in pages:
        for item in Item(page.where, page.value).items(name):
            yield make(item)


def _distinct(found: Iterable[_Kind]) -> tuple[_Kind, ...]:
    by_arn: dict[str, _Kind] = {}
    for one in found:
        if one.arn in by_arn:
            raise BadInput("", f"`{shown(one.arn)}` appears twice", "name each dump once")
        by_arn[one.arn] = one
    return tuple(by_arn.values())


def _whose(arns: Sequence[str], managed: Iterable[str]) -> tuple[str, str]:
    """The partition and the number of the account; both empty where nothing tells."""
    found: dict[tuple[str, str], str] = {}
    for text in (*arns, *managed):
        one = Arn.parse(text)
        if one is None:
            raise BadInput("", f"`{shown(text)}` is no ARN")
        if is_account(one.account):
            found.setdefault((one.partition, one.account), text)
    if len(found) > 1:
        first, second, *_ = found.values()
        problem = f"`{shown(first)}` and `{shown(second)}` are of different accounts"
        raise BadInput("", problem, "give the dumps of one account")
    return next(iter(found), ("", ""))


def _untold(entities: Sequence[Entity]) -> Iterator[str]:
    for arn in dict.fromkeys(arn for one in entities for arn in one.unread):
        yield f"the document of {arn} is not in the dump and not known here"


def _managed(item: Item) -> ManagedPolicy:
    arn, name = item.text("Arn"), item.text("PolicyName")
    default = item.get("DefaultVersionId", str)
    for version in item.items("PolicyVersionList"):
        chosen = version.get("IsDefaultVersion", bool, default=False)
        if chosen or (default is not None and version.get("VersionId", str) == default):
            policy = documents.read(version.value.get("Document"), f"{version.where}.Document")
            attachments = item.get("AttachmentCount", int)
            return ManagedPolicy(Document(name, policy, arn), attachments, item.date("UpdateDate"))
    raise BadInput(item.where, "has no default version in its `PolicyVersionList`")


class _Known:
    """Makes entities, with the managed policies that a dump knows."""

    def __init__(self, known: Mapping[str, Document]) -> None:
        self._known = dict(known)

    def _document(self, arn: str) -> Document | None:
        """The managed policy of that ARN; AWS's own are known without a dump."""
        if arn not in self._known:
            record = managed_policies.find(arn)
            if record is None:
                return None
            policy = parse(record.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
            self._known[arn] = Document(record.name, policy, arn)
        return self._known[arn]

    def _shared(self, item: Item, name: str, id_name: str, inline: str) -> dict[str, Any]:
        arns = [one.text("PolicyArn") for one in item.items("AttachedManagedPolicies")]
        found = {arn: self._document(arn) for arn in arns}
        return {
            "arn": item.text("Arn"),
            "name": item.text(name),
            "id": item.get(id_name, str, ""),
            "path": item.get("Path", str, "/"),
            "created_at": item.date("CreateDate"),
            "inline": tuple(_inline(one) for one in item.items(inline)),
            "attached": tuple(one for one in found.values() if one is not None),
            "unread": tuple(arn for arn, one in found.items() if one is None),
        }

    def _bounded(self, item: Item, shared: dict[str, Any]) -> dict[str, Any]:
        """The boundary and the tags, which groups do not have."""
        given = item.get("PermissionsBoundary", dict)
        if given is not None:
            arn = Item(f"{item.where}.PermissionsBoundary", given).text("PermissionsBoundaryArn")
            shared["boundary"] = self._document(arn)
            if shared["boundary"] is None:
                shared["unread"] = (*shared["unread"], arn)
        tags = {one.text("Key"): one.text("Value") for one in item.items("Tags")}
        return shared | {"tags": tags}

    def user(self, item: Item) -> UserModel:
        """A user."""
        shared = self._shared(item, "UserName", "UserId", "UserPolicyList")
        groups = tuple(str(one) for one in item.get("GroupList", list, ()))
        return UserModel(**self._bounded(item, shared), groups=groups)

    def group(self, item: Item) -> Group:
        """A group."""
        return Group(**self._shared(item, "GroupName", "GroupId", "GroupPolicyList"))

    def role(self, item: Item) -> RoleModel:
        """A role."""
        shared = self._shared(item, "RoleName", "RoleId", "RolePolicyList")
        given = item.value.get("AssumeRolePolicyDocument")
        trust = documents.read(given, f"{item.where}.AssumeRolePolicyDocument")
        use = item.get("RoleLastUsed", dict)
        return RoleModel(
            **self._bounded(item, shared),
            trust=Document("trust policy", trust),
            last_used_at=Item(f"{item.where}.RoleLastUsed", use or {}).date("LastUsedDate"),
            use_told=use is not None,
            profiles=tuple(
                one.text("InstanceProfileName") for one in item.items("InstanceProfileList")
            ),
        )


def _inline(item: Item) -> Document:
    policy = documents.read(item.value.get("PolicyDocument"), f"{item.where}.PolicyDocument")
    return Document(item.text("PolicyName"), policy)
