"""Configurations that a bucket has one of: CORS, lifecycle, website and their like.

They are checked, kept and shown. Of what they ask for, Doorward does CORS only; the page
`docs/reference/s3.md` says so of each.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.operation import Finder, Output
from doorward.services.s3 import configuration_checks as checks
from doorward.services.s3 import documents, lifecycle_checks, not_set, resources
from doorward.services.s3.errors import MalformedXML
from doorward.services.s3.not_set import NoSuchConfiguration
from doorward.services.s3.service import s3
from doorward.store import bucket_configurations as store
from doorward.store.tables.bucket import Bucket
from doorward.wire import model

Check = Callable[[Context, Bucket, Mapping[str, Any]], Mapping[str, Any]]

MINIMUM_SIZE = "TransitionDefaultMinimumObjectSize"
EVERY_CLASS = "all_storage_classes_128K"
PASSED_TO = {"iam:passedtoservice": "s3.amazonaws.com"}


class Kind(NamedTuple):
    """A configuration.

    Attributes:
        name: what the store calls it.
        member: the member of the input that holds it.
        check: what S3 refuses.
        absent: what is answered without one; None where that is nothing at all.
        wrapped: the answer holds it as a member, instead of being it.
    """

    name: str
    member: str
    check: Check
    absent: type[NoSuchConfiguration] | None = None
    wrapped: bool = False


CORS = Kind("cors", "CORSConfiguration", checks.cors, not_set.NoSuchCORSConfiguration)
WEBSITE = Kind(
    "website", "WebsiteConfiguration", checks.website, not_set.NoSuchWebsiteConfiguration
)
LIFECYCLE = Kind(
    "lifecycle",
    "LifecycleConfiguration",
    lifecycle_checks.lifecycle,
    not_set.NoSuchLifecycleConfiguration,
)
REPLICATION = Kind(
    "replication",
    "ReplicationConfiguration",
    checks.replication,
    not_set.ReplicationConfigurationNotFound,
    wrapped=True,
)
LOGGING = Kind("logging", "BucketLoggingStatus", checks.logging)
NOTIFICATION = Kind("notification", "NotificationConfiguration", checks.notification)
ACCELERATE = Kind("accelerate", "AccelerateConfiguration", checks.accelerate)


def _put(operation: str, finder: Finder, kind: Kind) -> None:
    """Declare *operation*, which keeps a configuration of *kind*."""
    member = model.snake(kind.member)

    def put(ctx: Context, *, bucket: str, **given: Any) -> Output:
        found = resources.existing(ctx, bucket)
        if given.get(member) is None:
            raise MalformedXML
        made = dict(kind.check(ctx, found, given[member]))
        output: Output = {}
        if kind is LIFECYCLE and operation.endswith("Configuration"):
            size = given.get(model.snake(MINIMUM_SIZE)) or EVERY_CLASS
            output = {MINIMUM_SIZE: size}
        store.put(ctx.db, found.name, kind.name, documents.kept(made | output))
        return output

    put.__doc__ = f"Keep the {kind.name} configuration in place of the one there is."
    s3.operation(on=finder, unsigned=True, name=operation)(put)


def _get(operation: str, finder: Finder, kind: Kind) -> None:
    """Declare *operation*, which shows a configuration of *kind*."""

    def get(ctx: Context, *, bucket: str, **_: object) -> Output:
        found = documents.shown(store.find(ctx.db, bucket, kind.name))
        if found is None:
            if kind.absent is not None:
                raise kind.absent(bucket)
            return {}
        return {kind.member: found} if kind.wrapped else dict(found)

    get.__doc__ = f"The {kind.name} configuration, as it was given."
    s3.operation(on=finder, unsigned=True, name=operation)(get)


def _delete(operation: str, finder: Finder, kind: Kind) -> None:
    """Declare *operation*, which takes a configuration of *kind* away."""

    def delete(ctx: Context, *, bucket: str, **_: object) -> Output:
        store.remove(ctx.db, bucket, kind.name)
        return {}

    delete.__doc__ = f"Take the {kind.name} configuration away, if there is one."
    s3.operation(on=finder, unsigned=True, name=operation)(delete)


def replicating(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """The bucket, and the role that S3 would copy objects with."""
    yield on("PutReplicationConfiguration")(ctx, parameters)
    role = parameters["ReplicationConfiguration"].get("Role") or ""
    parsed = Arn.parse(role)
    # Nobody passes another account's role, whatever they may do in their own.
    yield Access("iam:PassRole", role, parsed and parsed.account, PASSED_TO)


on = resources.on_bucket

_put("PutBucketCors", on("PutBucketCORS"), CORS)
_get("GetBucketCors", on("GetBucketCORS"), CORS)
_delete("DeleteBucketCors", on("PutBucketCORS"), CORS)

_put("PutBucketWebsite", resources.bucket, WEBSITE)
_get("GetBucketWebsite", resources.bucket, WEBSITE)
_delete("DeleteBucketWebsite", resources.bucket, WEBSITE)

# Clients of old send the same under the first name, which requests cannot tell.
for name in ("BucketLifecycle", "BucketLifecycleConfiguration"):
    _put(f"Put{name}", on("PutLifecycleConfiguration"), LIFECYCLE)
    _get(f"Get{name}", on("GetLifecycleConfiguration"), LIFECYCLE)
_delete("DeleteBucketLifecycle", on("PutLifecycleConfiguration"), LIFECYCLE)

_put("PutBucketReplication", replicating, REPLICATION)
_get("GetBucketReplication", on("GetReplicationConfiguration"), REPLICATION)
_delete("DeleteBucketReplication", on("PutReplicationConfiguration"), REPLICATION)

_put("PutBucketLogging", resources.bucket, LOGGING)
_get("GetBucketLogging", resources.bucket, LOGGING)

for name in ("BucketNotification", "BucketNotificationConfiguration"):
    _put(f"Put{name}", on("PutBucketNotification"), NOTIFICATION)
    _get(f"Get{name}", on("GetBucketNotification"), NOTIFICATION)

_put("PutBucketAccelerateConfiguration", on("PutAccelerateConfiguration"), ACCELERATE)
_get("GetBucketAccelerateConfiguration", on("GetAccelerateConfiguration"), ACCELERATE)
