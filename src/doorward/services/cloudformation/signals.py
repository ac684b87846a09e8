"""SignalResource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-wait-condition.html
"""

from doorward.services.cloudformation import lookup, resources, statuses
from doorward.services.cloudformation.descriptions import missing
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_resources


@cloudformation.operation(on=resources.stack)
def signal_resource(
    ctx: Context, *, stack_name: str, logical_resource_id: str, unique_id: str, status: str
) -> Output:
    """Refuse a signal: no type of resource that there is here waits for one.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: the stack has no such resource, or it does not wait.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SignalResource.html
    """
    del unique_id, status
    stack = lookup.live(ctx, stack_name, lookup.QUOTED)
    found = stack_resources.find(ctx.db, ctx.account, stack.id, logical_resource_id)
    if found is None:
        raise missing(logical_resource_id, stack_name)
    state = found.status if statuses.in_progress(found.status) else "not waiting"
    raise ValidationError(
        f"Signal cannot be sent to resource {logical_resource_id}, which is {state}"  # assumed
    )
