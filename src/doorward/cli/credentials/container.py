"""Credentials for containers: one URL, and a token that must come with the request.

ECS and EKS Pod Identity serve the same document; clients are told where in
`AWS_CONTAINER_CREDENTIALS_FULL_URI`.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import hmac

from doorward.base.clock import iso8601
from doorward.base.http import HttpRequest, HttpResponse
from doorward.cli.credentials.answers import document
from doorward.cli.credentials.held import FAILURES, Held
from doorward.cli.credentials.session import Role
from doorward.cli.rotation.signed import Refused

PATH = "/v1/credentials"
TOKEN_BYTES = 32


class Container:
    """Answers with the credentials of *role* whoever has the token."""

    def __init__(self, role: Role, held: Held, token: str) -> None:
        self._role = role
        self._held = held
        self._token = token.encode()

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to *request*, which may wait for new credentials."""
        given = (request.header("authorization") or "").encode("latin-1")
        if not hmac.compare_digest(given, self._token):
            return refused(401, "Unauthorized", "the authorization token is missing or wrong")
        if request.method != "GET":
            return refused(405, "MethodNotAllowed", "credentials are only read")
        try:
            issued = self._held.current()
        except Refused as error:
            return refused(403, "AccessDenied", str(error))
        except FAILURES:
            return refused(503, "ServiceUnavailable", "no credentials can be had at the moment")
        return document(
            200,
            {
                "RoleArn": self._role.arn,
                "AccessKeyId": issued.keys.access_key_id,
                "SecretAccessKey": issued.keys.secret,
                "Token": issued.keys.token,
                "Expiration": iso8601(issued.expires_at),
                "AccountId": self._role.account,
            },
        )


def refused(status: int, code: str, message: str) -> HttpResponse:
    """An error as clients of this endpoint read it."""
    return document(status, {"code": code, "message": message})
