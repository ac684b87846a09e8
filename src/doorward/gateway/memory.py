"""What was read of resources, for as long as nothing changes it.

Every change that passes through the gateway makes forget what was read of its service in its
account and Region. moto is changed in no other way; an endpoint is, so what was read of it is
forgotten after `SECONDS` besides.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SECONDS = 5.0
MOST = 16_384


class Scope(NamedTuple):
    """A service in an account and Region."""

    service: str
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a resource has: its policy's text and its tags. `there` is False where neither is.

    `tags_told` is False where nobody says what tags it has.
    """

    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    there: bool = True
    tags_told: bool = True


UNTOLD = Known(there=False, tags_told=False)
"""Of what nobody asks."""


class Memory:
    """What is known, by ARN."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Scope, str], tuple[int, float, Known]] = OrderedDict()
        self._changes: defaultdict[Scope, int] = defaultdict(int)
        self._forgotten = 0

    def mark(self, scope: Scope) -> int:
        """The number of changes so far: take it before reading, give it to `keep`."""
        with self._lock:
            return self._changes[scope] + self._forgotten

    def find(self, scope: Scope, arn: str, *, now: float) -> Known | None:
        """What is known of *arn* and still holds."""
        with self._lock:
            found = self._known.get((scope, arn))
            if found is None:
                return None
            mark, until, known = found
            if mark != self._changes[scope] + self._forgotten or now >= until:
                del self._known[scope, arn]
                return None
            return known

    def keep(self, scope: Scope, arn: str, known: Known, *, mark: int, until: float) -> None:
        """Remember what was read after *mark* was taken.

        INVARIANT: what is not there is not remembered, since it may come to be in other ways.
        """
        if not known.there:
            return
        with self._lock:
            self._known[scope, arn] = (mark, until, known)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def changed(self, scope: Scope) -> None:
        """Something in *scope* may be another now."""
        with self._lock:
            self._changes[scope] += 1

    def forget(self) -> None:
        """Everything may be another now."""
        with self._lock:
            self._forgotten += 1
            self._known.clear()
