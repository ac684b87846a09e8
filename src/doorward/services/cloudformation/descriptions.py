"""What stacks are, what they hold and what happened to them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-describing-stacks.html
"""

from typing import Any

from doorward.services.cloudformation import lookup, paging, resources, shapes
from doorward.services.cloudformation.errors import StackNotFound, ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_events, stack_resources, stacks

MOST = 100


@cloudformation.operation(on=resources.stack)
def describe_stacks(
    ctx: Context, *, stack_name: str | None = None, next_token: str | None = None
) -> Output:
    """One stack, or every one that is not deleted.

    Raises:
        StackNotFound: there is no such stack; deleted ones are known by their ARNs.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    if stack_name is not None:
        return {"Stacks": [shapes.stack(ctx, lookup.stack(ctx, stack_name))]}
    after = paging.after(ctx, "stacks", next_token)
    page = stacks.page(ctx.db, ctx.account, ctx.facts.region, after=after, limit=MOST)
    shown = [shapes.stack(ctx, one) for one in page.items if one.live_name is not None]
    return {"Stacks": shown} | paging.end(ctx, "stacks", page)


@cloudformation.operation(on=resources.stack)
def list_stacks(
    ctx: Context,
    *,
    next_token: str | None = None,
    stack_status_filter: list[str] | None = None,
) -> Output:
    """Every stack, deleted ones too, newest first.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
    """
    wanted = set(stack_status_filter or ())
    after = paging.after(ctx, "list-stacks", next_token)
    page = stacks.page(ctx.db, ctx.account, ctx.facts.region, after=after, limit=MOST)
    shown = [shapes.summary(one) for one in page.items if not wanted or one.status in wanted]
    return {"StackSummaries": shown} | paging.end(ctx, "list-stacks", page)


@cloudformation.operation(on=resources.stack)
def describe_stack_events(
    ctx: Context, *, stack_name: str, next_token: str | None = None
) -> Output:
    """What happened to a stack, newest first.

    Raises:
        StackNotFound: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
    """
    stack = lookup.stack(ctx, stack_name, lookup.BRACKETS)
    scope = f"events {stack.id}"
    after = paging.after(ctx, scope, next_token)
    page = stack_events.page(ctx.db, ctx.account, stack.id, after=after, limit=MOST)
    shown = [shapes.event(stack, one) for one in page.items]
    return {"StackEvents": shown} | paging.end(ctx, scope, page)


@cloudformation.operation(on=resources.change_set)
def describe_events(
    ctx: Context,
    *,
    stack_name: str | None = None,
    change_set_name: str | None = None,
    operation_id: str | None = None,
    filters: dict[str, Any] | None = None,
    next_token: str | None = None,
) -> Output:
    """What happened to a stack, or in one operation on it, newest first.

    Raises:
        ValidationError: no stack is named.
        StackNotFound, ChangeSetNotFound: what is named is not there.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
    """
    if stack_name is None and change_set_name is not None:
        stack_name = lookup.change_set(ctx, change_set_name, None).stack
    if stack_name is None:
        raise ValidationError("StackName is required.")  # assumed
    stack = lookup.stack(ctx, stack_name, lookup.BRACKETS)
    scope = f"operation-events {stack.id} {operation_id}"
    after = paging.after(ctx, scope, next_token)
    page = stack_events.page(
        ctx.db, ctx.account, stack.id, operation_id=operation_id, after=after, limit=MOST
    )
    failed = bool((filters or {}).get("FailedEvents"))
    shown = [
        shapes.operation_event(stack, one)
        for one in page.items
        if not failed or one.status.endswith("_FAILED")
    ]
    return {"OperationEvents": shown} | paging.end(ctx, scope, page)


@cloudformation.operation(on=resources.stack)
def describe_stack_resource(ctx: Context, *, stack_name: str, logical_resource_id: str) -> Output:
    """One resource of a stack.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: the stack has no such resource.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
    """
    stack = lookup.stack(ctx, stack_name, lookup.QUOTED)
    found = stack_resources.find(ctx.db, ctx.account, stack.id, logical_resource_id)
    if found is None:
        raise missing(logical_resource_id, stack_name)
    return {"StackResourceDetail": shapes.resource_detail(stack, found)}


def missing(logical_id: str, stack_name: str) -> ValidationError:
    """The refusal of a resource that a stack does not have."""
    return ValidationError(f"Resource {logical_id} does not exist for stack {stack_name}")


@cloudformation.operation(on=resources.physical)
def describe_stack_resources(
    ctx: Context,
    *,
    stack_name: str | None = None,
    logical_resource_id: str | None = None,
    physical_resource_id: str | None = None,
) -> Output:
    """The resources of a stack, which may be named by one of them.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: neither stack nor resource is named, or both, or they are not there.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
    """
    if (stack_name is None) == (physical_resource_id is None):
        raise ValidationError("Specify either StackName or PhysicalResourceId.")  # assumed
    if physical_resource_id is not None:
        held = stack_resources.by_physical_id(ctx.db, ctx.account, physical_resource_id)
        if not held:
            raise StackNotFound(physical_resource_id, "Stack for {} does not exist")
        stack_name = held[0].stack
    stack = lookup.stack(ctx, stack_name or "", lookup.QUOTED)
    found = [
        one
        for one in stack_resources.of_stack(ctx.db, ctx.account, stack.id)
        if logical_resource_id in {None, one.logical_id}
    ]
    if logical_resource_id is not None and not found:
        raise missing(logical_resource_id, stack.name)
    ordered = sorted(found[:MOST], key=lambda one: one.logical_id)
    return {"StackResources": [shapes.resource(stack, one) for one in ordered]}


@cloudformation.operation(on=resources.stack)
def list_stack_resources(ctx: Context, *, stack_name: str, next_token: str | None = None) -> Output:
    """The resources of a stack, by logical id.

    Raises:
        StackNotFound: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
    """
    stack = lookup.stack(ctx, stack_name)
    scope = f"resources {stack.id}"
    found = sorted(
        stack_resources.of_stack(ctx.db, ctx.account, stack.id), key=lambda one: one.logical_id
    )
    page = paging.of_few(found, lambda one: one.logical_id, paging.after(ctx, scope, next_token))
    shown = [shapes.resource_summary(stack, one) for one in page.items]
    return {"StackResourceSummaries": shown} | paging.end(ctx, scope, page)
