"""Taking an update back: every resource as it was, what came new deleted in the end.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import making
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Run, failures
from doorward.store import stack_exports

SKIPPED = "Resource update skipped"


def revert(run: Run) -> None:
    """Bring back every resource that the update changed.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    failed: list[str] = []
    ordered = sorted(run.rows.values(), key=lambda row: row.resource.number)
    for row in ordered:
        run.alive()
        if row.state.get("change") in {"update", "replace"} and not restored(run, row):
            failed.append(row.logical_id)
    if failed:
        run.become(statuses.UPDATE_ROLLBACK_FAILED, failures("update", failed))
        return

    def job(db: Connection) -> dict[str, Any]:
        for row in run.rows.values():
            if row.state.get("change") in {"create", "import"}:
                row.state["remove"] = row.state["change"] == "create"
            row.state |= row.state.pop("described", {})
            run.store(db, row)
        deployed = works.settings(run.host.secrets, run.stack)
        stack_exports.keep_imports(db, run.stack.id, deployed.imports if deployed else ())
        return {}

    run.become(statuses.UPDATE_ROLLBACK_CLEANUP, also=job)


def restored(run: Run, row: Row) -> bool:
    """Whether the resource is what it was before the update."""
    state = row.state
    previous = state.get("previous")
    if previous is None:
        return True
    if row.logical_id in run.work.skip:
        row.settle()
        run.put(row, statuses.UPDATE_COMPLETE, SKIPPED, done=True)
        return True
    if state["change"] == "replace":
        return put_back(run, row, previous)
    return update_back(run, row, previous)


def update_back(run: Run, row: Row, previous: dict[str, Any]) -> bool:
    """Whether the resource has its old properties again."""
    old = row.state.get("wanted", {})
    new = previous["properties"]
    if row.state.get("returning") != run.work.id:
        row.state |= {"shown": previous.get("shown"), "token": run.host.ids.request_id()}
    if row.resource.status == statuses.UPDATE_FAILED and not _touched(row):
        return as_before(run, row, previous)
    if row.state.get("returning") != run.work.id:
        row.state["returning"] = run.work.id
        run.put(row, statuses.UPDATE_IN_PROGRESS, done=True)
    if not making.change(run, row, old, new):
        row.state["wanted"] = old
        return False
    return as_before(run, row, previous, event=False)


def _touched(row: Row) -> bool:
    """Whether the update of the resource was begun at all."""
    return "how" in row.state


def put_back(run: Run, row: Row, previous: dict[str, Any]) -> bool:
    """Have the old physical resource be the resource again, the new one to be deleted."""
    if row.resource.status == statuses.UPDATE_IN_PROGRESS and not row.state.get("done"):
        making.substitute(run, row)  # was cut off: whole, or nothing of it
    left = row.state.pop("left", None)
    replaced = row.resource.physical_id != previous["physical_id"]
    aside: dict[str, Any] | None = None
    if replaced:
        aside = {
            name: row.state[name]
            for name in ("properties", "attributes", "deletion_policy", "update_replace_policy")
            if name in row.state
        } | {"physical_id": row.resource.physical_id}
    elif left:
        aside = {"physical_id": left, "properties": row.state.get("wanted", {})}
    row.resource = replace(row.resource, physical_id=previous["physical_id"])
    as_before(run, row, previous)
    if aside is not None:
        row.state["aside"] = {**aside, "update_replace_policy": None}
        run.host.write(lambda db: run.store(db, row))
    return True


def as_before(run: Run, row: Row, previous: dict[str, Any], *, event: bool = True) -> bool:
    """Write down that the resource is what it was."""
    aside = row.state.get("aside")
    for name in making.KEPT:
        if name in previous and name != "attributes":
            row.state[name] = previous[name]
    row.state["attributes"] = {**row.attributes, **previous.get("attributes", {})}
    row.settle()
    if aside is not None:
        row.state["aside"] = aside
    run.put(row, statuses.UPDATE_COMPLETE, event=event, done=True)
    return True
