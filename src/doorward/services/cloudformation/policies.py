"""SetStackPolicy and GetStackPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

from doorward.services.cloudformation import loading, lookup, resources, stack_policy
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stacks


@cloudformation.operation(on=resources.stack)
def set_stack_policy(
    ctx: Context,
    *,
    stack_name: str,
    stack_policy_body: str | None = None,
    stack_policy_url: str | None = None,
) -> Output:
    """Set what updates may do to the resources of a stack; it can be changed, not removed.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: the text is no stack policy, or both body and URL are given.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html
    """
    stack = lookup.live(ctx, stack_name)
    text = loading.policy_of(ctx, stack_policy_body, stack_policy_url)
    if text is None:
        raise ValidationError("You must specify either StackPolicyBody or StackPolicyURL")
    stacks.change(ctx.db, ctx.account, stack.id, {"policy": stack_policy.checked(text)})
    return {}


@cloudformation.operation(on=resources.stack)
def get_stack_policy(ctx: Context, *, stack_name: str) -> Output:
    """The stack policy, nothing where none was set.

    Raises:
        StackNotFound: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetStackPolicy.html
    """
    stack = lookup.stack(ctx, stack_name, lookup.BRACKETS)
    return {} if stack.policy is None else {"StackPolicyBody": stack.policy}
