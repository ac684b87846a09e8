"""Why a token of an identity provider is not believed, in the words of STS.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from doorward.base.errors import AwsError


class InvalidIdentityToken(AwsError):
    """The token was not made for us, not by this provider, or is malformed."""

    code = "InvalidIdentityToken"


class NoVerificationKey(InvalidIdentityToken):
    """The provider gives no key with which the token verifies; said also of a wrong signature."""

    def __init__(self) -> None:
        super().__init__(
            "Couldn't retrieve verification key from your identity provider,  please reference "
            "AssumeRoleWithWebIdentity documentation for requirements"
        )


class ExpiredIdentityToken(AwsError):
    """The token is over, or too old to be used."""

    code = "ExpiredTokenException"


class IDPRejectedClaim(AwsError):
    """The identity provider said no."""

    code = "IDPRejectedClaim"
    status = 403


class IDPCommunicationError(AwsError):
    """The identity provider could not be reached; clients try again (the wording is assumed)."""

    code = "IDPCommunicationError"

    def __init__(self, host: str) -> None:
        super().__init__(f"The identity provider {host} could not be reached.")
