"""Log files in a bucket, listed and fetched one after another over S3's API.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import hashlib
import http.client
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from doorward.analysis.trail import keys, records
from doorward.analysis.trail.records import Record
from doorward.analysis.trail.wanted import Wanted
from doorward.authn import canonical, signing
from doorward.base.clock import Clock, basic
from doorward.base.errors import BadInput
from doorward.cli.rotation.signed import child, text
from doorward.cli.trail.sources import Bad, Tell, worth
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.wire.refusals import MalformedXML
from doorward.wire.xmltree import read

SECONDS = 60
CHUNK = 1 << 20
OK = 200
EMPTY = hashlib.sha256(b"").hexdigest()
IN_MEMORY = 8 << 20
MOST_KEYS = 1_000
"""Keys of a page of the listing: as many as S3 gives."""


class Object(NamedTuple):
    """An object of a listing."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket and the prefix in it that is asked for."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, given: str) -> "Address":
        """The address that `s3://bucket/prefix` says.

        Raises:
            BadInput: it names no bucket.
        """
        parts = urlsplit(given)
        if not parts.netloc or parts.query or parts.fragment:
            raise BadInput(given, "is no bucket", "write `s3://bucket/prefix`")
        return cls(parts.netloc, parts.path.removeprefix("/"))


class Bucket:
    """The log files below *address*, asked for with *signing_keys*."""

    def __init__(
        self, address: Address, place: Place, signing_keys: Keys, clock: Clock, bad: Bad
    ) -> None:
        self._address = address
        self._place = place
        self._keys = signing_keys
        self._clock = clock
        self._bad = bad

    def size(self, wanted: Wanted) -> int | None:
        """Not known: a listing comes in pages."""
        del wanted
        return None

    def read(self, wanted: Wanted, tell: Tell) -> Iterator[Sequence[Record]]:
        """The records in the order of the keys; one object is on disk at a time."""
        for one in self._listed():
            if not keys.is_log(one.key) or not worth(one.key, wanted):
                continue
            name = f"s3://{self._address.bucket}/{one.key}"
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
                with self._answer(f"/{one.key}", "", name) as answer:
                    while piece := answer.read(CHUNK):
                        file.write(piece)
                file.seek(0)
                with self._bad.guard(name):
                    yield from records.read(file)
            tell(one.size)

    def _listed(self) -> Iterator[Object]:
        """Every object below the prefix.

        Raises:
            BadInput: the bucket cannot be listed.
        """
        where = f"s3://{self._address.bucket}/{self._address.prefix}"
        token = ""
        while True:
            query = f"list-type=2&max-keys={MOST_KEYS}&prefix={quote(self._address.prefix, safe='')}"
            if token:
                query = f"continuation-token={quote(token, safe='')}&{query}"
            with self._answer("", query, where) as answer:
                try:
                    root = read(answer.read(outgoing.MOST_BYTES))
                except MalformedXML as error:
                    raise BadInput(where, "the listing is no XML") from error
            for node in root.children:
                if node.tag == "Contents":
                    yield Object(child(node, "Key").text, int(text(node, "Size") or 0))
            token = text(root, "NextContinuationToken")
            if not token:
                return

    @contextmanager
    def _answer(self, path: str, query: str, where: str) -> Iterator[http.client.HTTPResponse]:
        """The answer to a GET in the bucket.

        Raises:
            BadInput: there is none, or it is an error; *where* says what was asked for.
        """
        endpoint = self._place.endpoint
        target = f"{endpoint.path.rstrip('/')}/{quote(self._address.bucket + path, safe='/-_.~')}"
        connection = outgoing.connected(endpoint, SECONDS)
        try:
            connection.request(
                "GET", f"{target}?{query}" if query else target, headers=self._signed(target, query)
            )
            answer = connection.getresponse()
            if answer.status != OK:
                said = _error(answer.read(CHUNK))
                raise BadInput(where, f"cannot be read: {said or f'status {answer.status}'}")
            yield answer
        except (OSError, http.client.HTTPException) as error:
            raise BadInput(where, f"{endpoint.geturl()} does not answer: {error}") from error
        finally:
            connection.close()

    def _signed(self, path: str, query: str) -> dict[str, str]:
        """The headers of a request for *path*, which S3 takes as it is sent."""
        now = basic(self._clock.now())
        found = {
            "host": self._place.endpoint.netloc.rpartition("@")[2],
            "x-amz-content-sha256": EMPTY,
            "x-amz-date": now,
        }
        if self._keys.token:
            found["x-amz-security-token"] = self._keys.token
        names = ";".join(sorted(found))
        request = canonical.request("GET", path, canonical.query(query), found, names, EMPTY)
        scope = signing.Scope(now[:8], self._place.region, self._place.service)
        key = signing.signing_key(self._keys.secret, scope)
        signature = signing.signature(key, signing.string_to_sign(now, scope, request))
        found["authorization"] = (
            f"{signing.ALGORITHM} Credential={self._keys.access_key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return found


def _error(body: bytes) -> str:
    """What an error of S3 says."""
    try:
        root = read(body)
    except MalformedXML:
        return ""
    return ": ".join(filter(None, (text(root, "Code"), text(root, "Message"))))
