"""Passwords of login profiles, kept as Argon2id hashes.

https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash(password: str) -> str:  # noqa: A001 - called as `password.hash`
    """A hash of *password* with its salt and parameters, different every time."""
    return _HASHER.hash(password)


def verify(hashed: str, password: str) -> bool:
    """Whether *password* is the one that *hashed* was made of; False for what is no hash."""
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
