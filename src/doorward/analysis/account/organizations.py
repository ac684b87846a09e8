"""A whole organization from a file: its tree with the policies attached at each place.

    {"Organization": {"Id": "o-example", "MasterAccountId": "111122223333", "Roots": [
        {"Id": "r-abcd", "Name": "Root", "ServiceControlPolicies": [POLICY],
         "ResourceControlPolicies": [POLICY], "Accounts": [{"Id": "111122223333", "Name": "main"}],
         "OrganizationalUnits": [{"Id": "ou-abcd-1", "Name": "prod", "Accounts": [{…}],
                                  "OrganizationalUnits": [{…}]}]}]}}

A POLICY is `{"PolicyName": …, "PolicyDocument": …}`, or what `aws organizations describe-policy`
prints, or the id of one that stands so under `Policies` beside `Roots`. The form is our own, since
AWS has none for it; the words are those of its APIs.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.model import Document, Level, Organization
from doorward.analysis.account.pages import Item
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

KINDS = {"service": "ServiceControlPolicies", "resource": "ResourceControlPolicies"}


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is the same for the whole tree."""

    id: str
    management: str
    policies: Mapping[str, Document]


def is_tree(item: Item) -> bool:
    """Whether the member `Organization` is a whole tree, not one account's place."""
    return "Roots" in item.value


def tree(item: Item) -> dict[str, Organization]:
    """The place of each account, by its number.

    Raises:
        BadInput: it is not of the form above, or an account stands in it twice.
    """
    known = {
        one.text("Id") if "Id" in one.value else _summary(one).text("Id"): _described(one)
        for one in item.items("Policies")
    }
    reading = _Reading(item.get("Id", str, ""), item.get("MasterAccountId", str, ""), known)
    found: dict[str, Organization] = {}
    for root in item.items("Roots"):
        for account, place in _accounts(reading, root, ()):
            if account in found:
                raise BadInput(root.where, f"account {account} stands twice in the organization")
            found[account] = place
    return found


def _accounts(
    reading: _Reading, item: Item, above: tuple[Level, ...]
) -> Iterator[tuple[str, Organization]]:
    levels = (*above, _level(reading, item))
    for one in item.items("Accounts"):
        account = one.text("Id")
        own = (*levels, _level(reading, one))
        yield account, Organization(own, account == reading.management, reading.id)
    for one in item.items("OrganizationalUnits"):
        yield from _accounts(reading, one, levels)


def _level(reading: _Reading, item: Item) -> Level:
    return Level(
        item.text("Id"),
        item.get("Name", str, ""),
        tuple(_policies(reading, item, KINDS["service"])),
        tuple(_policies(reading, item, KINDS["resource"])),
    )


def _policies(reading: _Reading, item: Item, name: str) -> Iterator[Document]:
    for index, one in enumerate(item.get(name, list, ())):
        where = f"{item.where}.{name}[{index}]"
        if isinstance(one, str):
            if one not in reading.policies:
                problem = f"no policy `{shown(one)}` under `Policies`"
                raise BadInput(where, problem, "put there what describe-policy prints")
            yield reading.policies[one]
        elif isinstance(one, Mapping):
            yield _described(Item(where, one))
        else:
            raise BadInput(where, "expected a policy or the id of one")


def _described(item: Item) -> Document:
    """A policy by name and document, or as DescribePolicy answers."""
    value: Any = item.value.get("PolicyDocument")
    if value is not None:
        name = item.text("PolicyName")
        return Document(name, documents.read(value, f"{item.where}.PolicyDocument"))
    inner = item.get("Policy", dict)
    if inner is not None:
        return _described(Item(f"{item.where}.Policy", inner))
    summary = _summary(item)
    read = documents.read(item.value.get("Content"), f"{item.where}.Content")
    return Document(summary.text("Name"), read, summary.get("Arn", str))


def _summary(item: Item) -> Item:
    inner = item.get("Policy", dict)
    outer = item if inner is None else Item(f"{item.where}.Policy", inner)
    return Item(f"{outer.where}.PolicySummary", outer.get("PolicySummary", dict, {}))
