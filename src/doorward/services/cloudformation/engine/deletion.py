"""Deleting a stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete-stack.html
"""

from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import completion, removal
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Failed, Run, failures
from doorward.store import stack_change_sets, stack_exports, stack_signals

RETAIN = frozenset({"Retain", "RetainExceptOnCreate"})


def delete(run: Run) -> None:
    """Delete every resource, then the stack.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    try:
        run.host.write(lambda db: _not_imported(db, run))
    except Failed as error:
        run.become(run.work.before, error.reason)
        return

    def keep(row: Row) -> bool:
        if row.logical_id in run.work.retain:
            return True
        policy = row.state.get("deletion_policy")
        created = row.state.get("change") != "create" or run.work.before != statuses.CREATE_FAILED
        return policy in RETAIN and (created or policy == "Retain")

    failed = removal.remove_all(run, [*run.rows.values()], keep)
    if failed and not run.work.force:
        run.become(statuses.DELETE_FAILED, failures("delete", failed))
        return

    def job(db: Connection) -> dict[str, Any]:
        stack_exports.replace(db, run.stack.id, ())
        stack_exports.keep_imports(db, run.stack.id, ())
        stack_change_sets.remove_others(db, run.stack.account, run.stack.id)
        stack_signals.forget_all(db, run.stack.id)
        return {"deleted": True}

    run.become(statuses.DELETE_COMPLETE, also=job)


def _not_imported(db: Connection, run: Run) -> None:
    """Refuse to delete what others import, and export nothing from now on.

    Raises:
        Failed: some do.
    """
    for one in stack_exports.of_stack(db, run.stack.id):
        completion.refuse_if_imported(db, run, one.name, "Delete canceled. Cannot delete")
    stack_exports.replace(db, run.stack.id, ())
