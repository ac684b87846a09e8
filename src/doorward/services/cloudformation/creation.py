"""CreateStack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from doorward.services.cloudformation import (
    beginning,
    loading,
    lookup,
    nesting,
    resources,
    stack_policy,
    statuses,
    submission,
)
from doorward.services.cloudformation.errors import AlreadyExists, LimitExceeded, ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.submission import Asked
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_change_sets, stacks
from doorward.store.tables.stack import Stack

MOST_STACKS = 2_000
CREATE = "CreateStack"
NAME = "[a-zA-Z][-a-zA-Z0-9]*"


@cloudformation.operation(on=resources.deployed, prepare=loading.prepare)
def create_stack(
    ctx: Context,
    *,
    stack_name: str,
    template_body: str | None = None,
    template_url: str | None = None,
    parameters: list[dict[str, Any]] | None = None,
    disable_rollback: bool | None = None,
    rollback_configuration: dict[str, Any] | None = None,
    timeout_in_minutes: int | None = None,
    notification_arns: list[str] | None = None,
    capabilities: list[str] | None = None,
    resource_types: list[str] | None = None,
    role_arn: str | None = None,
    on_failure: str | None = None,
    stack_policy_body: str | None = None,
    stack_policy_url: str | None = None,
    tags: list[dict[str, str]] | None = None,
    client_request_token: str | None = None,
    enable_termination_protection: bool = False,
    retain_except_on_create: bool = False,
    deployment_config: dict[str, Any] | None = None,
    disable_validation: bool | None = None,
) -> Output:
    """Begin to create a stack.

    Raises:
        AlreadyExists: a stack of that name is there and not merely under review.
        ValidationError: template, parameters or options cannot be used.
        InsufficientCapabilities: what the template does is not acknowledged.
        LimitExceeded: the account has as many stacks as it may.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    """
    del deployment_config, disable_validation
    known = lookup.find(ctx, stack_name)
    if known and (done := beginning.repeated(known, client_request_token, CREATE)):
        return {"StackId": known.id, "OperationId": done}
    if known and known.status != statuses.REVIEW_IN_PROGRESS:
        raise AlreadyExists(f"Stack [{stack_name}] already exists")
    text = loading.text_of(ctx, template_body, template_url)
    assert text is not None  # noqa: S101 - or it would have been refused
    if on_failure is not None and disable_rollback is not None:
        raise ValidationError("You can specify either OnFailure or DisableRollback, but not both.")
    stack = known or new(ctx, stack_name, statuses.CREATE_IN_PROGRESS)
    given, parent = nesting.asked(ctx, tags or [])
    nested = nesting.options(parent)
    stack = replace(stack, options=nested)
    beginning.trusted_role(ctx, role_arn, stack)
    role_arn = parent.role_arn if parent else role_arn
    asked = Asked(
        parameters or [],
        capabilities or [],
        submission.tags(given),
        notification_arns or [],
        resource_types or [],
    )
    submitted = submission.submit(ctx, stack, text, asked, None)
    policy = loading.policy_of(ctx, stack_policy_body, stack_policy_url)
    options = options_of(
        disable_rollback=bool(disable_rollback),
        on_failure=on_failure,
        timeout_in_minutes=timeout_in_minutes,
        rollback_configuration=rollback_configuration,
        retain_except_on_create=retain_except_on_create,
        **nested,
    )
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role_arn,
        plan=submitted.plan,
        disable_rollback=bool(disable_rollback),
        on_failure=on_failure or "ROLLBACK",
        retain_except_on_create=retain_except_on_create,
        deadline=deadline(ctx, timeout_in_minutes),
        policy=stack_policy.checked(policy) if policy is not None else None,
    )
    if known is not None:
        stack_change_sets.change_others(
            ctx.db, ctx.account, stack.id, None, {"execution_status": "OBSOLETE"}
        )
    turned = beginning.begin(
        ctx,
        stack,
        statuses.CREATE_IN_PROGRESS,
        todo,
        asked=CREATE,
        fresh=known is None,
        role_arn=role_arn,
        options=options,
        tags=submitted.plan.tags,
        capabilities=submitted.plan.capabilities,
        notification_arns=submitted.plan.notification_arns,
        description=submitted.plan.description,
        termination_protection=enable_termination_protection,
    )
    return {"StackId": turned.id, "OperationId": todo.id}


def new(ctx: Context, name: str, status: str) -> Stack:
    """A stack that is not there yet.

    Raises:
        ValidationError: the name is an ARN.
        LimitExceeded: the account has as many stacks as it may.
    """
    if name.startswith("arn:"):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            f"constraint: Member must satisfy regular expression pattern: {NAME}"
        )
    if stacks.count(ctx.db, ctx.account, ctx.facts.region) >= MOST_STACKS:
        raise LimitExceeded(f"Limit on the number of stacks ({MOST_STACKS}) exceeded")  # assumed
    return beginning.new_stack(ctx, name, status)


def options_of(**given: Any) -> Mapping[str, Any]:
    """The options of a stack that are kept with it; those not given are left out.

    Raises:
        ValidationError: there are rollback triggers, which nothing watches here.
    """
    triggers = (given.get("rollback_configuration") or {}).get("RollbackTriggers") or []
    for one in triggers:
        if one.get("Type") not in {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}:
            raise ValidationError("Rollback Trigger Type not supported")
        raise ValidationError("Rollback triggers are not supported here: no alarm is watched.")
    return {name: value for name, value in given.items() if value is not None}


def deadline(ctx: Context, minutes: int | None) -> str | None:
    """When creation has taken too long."""
    return None if minutes is None else (ctx.now + timedelta(minutes=minutes)).isoformat()
