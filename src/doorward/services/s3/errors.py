"""What S3 refuses about requests and buckets, one class per cause, each writing AWS's sentence.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from doorward.base.errors import AwsError


class AccessDenied(AwsError):
    """The caller may not do this, and is not told more than *message*."""

    code = "AccessDenied"
    status = 403

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class NoSuchBucket(AwsError):
    """No account has a bucket of that name."""

    code = "NoSuchBucket"
    status = 404

    def __init__(self, bucket: str) -> None:
        super().__init__("The specified bucket does not exist", {"BucketName": bucket})


class BucketAlreadyExists(AwsError):
    """Another account has the bucket."""

    code = "BucketAlreadyExists"
    status = 409

    def __init__(self, bucket: str) -> None:
        super().__init__(
            "The requested bucket name is not available. The bucket namespace is shared by all "
            "users of the system. Please select a different name and try again.",
            {"BucketName": bucket},
        )


class BucketAlreadyOwnedByYou(AwsError):
    """The caller's account has the bucket already."""

    code = "BucketAlreadyOwnedByYou"
    status = 409

    def __init__(self, bucket: str) -> None:
        super().__init__(
            "Your previous request to create the named bucket succeeded and you already own it.",
            {"BucketName": bucket},
        )


class BucketNotEmpty(AwsError):
    """The bucket still holds objects, or versions of them."""

    code = "BucketNotEmpty"
    status = 409

    def __init__(self, bucket: str, *, versioned: bool) -> None:
        versions = " You must delete all versions in the bucket." if versioned else ""
        sentence = "The bucket you tried to delete is not empty"
        super().__init__(
            f"{sentence}.{versions}" if versioned else sentence, {"BucketName": bucket}
        )


class InvalidBucketName(AwsError):
    """The name breaks the rules for bucket names."""

    code = "InvalidBucketName"
    status = 400

    def __init__(self, bucket: str) -> None:
        super().__init__("The specified bucket is not valid.", {"BucketName": bucket})


class InvalidLocationConstraint(AwsError):
    """There is no such region to put a bucket in."""

    code = "InvalidLocationConstraint"
    status = 400

    def __init__(self, location: str) -> None:
        super().__init__(
            "The specified location-constraint is not valid", {"LocationConstraint": location}
        )


class IllegalLocationConstraintException(AwsError):
    """The location does not go with the region that the request was signed for."""

    code = "IllegalLocationConstraintException"
    status = 400

    def __init__(self, location: str) -> None:
        super().__init__(
            f"The {location} location constraint is incompatible for the region specific endpoint "
            "this request was sent to."
        )


class InvalidBucketOwner(AwsError):
    """The expected bucket owner is no account id."""

    code = "InvalidBucketOwnerAWSAccountID"
    status = 400

    def __init__(self, value: str) -> None:
        super().__init__(
            "The value of the expected bucket owner parameter must be an AWS Account ID... "
            f"[{value}]"
        )


class MethodNotAllowed(AwsError):
    """The resource does not take this method."""

    code = "MethodNotAllowed"
    status = 405

    def __init__(self, method: str, resource_type: str) -> None:
        super().__init__(
            "The specified method is not allowed against this resource.",
            {"Method": method, "ResourceType": resource_type},
        )


class MalformedXML(AwsError):
    """The body is well-formed, but not what the schema says."""

    code = "MalformedXML"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "The XML you provided was not well-formed or did not validate against our published "
            "schema"
        )


class InvalidArgument(AwsError):
    """One argument has a value that cannot be."""

    code = "InvalidArgument"
    status = 400

    def __init__(self, message: str, name: str, value: str = "") -> None:
        super().__init__(message, {"ArgumentName": name, "ArgumentValue": value})


class InvalidRequest(AwsError):
    """The parts of the request do not go together."""

    code = "InvalidRequest"
    status = 400


class NotImplementedHeader(AwsError):
    """A header asks for something that S3, or this one, does not do."""

    code = "NotImplemented"
    status = 501

    def __init__(self, header: str, additional: str = "") -> None:
        more = {"additionalMessage": additional} if additional else {}
        super().__init__(
            "A header you provided implies functionality that is not implemented",
            {"Header": header} | more,
        )


class MalformedPolicy(AwsError):
    """The bucket policy is refused; *detail* is the entry that offends."""

    code = "MalformedPolicy"
    status = 400

    def __init__(self, message: str, detail: str | None = None) -> None:
        super().__init__(message, {} if detail is None else {"Detail": detail})


class InvalidTag(AwsError):
    """A tag cannot be."""

    code = "InvalidTag"
    status = 400

    def __init__(self, message: str, key: str | None = None, value: str | None = None) -> None:
        details = {"TagKey": key, "TagValue": value}
        super().__init__(
            message, {name: text for name, text in details.items() if text is not None}
        )


class AccessControlListNotSupported(AwsError):
    """The bucket owner owns every object, so ACLs are off."""

    code = "AccessControlListNotSupported"
    status = 400

    def __init__(self) -> None:
        super().__init__("The bucket does not allow ACLs")


class InvalidBucketAclWithObjectOwnership(AwsError):
    """A bucket whose owner owns every object cannot have an ACL for others."""

    code = "InvalidBucketAclWithObjectOwnership"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        )


class InvalidBucketAclWithBlockPublicAccess(AwsError):
    """A new bucket would have a public ACL although public access is blocked."""

    code = "InvalidBucketAclWithBlockPublicAccessError"
    status = 400

    def __init__(self) -> None:
        super().__init__("Bucket cannot have public ACLs set with BlockPublicAccess enabled")


class UnexpectedContent(AwsError):
    """An ACL was given in headers and in the body."""

    code = "UnexpectedContent"
    status = 400

    def __init__(self) -> None:
        super().__init__("This request does not support content")


class MissingSecurityHeader(AwsError):
    """No ACL was given at all."""

    code = "MissingSecurityHeader"
    status = 400

    def __init__(self, header: str) -> None:
        super().__init__(
            "Your request was missing a required header", {"MissingHeaderName": header}
        )


class MalformedACLError(AwsError):
    """The body is no access control policy."""

    code = "MalformedACLError"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "The XML you provided was not well-formed or did not validate against our published "
            "schema"
        )


class IllegalVersioningConfiguration(AwsError):
    """The versioning configuration says neither Enabled nor Suspended."""

    code = "IllegalVersioningConfigurationException"
    status = 400

    def __init__(self) -> None:
        super().__init__("The Versioning element must be specified")


class NoSuchAccessPoint(AwsError):
    """No access point has that name, alias or ARN."""

    code = "NoSuchAccessPoint"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__("The specified accesspoint does not exist", {"AccessPointName": name})


class BucketHasAccessPoints(AwsError):
    """The bucket still has access points."""

    code = "BucketHasAccessPointsAttached"
    status = 409

    def __init__(self, bucket: str) -> None:
        super().__init__(
            "The bucket you tried to delete has access points attached. Delete your access points "
            "before deleting your bucket.",
            {"BucketName": bucket},
        )
