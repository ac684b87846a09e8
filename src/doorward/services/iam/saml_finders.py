"""Finders of the operations on SAML providers.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from collections.abc import Iterator

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import resources
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import saml_providers

PREFIX = "saml-provider/"


def provider(ctx: Context, parameters: Parameters) -> Access:
    """The SAML provider of `SAMLProviderArn`."""
    name = parameters["SAMLProviderArn"]
    parsed = Arn.parse(name)
    account = parsed.account if parsed and arn.is_account(parsed.account) else ctx.account
    own = parsed is not None and account == ctx.account
    spelled = parsed.resource.removeprefix(PREFIX) if parsed else ""
    found = saml_providers.find(ctx.db, ctx.account, spelled) if own else None
    return Access(OWN_ACTION, name, account=account, tags=found.tags if found else {})


def new_provider(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The SAML provider to be, and tagging it where it gets tags from the start."""
    resource = arn.iam(ctx.partition, ctx.account, PREFIX + parameters["Name"])
    tags = resources.request_tags(parameters)
    yield Access(OWN_ACTION, resource, context=tags)
    if tags:
        yield Access("iam:TagSAMLProvider", resource, context=tags)


def providers(ctx: Context, parameters: Parameters) -> Access:
    """All SAML providers; denials name them like OIDC providers (by analogy)."""
    del parameters
    return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, f"{PREFIX}*"))


tagged_provider, untagged_provider = resources.tagging(provider), resources.untagging(provider)
