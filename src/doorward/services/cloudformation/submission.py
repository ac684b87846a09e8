"""A template with the parameters of a request, refused at once where it could never be deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from doorward.engine.match import glob, wild
from doorward.services.cloudformation import loading, places
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.template import (
    bounds,
    capabilities,
    rules,
    transform,
    validate,
)
from doorward.services.cloudformation.template.parameters import Bound, bind, requested
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.resolve import Resolver
from doorward.services.cloudformation.types import registry
from doorward.services.context import Context
from doorward.store.tables.stack import Stack

MOST_TAGS = 50
RESERVED = "aws:"


class Asked(NamedTuple):
    """What a request says of a deployment, besides the template."""

    parameters: Sequence[Mapping[str, Any]]
    capabilities: Sequence[str]
    tags: Mapping[str, str]
    notification_arns: Sequence[str]
    resource_types: Sequence[str]


class Submitted(NamedTuple):
    """A deployment that may be begun."""

    plan: Plan
    bound: Bound
    resolver: Resolver


def submit(
    ctx: Context,
    stack: Stack,
    text: str,
    asked: Asked,
    before: Plan | None,
    *,
    expand: bool = True,
) -> Submitted:
    """The deployment of *text* as *stack*, its template valid and its parameters bound.

    Without *expand* transforms need not be acknowledged, as for a change set.

    Raises:
        ValidationError: the template or a parameter cannot be used.
        InsufficientCapabilities: what the template does is not acknowledged.
    """
    template = loading.parsed(text)
    validate.check(template)
    given, previous = requested(asked.parameters, before.texts if before else {})
    stored = loading.stored_by(text)
    known = stored.get if stored else None
    bound = bind(template, given, previous, from_store=known)
    pseudo = pseudo_of(ctx, stack, asked.notification_arns)
    rules.check(template, bound, pseudo)
    validate.types(template, registry.names())
    capabilities.check(template, asked.capabilities, expand=expand)
    expanded = transform.apply(template, bound, pseudo, lambda url: included(ctx, url))
    resolver = Resolver(expanded, bound, pseudo)
    if expanded is not template:
        validate.check(expanded)
        validate.types(expanded, registry.names())
        capabilities.check(expanded, asked.capabilities, expand=False)
    permitted([one.type for one in expanded.resources.values()], asked.resource_types)
    resolver.order()
    plan = Plan(
        template=str(text),
        texts=dict(bound.texts),
        resolved=dict(bound.resolved),
        tags=dict(asked.tags),
        capabilities=list(asked.capabilities),
        notification_arns=list(asked.notification_arns),
        description=template.description,
        processed=None if expanded is template else transform.processed(expanded),
        parameters=bound.shown(),
    )
    return Submitted(plan, bound, resolver)


def pseudo_of(ctx: Context, stack: Stack, notification_arns: Sequence[str]) -> Pseudo:
    """The pseudo parameters of *stack*."""
    return Pseudo(
        ctx.account,
        ctx.facts.region,
        stack.name,
        stack.id,
        ctx.partition,
        tuple(notification_arns),
    )


def included(ctx: Context, url: str) -> str:
    """A fragment of a template that `AWS::Include` names, as `s3://bucket/key`.

    Raises:
        ValidationError: it is not to be had.
    """
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return loading.object_text(ctx, places.Object(bucket, key, None), bounds.URL_BYTES)


def permitted(types: Sequence[str], allowed: Sequence[str]) -> None:
    """Refuse types that are not among those that the request allows, if it says any.

    Raises:
        ValidationError: one is not.
    """
    if not allowed:
        return
    patterns = [wild("*" if one == "AWS::*" else one) for one in allowed]
    for one in types:
        if not any(glob(pattern, one) for pattern in patterns):
            raise ValidationError(
                f"Resource type {one} is not allowed by parameter ResourceTypes "
                f"[{', '.join(allowed)}]"
            )


def tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The tags of a request.

    Raises:
        ValidationError: there are too many, or a key is reserved or given twice.
    """
    found = {one["Key"]: one["Value"] for one in given}
    if len(found) != len(given):
        raise ValidationError("Duplicate tag keys are not allowed.")  # assumed
    if len(found) > MOST_TAGS:
        raise ValidationError(f"Member must have length less than or equal to {MOST_TAGS}")
    if any(key.lower().startswith(RESERVED) for key in found):
        raise ValidationError("System tags cannot be added or modified by user.")  # assumed
    return found
