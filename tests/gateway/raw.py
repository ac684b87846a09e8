"""Requests signed by botocore with whatever a client should not send."""

import http.client
from collections.abc import Mapping

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROOT = Credentials("root-key-id", "root-secret")


def send(
    endpoint: str,
    service: str,
    *,
    method: str = "POST",
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    region: str = "us-east-1",
    credentials: Credentials = ROOT,
) -> tuple[int, dict[str, str], bytes]:
    """The answer to a signed request."""
    request = AWSRequest(method, endpoint + path, headers=dict(headers or {}), data=body)
    SigV4Auth(credentials, service, region).add_auth(request)
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, body, dict(request.headers.items()))
        answer = connection.getresponse()
        shown = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, shown, answer.read()
    finally:
        connection.close()
