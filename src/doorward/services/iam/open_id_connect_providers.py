"""OIDC identity providers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

import re
from urllib.parse import urlsplit

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import paging, resources, tags
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


def checked_url(url: str) -> str:
    """*url* without its scheme.

    Raises:
        InvalidInput: it is no `https://` URL, or has a query or fragment.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput("Invalid Open ID Connect Provider URL")
    return url.removeprefix("https://").rstrip("/")


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
    context_provider: str | None = None,
    identity_center_instance_arn: str | None = None,
) -> Output:
    """Create an OIDC provider. Thumbprints are not fetched: none given means none kept (assumed).

    Raises:
        EntityAlreadyExists: the account has a provider of that URL.
        InvalidInput: the URL or a thumbprint is refused, or a member is given that is not
            supported here.
        LimitExceeded: there are too many providers or client ids.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    if context_provider or identity_center_instance_arn:
        raise InvalidInput("Identity Center context providers are not supported.")
    bare = checked_url(url)
    if providers.find(ctx.db, ctx.account, bare):
        raise EntityAlreadyExists.provider(url)
    if providers.count(ctx.db, ctx.account) >= PROVIDERS:
        raise LimitExceeded("OpenIdConnectProvidersPerAccount", PROVIDERS)
    ids = list(dict.fromkeys(client_id_list or []))
    if len(ids) > CLIENT_IDS:
        raise LimitExceeded("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS)
    provider = OpenIDConnectProvider(
        account=ctx.account,
        url=bare,
        created_at=ctx.now,
        client_ids=ids,
        thumbprints=checked_thumbprints(thumbprint_list or []),
        tags=checked_tags(tags or []),
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
