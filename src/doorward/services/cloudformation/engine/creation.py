"""Creating a stack, and taking it back where that fails.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import completion, making, removal
from doorward.services.cloudformation.engine.deployment import Deployment
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Failed, Run, failures
from doorward.store import stack_exports

ASKED = "Rollback requested by user."
LATE = "Stack creation time exceeded the specified timeout."
RETAIN = "Retain"


def create(run: Run) -> None:
    """Make every resource of the plan, then the outputs.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    plan = run.work.plan
    assert plan is not None  # noqa: S101 - a creation has one
    try:
        deployment = Deployment(run, plan)
        failed = make_all(run, deployment, stop=not run.work.disable_rollback)
        if not failed:
            run.become(statuses.CREATE_COMPLETE, also=completion.settled(run, deployment))
            return
        reason = f"{failures('create', failed)}{ASKED}"
    except Failed as error:
        reason = error.reason
    fail(run, reason)


def fail(run: Run, reason: str) -> None:
    """Turn the stack to what is to become of it now that creating it has failed."""
    if run.work.disable_rollback or run.work.on_failure == "DO_NOTHING":
        run.become(
            statuses.CREATE_FAILED, reason.removesuffix(f"{ASKED}"), also=lambda _: kept(run)
        )
    elif run.work.on_failure == "DELETE":
        deleting = replace(run.work, before=statuses.CREATE_FAILED)
        reason = f"{reason.removesuffix(ASKED)}Delete requested by user."
        run.become(statuses.DELETE_IN_PROGRESS, reason, work=deleting)
    else:
        run.become(statuses.ROLLBACK_IN_PROGRESS, reason)


def kept(run: Run) -> dict[str, Any]:
    """What a stack that stays half made is taken to be made from."""
    plan = run.work.plan
    return completion.columns(run, plan) if plan else {}


def make_all(run: Run, deployment: Deployment, *, stop: bool) -> list[str]:
    """Make every resource that is not there; the logical ids of those that failed.

    With *stop* the first failure ends it, else only what needs the failed one is left out.

    Raises:
        Failed: a value has none, or the time is over.
        Stopped, Superseded: as `Run.alive`.
    """
    failed: list[str] = []
    for logical_id in deployment.order:
        run.alive()
        if run.late:
            raise Failed(f"{LATE} {ASKED}")
        if any(name in failed for name in deployment.needs[logical_id]):
            continue
        if not made(run, deployment, logical_id):
            failed.append(logical_id)
            if stop:
                break
    return failed


def made(run: Run, deployment: Deployment, logical_id: str) -> bool:
    """Whether the resource is there now.

    Raises:
        Failed: a value has none.
    """
    row = run.rows.get(logical_id)
    if row and row.resource.status == statuses.CREATE_COMPLETE:
        return True
    if row and row.state.get("change") == "create" and not row.state.get("done"):
        if row.resource.status == statuses.CREATE_FAILED:
            return False
        return making.create(run, row, row.state["wanted"], row.state["shown"])
    row = run.rows[logical_id] = making.new_row(run, deployment, logical_id)
    wanted, shown = deployment.properties(logical_id), deployment.shown(logical_id)
    return making.create(run, row, wanted, shown)


def rollback(run: Run) -> None:
    """Delete what was made, in order.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """

    def keep(row: Row) -> bool:
        return row.state.get("deletion_policy") == RETAIN and not run.work.retain_except_on_create

    failed = removal.remove_all(run, [*run.rows.values()], keep)

    def forget(db: Connection) -> dict[str, Any]:
        stack_exports.keep_imports(db, run.stack.id, ())
        stack_exports.replace(db, run.stack.id, ())
        return kept(run)

    if failed:
        run.become(statuses.ROLLBACK_FAILED, failures("delete", failed), also=forget)
    else:
        run.become(statuses.ROLLBACK_COMPLETE, also=forget)
