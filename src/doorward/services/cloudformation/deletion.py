"""DeleteStack and the protection from it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
"""

from typing import Any

from doorward.services.cloudformation import beginning, lookup, nesting, resources, statuses
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stacks

FORCE = "FORCE_DELETE_STACK"
DELETE = "DeleteStack"
NESTED = (
    "Termination protection cannot be set on nested stack [{}], only on its root stack."  # assumed
)


@cloudformation.operation(on=resources.deployed)
def delete_stack(
    ctx: Context,
    *,
    stack_name: str,
    retain_resources: list[str] | None = None,
    role_arn: str | None = None,
    client_request_token: str | None = None,
    deletion_mode: str | None = None,
    deployment_config: dict[str, Any] | None = None,
) -> Output:
    """Begin to delete a stack; one that is not there is no error.

    Raises:
        ValidationError: it is protected, or resources are to be retained of a stack whose
            deletion has not failed.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
    """
    del deployment_config
    stack = lookup.find(ctx, stack_name)
    if stack is None or stack.live_name is None:
        return {}
    if beginning.repeated(stack, client_request_token, DELETE):
        return {}
    if stack.termination_protection:
        raise ValidationError(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    if retain_resources and stack.status != statuses.DELETE_FAILED:
        raise ValidationError(
            f"Invalid operation on stack {stack.id}. When you delete a stack, specify which "
            "resources to retain only when the stack is in the DELETE_FAILED state."
        )
    if stack.status == statuses.DELETE_IN_PROGRESS:
        return {}
    if statuses.in_progress(stack.status) and stack.status != statuses.CREATE_IN_PROGRESS:
        raise ValidationError(
            f"Stack [{stack.name}] cannot be deleted while in status {stack.status}"
        )
    beginning.trusted_role(ctx, role_arn, stack)
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role_arn or stack.role_arn,
        retain=retain_resources or [],
        force=deletion_mode == FORCE,
    )
    beginning.begin(ctx, stack, statuses.DELETE_IN_PROGRESS, todo, asked=DELETE)
    return {}


@cloudformation.operation(on=resources.stack)
def update_termination_protection(
    ctx: Context, *, enable_termination_protection: bool, stack_name: str
) -> Output:
    """Protect a stack from deletion, or no longer.

    Raises:
        ValidationError: there is no such stack, or it is nested in another.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html
    """
    stack = lookup.live(ctx, stack_name)
    if nesting.shown(stack):
        raise ValidationError(NESTED.format(stack.name))
    stacks.change(
        ctx.db, ctx.account, stack.id, {"termination_protection": enable_termination_protection}
    )
    return {"StackId": stack.id}
