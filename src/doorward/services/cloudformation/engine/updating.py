"""Updating a stack: change, replace and make; what is no longer wanted is deleted in the end.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
"""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation import stack_policy, statuses
from doorward.services.cloudformation.engine import completion, creation, making
from doorward.services.cloudformation.engine.deployment import Deployment
from doorward.services.cloudformation.engine.replacement import Change, keeps_name, needed
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import STACK_TYPE, Failed, Run, failures

SAME_NAME = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename {} and update the stack again."
)


def update(run: Run) -> None:
    """Bring every resource to what the plan says, then the outputs.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    plan = run.work.plan
    assert plan is not None  # noqa: S101 - an update has one
    try:
        deployment = Deployment(run, plan)
        bring(run, deployment)
        removed = [row for name, row in run.rows.items() if name not in deployment.resources]
        for row in removed:
            if row.there:
                permit(run, row, "Update:Delete")
        finish(run, deployment, removed)
    except Failed as error:
        fail(run, error.reason)


def fail(run: Run, reason: str) -> None:
    """Turn the stack to what is to become of it now that its update has failed."""
    reason = reason.removesuffix(creation.ASKED).rstrip(" ") if "failed to" in reason else reason
    if run.work.disable_rollback:
        run.become(statuses.UPDATE_FAILED, reason, also=lambda _: half_done(run))
    else:
        run.become(statuses.UPDATE_ROLLBACK_IN_PROGRESS, reason)


def half_done(run: Run) -> dict[str, Any]:
    """What a stack that stays half updated keeps: nothing of the new template."""
    del run
    return {}


def bring(run: Run, deployment: Deployment) -> None:
    """Change, replace or make every resource of the new template.

    Raises:
        Failed: one failed, or a value has none.
        Stopped, Superseded: as `Run.alive`.
    """
    failed: dict[str, str] = {}
    for logical_id in deployment.order:
        run.alive()
        if any(name in failed for name in deployment.needs[logical_id]):
            continue
        row = run.rows.get(logical_id)
        is_new = row is None or not row.there or being_made(run, row)
        if is_new:
            if row and row.resource.status != statuses.CREATE_IN_PROGRESS and not row.there:
                del run.rows[logical_id]
            done, verb = creation.made(run, deployment, logical_id), "create"
        else:
            assert row is not None  # noqa: S101 - or it would be new
            done, verb = changed(run, deployment, row), "update"
        if not done:
            failed[logical_id] = verb
            if not run.work.disable_rollback:
                break
    if failed:
        by_verb = {
            verb: [name for name, one in failed.items() if one == verb]
            for verb in ("create", "update")
        }
        raise Failed("".join(failures(verb, names) for verb, names in by_verb.items() if names))


def being_made(run: Run, row: Row) -> bool:
    """Whether it is this operation that makes the resource."""
    return row.state.get("change") == "create" and row.state.get("operation") == run.work.id


def changed(run: Run, deployment: Deployment, row: Row) -> bool:
    """Whether a resource that was there is what it is to be now.

    Raises:
        Failed: a value has none, or the stack policy forbids it.
    """
    logical_id = row.logical_id
    state = row.state
    if not state.get("done") and state.get("change") in {"update", "replace"}:
        if row.resource.status == statuses.UPDATE_FAILED and state.get("operation") == run.work.id:
            return False
        if row.resource.status == statuses.UPDATE_IN_PROGRESS:
            return carry_out(run, row)  # cut off in the middle
    wanted = deployment.properties(logical_id)
    described = deployment.described(logical_id)
    metadata = described.pop("metadata")
    row.resource = replace(
        row.resource,
        number=deployment.order.index(logical_id),
        description=deployment.resources[logical_id].description,
        metadata=None if metadata is None else json.dumps(metadata),
    )
    old = state.get("properties", {})
    kind = needed(
        row.resource.type,
        old,
        wanted,
        old_tags=run.work.previous_tags,
        new_tags=deployment.plan.tags,
    )
    if state.get("done") and state.get("operation") == run.work.id:
        kind = Change.NONE
    if kind is Change.NONE and row.resource.type == STACK_TYPE:
        done = state.get("done") and state.get("operation") == run.work.id
        kind = Change.NONE if done else Change.UPDATE  # its template may be another now
    if kind is Change.NONE and row.resource.status != statuses.UPDATE_FAILED:
        return keep(run, row, described)
    permit(run, row, "Update:Replace" if kind is Change.REPLACE else "Update:Modify")
    if kind is Change.REPLACE and keeps_name(row.resource.type, old, wanted):
        run.put(row, statuses.UPDATE_FAILED, SAME_NAME.format(row.resource.physical_id))
        return False
    begin(run, row, kind, wanted, deployment.shown(logical_id), described)
    return carry_out(run, row)


def keep(run: Run, row: Row, described: dict[str, Any]) -> bool:
    """Note of a resource that stays as it is what the new template says besides."""
    if any(row.state.get(name) != one for name, one in described.items()):
        row.state.setdefault("described", {name: row.state.get(name) for name in described})
        row.state |= described
    run.put(row, row.resource.status, row.resource.reason, event=False)
    return True


def begin(
    run: Run,
    row: Row,
    kind: Change,
    wanted: dict[str, Any],
    shown: dict[str, Any],
    described: dict[str, Any],
) -> None:
    """Write down what is about to be done to *row*, and what it was."""
    state = row.state
    before = {name: state[name] for name in making.KEPT if name in state}
    before["physical_id"] = row.resource.physical_id
    if state.get("change") == "create":
        pass  # made by an operation that was left half done: a rollback deletes it
    elif state.get("previous") is None:
        state["previous"] = before
    elif kind is Change.REPLACE and state.get("change") == "replace":
        state["aside"] = before  # replaced before by an update that was left half done
    if state.get("change") not in {"create", "replace"}:
        state["change"] = kind.value
    state |= {"done": False, "wanted": wanted, "shown": shown, "operation": run.work.id}
    state |= described | {"from": before.get("properties", {})}
    state["how"] = kind.value
    reason = None
    if kind is Change.REPLACE:
        making.fresh(run, row)
        reason = making.REPLACING
    run.put(row, statuses.UPDATE_IN_PROGRESS, reason)


def carry_out(run: Run, row: Row) -> bool:
    """Do what was written down for *row*; False where it failed."""
    if row.state["how"] == Change.REPLACE.value:
        return making.substitute(run, row)
    return making.change(run, row, row.state["from"], row.state["wanted"])


def permit(run: Run, row: Row, action: str) -> None:
    """Hold an action on a resource against the stack policy.

    Raises:
        Failed: the policy does not allow it.
    """
    policy = run.work.during or run.stack.policy
    if policy is None:
        return
    refusal = stack_policy.refusal(policy, action, row.logical_id, row.resource.type)
    if refusal is None:
        return
    run.put(row, statuses.UPDATE_FAILED, refusal)
    raise Failed(failures("update", [row.logical_id]))


def finish(run: Run, deployment: Deployment, removed: list[Row]) -> None:
    """Turn the stack to what it is now; what it no longer wants is set aside for the cleanup.

    Raises:
        Failed: an output has no value, or something that others import would change.
    """
    done = completion.completed(run, deployment)

    def job(db: Connection) -> dict[str, Any]:
        columns = done(db)
        for row in run.rows.values():
            if row in removed:
                row.state["remove"] = True
            else:
                set_aside(row)
            run.store(db, row)
        if run.work.change_set_id is None:
            columns["change_set_id"] = None
        return columns | {"updated_at": run.stack.updated_at}

    run.become(statuses.UPDATE_CLEANUP, also=job)


def set_aside(row: Row) -> None:
    """Have the cleanup delete the physical resource whose place another one took."""
    state = row.state
    previous = state.get("previous")
    replaced = state.get("change") == "replace" and state.get("done")
    aside = previous if replaced else None
    state.pop("described", None)
    row.settle()
    if aside is not None and aside["physical_id"] != row.resource.physical_id:
        state["aside"] = aside
