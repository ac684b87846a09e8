"""SAML identity providers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html
"""

import base64
from typing import Any

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import (
    paging,
    saml_documents,
    saml_finders,
    trusted_propagation,
)
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import saml_providers
from doorward.store.tables.provider import SamlProvider

PROVIDERS = 100
PRIVATE_KEYS = 2
UUID_BYTES = 20
REQUIRED = "Required"


def found(ctx: Context, provider_arn: str) -> SamlProvider:
    """The provider of that ARN.

    Raises:
        NoSuchEntity: the account has none.
        InvalidInput: the text is no ARN of a provider.
    """
    parsed = Arn.parse(provider_arn)
    prefix = saml_finders.PREFIX
    if parsed is None or parsed.service != "iam" or not parsed.resource.startswith(prefix):
        raise InvalidInput(f"ARN {provider_arn} is not valid.")
    name = parsed.resource.removeprefix(prefix)
    own = arn.iam(ctx.partition, ctx.account, prefix + name) == provider_arn
    provider = saml_providers.find(ctx.db, ctx.account, name) if own else None
    if provider is None:
        raise NoSuchEntity.saml_provider(provider_arn)
    return provider


def provider_arn(partition: str, provider: SamlProvider) -> str:
    """The ARN of *provider*."""
    return arn.iam(partition, provider.account, saml_finders.PREFIX + provider.name)


@iam.operation(
    on=saml_finders.new_provider, name="CreateSAMLProvider", prepare=saml_documents.parsed
)
def create_saml_provider(
    ctx: Context,
    *,
    saml_metadata_document: str,
    name: str,
    tags: list[dict[str, str]] | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    context_provider: dict[str, Any] | None = None,
    identity_center_instance_arn: str | None = None,
) -> Output:
    """Create a SAML provider from its metadata.

    Raises:
        EntityAlreadyExists: the account has a provider of that name.
        InvalidInput: the metadata, the private key or the context provider cannot be used, or
            encryption is required without a key.
        LimitExceeded: there are a hundred already.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
    """
    if saml_providers.find(ctx.db, ctx.account, name):
        raise EntityAlreadyExists("SAMLProvider", name)
    if saml_providers.count(ctx.db, ctx.account) >= PROVIDERS:
        raise LimitExceeded("SAMLProvidersPerAccount", PROVIDERS)
    metadata = saml_documents.checked(saml_metadata_document)
    provider = SamlProvider(
        account=ctx.account,
        name=name,
        uuid=base64.b32encode(ctx.ids.token(UUID_BYTES)).decode(),
        created_at=ctx.now,
        valid_until=saml_documents.valid_until(metadata, ctx.now),
        entities=dict(metadata.entities),
        encryption=assertion_encryption_mode,
        tags=tag_lists.checked(tags or []),
        propagation=trusted_propagation.checked(context_provider, identity_center_instance_arn),
    )
    saml_providers.add(ctx.db, provider, str(saml_metadata_document))
    if add_private_key:
        key = saml_documents.new_key(ctx, name, add_private_key)
        saml_providers.add_private_key(ctx.db, key)
    _check_encryption(ctx, name, assertion_encryption_mode)
    created: Output = {"SAMLProviderArn": provider_arn(ctx.partition, provider)}
    return created | {"Tags": tag_lists.shown(provider.tags)} if provider.tags else created


def _check_encryption(ctx: Context, name: str, mode: str | None) -> None:
    """Refuse to require encryption where nothing could be decrypted (assumed).

    Raises:
        InvalidInput: so it is.
    """
    if mode == REQUIRED and not saml_providers.private_keys(ctx.db, ctx.account, name):
        raise InvalidInput("Assertion encryption cannot be required without a private key.")


@iam.operation(on=saml_finders.provider, name="GetSAMLProvider")
def get_saml_provider(ctx: Context, *, saml_provider_arn: str) -> Output:
    """Show a SAML provider with its metadata, and of its private keys the ids only.

    Raises:
        NoSuchEntity: the account has none of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html
    """
    provider = found(ctx, saml_provider_arn)
    keys = saml_providers.private_keys(ctx.db, ctx.account, provider.name)
    shown: Output = {
        "SAMLProviderUUID": provider.uuid,
        "SAMLMetadataDocument": saml_providers.document(ctx.db, ctx.account, provider.name),
        "SAMLKeyHashes": saml_documents.key_hashes(provider.entities),
        "CreateDate": provider.created_at,
        "ValidUntil": provider.valid_until,
        "PrivateKeyList": [{"KeyId": key.id, "Timestamp": key.created_at} for key in keys],
        **provider.propagation,
    }
    if provider.encryption:
        shown["AssertionEncryptionMode"] = provider.encryption
    return shown | {"Tags": tag_lists.shown(provider.tags)} if provider.tags else shown


@iam.operation(on=saml_finders.providers, name="ListSAMLProviders")
def list_saml_providers(ctx: Context) -> Output:
    """List the SAML providers of the account; the list has no pages.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html
    """
    listed = [
        {
            "Arn": provider_arn(ctx.partition, one),
            "ValidUntil": one.valid_until,
            "CreateDate": one.created_at,
            "IsTrustedIdentityPropagationEnabled": trusted_propagation.INSTANCE in one.propagation,
        }
        for one in saml_providers.every(ctx.db, ctx.account)
    ]
    return {"SAMLProviderList": listed}


@iam.operation(on=saml_finders.provider, name="UpdateSAMLProvider", prepare=saml_documents.parsed)
def update_saml_provider(
    ctx: Context,
    *,
    saml_provider_arn: str,
    saml_metadata_document: str | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    remove_private_key: str | None = None,
    context_provider: dict[str, Any] | None = None,
    identity_center_instance_arn: str | None = None,
    remove_context_provider: bool = False,
    remove_identity_center_instance: bool = False,
) -> Output:
    """Replace the metadata, add or remove a private key, change what is demanded.

    Raises:
        NoSuchEntity: the account has no such provider, or it no such key.
        InvalidInput: something cannot be used, or a key is added and another removed at once.
        LimitExceeded: it has two private keys already.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
    """
    provider = found(ctx, saml_provider_arn)
    name = provider.name
    values: dict[str, Any] = {
        "propagation": trusted_propagation.changed(
            provider.propagation,
            context_provider,
            identity_center_instance_arn,
            remove_context_provider=remove_context_provider,
            remove_instance=remove_identity_center_instance,
        )
    }
    if saml_metadata_document is not None:
        metadata = saml_documents.checked(saml_metadata_document)
        values["entities"] = dict(metadata.entities)
        values["valid_until"] = saml_documents.valid_until(metadata, ctx.now)
        document = str(saml_metadata_document)
        saml_providers.replace_document(ctx.db, ctx.account, name, document)
    if assertion_encryption_mode:
        values["encryption"] = assertion_encryption_mode
    saml_providers.change(ctx.db, ctx.account, name, values)
    _change_keys(ctx, name, add_private_key, remove_private_key)
    _check_encryption(ctx, name, assertion_encryption_mode or provider.encryption)
    return {"SAMLProviderArn": provider_arn(ctx.partition, provider)}


def _change_keys(ctx: Context, name: str, added: str | None, removed: str | None) -> None:
    """Add or remove a private key.

    Raises:
        InvalidInput: both at once, or the new one cannot be used.
        NoSuchEntity: there is none of that id.
        LimitExceeded: there are two already.
    """
    if added and removed:
        raise InvalidInput("A private key cannot be added and removed in one request.")
    if removed and not saml_providers.remove_private_key(ctx.db, ctx.account, name, removed):
        raise NoSuchEntity.saying(f"SAML private key with id {removed} cannot be found.")
    if added:
        if len(saml_providers.private_keys(ctx.db, ctx.account, name)) >= PRIVATE_KEYS:
            raise LimitExceeded("PrivateKeysPerSAMLProvider", PRIVATE_KEYS)
        saml_providers.add_private_key(ctx.db, saml_documents.new_key(ctx, name, added))


@iam.operation(on=saml_finders.provider, name="DeleteSAMLProvider")
def delete_saml_provider(ctx: Context, *, saml_provider_arn: str) -> Output:
    """Delete a SAML provider; trust policies that name it stay as they are.

    Raises:
        NoSuchEntity: the account has none of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html
    """
    saml_providers.remove(ctx.db, ctx.account, found(ctx, saml_provider_arn).name)
    return {}


@iam.operation(on=saml_finders.tagged_provider, name="TagSAMLProvider")
def tag_saml_provider(
    ctx: Context, *, saml_provider_arn: str, tags: list[dict[str, str]]
) -> Output:
    """Add tags.

    Raises:
        NoSuchEntity: the account has no such provider.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html
    """
    provider = found(ctx, saml_provider_arn)
    changed = {"tags": tag_lists.added(provider.tags, tags)}
    saml_providers.change(ctx.db, ctx.account, provider.name, changed)
    return {}


@iam.operation(on=saml_finders.untagged_provider, name="UntagSAMLProvider")
def untag_saml_provider(ctx: Context, *, saml_provider_arn: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has no such provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html
    """
    provider = found(ctx, saml_provider_arn)
    changed = {"tags": tag_lists.removed(provider.tags, tag_keys)}
    saml_providers.change(ctx.db, ctx.account, provider.name, changed)
    return {}


@iam.operation(on=saml_finders.provider, name="ListSAMLProviderTags")
def list_saml_provider_tags(
    ctx: Context, *, saml_provider_arn: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a provider by key.

    Raises:
        NoSuchEntity: the account has no such provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html
    """
    provider = found(ctx, saml_provider_arn)
    scope = f"ListSAMLProviderTags {provider.name}"
    return paging.tags(ctx, scope, provider.tags, marker, max_items)
