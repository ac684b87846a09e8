"""What S3 refuses in the configurations of a bucket that are only kept.

Each function gives back the configuration as it is kept, with the ids that S3 would make up.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import base64
from collections.abc import Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.s3.configuration_errors import (
    InvalidTargetBucketForLogging,
    UnsupportedMethod,
)
from doorward.services.s3.errors import InvalidArgument, InvalidRequest, MalformedXML
from doorward.services.s3.versions import ENABLED
from doorward.store import buckets
from doorward.store.tables.bucket import Bucket

Document = Mapping[str, Any]

CORS_RULES = 100
CORS_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
ID_BYTES = 36
SERVICES = {
    "TopicConfigurations": ("TopicArn", "sns"),
    "QueueConfigurations": ("QueueArn", "sqs"),
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "lambda"),
}


def cors(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """CORS rules.

    Raises:
        MalformedXML: none, or more than a hundred.
        UnsupportedMethod: one names another method than CORS is for.
        InvalidRequest: an origin or a header has two wildcards.
    """
    del ctx, bucket
    rules = given.get("CORSRules") or ()
    if not 1 <= len(rules) <= CORS_RULES:
        raise MalformedXML
    for rule in rules:
        for method in rule["AllowedMethods"]:
            if method not in CORS_METHODS:
                raise UnsupportedMethod(method)
        for element, member in (
            ("AllowedOrigin", "AllowedOrigins"),
            ("AllowedHeader", "AllowedHeaders"),
        ):
            for pattern in rule.get(member) or ():
                if pattern.count("*") > 1:
                    raise InvalidRequest(
                        f'{element} "{pattern}" can not have more than one wildcard.'
                    )
    return given


def website(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """The configuration of a website.

    Raises:
        InvalidRequest: it redirects everything, and has something else besides.
        InvalidArgument: it does neither, or its index document cannot be one.
    """
    del ctx, bucket
    index = (given.get("IndexDocument") or {}).get("Suffix")
    if given.get("RedirectAllRequestsTo"):
        if len(given) > 1:
            raise InvalidRequest(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."
            )
    elif not index or "/" in index:
        raise InvalidArgument(
            "The IndexDocument Suffix is not well formed", "IndexDocument", index or "null"
        )
    return given


def logging(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """Where logs of access go.

    Raises:
        InvalidTargetBucketForLogging: there is no such bucket, or another account has it.
    """
    enabled = given.get("LoggingEnabled")
    if enabled:
        target = buckets.find(ctx.db, enabled["TargetBucket"])
        if target is None:
            raise InvalidTargetBucketForLogging(
                "The target bucket for logging does not exist", enabled["TargetBucket"]
            )
        if target.account != bucket.account:
            raise InvalidTargetBucketForLogging(
                "The owner for the bucket to be logged and the target bucket must be the same.",
                target.name,
            )
    return given


def accelerate(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """Whether transfers are accelerated.

    Raises:
        MalformedXML: nothing is said.
        InvalidRequest: the name of the bucket has a dot.
    """
    del ctx
    if not given.get("Status"):
        raise MalformedXML
    if "." in bucket.name:
        raise InvalidRequest(
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
        )
    return given


def notification(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """Whom S3 would tell of events. Whether they are there is not looked at.

    Raises:
        InvalidArgument: an ARN is of another service, or an event is none of S3's.
    """
    del bucket
    made = dict(given)
    for member, (named, service) in SERVICES.items():
        if member in made:
            made[member] = [_destination(ctx, one, named, service) for one in made[member]]
    return made


def _destination(ctx: Context, one: Document, named: str, service: str) -> Document:
    arn = Arn.parse(one[named])
    if arn is None or arn.service != service:
        raise InvalidArgument("The ARN is not well formed", named, one[named])
    for event in one["Events"]:
        if not event.startswith("s3:"):
            raise InvalidArgument("The event is not supported for notifications", "Event", event)
    return {"Id": fresh_id(ctx), **one}


def replication(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """What S3 would copy where.

    Raises:
        InvalidRequest: one of the buckets keeps no versions, or is not there.
        MalformedXML: there are no rules.
    """
    if bucket.versioning != ENABLED:
        raise InvalidRequest(
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        )
    rules = given.get("Rules") or ()
    if not rules:
        raise MalformedXML
    for rule in rules:
        arn = Arn.parse(rule["Destination"]["Bucket"])
        target = buckets.find(ctx.db, arn.resource) if arn and arn.service == "s3" else None
        if target is None:
            raise InvalidRequest("Destination bucket must exist.")
        if target.versioning != ENABLED:
            raise InvalidRequest("Destination bucket must have versioning enabled.")
    return {**given, "Rules": [{"ID": fresh_id(ctx), **rule} for rule in rules]}


def as_it_is(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """A configuration of which the model says all there is to check."""
    del ctx, bucket
    return given


def fresh_id(ctx: Context) -> str:
    """An id for a rule that came without one."""
    return base64.urlsafe_b64encode(ctx.ids.token(ID_BYTES)).decode()
