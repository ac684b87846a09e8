"""Calls of any service's API over HTTP, signed: to a Doorward, or to AWS itself."""

from collections.abc import Callable, Mapping
from typing import Any

from doorward.base.clock import Clock
from doorward.gateway import exchange as upstream
from doorward.gateway.exchange import Addressed, Unavailable
from doorward.gateway.signed import signed
from doorward.gateway.upstream import Credentials, Endpoint
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys
from doorward.wire import client
from doorward.wire.client import Unreadable
from doorward.wire.model import service as service_model

HOSTS = {
    "iam": "iam.amazonaws.com",
    "s3": "s3.{region}.amazonaws.com",
    "sts": "sts.{region}.amazonaws.com",
    "logs": "logs.{region}.amazonaws.com",
    "cloudwatch": "monitoring.{region}.amazonaws.com",
    "cloudtrail": "cloudtrail.{region}.amazonaws.com",
    "organizations": "organizations.us-east-1.amazonaws.com",
    "ec2": "ec2.{region}.amazonaws.com",
    "kms": "kms.{region}.amazonaws.com",
    "lambda": "lambda.{region}.amazonaws.com",
    "secretsmanager": "secretsmanager.{region}.amazonaws.com",
    "sns": "sns.{region}.amazonaws.com",
    "sqs": "sqs.{region}.amazonaws.com",
    "cloudformation": "cloudformation.{region}.amazonaws.com",
    "s3control": "{account}.s3-control.{region}.amazonaws.com",
}
PORTS = {"http": 80, "https": 443}
GLOBAL_REGION = "us-east-1"
GLOBAL = frozenset({"iam", "organizations"})


class Unanswered(Exception):
    """No answer came; what was asked for may or may not have been done."""


class Calls:
    """Calls at *endpoint*, or at AWS's own endpoints where it is None."""

    def __init__(
        self, endpoint: str | None, region: str, keys: Callable[[], Keys], clock: Clock
    ) -> None:
        self.region = region
        self._endpoint = endpoint
        self._keys = keys
        self._clock = clock

    def at(self, region: str) -> "Calls":
        """The same calls, in another Region."""
        return Calls(self._endpoint, region, self._keys, self._clock)

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> Mapping[str, Any]:
        """The output of *operation*.

        Raises:
            client.Refused: the service refuses.
            Unanswered: there was no answer, or none that could be read.
        """
        place = self._place(service, str(parameters.get("AccountId", "")))
        made = client.written(service, operation, parameters)
        region = GLOBAL_REGION if service in GLOBAL else self.region
        name = service_model(service).signing_name
        headers = signed(made, place, name, region, self._clock.now())
        target = f"{made.path}?{made.query}" if made.query else made.path
        request = Addressed(
            place.host, place.port, place.secure, made.method, target, headers, made.body
        )
        try:
            answer = upstream.exchange(request)
            return client.read(service, operation, answer.status, answer.headers, answer.body)
        except Unavailable as error:
            raise Unanswered(f"`{place.authority}` does not answer") from error
        except Unreadable as error:
            raise Unanswered(f"the answer to {service}:{operation} cannot be read") from error

    def _place(self, service: str, account: str) -> Endpoint:
        host = HOSTS[service].format(region=self.region, account=account)
        url = self._endpoint or f"https://{host}"
        parts = outgoing.checked(url)
        keys = self._keys()
        return Endpoint(
            parts.hostname or "",
            parts.port or PORTS[parts.scheme],
            parts.scheme == "https",
            Credentials(keys.access_key_id, keys.secret, keys.token),
            "",
        )
