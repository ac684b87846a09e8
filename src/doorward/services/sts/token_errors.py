"""Why STS issues no web identity token, or no narrower credentials; the wordings are assumed.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_Errors
"""

from doorward.base.errors import AwsError


class OutboundWebIdentityFederationDisabled(AwsError):
    """The account issues no tokens."""

    code = "OutboundWebIdentityFederationDisabledException"
    status = 403

    def __init__(self) -> None:
        super().__init__("Outbound web identity federation is not enabled for the account.")


class SessionDurationEscalation(AwsError):
    """The token would outlive the session that asks for it."""

    code = "SessionDurationEscalationException"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "The requested token duration would extend the session beyond its expiration time."
        )


class JwtPayloadSizeExceeded(AwsError):
    """The token would be too long."""

    code = "JWTPayloadSizeExceededException"

    def __init__(self) -> None:
        super().__init__("The requested token payload size exceeds the maximum allowed size.")


class InsufficientSessionLifetime(AwsError):
    """The narrower credentials would outlive the session."""

    code = "InsufficientSessionLifetime"

    def __init__(self) -> None:
        super().__init__(
            "The requested DurationSeconds exceeds the remaining lifetime of the calling session."
        )


class ExpiredTradeInToken(AwsError):
    """The trade-in token is not known, was used, or its time is over."""

    code = "ExpiredTradeInTokenException"

    def __init__(self) -> None:
        super().__init__("The trade-in token provided in the request has expired.")
