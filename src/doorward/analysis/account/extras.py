"""What an account has beyond IAM, as a file may say it: resources with policies, and its place.

    {"Resources": [{"Arn": "arn:aws:s3:::reports", "Policy": {…},
                    "PublicAccessBlock": {"RestrictPublicBuckets": true, …},
                    "Grants": [{"Group": "AllUsers", "Permission": "READ"}]}],
     "PublicAccessBlock": {…},
     "Organization": {"Management": false, "Levels": [
         {"Id": "r-abcd", "Name": "Root", "ServiceControlPolicies": [
             {"PolicyName": "FullAWSAccess", "PolicyDocument": {…}}],
          "ResourceControlPolicies": [{…}]}]},
     "LastAccessed": [{"Arn": "arn:aws:iam::123456789012:role/deploy", "ServicesLastAccessed": [
         {"ServiceNamespace": "s3", "LastAuthenticated": "2026-01-01T00:00:00Z",
          "TrackedActionsLastAccessed": [{"ActionName": "ListAllMyBuckets", …}]}]}]}

The form is our own, since AWS has none for it; the words are those of its APIs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from doorward.analysis.account import documents
from doorward.analysis.account.model import (
    Account,
    ActionUse,
    Document,
    Level,
    Organization,
    PublicAccessBlock,
    Resource,
    ServiceUse,
)
from doorward.analysis.account.pages import Item, Page
from doorward.base.errors import BadInput

MEMBERS = ("Resources", "Organization", "PublicAccessBlock", "LastAccessed")
SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def added(account: Account, pages: Sequence[Page]) -> Account:
    """*account* with what *pages* say beyond IAM.

    Raises:
        BadInput: something in them is not of the form above, or the organization is told twice.
    """
    for page in pages:
        item = Item(page.where, page.value)
        if item.get("Resources", list) is not None:
            found = tuple(_resource(one) for one in item.items("Resources"))
            account = replace(account, resources=(*(account.resources or ()), *found))
        if (given := item.get("PublicAccessBlock", dict)) is not None:
            account = replace(account, block=block(given, f"{page.where}.PublicAccessBlock"))
        if (given := item.get("Organization", dict)) is not None:
            where = f"{page.where}.Organization"
            if account.organization is not None:
                raise BadInput(where, "the organization is told a second time")
            account = replace(account, organization=_organization(Item(where, given)))
        if item.get("LastAccessed", list) is not None:
            told = {one.text("Arn"): uses(one) for one in item.items("LastAccessed")}
            account = replace(account, accessed={**(account.accessed or {}), **told})
    return account


def block(given: Mapping[str, object], where: str) -> PublicAccessBlock:
    """The settings of Block Public Access; those that are absent are off."""
    item = Item(where, given)
    return PublicAccessBlock(*(item.get(name, bool, default=False) for name in SETTINGS))


def uses(item: Item) -> tuple[ServiceUse, ...]:
    """The services in an answer of GetServiceLastAccessedDetails."""
    return tuple(
        ServiceUse(one.text("ServiceNamespace"), one.date("LastAuthenticated"), _actions(one))
        for one in item.items("ServicesLastAccessed")
    )


def _actions(item: Item) -> tuple[ActionUse, ...] | None:
    if item.get("TrackedActionsLastAccessed", list) is None:
        return None
    return tuple(
        ActionUse(one.text("ActionName"), one.date("LastAccessedTime"))
        for one in item.items("TrackedActionsLastAccessed")
    )


def _resource(item: Item) -> Resource:
    given = item.value.get("Policy")
    policy = None if given is None else documents.read(given, f"{item.where}.Policy")
    settings = item.get("PublicAccessBlock", dict, {})
    return Resource(
        item.text("Arn"),
        None if policy is None else Document("resource policy", policy),
        block(settings, f"{item.where}.PublicAccessBlock"),
        tuple((one.text("Group"), one.text("Permission")) for one in item.items("Grants")),
    )


def _organization(item: Item) -> Organization:
    levels = tuple(_level(one) for one in item.items("Levels"))
    return Organization(levels, item.get("Management", bool, default=False))


def _level(item: Item) -> Level:
    return Level(
        item.text("Id"),
        item.get("Name", str, ""),
        tuple(_policies(item, "ServiceControlPolicies")),
        tuple(_policies(item, "ResourceControlPolicies")),
    )


def _policies(item: Item, name: str) -> Iterator[Document]:
    for one in item.items(name):
        policy = documents.read(one.value.get("PolicyDocument"), f"{one.where}.PolicyDocument")
        yield Document(one.text("PolicyName"), policy)
