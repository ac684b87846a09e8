"""Finders of the operations on policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from collections.abc import Iterator
from dataclasses import replace

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import resources
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import policies


def policy(ctx: Context, parameters: Parameters) -> Access:
    """The managed policy of `PolicyArn`.

    One of AWS counts as the account's own: nobody is kept from reading it, and the engine knows
    that nobody may change it.
    """
    name = parameters["PolicyArn"]
    found = policies.find(ctx.db, ctx.account, name)
    parsed = Arn.parse(name)
    foreign = parsed is not None and arn.is_account(parsed.account)
    return Access(
        OWN_ACTION,
        name,
        account=parsed.account if parsed and foreign else None,
        tags=found.tags if found else {},
        named=f"policy {name}",
    )


def tagged_policy(ctx: Context, parameters: Parameters) -> Access:
    """The policy of `PolicyArn` and the tags it is to get."""
    access = policy(ctx, parameters)
    return replace(access, context=resources.request_tags(parameters))


def untagged_policy(ctx: Context, parameters: Parameters) -> Access:
    """The policy of `PolicyArn` and the keys of the tags it is to lose."""
    keys = {"aws:tagkeys": tuple(parameters["TagKeys"])}
    return replace(policy(ctx, parameters), context=keys)


def new_policy(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The policy to be, and tagging it where it gets tags from the start.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_customer-managed-policies.html
    """
    name = parameters["PolicyName"]
    path = parameters.get("Path") or "/"
    resource = arn.entity(ctx.partition, ctx.account, "policy", path, name)
    context = resources.request_tags(parameters)
    yield Access(OWN_ACTION, resource, context=context, named=f"policy {name}")
    if context:
        yield Access("iam:TagPolicy", resource, context=context, named=f"policy {name}")


def policy_list(ctx: Context, parameters: Parameters) -> Access:
    """The policies under `PathPrefix`.

    Observed, not documented: policies on `policy/` match although the reference says `*`.
    """
    prefix = parameters.get("PathPrefix") or "/"
    resource = arn.iam(ctx.partition, ctx.account, f"policy{prefix}")
    return Access(OWN_ACTION, resource, named=f"policy path {prefix}")


def attaching(holder: Finder) -> Finder:
    """The user, group or role that *holder* finds, and the policy as `iam:PolicyARN`."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = _one(holder, ctx, parameters)
        context = {**access.context, "iam:policyarn": parameters["PolicyArn"]}
        return replace(access, context=context)

    return find


def bounding(holder: Finder) -> Finder:
    """The user or role that *holder* finds, and the boundary that it is to get."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = _one(holder, ctx, parameters)
        boundary = parameters["PermissionsBoundary"]
        return replace(access, context={**access.context, "iam:permissionsboundary": boundary})

    return find


def source(member: str) -> Finder:
    """The user, group or role whose ARN is the parameter *member*; denials name the ARN."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        del ctx
        name = parameters[member]
        parsed = Arn.parse(name)
        known = parsed is not None and arn.is_account(parsed.account)
        return Access(OWN_ACTION, name, account=parsed.account if parsed and known else None)

    return find


attached_user, attached_group, attached_role = (
    attaching(holder) for holder in (resources.user, resources.group, resources.role)
)
bounded_user, bounded_role = (bounding(holder) for holder in (resources.user, resources.role))


def _one(finder: Finder, ctx: Context, parameters: Parameters) -> Access:
    found = finder(ctx, parameters)
    return found if isinstance(found, Access) else next(iter(found))
