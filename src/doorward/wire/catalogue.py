"""Which services there are, by the names that requests give them, without loading their models.

The services that Doorward answers itself stand here in a table; an index of all the others is read
from the heads of botocore's model files when a request first asks for one of them.
"""

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from doorward.wire.model import LOADER

OWN_BY_SIGNING_NAME: Mapping[str, tuple[str, ...]] = {
    "iam": ("iam",),
    "sts": ("sts",),
    "organizations": ("organizations",),
    "account": ("account",),
    "cloudformation": ("cloudformation",),
    "rolesanywhere": ("rolesanywhere",),
    "s3": ("s3", "s3control"),
    "identitystore": ("identitystore",),
    "sso": ("sso-admin",),
    "awsssoportal": ("sso",),
    "sso-oauth": ("sso-oidc",),
    "monitoring": ("cloudwatch",),
    "access-analyzer": ("accessanalyzer",),
}
OWN_BY_TARGET: Mapping[str, tuple[str, ...]] = {
    "AWSOrganizationsV20161128": ("organizations",),
    "AWSIdentityStore": ("identitystore",),
    "SWBExternalService": ("sso-admin",),
    "GraniteServiceVersion20100801": ("cloudwatch",),
}
OWN_BY_VERSION: Mapping[str, tuple[str, ...]] = {
    "2010-05-08": ("iam",),
    "2011-06-15": ("sts",),
    "2010-05-15": ("cloudformation",),
    # Behind the gateway; their resources may be open to who does not sign.
    "2010-03-31": ("sns",),
    "2012-11-05": ("sqs",),
    "2010-08-01": ("cloudwatch",),
}

ENDPOINTS: Mapping[str, str] = {
    # first label of a host → service
    "iam": "iam",
    "sts": "sts",
    "organizations": "organizations",
    "account": "account",
    "cloudformation": "cloudformation",
    "rolesanywhere": "rolesanywhere",
    "s3": "s3",
    "s3-control": "s3control",
    "monitoring": "cloudwatch",
    "access-analyzer": "accessanalyzer",
}

HEAD_BYTES = 4096  # compressed; the metadata stands in the first few hundred
_METADATA = re.compile(r'"metadata"\s*:\s*')


class Index(NamedTuple):
    """Names of services by how requests are signed for them, and by their `X-Amz-Target`."""

    by_signing_name: Mapping[str, tuple[str, ...]]
    by_target: Mapping[str, tuple[str, ...]]


def signed_as(signing_name: str) -> tuple[str, ...]:
    """The services whose requests are signed for *signing_name*, the likeliest first."""
    own = OWN_BY_SIGNING_NAME.get(signing_name)
    return own or index().by_signing_name.get(signing_name, ())


def targeted(prefix: str) -> tuple[str, ...]:
    """The services whose `X-Amz-Target` begins with *prefix*."""
    return OWN_BY_TARGET.get(prefix) or index().by_target.get(prefix, ())


@lru_cache(maxsize=1)
def index() -> Index:
    """The index of every service that botocore knows."""
    signing: defaultdict[str, list[str]] = defaultdict(list)
    targets: defaultdict[str, list[str]] = defaultdict(list)
    for name in LOADER.list_available_services("service-2"):
        metadata = _metadata(name)
        signed = metadata.get("signingName") or metadata.get("endpointPrefix", name)
        signing[signed].append(name)
        if prefix := metadata.get("targetPrefix"):
            targets[prefix].append(name)
    ordered = {
        signed: tuple(sorted(names, key=lambda name: (name != signed, name)))
        for signed, names in signing.items()
    }
    return Index(ordered, {prefix: tuple(names) for prefix, names in targets.items()})


def _metadata(name: str) -> dict[str, Any]:
    """The metadata of the newest model of *name*, from the first bytes of its file.

    Falls back on the whole model where the metadata does not stand at its head.
    """
    version = LOADER.determine_latest_version(name, "service-2")
    file = Path(LOADER.BUILTIN_DATA_PATH, name, version, "service-2.json.gz")
    if file.is_file():
        with file.open("rb") as opened:
            head = zlib.decompressobj(wbits=31).decompress(opened.read(HEAD_BYTES))
        text = head.decode("utf-8", "ignore")
        if found := _METADATA.search(text):
            try:
                return dict(json.JSONDecoder().raw_decode(text, found.end())[0])
            except json.JSONDecodeError:
                pass
    return dict(LOADER.load_service_model(name, "service-2")["metadata"])
