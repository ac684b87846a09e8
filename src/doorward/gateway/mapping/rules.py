"""What a request must be allowed: by the code or the row of its operation, or the generic rule."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from doorward.catalog import actions
from doorward.engine.match import is_template
from doorward.engine.request import Value
from doorward.gateway.mapping import (
    alarms,
    buckets,
    clusters,
    databases,
    event_rules,
    exceptions,
    fill,
    functions,
    generic,
    instances,
    key_use,
    keys,
    log_groups,
    parameters,
    pass_role,
    queues,
    rest_paths,
    secrets,
    tables,
    tags,
    topics,
)
from doorward.gateway.mapping.call import Call, Lookup, nothing
from doorward.gateway.mapping.exceptions import Row
from doorward.gateway.mapping.generic import Resolve, Ways
from doorward.gateway.mapping.requirement import How, Place, Requirement

RESOLVE: Mapping[str, Resolve] = {
    "dynamodb": tables.resolve,
    "ec2": instances.resolve,
    "ecs": clusters.resolve,
    "events": event_rules.resolve,
    "kms": keys.resolve,
    "lambda": functions.resolve,
    "logs": log_groups.resolve,
    "s3": buckets.resolve,
    "s3control": buckets.resolve_control,
    "secretsmanager": secrets.resolve,
    "sns": topics.resolve,
    "sqs": queues.resolve,
    "ssm": parameters.resolve,
}
"""How the services name their resources that do not do it as the catalogue writes them."""

CONTEXT: Mapping[str, Callable[[Call], Mapping[str, Value]]] = {
    "cloudwatch": alarms.context,
    "dynamodb": tables.context,
    "ec2": instances.context,
    "ecs": clusters.context,
    "events": event_rules.context,
    "kms": keys.context,
    "lambda": functions.context,
    "rds": databases.context,
    "s3": buckets.context,
    "secretsmanager": secrets.context,
}
"""Condition keys whose values do not stand in one member of the request."""

WHOLE: Mapping[str, Mapping[str, Callable[[Call], Iterator[Requirement]]]] = {
    "apigateway": rest_paths.OPERATIONS,
    "apigatewayv2": rest_paths.OPERATIONS,
    "dynamodb": tables.OPERATIONS,
    "ec2": instances.OPERATIONS,
    "events": event_rules.OPERATIONS,
    "kms": keys.OPERATIONS,
    "s3": buckets.OPERATIONS,
    "sns": topics.OPERATIONS,
    "sqs": queues.OPERATIONS,
}
"""Operations that neither the generic rule nor a row can say."""

MORE: Mapping[str, Callable[[Call], Iterator[Requirement]]] = {
    "ec2": instances.more,
    "s3": buckets.more,
}
"""Further actions that follow from values of the request."""


def requirements(
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    place: Place,
    *,
    lookup: Lookup = nothing,
) -> tuple[Requirement, ...]:
    """What the request must be allowed, all of it.

    *service* and *operation* are botocore's names; *parameters* are in wire casing, validated.
    *lookup* answers what the request does not tell; without it, those parts stay unknown.

    Raises:
        UnknownService: botocore has no such service.
    """
    call = Call(service, operation, parameters, place, lookup)
    own = tuple(_requirements(call))
    return (*own, *pass_role.requirements(call, own), *key_use.requirements(call, own))


def _requirements(call: Call) -> Iterator[Requirement]:
    whole = WHOLE.get(call.service, {})
    made = whole.get(call.operation) or whole.get("*")
    if made is not None:
        yield from made(call)
        return
    known = exceptions.of(call.service)
    row = known.rows.get(call.operation)
    yield from by_row(call, row, reviewed=known.reviewed)
    for one in row.also if row else ():
        if not one.when or any(call.parameters.get(member) for member in one.when):
            yield from by_row(call, one, reviewed=True)
    if more := MORE.get(call.service):
        yield from more(call)


def by_row(call: Call, row: Row | None, *, reviewed: bool) -> Iterator[Requirement]:
    """What one row asks for, or the generic rule where there is none."""
    name, known = generic.action_of(call.service, call.operation)
    if row is not None:
        versioned = row.version if call.parameters.get("VersionId") else None
        name = versioned or row.action or name
        known = True
    action = actions.find(name)
    context = everything(call)
    if action is None or not known:
        yield generic.inferred(name, context)
        return
    ways = _ways(call, row, reviewed=reviewed)
    fixed = {} if row is None else values(call, row.keys)
    for one in generic.requirements(action, call, context, ways):
        if not fixed:
            yield one
        else:
            yield Requirement(
                one.action, one.resources, one.resource_types, {**one.context, **fixed}, one.how
            )


def _ways(call: Call, row: Row | None, *, reviewed: bool) -> Ways:
    service = exceptions.of(call.service)
    exact = reviewed or row is not None
    return Ways(
        aliases={**service.fill, **row.fill} if row else service.fill,
        told=bool(row and row.fill),
        on=row.on if row else None,
        resolve=RESOLVE.get(call.service),
        how=How.EXACT if exact else How.DERIVED,
    )


def everything(call: Call) -> dict[str, Value]:
    """Every condition key that the request may fill, for whatever action."""
    found = tags.of_request(call.parameters)
    found.update(values(call, exceptions.of(call.service).keys))
    if more := CONTEXT.get(call.service):
        found.update(more(call))
    return {key: value for key, value in found.items() if not unsaid(value)}


def unsaid(value: Value) -> bool:
    """Whether a part of *value* is unknown, so that it is none."""
    return isinstance(value, str) and is_template(value)


def values(call: Call, wanted: Mapping[str, str]) -> dict[str, Value]:
    """The condition keys *wanted* whose members the request has."""
    found: dict[str, Value] = {}
    for key, path in wanted.items():
        given = fill.at(call.parameters, path)
        told = None if given is None else text(given)
        if told is not None:
            found[key] = told
    return found


def text(value: Any) -> Value | None:
    """*value* of a member as a condition value; None where it is none."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case [*several] if several and all(isinstance(one, str) for one in several):
            return tuple(several)
        case _:
            return None
