"""Passwords hashed and compared before the transaction, for either takes long by design.

What a transaction waits for, every other write waits for too.
"""

from collections.abc import Iterable, Mapping

from doorward.authn import password as argon2


class Weighed(str):
    """A password and what was found out about it beforehand.

    Attributes:
        hashed: a hash of it, None where none is needed.
        known: whether it is the password of each stored hash that it was compared with.
    """

    __slots__ = ("hashed", "known")

    hashed: str | None
    known: Mapping[str, bool]


def weighed(password: str, *, against: Iterable[str], hashing: bool) -> Weighed:
    """*password*, compared with the stored hashes *against* and, with *hashing*, hashed."""
    found = Weighed(password)
    found.known = {stored: argon2.verify(stored, password) for stored in against}
    found.hashed = argon2.hash(password) if hashing else None
    return found


def hashed(password: str) -> str:
    """A hash of *password*."""
    prepared = password.hashed if isinstance(password, Weighed) else None
    return prepared or argon2.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether *password* is the one that *stored* is a hash of."""
    known = password.known if isinstance(password, Weighed) else {}
    return known[stored] if stored in known else argon2.verify(stored, password)
