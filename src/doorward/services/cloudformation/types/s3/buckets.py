"""AWS::S3::Bucket.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

import re
from typing import Any

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import AlreadyExists, UnsupportedProperty
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.s3 import identified
from doorward.services.cloudformation.types.s3.bucket_shape import BUCKET
from doorward.services.cloudformation.types.s3.configurations import CONFIGURATIONS, Configuration
from doorward.services.cloudformation.types.s3.identified import IDENTIFIED
from doorward.services.cloudformation.types.steps import undone_by, unless

TYPE = "AWS::S3::Bucket"
NAME_LIMIT = 63
ABAC, ENABLED = "AbacStatus", "Enabled"
LOCK, LOCK_RULE = "ObjectLockEnabled", "ObjectLockConfiguration"
US_EAST_1 = "us-east-1"
GONE = ("NoSuchBucket", "404", "NotFound")
NOT_SET = (
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "ObjectLockConfigurationNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchWebsiteConfiguration",
    "NoSuchTagSet",
    "NotImplemented",
)
DASHED = {
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-west-1",
    "sa-east-1",
    "us-gov-west-1",
}
"""Regions whose website endpoints have a dash before the Region, the newer ones have a dot.

https://docs.aws.amazon.com/general/latest/gr/s3.html
"""


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the bucket, then each configuration, the ACL once it is allowed to be public.

    Raises:
        AlreadyExists: the caller has such a bucket; in us-east-1, CreateBucket would not say so.
    """
    name = properties.get("BucketName") or facts.name(NAME_LIMIT).lower()
    if "BucketName" in properties and facts.region == US_EAST_1:
        _refuse_taken(call, name)
    call("s3", "create_bucket", bucket=name, **_at_creation(properties, facts))
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _put_tags(call, name, {}, tags.wanted(properties, facts))
        for one in CONFIGURATIONS:
            if one in properties and one != "OwnershipControls":
                _put(call, name, one, properties[one])
        for one in IDENTIFIED:
            identified.bring(call, name, one, {}, properties)
        _put_acl(call, name, {}, properties)
    return _shown(name, facts)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Take away each configuration that is gone, the last first, and put each that changed."""
    for one, configuration in reversed(tuple(CONFIGURATIONS.items())):
        if one in old and one not in new:
            _take(call, physical_id, configuration)
    for one in CONFIGURATIONS:
        if one in new and old.get(one) != new[one]:
            _put(call, physical_id, one, new[one])
    if _locked(new) and not _locked(old):
        _put(call, physical_id, LOCK_RULE, new.get(LOCK_RULE, {LOCK: "Enabled"}))
    for one in IDENTIFIED:
        identified.bring(call, physical_id, one, old, new)
    _put_acl(call, physical_id, old, new)
    change = tags.changed(old, new, facts)
    if ENABLED in (old.get(ABAC), new.get(ABAC)):
        _tag(call, physical_id, change, facts)
    elif change.put or change.removed:
        _put_tags(call, physical_id, {"": ""}, tags.wanted(new, facts))
    return _shown(physical_id, facts)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the bucket; one with objects in it is refused."""
    with unless(*GONE):
        call("s3", "delete_bucket", bucket=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """Every configuration that the bucket has."""
    with unless(*GONE):
        call("s3", "head_bucket", bucket=physical_id)
        found: dict[str, Any] = {"BucketName": physical_id}
        for one, configuration in CONFIGURATIONS.items():
            with unless(*NOT_SET):
                output = call("s3", f"get_{configuration.get}", bucket=physical_id)
                value = configuration.template(output)
                if value is not None:
                    found[one] = value
        for one in IDENTIFIED:
            if several := identified.read(call, physical_id, one):
                found[one] = several
        with unless(*NOT_SET):
            output = call("s3", "get_bucket_tagging", bucket=physical_id)
            found |= tags.shown(output["TagSet"], facts)
        return found
    return None


def _refuse_taken(call: Call, name: str) -> None:
    with unless(*GONE):
        call("s3", "head_bucket", bucket=name)
        raise AlreadyExists(TYPE, name)


def _at_creation(properties: Properties, facts: Facts) -> dict[str, Any]:
    """What can be said at creation only, or has to be said before anything else."""
    said: dict[str, Any] = {}
    if facts.region != US_EAST_1:
        said["create_bucket_configuration"] = {"LocationConstraint": facts.region}
    if "OwnershipControls" in properties:
        for rule in properties["OwnershipControls"]["Rules"]:
            said["object_ownership"] = rule["ObjectOwnership"]
    if _locked(properties):
        said["object_lock_enabled_for_bucket"] = True
    return said


def _locked(properties: Properties) -> bool:
    return bool(properties.get(LOCK))


def _put(call: Call, bucket: str, name: str, value: Any) -> None:
    """Set one configuration.

    Raises:
        UnsupportedProperty: S3 does not have the operation here.
    """
    found = CONFIGURATIONS[name]
    given = {found.parameter: found.wire(value)}
    if name == "LoggingConfiguration":  # without a destination, a bucket logs into itself
        given[found.parameter]["LoggingEnabled"].setdefault("TargetBucket", bucket)
    if name == "LifecycleConfiguration" and "TransitionDefaultMinimumObjectSize" in value:
        size = value["TransitionDefaultMinimumObjectSize"]
        given["transition_default_minimum_object_size"] = size
    try:
        call("s3", f"put_{found.put}", bucket=bucket, **given)
    except AwsError as error:
        if error.code == "NotImplemented":
            raise UnsupportedProperty(TYPE, name, error.message) from error
        raise


def _take(call: Call, bucket: str, found: Configuration) -> None:
    if found.delete:
        call("s3", found.delete, bucket=bucket)
    else:
        call("s3", f"put_{found.put}", bucket=bucket, **{found.parameter: found.nothing})


def _put_acl(call: Call, bucket: str, old: Properties, new: Properties) -> None:
    """Set the canned ACL, `PublicRead` as S3 spells it: `public-read`."""
    before, after = old.get("AccessControl", "Private"), new.get("AccessControl", "Private")
    if before != after:
        canned = re.sub(r"(?<!^)(?=[A-Z])", "-", after).lower()
        call("s3", "put_bucket_acl", bucket=bucket, acl=canned)


def _put_tags(call: Call, bucket: str, before: tags.Tags, wanted: tags.Tags) -> None:
    """Put all tags at once, as S3 takes them; none at all are deleted."""
    if wanted:
        call("s3", "put_bucket_tagging", bucket=bucket, tagging={"TagSet": tags.listed(wanted)})
    elif before:
        call("s3", "delete_bucket_tagging", bucket=bucket)


def _tag(call: Call, bucket: str, change: tags.Change, facts: Facts) -> None:
    """Change tags one by one, as a bucket wants it that decides by them.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    """
    who = {"account_id": facts.account, "resource_arn": f"arn:{facts.partition}:s3:::{bucket}"}
    tags.bring(call, "s3control", change, **who)


def _shown(name: str, facts: Facts) -> Created:
    region, suffix = facts.region, "amazonaws.com"
    if facts.partition == "aws-cn":
        suffix += ".cn"
    join = "-" if region in DASHED else "."
    return Created(
        name,
        {
            "Arn": f"arn:{facts.partition}:s3:::{name}",
            "DomainName": f"{name}.s3.{suffix}",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
            "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
            "WebsiteURL": f"http://{name}.s3-website{join}{region}.{suffix}",
        },
    )


TYPES = (
    ResourceType(
        TYPE,
        BUCKET,
        create,
        update,
        delete,
        read,
        ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
    ),
)
