"""Compiled entities, each as of a change number: an integer comparison tells whether one is stale.

A stale one is read again; where its source is the same, what was compiled from it stays.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from doorward.base import arn
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Policy
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse
from doorward.store.sources import EntitySource, Inconsistent, PolicyText
from doorward.world.source import Entity

S = TypeVar("S")
V = TypeVar("V")

PARSED = 8_192
"""Policy texts that are kept parsed; a text shared by many entities is parsed once."""


class Kept(NamedTuple, Generic[S, V]):
    """A value, the source it was made of, and the change number as of which that source holds."""

    number: int
    source: S
    value: V


class Snapshot(Generic[S, V]):
    """The *most* values used last, by key. Any thread may use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept[S, V]] = OrderedDict()
        self._lock = threading.Lock()

    def current(self, key: str, number: int) -> Kept[S, V] | None:
        """What is kept of *key*, if it holds as of *number*."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.number < number:
                return None
            self._kept.move_to_end(key)
            return kept

    def renew(self, key: str, number: int, source: S, make: Callable[[S], V]) -> V:
        """The value of *source*, which was read after the change number was *number*."""
        with self._lock:
            old = self._kept.get(key)
        value = old.value if old is not None and old.source == source else make(source)
        with self._lock:
            newest = self._kept.get(key)
            if newest is None or newest.number <= number:
                self._kept[key] = Kept(number, source, value)
                self._kept.move_to_end(key)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return value

    def drop(self, key: str) -> None:
        """Forget *key*, which is gone."""
        with self._lock:
            self._kept.pop(key, None)

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)


@lru_cache(maxsize=PARSED)
def parsed(text: str) -> Policy:
    """The policy that *text* spells.

    Raises:
        Inconsistent: it is no policy. Only texts that are one are ever stored.
    """
    try:
        return parse(text, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
    except PolicySyntaxError as error:
        raise Inconsistent(f"a stored policy cannot be read: {error}") from error


def policy_set(kind: PolicyKind, texts: Iterable[PolicyText]) -> PolicySet:
    """The compiled policies of *texts*, which apply together."""
    return PolicySet(kind, [named(text) for text in texts])


def named(text: PolicyText) -> NamedPolicy:
    """One parsed policy under its name."""
    return NamedPolicy(text.name, parsed(text.text), text.arn)


def entity(source: EntitySource, partition: str) -> Entity:
    """The compiled user or role of *source*."""
    kind = "user" if source.unique_id.startswith("AIDA") else "role"
    bounds = source.boundary
    return Entity(
        unique_id=source.unique_id,
        account=source.account,
        arn=arn.entity(partition, source.account, kind, source.path, source.name),
        name=source.name,
        path=source.path,
        identity=policy_set(PolicyKind.IDENTITY, source.policies),
        boundary=policy_set(PolicyKind.BOUNDARY, [bounds]) if bounds else None,
        tags=source.tags,
    )
