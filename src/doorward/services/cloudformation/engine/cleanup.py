"""The end of an update, or of its rollback: what nobody wants any more is deleted.

What cannot be deleted is tried three times and then left behind; the update has succeeded for all
that.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import making, removal
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Run, failures

TRIES = 3
RETAIN = frozenset({"Retain", "RetainExceptOnCreate"})


def clean(run: Run, status: str) -> None:
    """Delete what was replaced or removed, then turn the stack to *status*.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    rolling_back = status == statuses.UPDATE_ROLLBACK_COMPLETE
    failed: list[str] = []
    for row in removal.backwards(run.rows.values()):
        run.alive()
        if row.state.get("aside") and not set_aside_gone(run, row):
            failed.append(row.logical_id)
        if row.state.get("remove") and not removed(run, row, rolling_back=rolling_back):
            failed.append(row.logical_id)

    def job(db: Connection) -> dict[str, Any]:
        for row in run.rows.values():
            row.settle()
            run.store(db, row)
        return {}

    run.become(status, failures("delete", failed) if failed else None, also=job)


def set_aside_gone(run: Run, row: Row) -> bool:
    """Whether the physical resource that has no place any more is deleted or kept on purpose."""
    aside: Mapping[str, Any] = row.state["aside"]
    shown = replace(row.resource, physical_id=aside["physical_id"])

    def note(status: str, reason: str | None = None) -> None:
        run.host.write(lambda db: run.event(db, shown, status, reason))

    if aside.get("update_replace_policy") in RETAIN:
        note(statuses.DELETE_SKIPPED)
        return True
    if not making.deleting(row, aside["physical_id"]):
        note(statuses.DELETE_IN_PROGRESS)
    reason = None
    for _ in range(TRIES):
        reason = making.delete(
            run, row, physical_id=aside["physical_id"], properties=aside["properties"]
        )
        if reason is None:
            note(statuses.DELETE_COMPLETE)
            break
    else:
        note(statuses.DELETE_FAILED, reason)
    del row.state["aside"]
    run.put(row, row.resource.status, row.resource.reason, event=False, done=True)
    return reason is None


def removed(run: Run, row: Row, *, rolling_back: bool) -> bool:
    """Whether a resource is deleted that the template no longer has, or kept on purpose."""
    policy = row.state.get("deletion_policy")
    removal.finish(run, row)

    def note(status: str, reason: str | None = None) -> None:
        run.host.write(lambda db: run.event(db, row.resource, status, reason))

    reason = None
    if not row.there:
        pass
    elif policy == "Retain" or (policy == "RetainExceptOnCreate" and not rolling_back):
        if not (rolling_back and run.work.retain_except_on_create):
            note(statuses.DELETE_SKIPPED)
            run.drop(row)
            return True
        reason = _tried(run, row, note)
    else:
        reason = _tried(run, row, note)
    run.drop(row)
    return reason is None


def _tried(run: Run, row: Row, note: Any) -> str | None:
    if not making.deleting(row, row.resource.physical_id):
        note(statuses.DELETE_IN_PROGRESS)
    reason = None
    for _ in range(TRIES):
        properties = row.state.get("properties", {})
        physical_id = row.resource.physical_id
        reason = making.delete(run, row, physical_id=physical_id, properties=properties)
        if reason is None:
            note(statuses.DELETE_COMPLETE)
            return None
    note(statuses.DELETE_FAILED, reason)
    return reason
