"""Taking resources into a stack that exist already.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
"""

from dataclasses import replace

from doorward.base.errors import AwsError
from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import completion, making
from doorward.services.cloudformation.engine.deployment import Deployment
from doorward.services.cloudformation.engine.run import Failed, Run, failures

INITIATED = "Resource import initiated."
MISSING = "Resource of type '{}' with identifier '{}' was not found."


def take_in(run: Run) -> None:
    """Take in every resource that the change set names, and leave the others as they are.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    plan = run.work.plan
    assert plan is not None  # noqa: S101 - an import has one
    try:
        deployment = Deployment(run, plan)
        for logical_id in deployment.order:
            run.alive()
            known = run.rows.get(logical_id)
            if logical_id in run.work.imports and (known is None or not known.there):
                taken_in(run, deployment, logical_id)
        run.become(statuses.IMPORT_COMPLETE, also=completion.settled(run, deployment))
    except Failed as error:
        run.become(statuses.IMPORT_ROLLBACK_IN_PROGRESS, error.reason)


def taken_in(run: Run, deployment: Deployment, logical_id: str) -> None:
    """Have a resource that exists be the stack's from now on.

    Raises:
        Failed: it is not there, or the caller may not read or change it.
    """
    row = run.rows[logical_id] = making.new_row(run, deployment, logical_id)
    physical_id = run.work.imports[logical_id]
    row.resource = replace(row.resource, physical_id=physical_id)
    row.state |= {"shown": deployment.shown(logical_id), "change": "import"}
    run.put(row, statuses.IMPORT_IN_PROGRESS, INITIATED)
    properties = deployment.properties(logical_id)
    kind = making.provider(row.resource.type)
    try:
        calls = run.calls(row.resource)
        found = kind.read(calls, physical_id, run.facts(row))
        if found is None:
            raise Failed(MISSING.format(row.resource.type, physical_id))  # noqa: TRY301 - it is told below
        made = kind.update(calls, physical_id, properties, properties, run.facts(row))
    except (AwsError, Failed) as error:
        run.put(row, statuses.IMPORT_FAILED, str(error), done=True)
        raise Failed(failures("import", [logical_id])) from error
    row.state |= {"properties": properties, "attributes": dict(made.attributes), "done": True}
    run.put(row, statuses.IMPORT_COMPLETE, done=True)


def let_go(run: Run) -> None:
    """Let go of what was taken in; it stays as it is.

    Raises:
        Stopped, Superseded: as `Run.alive`.
    """
    for row in [*run.rows.values()]:
        if row.state.get("change") == "import":
            run.drop(row)
    if run.work.before == statuses.REVIEW_IN_PROGRESS:
        run.become(statuses.IMPORT_ROLLBACK_COMPLETE, also=lambda _: {})
    else:
        run.become(statuses.IMPORT_ROLLBACK_COMPLETE)
