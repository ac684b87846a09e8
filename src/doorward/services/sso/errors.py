"""What the access portal refuses.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
"""

from doorward.base.errors import AwsError


class Unauthorized(AwsError):
    """The token is none, or its session has ended."""

    code = "UnauthorizedException"
    status = 401

    def __init__(self) -> None:
        super().__init__("Session token not found or invalid")


class Forbidden(AwsError):
    """The user has no such role in that account. Observed, not documented: code and sentence."""

    code = "ForbiddenException"
    status = 403

    def __init__(self) -> None:
        super().__init__("No access")


class InvalidRequest(AwsError):
    """A parameter cannot be used."""

    code = "InvalidRequestException"
    status = 400
