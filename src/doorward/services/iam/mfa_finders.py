"""Finders of the operations on MFA devices themselves; those on whose they are find the user.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import resources
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import mfa_devices


def device(ctx: Context, parameters: Parameters) -> Access:
    """The device of `SerialNumber`, which is an ARN unless it is printed on hardware."""
    serial = parameters["SerialNumber"]
    name = Arn.parse(serial)
    if name is None:
        return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, f"mfa/{serial}"))
    account = name.account if arn.is_account(name.account) else ctx.account
    found = mfa_devices.find(ctx.db, ctx.account, serial) if account == ctx.account else None
    return Access(OWN_ACTION, serial, account=account, tags=found.tags if found else {})


devices = resources.listed("mfa")
new_device = resources.creating("mfa", "VirtualMFADeviceName", "iam:TagMFADevice")
tagged_device, untagged_device = resources.tagging(device), resources.untagging(device)
