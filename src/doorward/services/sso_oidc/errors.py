"""What the token service refuses, in the words of OAuth 2.0 beside AWS's codes.

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
https://datatracker.ietf.org/doc/html/rfc8628#section-3.5
"""

from typing import ClassVar

from doorward.base.errors import AwsError


class OAuthError(AwsError):
    """A refusal with OAuth's word for it. Never raised directly; the sentences are assumed."""

    code = "InvalidRequestException"
    error: ClassVar[str] = "invalid_request"

    def __init__(self, description: str) -> None:
        super().__init__(description, {"error": self.error, "error_description": description})


class InvalidRequest(OAuthError):
    """The request is not well-formed, or names an instance that is not there."""


class InvalidClient(OAuthError):
    """The client's id and secret do not belong together, or its registration is over."""

    code = "InvalidClientException"
    status = 401
    error = "invalid_client"

    def __init__(self) -> None:
        super().__init__("Client is not valid or has expired")


class InvalidClientMetadata(OAuthError):
    """The client cannot be registered like that."""

    code = "InvalidClientMetadataException"
    error = "invalid_client_metadata"


class InvalidRedirectUri(OAuthError):
    """A redirect URI does not lead to the client's own machine."""

    code = "InvalidRedirectUriException"
    error = "invalid_redirect_uri"

    def __init__(self) -> None:
        super().__init__("Redirect URIs must be http URLs of a loopback address")


class InvalidScope(OAuthError):
    """A scope is not known here."""

    code = "InvalidScopeException"
    error = "invalid_scope"

    def __init__(self) -> None:
        super().__init__("The only scope is sso:account:access")


class UnsupportedGrantType(OAuthError):
    """The grant type is not known."""

    code = "UnsupportedGrantTypeException"
    error = "unsupported_grant_type"

    def __init__(self) -> None:
        super().__init__("Grant type is not supported")


class UnauthorizedClient(OAuthError):
    """The client did not register for that grant type."""

    code = "UnauthorizedClientException"
    error = "unauthorized_client"

    def __init__(self) -> None:
        super().__init__("Client is not registered for this grant type")


class InvalidGrant(OAuthError):
    """The code or refresh token is none, was used, or is another client's."""

    code = "InvalidGrantException"
    error = "invalid_grant"

    def __init__(self) -> None:
        super().__init__("Invalid grant provided")


class AuthorizationPending(OAuthError):
    """The user has not answered yet."""

    code = "AuthorizationPendingException"
    error = "authorization_pending"

    def __init__(self) -> None:
        super().__init__("Authorization is pending")


class SlowDown(OAuthError):
    """The client asks too often, or too many devices wait."""

    code = "SlowDownException"
    error = "slow_down"

    def __init__(self) -> None:
        super().__init__("Requests are made too frequently")


class ExpiredToken(OAuthError):
    """The device's time is over."""

    code = "ExpiredTokenException"
    error = "expired_token"

    def __init__(self) -> None:
        super().__init__("Device code has expired")


class AccessDenied(OAuthError):
    """The user said no."""

    code = "AccessDeniedException"
    error = "access_denied"

    def __init__(self) -> None:
        super().__init__("The user denied the request")
