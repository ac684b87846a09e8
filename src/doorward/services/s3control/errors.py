"""What S3 Control refuses, one class per cause, each writing AWS's sentence.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
"""

from doorward.base.errors import AwsError


class AccessDenied(AwsError):
    """The caller may not do this, and is not told more than *message*."""

    code = "AccessDenied"
    status = 403

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class InvalidRequest(AwsError):
    """The request asks for what cannot be."""

    code = "InvalidRequest"
    status = 400


class InvalidURI(AwsError):
    """The name in the path is none that an access point can have."""

    code = "InvalidURI"
    status = 400

    def __init__(self, uri: str) -> None:
        super().__init__("Couldn't parse the specified URI.", {"URI": uri})


class NoSuchPublicAccessBlock(AwsError):
    """No setting of Block Public Access was made for the account."""

    code = "NoSuchPublicAccessBlockConfiguration"
    status = 404

    def __init__(self, account: str) -> None:
        super().__init__(
            "The public access block configuration was not found", {"AccountId": account}
        )


class NoSuchAccessPoint(AwsError):
    """The account has no access point of that name."""

    code = "NoSuchAccessPoint"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__("The specified accesspoint does not exist", {"AccessPointName": name})


class NoSuchAccessPointPolicy(AwsError):
    """The access point has no policy."""

    code = "NoSuchAccessPointPolicy"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(
            "The specified accesspoint policy does not exist", {"AccessPointName": name}
        )


class AccessPointAlreadyOwnedByYou(AwsError):
    """The account has an access point of that name."""

    code = "AccessPointAlreadyOwnedByYou"
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            "Your previous request to create the named accesspoint succeeded and you already own "
            "it.",
            {"AccessPointName": name},
        )


class NoSuchBucket(AwsError):
    """No account has a bucket of that name."""

    code = "NoSuchBucket"
    status = 404

    def __init__(self, bucket: str) -> None:
        super().__init__("The specified bucket does not exist", {"BucketName": bucket})


class NoSuchResource(AwsError):
    """The ARN names nothing that has tags here."""

    code = "NoSuchResource"
    status = 404

    def __init__(self) -> None:
        super().__init__("The specified resource doesn't exist.")


class MalformedPolicy(AwsError):
    """The policy of an access point is refused."""

    code = "MalformedPolicy"
    status = 400


class InvalidTag(AwsError):
    """A tag cannot be, or there are too many."""

    code = "InvalidTag"
    status = 400


class InvalidNextToken(AwsError):
    """The token was not made for this list."""

    code = "InvalidToken"
    status = 400

    def __init__(self) -> None:
        super().__init__("The provided token is malformed or otherwise not valid.")
