"""Configuration items of AWS Config, to what authorization details say of the same.

A snapshot holds items under `configurationItems`; SelectAggregateResourceConfig answers with items
as text, a line each where they are written to a file. The two spell some names differently.
In the items of IAM the members are those of GetAccountAuthorizationDetails with a small letter, and
policies are URL-encoded.

https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
https://docs.aws.amazon.com/config/latest/developerguide/view-configuration-snapshot.html
https://docs.aws.amazon.com/config/latest/APIReference/API_SelectAggregateResourceConfig.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.extras import block
from doorward.analysis.account.json_stream import decoded
from doorward.analysis.account.model import Document, PublicAccessBlock, Resource, Running
from doorward.analysis.account.pages import Item
from doorward.base.arn import is_account
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

LISTS = {
    "AWS::IAM::User": "UserDetailList",
    "AWS::IAM::Group": "GroupDetailList",
    "AWS::IAM::Role": "RoleDetailList",
    "AWS::IAM::Policy": "Policies",
}
BUCKET = "AWS::S3::Bucket"
ACCOUNT_BLOCK = "AWS::S3::AccountPublicAccessBlock"
# Where an item has the policy of its resource. Those of buckets, queues, topics and functions are
# as items have them; of keys, secrets, repositories and file systems the places are assumed, from
# the names that their APIs and CloudFormation schemas give the policy.
POLICIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    BUCKET: (("supplementaryConfiguration", "BucketPolicy", "policyText"),),
    "AWS::SQS::Queue": (("configuration", "Policy"),),
    "AWS::SNS::Topic": (("configuration", "Policy"),),
    "AWS::Lambda::Function": (("supplementaryConfiguration", "Policy"),),
    "AWS::KMS::Key": (("supplementaryConfiguration", "KeyPolicy"), ("configuration", "KeyPolicy")),
    "AWS::SecretsManager::Secret": (
        ("supplementaryConfiguration", "ResourcePolicy"),
        ("configuration", "ResourcePolicy"),
    ),
    "AWS::ECR::Repository": (("configuration", "RepositoryPolicyText"),),
    "AWS::EFS::FileSystem": (("configuration", "FileSystemPolicy"),),
}
ALWAYS_HAVE_ONE = frozenset({"AWS::KMS::Key", "AWS::SNS::Topic"})
"""Types whose resources are never without a policy, so that an item without it tells nothing."""

RUNNING = {
    "AWS::Lambda::Function": ("lambda.amazonaws.com", ("role",)),
    "AWS::EC2::Instance": ("ec2.amazonaws.com", ("iamInstanceProfile", "arn")),
    "AWS::CloudFormation::Stack": ("cloudformation.amazonaws.com", ("roleARN",)),
    "AWS::CodeBuild::Project": ("codebuild.amazonaws.com", ("serviceRole",)),
}
GONE = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"})
ENCODED = frozenset({"policyDocument", "document", "assumeRolePolicyDocument"})
GROUPS = ("AllUsers", "AuthenticatedUsers")
PERMISSIONS = {
    "Read": "READ",
    "Write": "WRITE",
    "ReadAcp": "READ_ACP",
    "WriteAcp": "WRITE_ACP",
    "FullControl": "FULL_CONTROL",
}
EXPECTED = "a configuration item of AWS Config"


@dataclass(frozen=True, slots=True)
class Found:
    """What an item tells of: an `entry` of a list of authorization details, or anything beside."""

    account: str
    arn: str
    captured_at: str
    gone: bool
    list_name: str | None = None
    entry: Item | None = None
    resource: Resource | None = None
    block: PublicAccessBlock | None = None
    running: Running | None = None


def is_item(value: Mapping[str, Any]) -> bool:
    """Whether *value* is a configuration item."""
    return "resourceType" in value and ("configuration" in value or "resourceId" in value)


def read(item: Item) -> Found | None:
    """What *item* tells of; None where it is of a type that nobody asks for.

    Raises:
        BadInput: it is not as AWS Config writes it.
    """
    kind = item.text("resourceType")
    if kind not in LISTS and kind not in POLICIES and kind not in RUNNING and kind != ACCOUNT_BLOCK:
        return None
    account = str(item.value.get("awsAccountId") or item.value.get("accountId") or "")
    if not is_account(account):
        problem = "has no `awsAccountId` or `accountId` of 12 digits"
        raise BadInput(item.where, problem, f"expected {EXPECTED}; select `accountId`, too")
    configuration = _object(item, "configuration")
    given = item.value.get("ARN") or item.value.get("arn") or configuration.get("arn")
    arn = str(given or f"arn:aws:config:::{kind}/{item.value.get('resourceId', '')}")
    captured_at = str(item.value.get("configurationItemCaptureTime", ""))
    status = str(item.value.get("configurationItemStatus", ""))
    if status in GONE or (not configuration and kind in LISTS):
        return Found(account, arn, captured_at, gone=True)
    if (name := LISTS.get(kind)) is not None:
        entry = Item(item.where, _capitals(configuration) | _tags(item, configuration))
        return Found(account, arn, captured_at, gone=False, list_name=name, entry=entry)
    if kind == ACCOUNT_BLOCK:
        made = block(_capitals(configuration), item.where)
        return Found(account, arn, captured_at, gone=False, block=made)
    return Found(
        account,
        arn,
        captured_at,
        gone=False,
        resource=_resource(item, kind, arn) if kind in POLICIES else None,
        running=_running(kind, arn, configuration),
    )


def _object(item: Item, name: str) -> Mapping[str, Any]:
    """The member *name*, an object or the text of one; empty where it is absent."""
    return _opened(item.value.get(name), f"{item.where}.{name}")


def _opened(value: Any, where: str) -> Mapping[str, Any]:
    if isinstance(value, str):
        value = decoded(value, where) if value.strip() else None
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(where, "expected an object", f"expected {EXPECTED}")
    return value


def _capitals(value: Any) -> Any:
    """*value* with the names of the API: as in an item, but for the first letter."""
    if isinstance(value, Mapping):
        return {
            f"{key[:1].upper()}{key[1:]}": one if key in ENCODED else _capitals(one)
            for key, one in value.items()
        }
    return [_capitals(one) for one in value] if isinstance(value, list) else value


def _tags(item: Item, configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tags as IAM lists them: a map in a snapshot, a list in an aggregate."""
    given = item.value.get("tags") or configuration.get("tags") or ()
    if isinstance(given, Mapping):
        return {"Tags": [{"Key": str(key), "Value": str(one)} for key, one in given.items()]}
    found = [one for one in given if isinstance(one, Mapping)]
    return {"Tags": [{"Key": one.get("key"), "Value": one.get("value")} for one in found]}


def _resource(item: Item, kind: str, arn: str) -> Resource:
    policy, told = None, False
    for path in POLICIES[kind]:
        where = ".".join((item.where, *path))
        value: Any = _object(item, path[0])
        for name in path[1:]:
            value = _opened(value, where).get(name)
        if value is not None:
            read = documents.read(value, f"{where} (`{shown(arn)}`)")
            policy, told = Document("resource policy", read), True
            break
    if kind != BUCKET:
        unread = () if told or kind not in ALWAYS_HAVE_ONE else ("the policy",)
        return Resource(arn, policy, unread=unread)
    more = _object(item, "supplementaryConfiguration")
    name = "PublicAccessBlockConfiguration"
    blocked = block(_capitals(_opened(more.get(name), f"{item.where}.{name}")), item.where)
    return Resource(arn, policy, blocked, tuple(_granted(item, more)))


def _granted(item: Item, more: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the ACL of a bucket gives to groups.

    Observed, not documented: a group stands as its name, a permission as the AWS SDK for Java
    names it.
    """
    listed: Any = _opened(more.get("AccessControlList"), f"{item.where}.AccessControlList")
    if isinstance(listed, Mapping):
        for one in listed.get("grantList") or ():
            grantee = str(one.get("grantee", "")) if isinstance(one, Mapping) else ""
            group = grantee.rpartition("/")[2]
            if group in GROUPS:
                given = str(one.get("permission", ""))
                yield group, PERMISSIONS.get(given, given)


def _running(kind: str, arn: str, configuration: Mapping[str, Any]) -> Running | None:
    """The role that the resource runs as, or the instance profile that has it."""
    if kind not in RUNNING:
        return None
    service, path = RUNNING[kind]
    value: Any = configuration
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return Running(service, arn, str(value)) if value else Running(service, arn, "")
