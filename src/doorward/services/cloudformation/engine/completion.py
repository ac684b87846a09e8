"""The end of a deployment: outputs, exports, and what the stack is from now on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.deployment import Deployment
from doorward.services.cloudformation.engine.run import Failed, Run
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.template.resolve import ResolvedOutput
from doorward.store import stack_exports
from doorward.store.tables.stack import StackExport

EXPORT = "stack export"
MOST_NAMED = 100


def completed(run: Run, deployment: Deployment) -> Callable[[Connection], dict[str, Any]]:
    """The columns of a stack that is deployed, to be set in one transaction with its exports.

    Raises:
        Failed: an output has no value.
    """
    outputs = deployment.outputs()
    plan = replace(
        deployment.plan,
        outputs=[_output(one) for one in outputs.values()],
        imports=sorted(deployment.imported),
    )
    exports = exported(run, outputs)

    def job(db: Connection) -> dict[str, Any]:
        publish(db, run, exports)
        stack_exports.keep_imports(db, run.stack.id, deployment.imported)
        return columns(run, plan)

    return job


def settled(run: Run, deployment: Deployment) -> Callable[[Connection], dict[str, Any]]:
    """The same, every resource being what it is to be.

    Raises:
        Failed: an output has no value.
    """
    done = completed(run, deployment)

    def job(db: Connection) -> dict[str, Any]:
        found = done(db)
        for row in run.rows.values():
            row.settle()
            run.store(db, row)
        return found

    return job


def columns(run: Run, plan: Plan) -> dict[str, Any]:
    """The columns of a stack that is what *plan* says."""
    values: dict[str, Any] = {
        "tags": plan.tags,
        "capabilities": plan.capabilities,
        "notification_arns": plan.notification_arns,
        "description": plan.description,
        **works.seal_plan(run.host.secrets, run.stack, plan),
    }
    if run.work.policy is not None:
        values["policy"] = run.work.policy
    return values


def _output(found: ResolvedOutput) -> dict[str, Any]:
    shown: dict[str, Any] = {"OutputKey": found.name, "OutputValue": found.value}
    if found.description is not None:
        shown["Description"] = found.description
    if found.export_name is not None:
        shown["ExportName"] = found.export_name
    return shown


def exported(run: Run, outputs: Mapping[str, ResolvedOutput]) -> list[StackExport]:
    """What the stack exports."""
    stack = run.stack
    return [
        StackExport(
            stack.account,
            stack.region,
            one.export_name,
            stack.id,
            run.host.secrets.seal(
                str(one.value),
                account=stack.account,
                id=f"{stack.region}/{one.export_name}",
                kind=EXPORT,
            ),
        )
        for one in outputs.values()
        if one.export_name is not None
    ]


def publish(db: Connection, run: Run, exports: Sequence[StackExport]) -> None:
    """Have the stack export these and nothing else.

    Raises:
        Failed: a name is taken, or something that others import would change or vanish.
    """
    stack = run.stack
    for one in exports:
        other = stack_exports.find(db, stack.account, stack.region, one.name)
        if other is not None and other.stack != stack.id:
            raise Failed(
                f"Export with name {one.name} is already exported by stack {name_of(other.stack)}."
                " Rollback requested by user."
            )
    wanted = {one.name: one for one in exports}
    for old in stack_exports.of_stack(db, stack.id):
        if old.name not in wanted:
            refuse_if_imported(db, run, old.name, "Delete canceled. Cannot delete")
        elif _value(run, old) != _value(run, wanted[old.name]):
            refuse_if_imported(db, run, old.name, "Update canceled. Cannot update")
    stack_exports.replace(db, stack.id, exports)


def _value(run: Run, export: StackExport) -> str:
    where = f"{export.region}/{export.name}"
    return run.host.secrets.open(export.value, account=export.account, id=where, kind=EXPORT)


def refuse_if_imported(db: Connection, run: Run, name: str, verb: str) -> None:
    """Refuse to take away what other stacks import.

    Raises:
        Failed: some do; the sentence names them.
    """
    stack = run.stack
    page = stack_exports.importers(
        db, stack.account, stack.region, name, after=None, limit=MOST_NAMED
    )
    names = [name_of(one.stack) for one in page.items if one.stack != stack.id]
    if names:
        raise Failed(f"{verb} export {name} as it is in use by {listed(names)}.")


def listed(names: Sequence[str]) -> str:
    """`A, B and C`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def name_of(stack_id: str) -> str:
    """The name in the ARN of a stack."""
    return stack_id.split("/")[1]
