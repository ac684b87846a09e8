"""Operations that begin work on a stack: what they write down, and have done.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html
"""

from dataclasses import replace
from typing import Any

from doorward.authz.access import Access
from doorward.authz.compiled import trust_policy
from doorward.authz.subject import Subject
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.decision import PolicyKind
from doorward.engine.request import Principal, PrincipalKind
from doorward.services.cloudformation import lookup, nesting
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.run import STACK_TYPE
from doorward.services.cloudformation.engine.work import Work
from doorward.services.cloudformation.errors import TokenAlreadyExists, ValidationError
from doorward.services.cloudformation.service import PRINCIPAL
from doorward.services.context import Context
from doorward.store import roles, stack_events, stacks
from doorward.store.tables.stack import Stack, StackEvent

USER = "User Initiated"
TOKENS = 32
"""Client request tokens that are remembered of a stack; assumed."""


def new_stack(ctx: Context, name: str, status: str, **values: Any) -> Stack:
    """A stack that is not there yet."""
    stack_id = lookup.stack_arn(ctx, name, ctx.ids.request_id())
    return Stack(stack_id, ctx.account, ctx.facts.region, name, name, status, now_of(ctx), **values)


def now_of(ctx: Context) -> Any:
    """The moment of the request, as events show it."""
    return ctx.now


def repeated(stack: Stack, token: str | None, asked: str) -> str | None:
    """The id of the operation that a request with the same token began before.

    Raises:
        TokenAlreadyExists: it was used for something else.
    """
    if token is None or token not in stack.asked:
        return None
    operation, _, operation_id = stack.asked[token].partition(" ")
    if operation != asked:
        raise TokenAlreadyExists(token)
    return operation_id


def work(ctx: Context, stack: Stack, **values: Any) -> Work:
    """Work on *stack* in the caller's name."""
    return Work(
        id=ctx.ids.request_id(),
        before=stack.status,
        previous_tags=stack.tags,
        base_url=nesting.base_url(ctx, stack),
        **works.begun_by(ctx),
        **values,
    )


def begin(
    ctx: Context,
    stack: Stack,
    status: str,
    todo: Work,
    *,
    asked: str,
    reason: str | None = USER,
    fresh: bool = False,
    **values: Any,
) -> Stack:
    """Turn *stack* to *status* and have *todo* done; a *fresh* one is not written down yet."""
    remembered = dict([*stack.asked.items()][-TOKENS:])
    if todo.token:
        remembered[todo.token] = f"{asked} {todo.id}"
    columns: dict[str, Any] = {
        "status": status,
        "reason": reason,
        "work": works.sealed(ctx.secrets, stack, todo),
        "pending": True,
        "asked": remembered,
        **values,
    }
    turned = replace(stack, **columns)
    if fresh:
        stacks.add(ctx.db, turned)
    else:
        stacks.change(ctx.db, stack.account, stack.id, columns)
    note(ctx, turned, status, reason, todo)
    ctx.after_commit(ctx.wake)
    return turned


def note(
    ctx: Context, stack: Stack, status: str, reason: str | None, todo: Work | None = None
) -> None:
    """Write down an event of *stack* itself."""
    event = StackEvent(
        0,
        stack.id,
        stack.account,
        ctx.ids.request_id(),
        now_of(ctx),
        stack.name,
        stack.id,
        STACK_TYPE,
        status,
        reason,
        None,
        todo.token if todo else None,
        todo.id if todo else None,
    )
    stack_events.add(ctx.db, event)


def trusted_role(ctx: Context, role_arn: str | None, stack: Stack) -> None:
    """Refuse a role that CloudFormation cannot assume for *stack*.

    Raises:
        ValidationError: it is not there, or does not trust CloudFormation.
    """
    if role_arn is None:
        return
    invalid = ValidationError("Role ARN is invalid or cannot be assumed")
    name = Arn.parse(role_arn)
    if name is None or name.service != "iam" or not name.resource.startswith("role/"):
        raise invalid
    role = roles.find(ctx.db, name.account, name.resource.rpartition("/")[2])
    if role is None or role.account != ctx.account:
        raise invalid
    if arn.entity(ctx.partition, role.account, "role", role.path, role.name) != role_arn:
        raise invalid
    asked = Access(
        "sts:AssumeRole",
        role_arn,
        account=role.account,
        context={
            "aws:principalisawsservice": "true",
            "aws:principalservicename": PRINCIPAL,
            "aws:sourcearn": stack.id,
            "aws:sourceaccount": stack.account,
        },
        tags=role.tags,
        policy=trust_policy(role.trust),
        policy_kind=PolicyKind.TRUST,
        by=Subject(Principal(PrincipalKind.SERVICE, PRINCIPAL), None, PRINCIPAL),
    )
    if not ctx.authorize(asked).allowed:
        raise invalid
