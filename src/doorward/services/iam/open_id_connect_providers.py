"""OIDC identity providers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

import re
from typing import Any
from urllib.parse import urlsplit

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import paging, resources, tags, trusted_propagation
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import providers
from doorward.store.tables.provider import OpenIDConnectProvider

PROVIDERS = 100
CLIENT_IDS = 100
CLIENT_ID_CHARACTERS = 255
THUMBPRINTS = 5
THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")
PREFIX = "oidc-provider/"


def found(ctx: Context, provider_arn: str) -> OpenIDConnectProvider:
    """The provider of that ARN.

    Raises:
        NoSuchEntity: the account has none.
        InvalidInput: the text is no ARN of a provider.
    """
    name = Arn.parse(provider_arn)
    if name is None or name.service != "iam" or not name.resource.startswith(PREFIX):
        raise InvalidInput(f"ARN {provider_arn} is not valid.")
    url = name.resource.removeprefix(PREFIX)
    provider = providers.find(ctx.db, ctx.account, url) if name.account == ctx.account else None
    if provider is None:
        raise NoSuchEntity.open_id_connect_provider(provider_arn)
    return provider


def provider_arn(partition: str, provider: OpenIDConnectProvider) -> str:
    """The ARN of *provider*, which holds host and path of its URL."""
    return arn.iam(partition, provider.account, PREFIX + provider.url)


def checked_url(url: str, *, plain_too: bool) -> str:
    """*url* without its scheme; a slash at its end stays, as it is part of the issuer's name.

    Observed, not documented: AWS keeps that slash in the ARN.

    Raises:
        InvalidInput: it is no `https://` URL, or has user, query or fragment; with *plain_too*,
            `http://` will do.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidInput("Invalid Open ID Connect Provider URL") from error
    odd = parts.query or parts.fragment or "@" in parts.netloc or not url.isascii()
    schemes = {"https", "http"} if plain_too else {"https"}
    if parts.scheme not in schemes or not parts.hostname or odd or set("?# ") & set(url):
        raise InvalidInput("Invalid Open ID Connect Provider URL")
    return url.partition("://")[2]


def checked_client_id(client_id: str) -> str:
    """*client_id*, 255 characters at most.

    Raises:
        InvalidInput: it is longer or empty (the model's bounds do not reach into lists).
    """
    if not 1 <= len(client_id) <= CLIENT_ID_CHARACTERS:
        raise InvalidInput("Invalid client ID")  # assumed wording
    return client_id


def checked_thumbprints(thumbprints: list[str]) -> list[str]:
    """*thumbprints*, at most five of 40 hexadecimal digits.

    Raises:
        InvalidInput: there are more, or one is something else.
    """
    if len(thumbprints) > THUMBPRINTS:
        raise InvalidInput("Thumbprint list must contain fewer than 5 entries.")
    for thumbprint in thumbprints:
        if not THUMBPRINT.fullmatch(thumbprint):
            raise InvalidInput("Thumbprint must be 40 hexadecimal digits")  # assumed wording
    return thumbprints


@iam.operation(on=resources.new_open_id_connect_provider, name="CreateOpenIDConnectProvider")
def create_open_id_connect_provider(
    ctx: Context,
    *,
    url: str,
    client_id_list: list[str] | None = None,
    thumbprint_list: list[str] | None = None,
    tags: list[dict[str, str]] | None = None,
    context_provider: dict[str, Any] | None = None,
    identity_center_instance_arn: str | None = None,
) -> Output:
    """Create an OIDC provider. Thumbprints are not fetched: none given means none kept (assumed).

    Raises:
        EntityAlreadyExists: the account has a provider of that URL.
        InvalidInput: the URL, a client id, a thumbprint or the context provider is refused.
        LimitExceeded: there are too many providers or client ids.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    bare = checked_url(url, plain_too=ctx.issuer_keys.allow_private)
    if providers.find(ctx.db, ctx.account, bare):
        raise EntityAlreadyExists.provider(url)
    if providers.count(ctx.db, ctx.account) >= PROVIDERS:
        raise LimitExceeded("OpenIdConnectProvidersPerAccount", PROVIDERS)
    ids = list(dict.fromkeys(map(checked_client_id, client_id_list or [])))
    if len(ids) > CLIENT_IDS:
        raise LimitExceeded("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS)
    provider = OpenIDConnectProvider(
        account=ctx.account,
        url=bare,
        created_at=ctx.now,
        client_ids=ids,
        thumbprints=checked_thumbprints(thumbprint_list or []),
        tags=checked_tags(tags or []),
        plain=url.startswith("http://"),
        propagation=trusted_propagation.checked(context_provider, identity_center_instance_arn),
    )
    providers.add(ctx.db, provider)
    created: Output = {"OpenIDConnectProviderArn": provider_arn(ctx.partition, provider)}
    return created | {"Tags": shown_tags(provider.tags)} if provider.tags else created


checked_tags = tags.checked
shown_tags = tags.shown
added_tags = tags.added


@iam.operation(on=resources.open_id_connect_provider, name="GetOpenIDConnectProvider")
def get_open_id_connect_provider(ctx: Context, *, open_id_connect_provider_arn: str) -> Output:
    """Show an OIDC provider; its URL comes without the scheme.

    Raises:
        NoSuchEntity: the account has none of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    shown: Output = {
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created_at,
        **provider.propagation,
    }
    return shown | {"Tags": tags.shown(provider.tags)} if provider.tags else shown


@iam.operation(on=resources.open_id_connect_provider, name="DeleteOpenIDConnectProvider")
def delete_open_id_connect_provider(ctx: Context, *, open_id_connect_provider_arn: str) -> Output:
    """Delete an OIDC provider; trust policies that name it stay as they are.

    Raises:
        NoSuchEntity: the account has none of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    providers.remove(ctx.db, ctx.account, provider.url)
    return {}


@iam.operation(on=resources.open_id_connect_providers, name="ListOpenIDConnectProviders")
def list_open_id_connect_providers(ctx: Context) -> Output:
    """List the ARNs of the OIDC providers.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
    """
    every = providers.every(ctx.db, ctx.account)
    arns = [{"Arn": provider_arn(ctx.partition, provider)} for provider in every]
    return {"OpenIDConnectProviderList": arns}


@iam.operation(on=resources.open_id_connect_provider, name="AddClientIDToOpenIDConnectProvider")
def add_client_id_to_open_id_connect_provider(
    ctx: Context, *, open_id_connect_provider_arn: str, client_id: str
) -> Output:
    """Add a client id; one that is there stays.

    Raises:
        NoSuchEntity: the account has no such provider.
        LimitExceeded: it has a hundred already.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    if client_id in provider.client_ids:
        return {}
    if len(provider.client_ids) >= CLIENT_IDS:
        raise LimitExceeded("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS)
    changed = {"client_ids": [*provider.client_ids, client_id]}
    providers.change(ctx.db, ctx.account, provider.url, changed)
    return {}


@iam.operation(
    on=resources.open_id_connect_provider, name="RemoveClientIDFromOpenIDConnectProvider"
)
def remove_client_id_from_open_id_connect_provider(
    ctx: Context, *, open_id_connect_provider_arn: str, client_id: str
) -> Output:
    """Remove a client id; one that is not there is ignored.

    Raises:
        NoSuchEntity: the account has no such provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    left = [known for known in provider.client_ids if known != client_id]
    providers.change(ctx.db, ctx.account, provider.url, {"client_ids": left})
    return {}


@iam.operation(on=resources.open_id_connect_provider, name="UpdateOpenIDConnectProviderThumbprint")
def update_open_id_connect_provider_thumbprint(
    ctx: Context, *, open_id_connect_provider_arn: str, thumbprint_list: list[str]
) -> Output:
    """Replace the thumbprints.

    Raises:
        NoSuchEntity: the account has no such provider.
        InvalidInput: there are too many, or one is not 40 hexadecimal digits.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    changed = {"thumbprints": checked_thumbprints(thumbprint_list)}
    providers.change(ctx.db, ctx.account, provider.url, changed)
    return {}


@iam.operation(on=resources.open_id_connect_provider, name="UpdateOpenIDConnectProvider")
def update_open_id_connect_provider(
    ctx: Context,
    *,
    open_id_connect_provider_arn: str,
    context_provider: dict[str, Any] | None = None,
    identity_center_instance_arn: str | None = None,
    remove_context_provider: bool = False,
    remove_identity_center_instance: bool = False,
) -> Output:
    """Set or remove the context provider and the Identity Center instance.

    Raises:
        NoSuchEntity: the account has no such provider.
        InvalidInput: the request contradicts itself, or leaves an instance without a context
            provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    propagation = trusted_propagation.changed(
        provider.propagation,
        context_provider,
        identity_center_instance_arn,
        remove_context_provider=remove_context_provider,
        remove_instance=remove_identity_center_instance,
    )
    providers.change(ctx.db, ctx.account, provider.url, {"propagation": propagation})
    return {}


@iam.operation(on=resources.tagged_open_id_connect_provider, name="TagOpenIDConnectProvider")
def tag_open_id_connect_provider(
    ctx: Context, *, open_id_connect_provider_arn: str, tags: list[dict[str, str]]
) -> Output:
    """Add tags.

    Raises:
        NoSuchEntity: the account has no such provider.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    changed = {"tags": added_tags(provider.tags, tags)}
    providers.change(ctx.db, ctx.account, provider.url, changed)
    return {}


@iam.operation(on=resources.untagged_open_id_connect_provider, name="UntagOpenIDConnectProvider")
def untag_open_id_connect_provider(
    ctx: Context, *, open_id_connect_provider_arn: str, tag_keys: list[str]
) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has no such provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    changed = {"tags": tags.removed(provider.tags, tag_keys)}
    providers.change(ctx.db, ctx.account, provider.url, changed)
    return {}


@iam.operation(on=resources.open_id_connect_provider, name="ListOpenIDConnectProviderTags")
def list_open_id_connect_provider_tags(
    ctx: Context,
    *,
    open_id_connect_provider_arn: str,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the tags of a provider by key.

    Raises:
        NoSuchEntity: the account has no such provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html
    """
    provider = found(ctx, open_id_connect_provider_arn)
    scope = f"ListOpenIDConnectProviderTags {provider.url}"
    return paging.tags(ctx, scope, provider.tags, marker, max_items)
