"""Stacks and change sets by the names that requests give them, and their ARNs.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from doorward.base.arn import Arn
from doorward.services.cloudformation.errors import (
    ChangeSetNotFound,
    StackNotFound,
    ValidationError,
)
from doorward.services.context import Context
from doorward.store import stack_change_sets, stacks
from doorward.store.tables.stack import Stack
from doorward.store.tables.stack_change_set import ChangeSet

WITH_ID = "Stack with id {} does not exist"
BRACKETS = "Stack [{}] does not exist"
QUOTED = "Stack '{}' does not exist"
"""The sentences of different operations about a stack that is not there; observed."""

CHANGE_SET = "changeSet/"


def stack_arn(ctx: Context, name: str, stack_id: str) -> str:
    """The ARN of a stack of the caller's account; *stack_id* is a UUID, or `*`."""
    region = ctx.facts.region
    return f"arn:{ctx.partition}:cloudformation:{region}:{ctx.account}:stack/{name}/{stack_id}"


def change_set_arn(ctx: Context, name: str, change_set_id: str) -> str:
    """The ARN of a change set of the caller's account."""
    region = ctx.facts.region
    return (
        f"arn:{ctx.partition}:cloudformation:{region}:{ctx.account}:"
        f"{CHANGE_SET}{name}/{change_set_id}"
    )


def find(ctx: Context, name: str) -> Stack | None:
    """The stack of that name or ARN; deleted ones by ARN alone."""
    if not name.startswith("arn:"):
        return stacks.named(ctx.db, ctx.account, ctx.facts.region, name)
    parsed = Arn.parse(name)
    if parsed is None or parsed.account != ctx.account or parsed.region != ctx.facts.region:
        return None
    return stacks.find(ctx.db, ctx.account, name)


def stack(ctx: Context, name: str, sentence: str = WITH_ID) -> Stack:
    """The stack of that name or ARN.

    Raises:
        StackNotFound: there is none; in the words of *sentence*.
    """
    found = find(ctx, name)
    if found is None:
        raise StackNotFound(name, sentence)
    return found


def live(ctx: Context, name: str, sentence: str = BRACKETS) -> Stack:
    """The stack of that name or ARN, if it is not deleted.

    Raises:
        StackNotFound: there is none; in the words of *sentence*.
    """
    found = stack(ctx, name, sentence)
    if found.live_name is None:
        raise StackNotFound(name, sentence)
    return found


def find_change_set(ctx: Context, name: str, stack_name: str | None) -> ChangeSet | None:
    """The change set of that name of a stack, or of that ARN."""
    if name.startswith("arn:"):
        return stack_change_sets.find(ctx.db, ctx.account, name)
    of = find(ctx, stack_name) if stack_name else None
    return stack_change_sets.named(ctx.db, ctx.account, of.id, name) if of else None


def change_set(ctx: Context, name: str, stack_name: str | None) -> ChangeSet:
    """The change set of that name of a stack, or of that ARN.

    Raises:
        ValidationError: no stack is named.
        StackNotFound: the stack is not there.
        ChangeSetNotFound: the stack has no such change set.
    """
    if not name.startswith("arn:"):
        if not stack_name:
            raise ValidationError(
                "StackName must be specified if ChangeSetName is not specified as an ARN."
            )
        stack(ctx, stack_name, BRACKETS)
    found = find_change_set(ctx, name, stack_name)
    if found is None:
        raise ChangeSetNotFound(name)
    return found
