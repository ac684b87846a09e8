"""The signing keys of issuers, kept for a while and fetched again when they change.

An unknown key id has the keys fetched again, but only now and then: anybody may send a token with a
key id that nobody knows.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore, Lock

from doorward.authn import oidc_json, oidc_jwks
from doorward.authn.identity_errors import (
    IDPCommunicationError,
    InvalidIdentityToken,
    NoVerificationKey,
)
from doorward.authn.oidc_fetch import Fetcher, Unpinned, Unreachable, Unusable
from doorward.authn.oidc_jwks import Key
from doorward.base.errors import AwsError

LOG = logging.getLogger("doorward")
DISCOVERY = "/.well-known/openid-configuration"
AGE = timedelta(hours=1)
PAUSE = timedelta(seconds=10)
ISSUERS = 256
FETCHES = 12
"""How many may fetch, or wait for who does; fewer than there are threads to prove with."""

WAIT_SECONDS = 12.0
MISMATCH = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"


@dataclass(slots=True)
class _Kept:
    """What is known of an issuer; `tried_at` is when it was last asked, `error` how that failed."""

    lock: Lock = field(default_factory=Lock)
    keys: list[Key] = field(default_factory=list)
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    error: Callable[[], AwsError] = NoVerificationKey


class IssuerKeys:
    """The keys of issuers; may be asked by many threads, and may take some seconds to answer."""

    def __init__(self, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher or Fetcher()
        self._kept: OrderedDict[tuple[str, frozenset[str]], _Kept] = OrderedDict()
        self._lock = Lock()
        self._fetches = BoundedSemaphore(FETCHES)

    @property
    def allow_private(self) -> bool:
        """Whether issuers may be at private addresses, and there be reached over HTTP."""
        return self._fetcher.allow_private

    def suitable(
        self, issuer: str, thumbprints: Collection[str], kid: str | None, alg: str, now: datetime
    ) -> list[Key]:
        """The keys of *issuer*, a URL, that may have signed a token of that key id and algorithm.

        Raises:
            NoVerificationKey: there is none, or the issuer does not publish its keys as it should.
            InvalidIdentityToken: its certificate is not the one that the thumbprints name.
            IDPCommunicationError: it cannot be reached.
        """
        kept = self._of(issuer, thumbprints)
        if found := _known(kept, kid, alg, now):
            return found
        # Who cannot wait is told to try again: the threads are for those with keys in hand, too.
        if not self._fetches.acquire(blocking=False):
            raise IDPCommunicationError(issuer)
        try:
            if not kept.lock.acquire(timeout=WAIT_SECONDS):
                raise IDPCommunicationError(issuer)
            try:
                self._renew(kept, issuer, thumbprints, kid, alg, now)
            finally:
                kept.lock.release()
        finally:
            self._fetches.release()
        if found := _known(kept, kid, alg, now):
            return found
        raise kept.error()

    def _of(self, issuer: str, thumbprints: Collection[str]) -> _Kept:
        name = (issuer, frozenset(thumbprints))
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
            self._kept.move_to_end(name)
            while len(self._kept) > ISSUERS:
                self._kept.popitem(last=False)
            return kept

    def _renew(
        self,
        kept: _Kept,
        issuer: str,
        thumbprints: Collection[str],
        kid: str | None,
        alg: str,
        now: datetime,
    ) -> None:
        """Fetch the keys, unless another thread just did or tried."""
        recently = kept.tried_at is not None and abs(now - kept.tried_at) < PAUSE
        if recently or _known(kept, kid, alg, now):
            return
        kept.tried_at, kept.error = now, NoVerificationKey
        try:
            kept.keys = self._fetched(issuer, thumbprints)
            kept.fetched_at = now
        except Unpinned:
            kept.error = partial(InvalidIdentityToken, MISMATCH)
        except Unreachable:
            kept.error = partial(IDPCommunicationError, issuer)
        except (Unusable, oidc_jwks.Unusable, ValueError) as error:
            LOG.warning("no keys from the issuer %s: %s", issuer, error)

    def _fetched(self, issuer: str, thumbprints: Collection[str]) -> list[Key]:
        """The keys that *issuer* publishes now.

        Raises:
            Unusable, Unpinned, Unreachable: they cannot be fetched.
            oidc_jwks.Unusable, ValueError: they cannot be used.
        """
        found = self._fetcher.get(issuer.rstrip("/") + DISCOVERY, thumbprints)
        discovery = oidc_json.read_object(found)
        address = discovery.get("jwks_uri")
        if discovery.get("issuer") != issuer or not isinstance(address, str):
            raise ValueError("the discovery document is not the issuer's, or names no keys")
        return oidc_jwks.read(self._fetcher.get(address, thumbprints))


def _known(kept: _Kept, kid: str | None, alg: str, now: datetime) -> list[Key]:
    """The suitable keys that are in hand and not too old."""
    if kept.fetched_at is None or not timedelta() <= now - kept.fetched_at < AGE:
        return []
    return list(oidc_jwks.suitable(kept.keys, kid, alg))
