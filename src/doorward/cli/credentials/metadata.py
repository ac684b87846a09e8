"""The instance metadata service, as far as a workload needs it: who it is, where, with what keys.

What an instance has and a process has not (an image, a type, the id of an instance profile) is
absent or null. Signed identity documents are not served: only AWS can sign them.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from doorward.base.clock import Clock, iso8601
from doorward.base.http import HttpRequest, HttpResponse
from doorward.cli.credentials.answers import document, plain
from doorward.cli.credentials.held import FAILURES, Held
from doorward.cli.credentials.session import Role
from doorward.cli.credentials.tokens import Tokens, lifetime
from doorward.cli.rotation.signed import Refused

TOKEN_PATH = "/latest/api/token"  # noqa: S105 - a path
TOKEN = "x-aws-ec2-metadata-token"  # noqa: S105 - a header
TTL = "x-aws-ec2-metadata-token-ttl-seconds"
CREDENTIALS = "meta-data/iam/security-credentials/"
DOMAINS = {"aws-cn": "amazonaws.com.cn"}


@dataclass(frozen=True, slots=True)
class Instance:
    """What the workload is told that it runs on."""

    id: str
    role: Role
    region: str
    machine: str
    started_at: datetime

    @property
    def zone(self) -> str:
        """An availability zone of the Region, the first."""
        return f"{self.region}a"


class Metadata:
    """Answers what clients ask of instance metadata; without a token only if *allow_v1*."""

    def __init__(
        self, instance: Instance, held: Held, tokens: Tokens, clock: Clock, *, allow_v1: bool
    ) -> None:
        self._held = held
        self._tokens = tokens
        self._clock = clock
        self._allow_v1 = allow_v1
        self._leaves = leaves(instance)
        self._secret = CREDENTIALS + instance.role.name

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to *request*, which may wait for new credentials."""
        if request.path == TOKEN_PATH:
            return self._token(request)
        if request.method not in {"GET", "HEAD"}:
            return plain(405, "405 - Method Not Allowed", ("allow", "GET, HEAD"))
        token = request.header(TOKEN)
        if not (self._tokens.good(token) if token is not None else self._allow_v1):
            return plain(401, "401 - Unauthorized")
        path = request.path.removeprefix("/latest/")
        if path == self._secret:
            return self._credentials()
        text = self._leaves.get(path.rstrip("/")) or listing([*self._leaves, self._secret], path)
        return plain(200, text) if text else plain(404, "404 - Not Found")

    def _token(self, request: HttpRequest) -> HttpResponse:
        if request.method != "PUT":
            return plain(405, "405 - Method Not Allowed", ("allow", "PUT"))
        seconds = lifetime(request.header(TTL))
        if seconds is None:
            return plain(400, "400 - Bad Request")
        return plain(200, self._tokens.make(seconds), (TTL, str(seconds)))

    def _credentials(self) -> HttpResponse:
        """The keys; with status 200 and a `Code` where the role may not be assumed, as AWS does."""
        now = iso8601(self._clock.now())
        try:
            issued = self._held.current()
        except Refused as error:
            code = "AssumeRoleUnauthorizedAccess"
            return document(200, {"Code": code, "Message": str(error), "LastUpdated": now})
        except FAILURES:
            return plain(503, "503 - Service Unavailable")
        return document(
            200,
            {
                "Code": "Success",
                "LastUpdated": iso8601(issued.issued_at),
                "Type": "AWS-HMAC",
                "AccessKeyId": issued.keys.access_key_id,
                "SecretAccessKey": issued.keys.secret,
                "Token": issued.keys.token,
                "Expiration": iso8601(issued.expires_at),
            },
        )


def leaves(instance: Instance) -> dict[str, str]:
    """What each path below `/latest/` holds."""
    return {
        "dynamic/instance-identity/document": json.dumps(identity(instance), indent=2),
        "meta-data/instance-id": instance.id,
        "meta-data/local-ipv4": "127.0.0.1",
        "meta-data/placement/availability-zone": instance.zone,
        "meta-data/placement/region": instance.region,
        "meta-data/services/domain": DOMAINS.get(instance.role.partition, "amazonaws.com"),
        "meta-data/services/partition": instance.role.partition,
    }


def listing(paths: Iterable[str], path: str) -> str:
    """The names under *path*, folders with a slash; empty where nothing is under it."""
    folder = f"{path.rstrip('/')}/".removeprefix("/")
    under = [one.removeprefix(folder) for one in paths if one.startswith(folder)]
    names = {name + slash for name, slash, _ in (one.partition("/") for one in under)}
    return "\n".join(sorted(names))


def identity(instance: Instance) -> dict[str, object]:
    """The instance identity document.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
    """
    return {
        "accountId": instance.role.account,
        "architecture": instance.machine,
        "availabilityZone": instance.zone,
        "billingProducts": None,
        "devpayProductCodes": None,
        "marketplaceProductCodes": None,
        "imageId": None,
        "instanceId": instance.id,
        "instanceType": None,
        "kernelId": None,
        "pendingTime": iso8601(instance.started_at),
        "privateIp": "127.0.0.1",
        "ramdiskId": None,
        "region": instance.region,
        "version": "2017-09-30",
    }
