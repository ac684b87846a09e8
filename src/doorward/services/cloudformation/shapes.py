"""Stacks, resources, events and change sets as answers show them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Types.html
"""

from typing import Any

from doorward.services.cloudformation import nesting, statuses
from doorward.services.cloudformation.engine import work as works
from doorward.services.context import Context
from doorward.store.tables.stack import Stack, StackEvent, StackResource
from doorward.store.tables.stack_change_set import ChangeSet

NOT_CHECKED = "NOT_CHECKED"


def present(members: dict[str, Any]) -> dict[str, Any]:
    """*members* without those that are None."""
    return {name: value for name, value in members.items() if value is not None}


def tags(found: dict[str, str]) -> list[dict[str, str]]:
    """The tags of a stack, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(found.items())]


def stack(ctx: Context, found: Stack) -> dict[str, Any]:
    """A stack as DescribeStacks shows it."""
    deleted = found.live_name is None
    reviewed = found.status == statuses.REVIEW_IN_PROGRESS
    plan = works.settings(ctx.secrets, found)
    under_way = works.opened(ctx.secrets, found)
    if under_way and under_way.plan and found.settings is None:
        plan = under_way.plan
    options = found.options
    shown = present(
        {
            "StackId": found.id,
            "StackName": found.name,
            "ChangeSetId": None if deleted else found.change_set_id,
            "Description": None if reviewed else found.description,
            "Parameters": (plan.parameters or None) if plan else None,
            "CreationTime": found.created_at,
            "DeletionTime": found.deleted_at,
            "LastUpdatedTime": found.updated_at,
            "RollbackConfiguration": options.get("rollback_configuration") or {},
            "StackStatus": found.status,
            "StackStatusReason": found.reason,
            "DisableRollback": bool(options.get("disable_rollback")),
            "NotificationARNs": found.notification_arns,
            "TimeoutInMinutes": options.get("timeout_in_minutes"),
            "Capabilities": found.capabilities or None,
            "RoleARN": found.role_arn,
            "Tags": [] if reviewed else tags(found.tags),
            "DriftInformation": drift(found.drift, "StackDriftStatus"),
            "RetainExceptOnCreate": options.get("retain_except_on_create") or None,
        }
    )
    shown |= nesting.shown(found)
    if not deleted:
        shown["EnableTerminationProtection"] = found.termination_protection
    if plan and plan.outputs and found.status in statuses.STEADY | {statuses.UPDATE_FAILED}:
        shown["Outputs"] = plan.outputs
    return shown


def drift(found: dict[str, Any] | None, member: str) -> dict[str, Any]:
    """What was last found of drift."""
    if found is None:
        return {member: NOT_CHECKED}
    return {member: found["status"], "LastCheckTimestamp": found["at"]}


def summary(found: Stack) -> dict[str, Any]:
    """A stack as ListStacks shows it."""
    return present(
        {
            "StackId": found.id,
            "StackName": found.name,
            "TemplateDescription": found.description,
            "CreationTime": found.created_at,
            "LastUpdatedTime": found.updated_at,
            "DeletionTime": found.deleted_at,
            "StackStatus": found.status,
            "StackStatusReason": found.reason,
            "DriftInformation": drift(found.drift, "StackDriftStatus"),
        }
        | nesting.shown(found)
    )


def event(of: Stack, found: StackEvent) -> dict[str, Any]:
    """An event as DescribeStackEvents shows it."""
    return present(
        {
            "StackId": of.id,
            "EventId": found.event_id,
            "StackName": of.name,
            "OperationId": found.operation_id,
            "LogicalResourceId": found.logical_id,
            "PhysicalResourceId": found.physical_id,
            "ResourceType": found.type,
            "Timestamp": found.at,
            "ResourceStatus": found.status,
            "ResourceStatusReason": found.reason,
            "ResourceProperties": found.properties,
            "ClientRequestToken": found.token,
        }
    )


def operation_event(of: Stack, found: StackEvent) -> dict[str, Any]:
    """An event as DescribeEvents shows it."""
    shown = event(of, found)
    del shown["StackName"]
    return shown | {"EventType": "STACK_EVENT"}


def resource(of: Stack, found: StackResource) -> dict[str, Any]:
    """A resource as DescribeStackResources shows it."""
    return present(
        {
            "StackName": of.name,
            "StackId": of.id,
            "LogicalResourceId": found.logical_id,
            "PhysicalResourceId": found.physical_id or None,
            "ResourceType": found.type,
            "Timestamp": found.updated_at,
            "ResourceStatus": found.status,
            "ResourceStatusReason": found.reason,
            "Description": found.description,
            "DriftInformation": drift(found.drift, "StackResourceDriftStatus"),
        }
    )


def resource_detail(of: Stack, found: StackResource) -> dict[str, Any]:
    """A resource as DescribeStackResource shows it."""
    shown = resource(of, found)
    shown["LastUpdatedTimestamp"] = shown.pop("Timestamp")
    shown["Metadata"] = found.metadata or "{}"
    return shown


def resource_summary(of: Stack, found: StackResource) -> dict[str, Any]:
    """A resource as ListStackResources shows it."""
    shown = resource(of, found)
    shown["LastUpdatedTimestamp"] = shown.pop("Timestamp")
    for name in ("StackName", "StackId", "Description"):
        shown.pop(name, None)
    return shown


def change_set_summary(of: Stack, found: ChangeSet) -> dict[str, Any]:
    """A change set as ListChangeSets shows it."""
    return present(
        {
            "StackId": of.id,
            "StackName": of.name,
            "ChangeSetId": found.id,
            "ChangeSetName": found.name,
            "ExecutionStatus": found.execution_status,
            "Status": found.status,
            "StatusReason": found.reason,
            "CreationTime": found.created_at,
            "Description": found.description,
            "IncludeNestedStacks": bool(found.options.get("include_nested_stacks")),
            "ImportExistingResources": bool(found.options.get("import_existing_resources")),
        }
    )
