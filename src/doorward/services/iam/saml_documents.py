"""Metadata and private keys of SAML providers, checked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
"""

import base64
from datetime import datetime
from typing import TYPE_CHECKING

from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput
from doorward.services.operation import Parameters
from doorward.store import saml_providers
from doorward.store.tables.provider import SamlPrivateKey

if TYPE_CHECKING:
    from doorward.authn.saml_metadata import Metadata

YEARS = 100
KEY_ID_BYTES = 20
FEBRUARY, LEAP_DAY = 2, 29


class Parsed(str):
    """A metadata document that was read already."""

    __slots__ = ("metadata",)

    metadata: "Metadata"


def parsed(ctx: Context, parameters: Parameters) -> Parameters:
    """The parameters with the metadata read: ten megabytes of them take more than a second.

    Raises:
        InvalidInput: they cannot be used.
    """
    del ctx
    document = parameters.get("SAMLMetadataDocument")
    if document is None:
        return parameters
    found = Parsed(document)
    found.metadata = checked(document)
    return {**parameters, "SAMLMetadataDocument": found}


def checked(document: str) -> "Metadata":
    """What the metadata *document* says.

    Raises:
        InvalidInput: it cannot be used, or this server was installed without SAML.
    """
    if isinstance(document, Parsed):
        return document.metadata
    try:
        # Not at the top: an XML library is costly to import, and an extra.
        from doorward.authn import saml_metadata  # noqa: PLC0415
    except ImportError as error:
        sentence = "This server was installed without SAML: pip install 'doorward[saml]'"
        raise InvalidInput(sentence) from error
    try:
        return saml_metadata.read(document)
    except saml_metadata.Unusable as error:
        raise InvalidInput(f"Unable to parse metadata: {error}") from error


def valid_until(metadata: "Metadata", now: datetime) -> datetime:
    """Until when *metadata* are good: a hundred years where they do not say.

    Observed, not documented: samples of GetSAMLProvider show so.
    """
    if metadata.valid_until:
        return metadata.valid_until
    if (now.month, now.day) == (FEBRUARY, LEAP_DAY):
        now = now.replace(day=LEAP_DAY - 1)
    return now.replace(year=now.year + YEARS)


def key_hashes(entities: dict[str, list[str]]) -> list[dict[str, object]]:
    """The keys of each entity by their hashes."""
    from doorward.authn.saml_metadata import certificate, key_hash  # noqa: PLC0415 - as above

    return [
        {"IssuerURL": entity, "KeyHashes": [key_hash(certificate(one)) for one in certificates]}
        for entity, certificates in entities.items()
    ]


def new_key(ctx: Context, provider: str, pem: str) -> SamlPrivateKey:
    """The private key *pem* of a provider, checked and sealed.

    Raises:
        InvalidInput: it is no key that decrypts assertions.
    """
    from doorward.authn import saml_metadata  # noqa: PLC0415 - as above

    try:
        saml_metadata.check_private_key(pem)
    except saml_metadata.Unusable as error:
        raise InvalidInput(f"Unable to parse private key: {error}") from error  # assumed wording
    key_id = base64.b32encode(ctx.ids.token(KEY_ID_BYTES)).decode()
    sealed = saml_providers.sealed(ctx.secrets, ctx.account, provider, key_id, pem)
    return SamlPrivateKey(ctx.account, provider, key_id, ctx.now, sealed)
