"""Buckets at an endpoint: whose they are, and under which name their policies are kept in mind.

The ARN of a bucket says neither account nor Region, so all buckets of an endpoint belong to the
account that the endpoint is set to.
"""

from collections.abc import Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.gateway.refusals import OtherAccount
from doorward.gateway.upstream import OBJECTS, Upstreams
from doorward.wire.refusals import NotImplementedOperation

REGION = "us-east-1"
"""The scope of what is known of buckets, whatever Region requests are signed for."""

EXPECTED = ("ExpectedBucketOwner", "ExpectedSourceBucketOwner")


def owner(upstreams: Upstreams, service: str) -> str | None:
    """The account of the buckets; None of any other service."""
    endpoint = upstreams.endpoint(service) if service == OBJECTS else None
    return endpoint.account if endpoint else None


def of(resource: str, account: str) -> Arn | None:
    """The bucket of a bucket or object, by a name that tells the account too."""
    found = Arn.parse(resource)
    if found is None or found.service != OBJECTS or found.account:
        return None
    return Arn(found.partition, OBJECTS, REGION, account, found.resource.partition("/")[0])


def check(operation: str, parameters: Mapping[str, Any], account: str) -> None:
    """Refuse what an endpoint cannot be asked for.

    Raises:
        OtherAccount: the bucket is expected to be another account's.
        NotImplementedOperation: it is reached through an access point, which there is none of.
    """
    for member in EXPECTED:
        if parameters.get(member) not in {None, account}:
            raise OtherAccount(OBJECTS, str(parameters[member]))
    bucket, source = str(parameters.get("Bucket") or ""), str(parameters.get("CopySource") or "")
    if bucket.endswith("-s3alias") or source.partition("/")[0].endswith("-s3alias"):
        raise NotImplementedOperation(OBJECTS, operation)
    if any(one.lower().startswith(("arn:", "/arn:", "arn%3a")) for one in (bucket, source)):
        raise NotImplementedOperation(OBJECTS, operation)
