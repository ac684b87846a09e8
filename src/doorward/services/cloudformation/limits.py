"""The quotas of the account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from doorward.services.cloudformation import resources
from doorward.services.cloudformation.creation import MOST_STACKS
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output

LIMITS = {"StackLimit": MOST_STACKS, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2_500}


@cloudformation.operation(on=resources.stack)
def describe_account_limits(ctx: Context, *, next_token: str | None = None) -> Output:
    """The quotas.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeAccountLimits.html
    """
    del ctx, next_token
    return {"AccountLimits": [{"Name": name, "Value": one} for name, one in LIMITS.items()]}
