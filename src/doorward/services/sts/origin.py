"""Trusted identity propagation: for whom a federated session acts, by its provider's mapping.

assumed: a claim or attribute that the token lacks, or that is not one short text, makes no key.

https://docs.aws.amazon.com/STS/latest/APIReference/API_OriginIdentity.html
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Read = Callable[[str], str | None]
"""The one text that a token has under a source key, None where it has none."""

MOST_CHARACTERS = 128
ORIGIN = "aws:originidentity/"
TRANSACTION = "aws:transactioncontext/identityprovider/"


class Origin(NamedTuple):
    """The condition keys of the session, and the member of the answer that shows them."""

    keys: dict[str, str]
    shown: Mapping[str, Any]


def of(propagation: Mapping[str, Any], provider_arn: str, issuer: str, read: Read) -> Origin | None:
    """What a session gets from the context provider in *propagation*, None without one."""
    mapping: Mapping[str, Any] | None = propagation.get("ContextProvider")
    if mapping is None:
        return None
    source = mapping.get("SubjectTypeSourceKey")
    given = {
        "Subject": read(mapping["SubjectSourceKey"]),
        "SubjectType": read(source) if source else mapping.get("SubjectTypeValue"),
        "Issuer": issuer,
        "FederatedProviderArn": provider_arn,
    }
    identity = {name: value for name, value in given.items() if value}
    rest = {
        one["TargetKey"]: value
        for one in mapping.get("KeyDefinitionList") or ()
        if (value := read(one["SourceKey"])) and len(value) <= MOST_CHARACTERS
    }
    keys = {ORIGIN + name.lower(): value for name, value in identity.items()}
    keys |= {TRANSACTION + name.lower(): value for name, value in rest.items()}
    shown: dict[str, Any] = {"OriginIdentity": identity}
    if rest:
        shown["TransactionContext"] = {"IdentityProvider": rest}
    return Origin(keys, {"TrustedIdentityPropagationContext": shown})
