"""From one status of a stack to the next, until nothing is left to do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-describing-stacks.html
"""

from collections.abc import Callable, Mapping
from functools import partial

from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import (
    cleanup,
    creation,
    deletion,
    importing,
    reverting,
    updating,
)
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.host import Host, Superseded
from doorward.services.cloudformation.engine.run import Run
from doorward.store import stacks

STEPS: Mapping[str, Callable[[Run], None]] = {
    statuses.CREATE_IN_PROGRESS: creation.create,
    statuses.ROLLBACK_IN_PROGRESS: creation.rollback,
    statuses.UPDATE_IN_PROGRESS: updating.update,
    statuses.UPDATE_CLEANUP: partial(cleanup.clean, status=statuses.UPDATE_COMPLETE),
    statuses.UPDATE_ROLLBACK_IN_PROGRESS: reverting.revert,
    statuses.UPDATE_ROLLBACK_CLEANUP: partial(
        cleanup.clean, status=statuses.UPDATE_ROLLBACK_COMPLETE
    ),
    statuses.DELETE_IN_PROGRESS: deletion.delete,
    statuses.IMPORT_IN_PROGRESS: importing.take_in,
    statuses.IMPORT_ROLLBACK_IN_PROGRESS: importing.let_go,
}


BROKEN: Mapping[str, str] = {
    statuses.CREATE_IN_PROGRESS: statuses.ROLLBACK_IN_PROGRESS,
    statuses.ROLLBACK_IN_PROGRESS: statuses.ROLLBACK_FAILED,
    statuses.UPDATE_IN_PROGRESS: statuses.UPDATE_ROLLBACK_IN_PROGRESS,
    statuses.UPDATE_CLEANUP: statuses.UPDATE_COMPLETE,
    statuses.UPDATE_ROLLBACK_IN_PROGRESS: statuses.UPDATE_ROLLBACK_FAILED,
    statuses.UPDATE_ROLLBACK_CLEANUP: statuses.UPDATE_ROLLBACK_COMPLETE,
    statuses.DELETE_IN_PROGRESS: statuses.DELETE_FAILED,
    statuses.IMPORT_IN_PROGRESS: statuses.IMPORT_ROLLBACK_IN_PROGRESS,
    statuses.IMPORT_ROLLBACK_IN_PROGRESS: statuses.IMPORT_ROLLBACK_FAILED,
}
"""What becomes of a stack where a step breaks off by a fault of ours."""

FAULT = "Internal Failure"


def give_up(host: Host, account: str, stack_id: str) -> None:
    """End the step that the stack is at, which broke off by a fault of ours.

    Raises:
        Stopped: the server ends, or another one has taken over.
    """
    with host.read() as db:
        stack = stacks.find(db, account, stack_id)
    work = works.opened(host.secrets, stack) if stack else None
    if stack is None or work is None or stack.status not in BROKEN:
        return
    try:
        Run(host, stack, work).become(BROKEN[stack.status], FAULT)
    except Superseded:
        return


def drive(host: Host, account: str, stack_id: str) -> None:
    """Work on the stack until it has nothing more to do.

    Raises:
        Stopped: the server ends, or another one has taken over.
    """
    while True:
        with host.read() as db:
            stack = stacks.find(db, account, stack_id)
        if stack is None or not stack.pending:
            return
        work = works.opened(host.secrets, stack)
        step = STEPS.get(stack.status)
        if work is None or step is None:
            return
        try:
            step(Run(host, stack, work))
        except Superseded:
            continue
