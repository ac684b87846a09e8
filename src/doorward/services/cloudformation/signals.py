"""SignalResource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-wait-condition.html
"""

from doorward.services.cloudformation import lookup, resources, statuses
from doorward.services.cloudformation.descriptions import missing
from doorward.services.cloudformation.engine import signals
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.types.cloudformation.wait_conditions import RESOURCE
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_resources, stack_signals


@cloudformation.operation(on=resources.stack)
def signal_resource(
    ctx: Context, *, stack_name: str, logical_resource_id: str, unique_id: str, status: str
) -> Output:
    """Signal a resource whose creation policy waits for it.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: the stack has no such resource, or it does not wait.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SignalResource.html
    """
    stack = lookup.live(ctx, stack_name, lookup.QUOTED)
    found = stack_resources.find(ctx.db, ctx.account, stack.id, logical_resource_id)
    if found is None:
        raise missing(logical_resource_id, stack_name)
    state = works.open_state(ctx.secrets, found)
    if found.status != statuses.CREATE_IN_PROGRESS or not state.get("creation_policy"):
        raise ValidationError(
            f"Signal cannot be sent to resource {logical_resource_id}, which is not waiting"
        )  # assumed
    address = signals.Address(stack.id, logical_resource_id, RESOURCE)
    signal = signals.sealed(ctx.secrets, address, unique_id, {"Status": status}, ctx.now)
    stack_signals.add(ctx.db, signal)
    ctx.after_commit(ctx.wake)
    return {}
