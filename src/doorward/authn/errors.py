"""Why a request is not believed, with the code and the sentence of each family of services.

INVARIANT: no error holds a secret key, a session token's content or a computed signature.

https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar, NamedTuple

from doorward.base.errors import AwsError


class Family(Enum):
    """Services that answer authentication faults alike."""

    QUERY = "query"
    JSON = "json"
    REST_JSON = "rest-json"
    S3 = "s3"

    @classmethod
    def of(cls, protocol: str, signing_name: str) -> "Family":
        """The family of a service, by its botocore *protocol* and *signing_name*.

        REST services other than S3 that speak XML answer as query services do (assumed).
        """
        if signing_name == "s3":
            return cls.S3
        if protocol in {"json", "smithy-rpc-v2-cbor"}:
            return cls.JSON
        return cls.REST_JSON if protocol == "rest-json" else cls.QUERY


class Answer(NamedTuple):
    """The code and HTTP status of one cause in one family."""

    code: str
    status: int


Answers = dict[Family, Answer]
"""What each family answers; a cause of S3 alone has no other entry."""


def _answers(query: tuple[str, int], json: str, s3: tuple[str, int]) -> Answers:
    """The answers of all families; REST services send JSON's code with the status of query."""
    return {
        Family.QUERY: Answer(*query),
        Family.JSON: Answer(json, 400),
        Family.REST_JSON: Answer(json, query[1]),
        Family.S3: Answer(*s3),
    }


class Unauthenticated(AwsError):
    """A request whose sender is not proved. Never raised directly."""

    answers: ClassVar[Answers]

    def __init__(
        self, family: Family, message: str, details: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, details)
        self.family = family
        self.code, self.status = self.answers[family]


class MissingCredentials(Unauthenticated):
    """The request is not signed, and nothing there is open to everyone."""

    answers = _answers(
        ("MissingAuthenticationToken", 403),
        "MissingAuthenticationTokenException",
        ("AccessDenied", 403),
    )

    def __init__(self, family: Family) -> None:
        s3 = family is Family.S3
        message = "Access Denied" if s3 else "Request is missing Authentication Token"
        super().__init__(family, message)


class Incomplete(Unauthenticated):
    """The authorization header or query lacks a part or cannot be read."""

    answers = _answers(
        ("IncompleteSignature", 400),
        "IncompleteSignatureException",
        ("AuthorizationHeaderMalformed", 400),
    )

    def __init__(self, family: Family, problem: str) -> None:
        malformed = f"The authorization header is malformed; {problem}"
        super().__init__(family, malformed if family is Family.S3 else problem)


class IncompleteQuery(Unauthenticated):
    """The parameters of a presigned URL lack one or cannot be read."""

    answers = _answers(
        ("IncompleteSignature", 400),
        "IncompleteSignatureException",
        ("AuthorizationQueryParametersError", 400),
    )


class UnknownKey(Unauthenticated):
    """No active access key has that id; a deactivated one is answered alike."""

    answers = _answers(
        ("InvalidClientTokenId", 403), "UnrecognizedClientException", ("InvalidAccessKeyId", 403)
    )

    def __init__(self, family: Family, access_key_id: str) -> None:
        if family is Family.S3:
            message = "The AWS Access Key Id you provided does not exist in our records."
            super().__init__(family, message, {"AWSAccessKeyId": access_key_id})
        else:
            super().__init__(family, "The security token included in the request is invalid.")


class WrongToken(Unauthenticated):
    """The session token is none of ours, was changed, or belongs to another key."""

    answers = _answers(
        ("InvalidClientTokenId", 403), "UnrecognizedClientException", ("InvalidToken", 400)
    )

    def __init__(self, family: Family, token: str) -> None:
        if family is Family.S3:
            message = "The provided token is malformed or otherwise invalid."
            super().__init__(family, message, {"Token-0": token})
        else:
            super().__init__(family, "The security token included in the request is invalid.")


class ExpiredToken(Unauthenticated):
    """The session is over."""

    answers = _answers(("ExpiredToken", 403), "ExpiredTokenException", ("ExpiredToken", 400))

    def __init__(self, family: Family, token: str) -> None:
        if family is Family.S3:
            super().__init__(family, "The provided token has expired.", {"Token-0": token})
        else:
            super().__init__(family, "The security token included in the request is expired")


class WrongSignature(Unauthenticated):
    """The signature is not the one that the secret key gives.

    S3 tells what it signed, so that people can compare.
    """

    answers = _answers(
        ("SignatureDoesNotMatch", 403), "InvalidSignatureException", ("SignatureDoesNotMatch", 403)
    )

    def __init__(
        self,
        family: Family,
        access_key_id: str,
        provided: str,
        string_to_sign: bytes,
        canonical_request: bytes | None,
    ) -> None:
        message = "The request signature we calculated does not match the signature you provided. "
        if family is not Family.S3:
            super().__init__(
                family,
                message + "Check your AWS Secret Access Key and signing method. "
                "Consult the service documentation for details.",
            )
            return
        details = {
            "AWSAccessKeyId": access_key_id,
            "StringToSign": string_to_sign.decode("utf-8", "replace"),
            "SignatureProvided": provided,
            "StringToSignBytes": string_to_sign.hex(" "),
        }
        if canonical_request is not None:
            details["CanonicalRequest"] = canonical_request.decode("utf-8", "replace")
            details["CanonicalRequestBytes"] = canonical_request.hex(" ")
        super().__init__(family, message + "Check your key and signing method.", details)


class WrongScope(Unauthenticated):
    """The credential is scoped to another service, date or terminator, or was used too late."""

    answers: ClassVar[Answers] = WrongSignature.answers | {
        Family.S3: Answer("AuthorizationHeaderMalformed", 400)
    }


class TimeTooSkewed(Unauthenticated):
    """S3: the request was signed too long ago or too far ahead."""

    answers: ClassVar[Answers] = {Family.S3: Answer("RequestTimeTooSkewed", 403)}

    def __init__(self, request_time: str, server_time: str, allowed_milliseconds: int) -> None:
        super().__init__(
            Family.S3,
            "The difference between the request time and the current time is too large.",
            {
                "RequestTime": request_time,
                "ServerTime": server_time,
                "MaxAllowedSkewMilliseconds": str(allowed_milliseconds),
            },
        )


class Refused(Unauthenticated):
    """S3: the signature may be right, but the request may not be made so."""

    answers: ClassVar[Answers] = {Family.S3: Answer("AccessDenied", 403)}

    def __init__(self, message: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(Family.S3, message, details)


class UnsignedHeaders(Unauthenticated):
    """Headers that change what a request does were not signed.

    Which of these families name them is assumed for all but S3.
    """

    answers: ClassVar[Answers] = WrongSignature.answers | {Family.S3: Answer("AccessDenied", 403)}

    def __init__(self, family: Family, names: list[str]) -> None:
        if family is Family.S3:
            super().__init__(
                family,
                "There were headers present in the request which were not signed",
                {"HeadersNotSigned": ", ".join(names)},
            )
            return
        shown = "'Host' or ':authority'" if names == ["host"] else f"'{names[0]}'"
        message = f"{shown} must be a 'SignedHeader' in the AWS Authorization."
        super().__init__(family, message)


class InvalidArgument(Unauthenticated):
    """A header of the signature has a value that S3 does not take."""

    answers = _answers(
        ("IncompleteSignature", 400), "IncompleteSignatureException", ("InvalidArgument", 400)
    )

    def __init__(self, family: Family, message: str, name: str, value: str) -> None:
        super().__init__(family, message, {"ArgumentName": name, "ArgumentValue": value})


class InvalidRequest(Unauthenticated):
    """S3: the request is not signed in a way that S3 takes."""

    answers: ClassVar[Answers] = {Family.S3: Answer("InvalidRequest", 400)}

    def __init__(self, message: str) -> None:
        super().__init__(Family.S3, message)


class WrongContent(Unauthenticated):
    """The body is not the one that was signed."""

    answers: ClassVar[Answers] = WrongSignature.answers | {
        Family.S3: Answer("XAmzContentSHA256Mismatch", 400)
    }

    def __init__(self, family: Family, claimed: str, computed: str) -> None:
        if family is Family.S3:
            super().__init__(
                family,
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                {"ClientComputedContentSHA256": claimed, "S3ComputedContentSHA256": computed},
            )
            return
        super().__init__(
            family,
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. "
            "Consult the service documentation for details.",
        )


class MissingLength(Unauthenticated):
    """S3: a chunked upload does not say how long it is."""

    answers: ClassVar[Answers] = {Family.S3: Answer("MissingContentLength", 411)}

    def __init__(self) -> None:
        super().__init__(Family.S3, "You must provide the Content-Length HTTP header.")


class BrokenBody(Unauthenticated):
    """S3: a chunked body is cut off, too long, or not in its form."""

    answers: ClassVar[Answers] = {Family.S3: Answer("IncompleteBody", 400)}

    def __init__(self) -> None:
        super().__init__(Family.S3, "The request body terminated unexpectedly")


class BrokenTrailer(Unauthenticated):
    """S3: what follows a chunked body is not what was announced."""

    answers: ClassVar[Answers] = {Family.S3: Answer("MalformedTrailerError", 400)}

    def __init__(self) -> None:
        super().__init__(
            Family.S3,
            "The request contained trailing data that was not well-formed or did not conform to "
            "our published schema.",
        )


class WrongChecksum(Unauthenticated):
    """S3: the checksum that follows a chunked body is not that of its bytes."""

    answers: ClassVar[Answers] = {Family.S3: Answer("BadDigest", 400)}

    def __init__(self, algorithm: str) -> None:
        name = algorithm.upper()
        super().__init__(
            Family.S3, f"The {name} you specified did not match the calculated checksum."
        )


class InvalidFormPolicy(Unauthenticated):
    """S3: the policy of a form cannot be read."""

    answers: ClassVar[Answers] = {Family.S3: Answer("InvalidPolicyDocument", 400)}

    def __init__(self, problem: str) -> None:
        super().__init__(Family.S3, f"Invalid Policy: {problem}")
