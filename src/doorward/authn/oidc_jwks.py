"""The signing keys that an issuer publishes, and verifying with them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from doorward.authn import oidc_json
from doorward.authn.dpop import decoded

# INVARIANT: asymmetric algorithms only, each bound to one type of key. `none`, HS*, PS* and EdDSA
# are not taken by AWS either.
ALGORITHMS = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
}
MOST_KEYS = 100
LEAST_BITS, MOST_BITS = 2_048, 8_192
HEADER_CHARACTERS = 20_000
PUBLIC = ("kty", "kid", "alg", "use", "key_ops", "n", "e", "crv", "x", "y")


def _powers(prime: int) -> frozenset[int]:
    return frozenset(pow(65_537, exponent, prime) for exponent in range(prime))


@cache
def _residues() -> Mapping[int, frozenset[int]]:
    """What a modulus of that kind leaves when divided by small primes."""
    primes = (one for one in range(3, 168) if all(one % divisor for divisor in range(2, one)))
    return {prime: _powers(prime) for prime in primes}


class Unusable(Exception):
    """The document holds no keys that can be used."""


class Key(NamedTuple):
    """A public key: its id, None where it has none, its JWK, and the algorithms it serves."""

    id: str | None
    jwk: Mapping[str, Any]
    algorithms: frozenset[str]


def read(data: bytes) -> list[Key]:
    """The keys in *data* that verify signatures; others are passed over.

    Raises:
        Unusable: it is no set of keys, holds more than a hundred of a kind, or none of use.
    """
    try:
        listed = oidc_json.read_object(data)["keys"]
    except (ValueError, LookupError) as error:
        raise Unusable from error
    if not isinstance(listed, list):
        raise Unusable
    given = [one for one in listed if isinstance(one, dict)]
    kinds = Counter(str(one.get("kty")) for one in given)
    keys = [key for one in given if (key := _key(one))]
    if not keys or max(kinds.values()) > MOST_KEYS:
        raise Unusable
    return keys


def _key(jwk: Mapping[str, Any]) -> Key | None:
    """The key that *jwk* is, None where it is none that verifies signatures."""
    serves = {
        name
        for name, (kind, curve) in ALGORITHMS.items()
        if jwk.get("kty") == kind and (curve is None or jwk.get("crv") == curve)
    }
    if "alg" in jwk:
        serves &= {jwk["alg"]} if isinstance(jwk["alg"], str) else set()
    operations = jwk.get("key_ops", ["verify"])
    usable = jwk.get("use", "sig") == "sig" and isinstance(operations, list)
    named = jwk.get("kid")
    if not serves or not usable or "verify" not in operations or "d" in jwk:
        return None
    if not (named is None or isinstance(named, str)) or not _is_sound(jwk):
        return None
    public = {name: jwk[name] for name in PUBLIC if name in jwk}
    return Key(named, public, frozenset(serves))


def _is_sound(jwk: Mapping[str, Any]) -> bool:
    """Whether the key's numbers are written as they should be, and long enough."""
    try:
        if jwk["kty"] == "EC":
            return bool(decoded(jwk["x"]) and decoded(jwk["y"]))
        modulus, exponent = (int.from_bytes(decoded(jwk[name])) for name in ("n", "e"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    if _is_roca(modulus):
        return False
    return LEAST_BITS <= modulus.bit_length() <= MOST_BITS and exponent >= 3 and exponent % 2 == 1  # noqa: PLR2004 - the smallest that RSA can have


def _is_roca(modulus: int) -> bool:
    """Whether *modulus* was made by chips whose primes are all powers of 65537 in disguise.

    Such a key can be factored (CVE-2017-15361).
    """
    return all(modulus % prime in left for prime, left in _residues().items())


def suitable(keys: Sequence[Key], kid: str | None, alg: str) -> Iterator[Key]:
    """The *keys* that a token of that key id and algorithm may be signed with.

    A token without key id may be signed with any of the right kind.
    """
    for key in keys:
        if alg in key.algorithms and (kid is None or key.id == kid):
            yield key


def verifies(token: str, key: Key, alg: str) -> bool:
    """Whether *token*, in compact form, is signed with *key* by the algorithm *alg*."""
    # Not at the top: it takes a third of a second to import, and few requests need it.
    from joserfc import jwk, jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = HEADER_CHARACTERS
    try:
        public = jwk.import_key(dict(key.jwk), key_type="EC" if alg[0] == "E" else "RSA")
        jws.deserialize_compact(token, public, algorithms=[alg], registry=registry)
    except (JoseError, ValueError, TypeError, LookupError):
        return False
    return True
