"""UpdateStack and what calls an update off or takes it back.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
"""

from typing import Any

from doorward.services.cloudformation import (
    beginning,
    creation,
    differences,
    loading,
    lookup,
    resources,
    stack_policy,
    statuses,
    submission,
)
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.run import STACK_TYPE
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.submission import Asked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_change_sets
from doorward.store.tables.stack import Stack

NOTHING = "No updates are to be performed."
UPDATE = "UpdateStack"


def updatable(stack: Stack, *, disable_rollback: bool) -> None:
    """Refuse to update a stack that is in no state for it.

    Raises:
        ValidationError: it is not.
    """
    if stack.status in statuses.UPDATABLE:
        return
    if stack.status in statuses.HALF_DONE:
        if stack.options.get("on_failure") == "DO_NOTHING":
            raise ValidationError(
                f"This stack cannot be updated from [{stack.status}] state because it contains "
                "[on-failure: DO_NOTHING]. Please use disable-rollback option instead during "
                "stack creation."
            )
        if disable_rollback:
            return
        raise ValidationError(
            f"This stack is currently in a non-terminal [{stack.status}] state. To update the "
            "stack from this state, please use the disable-rollback parameter with update-stack "
            "API. To rollback to the last known good state, use the rollback-stack API"
        )
    raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


def asked_of(
    stack: Stack,
    *,
    parameters: list[dict[str, Any]] | None,
    capabilities: list[str] | None,
    tags: list[dict[str, str]] | None,
    notification_arns: list[str] | None,
    resource_types: list[str] | None,
) -> Asked:
    """What a request says of an update; what it does not say stays, but for parameters.

    Raises:
        ValidationError: the tags cannot be used.
    """
    return Asked(
        parameters or [],
        capabilities or [],
        stack.tags if tags is None else submission.tags(tags),
        stack.notification_arns if notification_arns is None else notification_arns,
        resource_types or [],
    )


@cloudformation.operation(on=resources.deployed, prepare=loading.prepare)
def update_stack(
    ctx: Context,
    *,
    stack_name: str,
    template_body: str | None = None,
    template_url: str | None = None,
    use_previous_template: bool = False,
    stack_policy_during_update_body: str | None = None,
    stack_policy_during_update_url: str | None = None,
    parameters: list[dict[str, Any]] | None = None,
    capabilities: list[str] | None = None,
    resource_types: list[str] | None = None,
    role_arn: str | None = None,
    rollback_configuration: dict[str, Any] | None = None,
    stack_policy_body: str | None = None,
    stack_policy_url: str | None = None,
    notification_arns: list[str] | None = None,
    tags: list[dict[str, str]] | None = None,
    disable_rollback: bool = False,
    client_request_token: str | None = None,
    retain_except_on_create: bool = False,
    deployment_config: dict[str, Any] | None = None,
    disable_validation: bool | None = None,
) -> Output:
    """Begin to update a stack.

    Raises:
        ValidationError: there is no such stack, it is in no state for that, nothing would change,
            or template, parameters or options cannot be used.
        InsufficientCapabilities: what the template does is not acknowledged.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
    """
    del deployment_config, disable_validation
    stack = lookup.live(ctx, stack_name)
    if done := beginning.repeated(stack, client_request_token, UPDATE):
        return {"StackId": stack.id, "OperationId": done}
    updatable(stack, disable_rollback=disable_rollback)
    before = works.deployed(ctx.secrets, stack)
    text = loading.text_of(
        ctx, template_body, template_url, before=before, previous=use_previous_template
    )
    assert text is not None  # noqa: S101 - or it would have been refused
    beginning.trusted_role(ctx, role_arn, stack)
    asked = asked_of(
        stack,
        parameters=parameters,
        capabilities=capabilities,
        tags=tags,
        notification_arns=notification_arns,
        resource_types=resource_types,
    )
    submitted = submission.submit(ctx, stack, text, asked, before)
    policy = loading.policy_of(ctx, stack_policy_body, stack_policy_url)
    during = loading.policy_of(ctx, stack_policy_during_update_body, stack_policy_during_update_url)
    differences.refuse_new_types(ctx, stack, submitted)
    if stack.status not in statuses.HALF_DONE and nothing_new(ctx, stack, before, submitted.plan):
        raise ValidationError(NOTHING)
    options = creation.options_of(
        rollback_configuration=rollback_configuration, disable_rollback=disable_rollback
    )
    values: dict[str, Any] = {"policy": stack_policy.checked(policy)} if policy is not None else {}
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role_arn or stack.role_arn,
        plan=submitted.plan,
        disable_rollback=disable_rollback,
        retain_except_on_create=retain_except_on_create,
        during=stack_policy.checked(during) if during is not None else None,
    )
    stack_change_sets.change_others(
        ctx.db, ctx.account, stack.id, None, {"execution_status": "OBSOLETE"}
    )
    beginning.begin(
        ctx,
        stack,
        statuses.UPDATE_IN_PROGRESS,
        todo,
        asked=UPDATE,
        role_arn=role_arn or stack.role_arn,
        options={**stack.options, **options},
        updated_at=ctx.now,
        **values,
    )
    return {"StackId": stack.id, "OperationId": todo.id}


def nothing_new(ctx: Context, stack: Stack, before: Plan | None, plan: Plan) -> bool:
    """Whether *plan* is what *stack* is already."""
    if before is None:
        return False
    same = (
        before.texts == plan.texts
        and before.resolved == plan.resolved
        and stack.tags == plan.tags
        and stack.notification_arns == plan.notification_arns
    )
    if not same:
        return False
    old = loading.parsed(before.processed or before.template)
    new = loading.parsed(plan.processed or plan.template)
    del ctx
    # The template of a nested stack is looked at when its turn comes; it may be another by now.
    nested = any(one.type == STACK_TYPE for one in new.resources.values())
    return old.body == new.body and not nested


@cloudformation.operation(on=resources.stack)
def cancel_update_stack(
    ctx: Context, *, stack_name: str, client_request_token: str | None = None
) -> Output:
    """Have an update that is under way taken back.

    Raises:
        ValidationError: there is no such stack, or no update under way.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html
    """
    stack = lookup.live(ctx, stack_name)
    if beginning.repeated(stack, client_request_token, "CancelUpdateStack"):
        return {}
    under_way = works.opened(ctx.secrets, stack)
    if stack.status != statuses.UPDATE_IN_PROGRESS or under_way is None:
        raise ValidationError("CancelUpdateStack cannot be called from current stack status")
    beginning.begin(
        ctx,
        stack,
        statuses.UPDATE_ROLLBACK_IN_PROGRESS,
        under_way,
        asked="CancelUpdateStack",
        reason="Stack update cancelled",
    )
    return {}


@cloudformation.operation(on=resources.deployed)
def continue_update_rollback(
    ctx: Context,
    *,
    stack_name: str,
    role_arn: str | None = None,
    resources_to_skip: list[str] | None = None,
    client_request_token: str | None = None,
    force_rollback: bool | None = None,
) -> Output:
    """Go on taking back an update whose rollback failed.

    Raises:
        ValidationError: there is no such stack, or its rollback did not fail.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
    """
    del force_rollback
    stack = lookup.live(ctx, stack_name)
    if beginning.repeated(stack, client_request_token, "ContinueUpdateRollback"):
        return {}
    if stack.status != statuses.UPDATE_ROLLBACK_FAILED:
        raise ValidationError(
            f"Stack:{stack.id} is in {stack.status} state and can not continue update rollback."
        )
    beginning.trusted_role(ctx, role_arn, stack)
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role_arn or stack.role_arn,
        skip=resources_to_skip or [],
    )
    beginning.begin(
        ctx, stack, statuses.UPDATE_ROLLBACK_IN_PROGRESS, todo, asked="ContinueUpdateRollback"
    )
    return {}


@cloudformation.operation(on=resources.deployed)
def rollback_stack(
    ctx: Context,
    *,
    stack_name: str,
    role_arn: str | None = None,
    client_request_token: str | None = None,
    retain_except_on_create: bool = False,
    deployment_config: dict[str, Any] | None = None,
) -> Output:
    """Take back what a failed operation left half done.

    Raises:
        ValidationError: there is no such stack, or nothing half done.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html
    """
    del deployment_config
    stack = lookup.live(ctx, stack_name)
    if done := beginning.repeated(stack, client_request_token, "RollbackStack"):
        return {"StackId": stack.id, "OperationId": done}
    if stack.status not in statuses.HALF_DONE:
        raise ValidationError(
            f"Stack:{stack.id} is in {stack.status} state and can not be rolled back."  # assumed
        )
    beginning.trusted_role(ctx, role_arn, stack)
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role_arn or stack.role_arn,
        retain_except_on_create=retain_except_on_create,
    )
    created = stack.status == statuses.CREATE_FAILED
    status = statuses.ROLLBACK_IN_PROGRESS if created else statuses.UPDATE_ROLLBACK_IN_PROGRESS
    beginning.begin(ctx, stack, status, todo, asked="RollbackStack")
    return {"StackId": stack.id, "OperationId": todo.id}
