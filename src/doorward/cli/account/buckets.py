"""The buckets of a live account: who is let in by policy and ACL, and what blocks the public."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from doorward.analysis.account import documents
from doorward.analysis.account.extras import block
from doorward.analysis.account.model import Account, Document, PublicAccessBlock, Resource
from doorward.base.errors import BadInput
from doorward.cli.calls import Calls, Unanswered
from doorward.wire.client import Refused

AT_ONCE = 1_000
NO_POLICY = "NoSuchBucketPolicy"
NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
GROUPS = "http://acs.amazonaws.com/groups/global/"


class Bucket(NamedTuple):
    """A bucket and its Region; None where that is not told."""

    name: str
    region: str | None


def listed(calls: Calls) -> Iterator[Bucket]:
    """The buckets; with a limit asked for, S3 tells their Regions.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    """
    more: dict[str, str] = {}
    while True:
        page = calls("s3", "ListBuckets", MaxBuckets=AT_ONCE, **more)
        for one in page.get("Buckets", ()):
            yield Bucket(one["Name"], one.get("BucketRegion"))
        if not page.get("ContinuationToken"):
            return
        more = {"ContinuationToken": page["ContinuationToken"]}


def read(calls: Calls, bucket: Bucket, account: Account) -> Resource:
    """The bucket; what is refused is told in it."""
    there = calls.at(bucket.region) if bucket.region else calls
    unread: list[str] = []

    def asked(operation: str, what: str, missing: str | None = None) -> Mapping[str, Any]:
        try:
            return there("s3", operation, Bucket=bucket.name)
        except Refused as error:
            if error.code != missing:
                unread.append(f"{what} ({error.code})")
        except Unanswered:
            unread.append(what)
        return {}

    policy = _policy(asked("GetBucketPolicy", "the policy", NO_POLICY), unread)
    blocked = asked("GetPublicAccessBlock", "the public access block", NO_BLOCK)
    granted = tuple(_granted(asked("GetBucketAcl", "the ACL")))
    return Resource(
        f"arn:{account.partition}:s3:::{bucket.name}",
        policy,
        block(blocked.get("PublicAccessBlockConfiguration", {}), bucket.name),
        granted,
        tuple(unread),
    )


def _policy(answer: Mapping[str, Any], unread: list[str]) -> Document | None:
    text = answer.get("Policy")
    if text is None:
        return None
    try:
        return Document("bucket policy", documents.read(text, "the policy"))
    except BadInput:
        unread.append("the policy (it does not parse)")
        return None


def _granted(acl: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in acl.get("Grants", ()):
        group = str(one.get("Grantee", {}).get("URI", ""))
        if group.startswith(GROUPS):
            yield group.removeprefix(GROUPS), str(one.get("Permission", ""))


def of_account(calls: Calls, account: str) -> PublicAccessBlock:
    """What blocks the public from all buckets of the account."""
    try:
        found = calls("s3control", "GetPublicAccessBlock", AccountId=account)
    except Refused as error:
        if error.code == NO_BLOCK:
            return PublicAccessBlock()
        raise
    return block(found.get("PublicAccessBlockConfiguration", {}), "the account")
