"""One resource made, changed, replaced or deleted, with its events.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine.deployment import Deployment
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Run
from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.provider import Created
from doorward.services.cloudformation.types.refusals import LeftBehind
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.store.tables.stack import StackResource

INITIATED = "Resource creation Initiated"
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
KEPT = ("properties", "attributes", "shown", "needs", "deletion_policy", "update_replace_policy")


def provider(type_name: str) -> ResourceType:
    """The resource type; stacks have only those that there are."""
    found = registry.find(type_name)
    if found is None:
        raise LookupError(type_name)
    return found


def new_row(run: Run, deployment: Deployment, logical_id: str) -> Row:
    """The row of a resource that is not there yet."""
    resource = deployment.resources[logical_id]
    described = deployment.described(logical_id)
    metadata = described.pop("metadata")
    row = Row(
        StackResource(
            run.stack.id,
            logical_id,
            run.stack.account,
            deployment.order.index(logical_id),
            resource.type,
            "",
            statuses.CREATE_IN_PROGRESS,
            run.host.now(),
            None,
            resource.description,
            None if metadata is None else json.dumps(metadata),
        ),
        described,
    )
    fresh(run, row)
    return row


def fresh(run: Run, row: Row) -> None:
    """Give the physical resource that *row* is to get a name and a token of its own."""
    row.state |= {"suffix": run.suffix(), "token": run.host.ids.request_id()}


def create(run: Run, row: Row, wanted: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Make the physical resource of *row*; False where it failed."""
    if row.state.get("change") != "create":
        row.state |= {"change": "create", "wanted": wanted, "shown": shown}
        row.state["operation"] = run.work.id
        run.put(row, statuses.CREATE_IN_PROGRESS)
    return _made(run, row, statuses.CREATE_COMPLETE, statuses.CREATE_FAILED)


def substitute(run: Run, row: Row) -> bool:
    """Make the physical resource that takes the place of the one that *row* has."""
    return _made(run, row, statuses.UPDATE_COMPLETE, statuses.UPDATE_FAILED)


def _made(run: Run, row: Row, complete: str, failed: str) -> bool:
    in_progress = row.resource.status
    wanted = row.state["wanted"]

    def work() -> Created:
        calls = run.calls(row.resource)
        try:
            return provider(row.resource.type).create(calls, wanted, run.facts(row))
        except AwsError as error:
            raise Refused(error, calls.reason(error, row.state["token"])) from error

    found = _tried(run, row, work, failed)
    if found is None:
        return False
    row.resource = replace(row.resource, physical_id=found.physical_id)
    row.state |= {"properties": wanted, "attributes": dict(found.attributes), "done": True}
    initiated = row.resource

    def first(db: Connection) -> None:
        run.event(db, initiated, in_progress, INITIATED, row.shown)

    run.host.write(first)
    run.put(row, complete, done=True)
    return True


class Refused(Exception):
    """A resource type's failure, and the reason that its event tells."""

    def __init__(self, error: AwsError, reason: str) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason


def _tried(run: Run, row: Row, work: Callable[[], Created], failed: str) -> Created | None:
    """What *work* gives; None where it is refused, which is written down."""
    try:
        return work()
    except Refused as refused:
        error, reason = refused.error, refused.reason
        if isinstance(error, LeftBehind):
            row.state["left"] = error.physical_id
            if not row.resource.physical_id:
                row.resource = replace(row.resource, physical_id=error.physical_id)
                row.state["properties"] = row.state["wanted"]
    except AwsError as error:
        reason = error.message
    run.put(row, failed, reason, done=True)
    return None


def change(run: Run, row: Row, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Bring the physical resource of *row* from *old* to *new*; False where it failed."""

    def work() -> Created:
        calls = run.calls(row.resource)
        facts = run.facts(row)
        try:
            kind = provider(row.resource.type)
            return kind.update(calls, row.resource.physical_id, old, new, facts)
        except AwsError as error:
            raise Refused(error, calls.reason(error, row.state["token"])) from error

    found = _tried(run, row, work, statuses.UPDATE_FAILED)
    if found is None:
        return False
    if found.physical_id != row.resource.physical_id and row.state.get("change") == "update":
        row.state["change"] = "replace"  # a custom resource has put another in its place
    row.resource = replace(row.resource, physical_id=found.physical_id)
    row.state |= {
        "properties": new,
        "attributes": {**row.attributes, **found.attributes},
        "done": True,
    }
    run.put(row, statuses.UPDATE_COMPLETE, done=True)
    return True


def delete(run: Run, row: Row, *, physical_id: str, properties: dict[str, Any]) -> str | None:
    """Delete a physical resource of *row*; the reason where that failed."""
    try:
        calls = run.calls(row.resource)
    except AwsError as error:
        return error.message
    kind = provider(row.resource.type)
    if kind.waits and not deleting(row, physical_id):
        row.state["deleting"] = {"id": physical_id, "since": run.host.now().isoformat()}
        run.host.write(lambda db: run.store(db, row))
    reason = None
    try:
        kind.delete(calls, physical_id, properties, run.facts(row))
    except AwsError as error:
        reason = calls.reason(error, row.state["token"])
    row.state.pop("deleting", None)
    return reason


def deleting(row: Row, physical_id: str) -> bool:
    """Whether a physical resource is being deleted already, and only waits for something."""
    begun = row.state.get("deleting")
    return begun is not None and begun["id"] == physical_id
