"""Finders of the operations on transfers of responsibility.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.services.organizations import entities, resources


def transfer(ctx: Context, parameters: Parameters) -> Access:
    """The transfer of `Id`, with its type and direction."""
    access = resources.thing(ctx, parameters["Id"])
    one = entities.transfer(ctx.db, ctx.account, parameters["Id"])
    inbound = one is None or one.management_account == ctx.account
    return Access(
        OWN_ACTION,
        access.resource,
        context={**access.context, **_about(inbound=inbound)},
        tags=one.tags if one else {},
    )


def inbound(ctx: Context, parameters: Parameters) -> Access:
    """Every transfer to the caller's organization."""
    del ctx, parameters
    return Access(OWN_ACTION, "*", context=_about(inbound=True))


def outbound(ctx: Context, parameters: Parameters) -> Access:
    """Every transfer from the caller's organization."""
    del ctx, parameters
    return Access(OWN_ACTION, "*", context=_about(inbound=False))


def invited(ctx: Context, parameters: Parameters) -> Access:
    """The account that is asked, and the tags that the transfer is to get."""
    access = resources.invited(ctx, parameters)
    tags = resources.request_tags(parameters)
    return Access(OWN_ACTION, access.resource, context={**tags, **_about(inbound=True)})


def _about(*, inbound: bool) -> dict[str, Value]:
    return {
        "organizations:transferdirection": "INBOUND" if inbound else "OUTBOUND",
        "organizations:transfertype": "BILLING",
    }
