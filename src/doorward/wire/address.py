"""Where a request is addressed: the scope of its signature and the name of its host.

Nothing here is believed: the verifier checks the scope against the routed service afterwards.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from doorward.base.arn import is_account
from doorward.base.http import HttpRequest
from doorward.wire import form
from doorward.wire.catalogue import ENDPOINTS

_CREDENTIAL = re.compile(r"\bCredential=([^,\s]*)")
_QUERY_CREDENTIAL = re.compile("(?:^|&)X-Amz-Credential=([^&]*)")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d")
_PORT = re.compile(r":\d*$")

SCOPE_PARTS = 5  # key id, date, region, service, terminator


class Scope(NamedTuple):
    """What a credential scope names; the region may be empty."""

    region: str
    service: str


class Place(NamedTuple):
    """What a host name says.

    Attributes:
        service: the service whose endpoint it is, None where it does not say.
        prefix: labels before that endpoint: a bucket, or an account id for S3 Control.
        labels: all labels before the configured host.
    """

    service: str | None = None
    prefix: str | None = None
    labels: str | None = None

    @property
    def bucket(self) -> str | None:
        """The bucket that the host names, given that the request is for S3.

        A bucket may be called like another service: `iam.localhost`.
        """
        return self.prefix if self.service in {None, "s3", "s3control"} else self.labels

    @property
    def account(self) -> bool:
        """Whether the prefix is an account id."""
        return self.prefix is not None and is_account(self.prefix)


NOWHERE = Place()


def scope(request: HttpRequest) -> Scope | None:
    """The credential scope of the Authorization header, or of a presigned query string."""
    header = request.header("authorization")
    if header is not None:
        found = _CREDENTIAL.search(header)
        return _scope(found[1]) if found else _legacy(header)
    found = _QUERY_CREDENTIAL.search(request.query)
    if found:
        return _scope(form.text(found[1], what="X-Amz-Credential parameter"))
    return None


def _scope(credential: str) -> Scope | None:
    parts = credential.rsplit("/", SCOPE_PARTS - 1)
    return Scope(parts[2], parts[3]) if len(parts) == SCOPE_PARTS else None


def _legacy(header: str) -> Scope | None:
    """The scope of a version 2 signature, which only S3 had; the verifier refuses it."""
    return Scope("", "s3") if header.startswith("AWS ") else None


def place(host: str | None, hosts: Sequence[str]) -> Place:
    """What the Host header *host* says, given that *hosts* are names of this server."""
    return _place(host, tuple(hosts)) if host else NOWHERE


@lru_cache(maxsize=1024)
def _place(host: str, hosts: tuple[str, ...]) -> Place:
    name = _PORT.sub("", host.lower()).rstrip(".")
    known = [base.lower() for base in hosts]
    bases = [base for base in known if name.endswith("." + base)]
    if not bases or name in known:
        return NOWHERE
    before = name.removesuffix("." + max(bases, key=len))
    labels = before.split(".")
    if len(labels) > 1 and _REGION.fullmatch(labels[-1]) and labels[-2] in ENDPOINTS:
        labels.pop()  # `s3.eu-west-1.` says no more than `s3.`
    service = ENDPOINTS.get(labels[-1])
    if service is None:
        return Place(None, before, before)
    return Place(service, ".".join(labels[:-1]) or None, before)
