"""Detection of drift, begun and told of.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from doorward.base.clock import iso8601
from doorward.services.cloudformation import beginning, lookup, paging, resources, shapes, statuses
from doorward.services.cloudformation.descriptions import missing
from doorward.services.cloudformation.engine import drifting
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.types.provider import Facts
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.store import stack_drift, stack_resources
from doorward.store.tables.stack import Stack, StackResource
from doorward.store.tables.stack_change_set import DriftDetection

MOST = 100


@cloudformation.operation(on=resources.stack)
def detect_stack_drift(
    ctx: Context, *, stack_name: str, logical_resource_ids: list[str] | None = None
) -> Output:
    """Begin to look at the resources of a stack.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: it is in no state for that, has no such resources, or is looked at.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
    """
    stack = checkable(ctx, stack_name)
    if stack_drift.under_way(ctx.db, stack.id):
        raise ValidationError(f"Drift detection is already in progress for stack [{stack.id}]")
    for one in logical_resource_ids or ():
        if stack_resources.find(ctx.db, ctx.account, stack.id, one) is None:
            raise missing(one, stack_name)
    detection_id = ctx.ids.request_id()
    work = beginning.work(ctx, stack, role_arn=stack.role_arn)
    caller = ctx.secrets.seal(
        json.dumps(asdict(work)), account=ctx.account, id=detection_id, kind=drifting.KIND
    )
    stack_drift.add(
        ctx.db,
        DriftDetection(
            detection_id,
            ctx.account,
            stack.id,
            ctx.now,
            "DETECTION_IN_PROGRESS",
            None,
            None,
            None,
            logical_resource_ids,
            pending=True,
            caller=caller,
        ),
    )
    ctx.after_commit(ctx.wake)
    return {"StackDriftDetectionId": detection_id}


def checkable(ctx: Context, name: str) -> Stack:
    """The stack of that name, if it is in a state in which drift is looked for.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: it is not.
    """
    stack = lookup.live(ctx, name)
    if stack.status not in statuses.DRIFT_CHECKED:
        raise ValidationError(
            f"Drift detection cannot be performed on stack [{stack.id}] while it is in "
            f"[{stack.status}] stack state."
        )
    return stack


class Looked(str):
    """The logical id of a resource whose drift was looked for.

    Attributes:
        drift: what was found.
    """

    __slots__ = ("drift",)

    drift: dict[str, Any]


def look(ctx: Context, parameters: Parameters) -> Parameters:
    """*parameters* with the drift of the resource that they name; it may be at an upstream.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: it has no such resource, or is in no state for that.
    """
    stack = checkable(ctx, parameters["StackName"])
    name: str = parameters["LogicalResourceId"]
    found = stack_resources.find(ctx.db, ctx.account, stack.id, name)
    if found is None or not found.physical_id:
        raise missing(name, parameters["StackName"])
    row = Row(found, works.open_state(ctx.secrets, found))
    facts = Facts(
        ctx.account,
        ctx.facts.region,
        ctx.partition,
        stack.name,
        stack.id,
        name,
        "",
        ctx.request_id,
        ctx.now,
        stack.tags,
    )
    looked = Looked(name)
    looked.drift = {**drifting.compared(ctx.call, row, facts), "at": iso8601(ctx.now)}
    return {**parameters, "LogicalResourceId": looked}


@cloudformation.operation(on=resources.stack, prepare=look)
def detect_stack_resource_drift(
    ctx: Context, *, stack_name: str, logical_resource_id: str
) -> Output:
    """Look at one resource.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: it has no such resource, or is in no state for that.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackResourceDrift.html
    """
    if not isinstance(logical_resource_id, Looked):
        given = {"StackName": stack_name, "LogicalResourceId": logical_resource_id}
        logical_resource_id = look(ctx, given)["LogicalResourceId"]
    assert isinstance(logical_resource_id, Looked)  # noqa: S101 - it was looked for
    stack = checkable(ctx, stack_name)
    found = stack_resources.find(ctx.db, ctx.account, stack.id, logical_resource_id)
    if found is None:
        raise missing(logical_resource_id, stack_name)
    drift = logical_resource_id.drift
    stack_resources.change(ctx.db, found, {"drift": drift})
    return {"StackResourceDrift": _shown(stack, replace(found, drift=drift))}


@cloudformation.operation(on=resources.drift)
def describe_stack_drift_detection_status(ctx: Context, *, stack_drift_detection_id: str) -> Output:
    """How far a detection is.

    Raises:
        ValidationError: there is no such detection.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html
    """
    found = stack_drift.find(ctx.db, ctx.account, stack_drift_detection_id)
    if found is None:
        raise ValidationError(
            f"Drift detection id [{stack_drift_detection_id}] does not exist"  # assumed
        )
    return shapes.present(
        {
            "StackId": found.stack,
            "StackDriftDetectionId": found.id,
            "StackDriftStatus": found.drift_status,
            "DetectionStatus": found.status,
            "DetectionStatusReason": found.reason,
            "DriftedStackResourceCount": found.drifted,
            "Timestamp": found.started_at,
        }
    )


@cloudformation.operation(on=resources.stack)
def describe_stack_resource_drifts(
    ctx: Context,
    *,
    stack_name: str,
    stack_resource_drift_status_filters: list[str] | None = None,
    next_token: str | None = None,
    max_results: int = MOST,
) -> Output:
    """What was found of drift when it was last looked for.

    Raises:
        StackNotFound: there is no such stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResourceDrifts.html
    """
    stack = lookup.stack(ctx, stack_name)
    wanted = set(stack_resource_drift_status_filters or ())
    found = [
        one
        for one in stack_resources.of_stack(ctx.db, ctx.account, stack.id)
        if one.drift is not None and (not wanted or one.drift["status"] in wanted)
    ]
    scope = f"drifts {stack.id} {sorted(wanted)}"
    page = paging.of_few(
        sorted(found, key=lambda one: one.logical_id),
        lambda one: one.logical_id,
        paging.after(ctx, scope, next_token),
        min(max_results, MOST),
    )
    shown = [_shown(stack, one) for one in page.items]
    return {"StackResourceDrifts": shown} | paging.end(ctx, scope, page)


def _shown(stack: Stack, found: StackResource) -> dict[str, Any]:
    drift = found.drift or {}
    return shapes.present(
        {
            "StackId": stack.id,
            "LogicalResourceId": found.logical_id,
            "PhysicalResourceId": found.physical_id,
            "ResourceType": found.type,
            "ExpectedProperties": _text(drift.get("expected")),
            "ActualProperties": _text(drift.get("actual")),
            "PropertyDifferences": drift.get("differences"),
            "StackResourceDriftStatus": drift["status"],
            "Timestamp": datetime.fromisoformat(drift["at"]),
            "DriftStatusReason": drift.get("reason"),
        }
    )


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))
