"""What S3 refuses about objects and uploads, one class per cause, each writing AWS's sentence.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from doorward.base.errors import AwsError


class NoSuchKey(AwsError):
    """The bucket has no object of that key, or the newest version is a delete marker."""

    code = "NoSuchKey"
    status = 404

    def __init__(self, key: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("The specified key does not exist.", {"Key": key}, headers)


class NoSuchVersion(AwsError):
    """The object has no version of that id."""

    code = "NoSuchVersion"
    status = 404

    def __init__(self, key: str, version_id: str) -> None:
        super().__init__(
            "The specified version does not exist.", {"Key": key, "VersionId": version_id}
        )


class DeleteMarkerNotAllowed(AwsError):
    """What was asked for by its id is a delete marker, which has nothing to give."""

    code = "MethodNotAllowed"
    status = 405

    def __init__(self, method: str, made_at: datetime, headers: Mapping[str, str]) -> None:
        super().__init__(
            "The specified method is not allowed against this resource.",
            {"Method": method, "ResourceType": "DeleteMarker"},
            {**headers, "Last-Modified": format_datetime(made_at, usegmt=True)},
        )


class NoSuchUpload(AwsError):
    """No multipart upload of that id is under way to that key."""

    code = "NoSuchUpload"
    status = 404

    def __init__(self, upload_id: str) -> None:
        super().__init__(
            "The specified upload does not exist. The upload ID may be invalid, or the upload may "
            "have been aborted or completed.",
            {"UploadId": upload_id},
        )


class KeyTooLong(AwsError):
    """A key has at most 1,024 bytes of UTF-8."""

    code = "KeyTooLongError"
    status = 400

    def __init__(self, size: int, most: int) -> None:
        super().__init__("Your key is too long", {"Size": str(size), "MaxSizeAllowed": str(most)})


class MetadataTooLarge(AwsError):
    """The user's metadata have at most 2 KB."""

    code = "MetadataTooLarge"
    status = 400

    def __init__(self, size: int, most: int) -> None:
        super().__init__(
            "Your metadata headers exceed the maximum allowed metadata size",
            {"Size": str(size), "MaxSizeAllowed": str(most)},
        )


class EntityTooLarge(AwsError):
    """One upload has at most 5 GB, and a form's file what its policy allows."""

    code = "EntityTooLarge"
    status = 400

    def __init__(self, size: int, most: int) -> None:
        super().__init__(
            "Your proposed upload exceeds the maximum allowed size",
            {"ProposedSize": str(size), "MaxSizeAllowed": str(most)},
        )


class EntityTooSmall(AwsError):
    """Every part but the last has at least 5 MB, and a form's file what its policy asks for.

    Of a part, *number* and *etag* are told too.
    """

    code = "EntityTooSmall"
    status = 400

    def __init__(
        self, size: int, least: int, number: int | None = None, etag: str | None = None
    ) -> None:
        details = {"ProposedSize": str(size), "MinSizeAllowed": str(least)}
        if number is not None:
            details["PartNumber"] = str(number)
        if etag is not None:
            details["ETag"] = etag
        super().__init__("Your proposed upload is smaller than the minimum allowed size", details)


class PreconditionFailed(AwsError):
    """A condition in a header does not hold."""

    code = "PreconditionFailed"
    status = 412

    def __init__(self, condition: str) -> None:
        super().__init__(
            "At least one of the pre-conditions you specified did not hold",
            {"Condition": condition},
        )


class NotModified(AwsError):
    """The object is the one that the client has already; answered without a body."""

    code = "NotModified"
    status = 304

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("Not Modified", {}, headers)


class OperationAborted(AwsError):
    """Another request changed what this one was working on."""

    code = "OperationAborted"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "A conflicting conditional operation is currently in progress against this resource. "
            "Please try again."
        )


class InvalidRange(AwsError):
    """No byte of the range is in the object."""

    code = "InvalidRange"
    status = 416

    def __init__(self, wanted: str, size: int) -> None:
        super().__init__(
            "The requested range is not satisfiable",
            {"RangeRequested": wanted, "ActualObjectSize": str(size)},
            {"Content-Range": f"bytes */{size}"},
        )


class InvalidPartNumber(AwsError):
    """The object has fewer parts."""

    code = "InvalidPartNumber"
    status = 416

    def __init__(self, wanted: int, count: int) -> None:
        super().__init__(
            "The requested partnumber is not satisfiable",
            {"PartNumberRequested": str(wanted), "ActualPartCount": str(count)},
        )


class InvalidDigest(AwsError):
    """Content-MD5 is not the base64 of 16 bytes."""

    code = "InvalidDigest"
    status = 400

    def __init__(self, value: str) -> None:
        super().__init__("The Content-MD5 you specified was invalid.", {"Content-MD5": value})


class BadDigest(AwsError):
    """The bytes are not those that Content-MD5 or a checksum was made of."""

    code = "BadDigest"
    status = 400

    def __init__(self, expected: str, calculated: str) -> None:
        super().__init__(
            "The Content-MD5 you specified did not match what we received.",
            {"ExpectedDigest": expected, "CalculatedDigest": calculated},
        )


class BadChecksum(AwsError):
    """The bytes are not those that the checksum was made of."""

    code = "BadDigest"
    status = 400

    def __init__(self, algorithm: str) -> None:
        super().__init__(f"The {algorithm} you specified did not match the calculated checksum.")


class InvalidPart(AwsError):
    """A part that should be completed is not there as described."""

    code = "InvalidPart"
    status = 400

    def __init__(self, upload_id: str, number: int, etag: str) -> None:
        super().__init__(
            "One or more of the specified parts could not be found.  The part may not have been "
            "uploaded, or the specified entity tag may not match the part's entity tag.",
            {"UploadId": upload_id, "PartNumber": str(number), "ETag": etag},
        )


class InvalidPartOrder(AwsError):
    """The parts are not listed by rising number."""

    code = "InvalidPartOrder"
    status = 400

    def __init__(self, upload_id: str) -> None:
        super().__init__(
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
            {"UploadId": upload_id},
        )


class InvalidStorageClass(AwsError):
    """There is no such storage class."""

    code = "InvalidStorageClass"
    status = 400

    def __init__(self, storage_class: str) -> None:
        super().__init__(
            "The storage class you specified is not valid",
            {"StorageClassRequested": storage_class},
        )


class InvalidObjectState(AwsError):
    """The object is archived, and was not restored."""

    code = "InvalidObjectState"
    status = 403

    def __init__(self, storage_class: str) -> None:
        super().__init__(
            "The operation is not valid for the object's storage class",
            {"StorageClass": storage_class},
        )
