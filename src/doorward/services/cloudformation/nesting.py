"""Stacks inside stacks: which one a stack is a resource of.

CloudFormation itself makes a nested stack, and says by its marks for which stack it does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from doorward.services import system_tags
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.context import Context
from doorward.store import stacks
from doorward.store.tables.stack import Stack

PARENT, ROOT, DEPTH = "parent", "root", "depth"
DEEPEST = 20
"""How deep stacks may be nested; assumed, so that a template that names itself comes to an end."""


class Asked(NamedTuple):
    """The tags of a request without the marks, and the stack that they say it is made for."""

    tags: list[Mapping[str, str]]
    parent: Stack | None


def asked(ctx: Context, given: Sequence[Mapping[str, str]]) -> Asked:
    """The tags of a request to make a stack.

    Only CloudFormation may set marks: those of others stay among the tags, which are refused.
    """
    settable = system_tags.settable(ctx)
    marks = {one["Key"]: one["Value"] for one in given if one["Key"] in settable}
    parent_id = marks.get(system_tags.STACK_ID)
    parent = stacks.find(ctx.db, ctx.account, parent_id) if parent_id else None
    return Asked([one for one in given if one["Key"] not in marks], parent)


def options(parent: Stack | None) -> dict[str, Any]:
    """What is noted of a stack that is made for *parent*.

    Raises:
        ValidationError: stacks would be nested too deep.
    """
    if parent is None:
        return {}
    depth = parent.options.get(DEPTH, 0) + 1
    if depth > DEEPEST:
        raise ValidationError(f"Stacks cannot be nested more than {DEEPEST} deep.")
    return {PARENT: parent.id, ROOT: parent.options.get(ROOT, parent.id), DEPTH: depth}


def base_url(ctx: Context, stack: Stack) -> str:
    """How the server was reached by whoever deploys: for a nested stack, the one around it."""
    parent_id = stack.options.get(PARENT)
    parent = stacks.find(ctx.db, ctx.account, parent_id) if parent_id else None
    under_way = works.opened(ctx.secrets, parent) if parent else None
    return under_way.base_url if under_way else ctx.base_url


def shown(stack: Stack) -> dict[str, str]:
    """The stacks around *stack*, as DescribeStacks shows them."""
    found = {"ParentId": stack.options.get(PARENT), "RootId": stack.options.get(ROOT)}
    return {name: one for name, one in found.items() if one is not None}
