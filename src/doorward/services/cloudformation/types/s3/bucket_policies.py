"""AWS::S3::BucketPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
"""

from doorward.services.cloudformation.types import documents
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import BucketPolicyExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

GONE = ("NoSuchBucketPolicy", "NoSuchBucket")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Put the policy on a bucket that has none.

    Raises:
        BucketPolicyExists: the bucket has a policy, which is not to be overwritten.
    """
    bucket = properties["Bucket"]
    if read(call, bucket, facts) is not None:
        raise BucketPolicyExists(bucket)
    return _put(call, bucket, properties)


def update(
    call: Call, physical_id: str, _old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Put the changed policy."""
    return _put(call, physical_id, new)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the policy; the bucket may be gone with it."""
    with unless(*GONE):
        call("s3", "delete_bucket_policy", bucket=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The policy as it is."""
    with unless("NoSuchBucketPolicy"):
        found = call("s3", "get_bucket_policy", bucket=physical_id)["Policy"]
        return {"Bucket": physical_id, "PolicyDocument": documents.value(found)}
    return None


def _put(call: Call, bucket: str, properties: Properties) -> Created:
    policy = documents.text(properties["PolicyDocument"])
    call("s3", "put_bucket_policy", bucket=bucket, policy=policy)
    return Created(bucket)


TYPES = (
    ResourceType(
        "AWS::S3::BucketPolicy",
        structure({"Bucket": TEXT, "PolicyDocument": DOCUMENT}, "Bucket", "PolicyDocument"),
        create,
        update,
        delete,
        read,
    ),
)
