"""The policies in a plan of Terraform, as `terraform show -json` prints it.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from doorward.analysis.validation.draft import Kind
from doorward.base.errors import BadInput

CHANGES = "resource_changes"
PLAN = "name what `terraform show -json` prints"
ATTRIBUTES = {
    "assume_role_policy": Kind.TRUST,
    "policy": Kind.IDENTITY,
    "access_policy": Kind.RESOURCE,
}
"""Attributes of Terraform's resources that hold a policy as text."""

BLOCKS = ("inline_policy",)
"""Blocks that hold such attributes."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A policy that a plan would make: where, of which kind, its text."""

    where: str
    kind: Kind
    text: str


def is_plan(text: str) -> bool:
    """Whether *text* looks like a plan."""
    return f'"{CHANGES}"' in text


def policies(text: str) -> Iterator[Planned]:
    """The policies that the plan would make. Those that are not known before it runs are left out.

    Raises:
        BadInput: it is no JSON, or has something else where a plan has objects; says where.
    """
    try:
        plan = json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise BadInput("", f"is no JSON: {problem}", PLAN) from error
    except (ValueError, RecursionError) as error:  # numbers beyond all bounds, brackets too
        raise BadInput("", "has numbers too long, or is nested too deep", PLAN) from error
    changes = _object(plan, "the plan").get(CHANGES) or []
    if not isinstance(changes, list):
        raise BadInput("", f"`{CHANGES}` is no list", PLAN)
    for index, found in enumerate(changes):
        where = f"{CHANGES}[{index}]"
        one = _object(found, f"`{where}`")
        change = _object(one.get("change") or {}, f"`{where}.change`")
        after = _object(change.get("after") or {}, f"`{where}.change.after`")
        yield from _held(str(one.get("address") or where), str(one.get("type") or ""), after)


def _object(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadInput("", f"{where} is no object", PLAN)
    return found


def _held(where: str, resource: str, after: dict[str, Any]) -> Iterator[Planned]:
    for name, kind in ATTRIBUTES.items():
        value = after.get(name)
        if isinstance(value, str) and value.lstrip().startswith("{"):
            yield Planned(f"{where}.{name}", _kind(resource, kind), value)
    for name in BLOCKS:
        blocks = after.get(name)
        for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, dict):
                yield from _held(f"{where}.{name}[{index}]", resource, block)


def _kind(resource: str, kind: Kind) -> Kind:
    if kind is not Kind.IDENTITY or resource.startswith("aws_iam_"):
        return kind
    return Kind.SCP if resource == "aws_organizations_policy" else Kind.RESOURCE
