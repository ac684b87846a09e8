"""Resources deleted in the order opposite to that in which they were made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete-stack.html
"""

from collections.abc import Callable, Collection

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import making
from doorward.services.cloudformation.engine.row import GONE, Row
from doorward.services.cloudformation.engine.run import Run
from doorward.store import stack_resources


def backwards(rows: Collection[Row]) -> list[Row]:
    """*rows* so that each stands before those that it needs."""
    left = {row.logical_id: row for row in rows}
    ordered: list[Row] = []
    while left:
        needed = {name for row in left.values() for name in row.state.get("needs", ())}
        free = [row for row in left.values() if row.logical_id not in needed] or [*left.values()]
        free.sort(key=lambda row: (-row.resource.number, row.logical_id))
        ordered += [left.pop(row.logical_id) for row in free]
    return ordered


def remove_all(run: Run, rows: Collection[Row], keep: Callable[[Row], bool]) -> list[str]:
    """Delete *rows* but those to *keep*; the logical ids of what could not be deleted.

    What something still needs that could not be deleted is left alone.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    failed: dict[str, Row] = {}
    for row in backwards([row for row in rows if row.resource.status not in GONE]):
        run.alive()
        if any(row.logical_id in other.state.get("needs", ()) for other in failed.values()):
            failed[row.logical_id] = row  # needed by what is still there
            continue
        if not remove(run, row, keep):
            failed[row.logical_id] = row
    return [name for name, row in failed.items() if row.resource.status == statuses.DELETE_FAILED]


def remove(run: Run, row: Row, keep: Callable[[Row], bool]) -> bool:
    """Delete the physical resource of *row*; False where that failed."""
    finish(run, row)
    if not row.there:
        return _gone(run, row, statuses.DELETE_COMPLETE)
    if keep(row):
        return _gone(run, row, statuses.DELETE_SKIPPED)
    physical_id = row.resource.physical_id
    if "deleting" not in row.state:
        run.put(row, statuses.DELETE_IN_PROGRESS)
    reason = making.delete(
        run, row, physical_id=physical_id, properties=row.state.get("properties", {})
    )
    if reason is None and (aside := row.state.get("aside")):
        reason = making.delete(
            run, row, physical_id=aside["physical_id"], properties=aside["properties"]
        )
    if reason is not None:
        run.put(row, statuses.DELETE_FAILED, reason, done=True)
        return False
    return _gone(run, row, statuses.DELETE_COMPLETE)


def _gone(run: Run, row: Row, status: str) -> bool:
    """Write down that the stack no longer has the resource, and forget what it was."""
    row.state = {"shown": row.shown}
    run.put(row, status, done=True)
    return True


def finish(run: Run, row: Row) -> None:
    """Make *row* whole whose making was cut off, so that there is something to delete.

    Nothing is made where nothing was begun.
    """
    if row.resource.status != statuses.CREATE_IN_PROGRESS or row.resource.physical_id:
        return
    with run.host.read() as db:
        begun = stack_resources.calls(db, run.stack.id, row.logical_id)
    if begun:
        making.create(run, row, row.state["wanted"], row.state["shown"])
    else:
        run.put(row, statuses.CREATE_FAILED, "Resource creation cancelled", done=True)
