"""Change sets as they are shown.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html
"""

from typing import Any

from doorward.services.cloudformation import differences, lookup, paging, resources, shapes
from doorward.services.cloudformation.change_sets import plan_of
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_change_sets, stacks


@cloudformation.operation(on=resources.change_set)
def describe_change_set(
    ctx: Context,
    *,
    change_set_name: str,
    stack_name: str | None = None,
    next_token: str | None = None,
    include_property_values: bool = False,
) -> Output:
    """A change set with its changes, by logical id.

    Raises:
        ChangeSetNotFound: there is no such change set.
        ValidationError: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
    """
    found = lookup.change_set(ctx, change_set_name, stack_name)
    stack = stacks.find(ctx.db, ctx.account, found.stack)
    scope = f"changes {found.id} {include_property_values}"
    page = paging.of_few(
        found.changes,
        lambda one: str(one["LogicalResourceId"]),
        paging.after(ctx, scope, next_token),
    )
    options = found.options
    look = differences.with_values if include_property_values else differences.without_values
    changes = [{"Type": "Resource", "ResourceChange": look(one)} for one in page.items]
    shown: dict[str, Any] = {
        "ChangeSetName": found.name,
        "ChangeSetId": found.id,
        "StackId": found.stack,
        "StackName": stack.name if stack else None,
        "Description": found.description,
        "Parameters": plan_of(ctx, found).parameters or None,
        "CreationTime": found.created_at,
        "ExecutionStatus": found.execution_status,
        "Status": found.status,
        "StatusReason": found.reason,
        "NotificationARNs": found.notification_arns,
        "RollbackConfiguration": options.get("rollback_configuration") or {},
        "Capabilities": found.capabilities,
        "Tags": shapes.tags(found.tags) if found.tags else None,
        "Changes": changes,
        "IncludeNestedStacks": bool(options.get("include_nested_stacks")),
        "OnStackFailure": options.get("on_stack_failure"),
        "ImportExistingResources": bool(options.get("import_existing_resources")),
    }
    return shapes.present(shown) | paging.end(ctx, scope, page)


@cloudformation.operation(on=resources.change_set)
def describe_change_set_hooks(
    ctx: Context,
    *,
    change_set_name: str,
    stack_name: str | None = None,
    next_token: str | None = None,
    logical_resource_id: str | None = None,
) -> Output:
    """The hooks of a change set, of which there are none here.

    Raises:
        ChangeSetNotFound: there is no such change set.
        ValidationError: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSetHooks.html
    """
    del next_token, logical_resource_id
    found = lookup.change_set(ctx, change_set_name, stack_name)
    stack = stacks.find(ctx.db, ctx.account, found.stack)
    return shapes.present(
        {
            "ChangeSetId": found.id,
            "ChangeSetName": found.name,
            "Hooks": [],
            "Status": "PLANNED",
            "StackId": found.stack,
            "StackName": stack.name if stack else None,
        }
    )


@cloudformation.operation(on=resources.stack)
def list_change_sets(ctx: Context, *, stack_name: str, next_token: str | None = None) -> Output:
    """The change sets of a stack, by name.

    Raises:
        StackNotFound: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html
    """
    stack = lookup.stack(ctx, stack_name, lookup.BRACKETS)
    scope = f"change-sets {stack.id}"
    after = paging.after(ctx, scope, next_token)
    page = stack_change_sets.page(ctx.db, ctx.account, stack.id, after=after, limit=paging.MOST)
    shown = [shapes.change_set_summary(stack, one) for one in page.items]
    return {"Summaries": shown} | paging.end(ctx, scope, page)
