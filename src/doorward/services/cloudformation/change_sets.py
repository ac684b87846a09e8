"""Change sets: made, shown, executed, deleted.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

import json
from dataclasses import asdict, replace
from typing import Any

from doorward.base.errors import AwsError
from doorward.services.cloudformation import (
    beginning,
    creation,
    differences,
    loading,
    lookup,
    resources,
    statuses,
    submission,
    updates,
)
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.errors import (
    AlreadyExists,
    InvalidChangeSetStatus,
    LimitExceeded,
    ValidationError,
)
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.template.errors import ValidationError as Invalid
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_change_sets, stacks
from doorward.store.tables.stack import Stack
from doorward.store.tables.stack_change_set import ChangeSet

NOTHING = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)
CREATE, UPDATE, IMPORT = "CREATE", "UPDATE", "IMPORT"
COMPLETE, FAILED = "CREATE_COMPLETE", "FAILED"
AVAILABLE, UNAVAILABLE, EXECUTED = "AVAILABLE", "UNAVAILABLE", "EXECUTE_COMPLETE"
MOST = 1_000
KIND = "change set"


@cloudformation.operation(on=resources.deployed, prepare=loading.prepare)
def create_change_set(
    ctx: Context,
    *,
    stack_name: str,
    template_body: str | None = None,
    template_url: str | None = None,
    use_previous_template: bool = False,
    parameters: list[dict[str, Any]] | None = None,
    capabilities: list[str] | None = None,
    resource_types: list[str] | None = None,
    role_arn: str | None = None,
    rollback_configuration: dict[str, Any] | None = None,
    notification_arns: list[str] | None = None,
    tags: list[dict[str, str]] | None = None,
    change_set_name: str,
    client_token: str | None = None,
    description: str | None = None,
    change_set_type: str = UPDATE,
    resources_to_import: list[dict[str, Any]] | None = None,
    include_nested_stacks: bool = False,
    on_stack_failure: str | None = None,
    import_existing_resources: bool = False,
    deployment_mode: str | None = None,
    deployment_config: dict[str, Any] | None = None,
    disable_validation: bool | None = None,
) -> Output:
    """Make a change set; of the type CREATE, for a stack that is not there yet.

    Raises:
        ValidationError: there is no such stack, or template or parameters cannot be used.
        AlreadyExists: the stack has a change set of that name.
        InsufficientCapabilities: what the template does is not acknowledged.
        LimitExceeded: there are too many.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
    """
    del deployment_mode, deployment_config, disable_validation
    stack, fresh = _stack(ctx, stack_name, change_set_name, change_set_type)
    known = stack_change_sets.named(ctx.db, ctx.account, stack.id, change_set_name)
    if known is not None:
        if client_token and known.options.get("token") == client_token:
            return {"Id": known.id, "StackId": stack.id}
        raise AlreadyExists(f"ChangeSet {change_set_name} already exists")  # assumed
    if stack_change_sets.count(ctx.db, stack.id) >= MOST:
        raise LimitExceeded(f"ChangeSet limit exceeded for stack {stack.name}")
    beginning.trusted_role(ctx, role_arn, stack)
    before = works.deployed(ctx.secrets, stack)
    text = loading.text_of(
        ctx, template_body, template_url, before=before, previous=use_previous_template
    )
    assert text is not None  # noqa: S101 - or it would have been refused
    asked = updates.asked_of(
        stack,
        parameters=parameters,
        capabilities=capabilities,
        tags=tags,
        notification_arns=notification_arns,
        resource_types=resource_types,
    )
    options = {
        "token": client_token,
        "on_stack_failure": on_stack_failure,
        "include_nested_stacks": include_nested_stacks,
        "import_existing_resources": import_existing_resources,
        "imports": imports_of(change_set_type, resources_to_import),
        **creation.options_of(rollback_configuration=rollback_configuration),
    }
    made = ChangeSet(
        lookup.change_set_arn(ctx, change_set_name, ctx.ids.request_id()),
        ctx.account,
        ctx.facts.region,
        stack.id,
        change_set_name,
        change_set_type,
        COMPLETE,
        AVAILABLE,
        ctx.now,
        None,
        description,
        dict(asked.tags),
        list(asked.capabilities),
        list(asked.notification_arns),
        role_arn,
        [],
        {name: one for name, one in options.items() if one is not None},
    )
    submitted = submission.submit(ctx, stack, text, asked, before, expand=False)
    differences.refuse_new_types(ctx, stack, submitted)
    made = _filled(ctx, stack, made, submitted, before)
    if fresh:
        stacks.add(ctx.db, stack)
        beginning.note(ctx, stack, stack.status, stack.reason)
    stack_change_sets.add(ctx.db, made)
    return {"Id": made.id, "StackId": stack.id}


def _stack(ctx: Context, name: str, change_set: str, kind: str) -> tuple[Stack, bool]:
    """The stack of the change set, and whether it is made with it.

    Raises:
        ValidationError: a stack to create is there, or one to update is not, or in no state.
    """
    found = lookup.find(ctx, name)
    if found is not None and found.live_name is None:
        found = None
    if kind == CREATE or (kind == IMPORT and found is None):
        if found is None:
            stack = creation.new(ctx, name, statuses.REVIEW_IN_PROGRESS)
            return replace(stack, reason=beginning.USER), True
        if found.status != statuses.REVIEW_IN_PROGRESS:
            raise ValidationError(
                f"Stack [{name}] already exists and cannot be created again with the changeSet "
                f"[{change_set}]."
            )
        return found, False
    stack = lookup.live(ctx, name)
    if stack.status == statuses.REVIEW_IN_PROGRESS:
        raise ValidationError(f"Stack [{name}] does not exist")
    updates.updatable(stack, disable_rollback=True)
    return stack, False


def imports_of(kind: str, given: list[dict[str, Any]] | None) -> dict[str, str] | None:
    """The physical ids to import by logical id.

    Raises:
        ValidationError: they are given to another type of change set, or missing.
    """
    if kind != IMPORT:
        if given:
            raise ValidationError("ResourcesToImport is only supported for IMPORT change sets")
        return None
    if not given:
        raise ValidationError("As part of the import operation, ResourcesToImport is required.")
    return {one["LogicalResourceId"]: "|".join(one["ResourceIdentifier"].values()) for one in given}


def _filled(
    ctx: Context,
    stack: Stack,
    made: ChangeSet,
    submitted: submission.Submitted,
    before: Plan | None,
) -> ChangeSet:
    """*made* with its changes, or with why it has none."""
    work = ctx.secrets.seal(
        json.dumps(asdict(submitted.plan)), account=made.account, id=made.id, kind=KIND
    )
    made = replace(made, work=work)
    try:
        changes = differences.changes(ctx, stack, submitted, before)
    except Invalid as error:
        return _failed(made, error)
    for one in changes:
        if one["LogicalResourceId"] in (made.options.get("imports") or {}):
            one["Action"] = "Import"
            one["PhysicalResourceId"] = made.options["imports"][one["LogicalResourceId"]]
    if not changes and before is not None and _same(ctx, stack, before, submitted.plan):
        return replace(made, status=FAILED, execution_status=UNAVAILABLE, reason=NOTHING)
    return replace(made, changes=changes)


def _same(ctx: Context, stack: Stack, before: Plan, plan: Plan) -> bool:
    """Whether nothing but what AWS does not count differs."""
    if updates.nothing_new(ctx, stack, before, plan):
        return True
    old = loading.parsed(before.processed or before.template)
    new = loading.parsed(plan.processed or plan.template)
    outputs = old.outputs == new.outputs
    return outputs and stack.tags == plan.tags and before.texts == plan.texts


def _failed(made: ChangeSet, error: AwsError) -> ChangeSet:
    return replace(made, status=FAILED, execution_status=UNAVAILABLE, reason=error.message)


def plan_of(ctx: Context, made: ChangeSet) -> Plan:
    """What the change set would deploy."""
    assert made.work is not None  # noqa: S101 - every change set has it
    text = ctx.secrets.open(made.work, account=made.account, id=made.id, kind=KIND)
    return Plan(**json.loads(text))


@cloudformation.operation(on=resources.change_set)
def execute_change_set(
    ctx: Context,
    *,
    change_set_name: str,
    stack_name: str | None = None,
    client_request_token: str | None = None,
    disable_rollback: bool | None = None,
    retain_except_on_create: bool = False,
) -> Output:
    """Begin to do what a change set says.

    Raises:
        ChangeSetNotFound: there is no such change set.
        InvalidChangeSetStatus: it cannot be executed as it is.
        ValidationError: the stack is in no state for it.
        TokenAlreadyExists: the token was used for something else.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
    """
    made = lookup.change_set(ctx, change_set_name, stack_name)
    stack = lookup.live(ctx, made.stack)
    if beginning.repeated(stack, client_request_token, "ExecuteChangeSet"):
        return {}
    if made.status != COMPLETE:
        raise InvalidChangeSetStatus(
            f"ChangeSet [{made.id}] cannot be executed in its current status of [{made.status}]"
        )
    if made.execution_status != AVAILABLE:
        raise InvalidChangeSetStatus(
            f"ChangeSet [{made.id}] cannot be executed in its current execution status of "
            f"[{made.execution_status}]"
        )
    is_new = stack.status == statuses.REVIEW_IN_PROGRESS
    if not is_new:
        updates.updatable(stack, disable_rollback=bool(disable_rollback))
    status = statuses.CREATE_IN_PROGRESS if is_new else statuses.UPDATE_IN_PROGRESS
    if made.type == IMPORT:
        status = statuses.IMPORT_IN_PROGRESS
    plan = plan_of(ctx, made)
    role = made.role_arn or stack.role_arn
    todo = beginning.work(
        ctx,
        stack,
        token=client_request_token,
        role_arn=role,
        plan=plan,
        disable_rollback=bool(disable_rollback),
        on_failure=made.options.get("on_stack_failure") or "ROLLBACK",
        retain_except_on_create=retain_except_on_create,
        imports=made.options.get("imports") or {},
        change_set_id=made.id,
    )
    stack_change_sets.remove_others(ctx.db, ctx.account, stack.id, but=made.id)
    stack_change_sets.change(ctx.db, ctx.account, made.id, {"execution_status": EXECUTED})
    shown: dict[str, Any] = {"tags": plan.tags, "description": plan.description} if is_new else {}
    beginning.begin(
        ctx,
        stack,
        status,
        todo,
        asked="ExecuteChangeSet",
        role_arn=role,
        change_set_id=made.id,
        updated_at=ctx.now,
        options={**stack.options, "disable_rollback": bool(disable_rollback)},
        capabilities=plan.capabilities,
        notification_arns=plan.notification_arns,
        **shown,
    )
    return {}


@cloudformation.operation(on=resources.change_set)
def delete_change_set(
    ctx: Context, *, change_set_name: str, stack_name: str | None = None
) -> Output:
    """Delete a change set; one that the stack does not have is no error.

    Raises:
        ValidationError: there is no such stack.
        InvalidChangeSetStatus: it is being executed.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
    """
    if stack_name is not None:
        lookup.stack(ctx, stack_name, lookup.BRACKETS)
    elif not change_set_name.startswith("arn:"):
        raise ValidationError(
            "StackName must be specified if ChangeSetName is not specified as an ARN."
        )
    found = lookup.find_change_set(ctx, change_set_name, stack_name)
    if found is not None:
        stack_change_sets.remove(ctx.db, ctx.account, found.id)
    return {}
