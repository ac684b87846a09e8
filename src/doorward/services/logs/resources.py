"""What requests to CloudWatch Logs are about: groups and streams.

Actions on a group ask about its ARN with `:*` at its end, those on tags without it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.authz.access import Access
from doorward.base.arn import Arn, is_account
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.logs.errors import InvalidParameter, ResourceNotFound
from doorward.services.operation import OWN_ACTION
from doorward.store import log_groups
from doorward.store.tables.log_group import LogGroup

Parameters = Mapping[str, Any]
GROUP = "log group"
PREFIX = "log-group:"


def arn(ctx: Context, name: str) -> str:
    """The ARN of a group, without the star."""
    return f"arn:{ctx.partition}:logs:{ctx.facts.region}:{ctx.account}:{PREFIX}{name}"


def identified(parameters: Parameters) -> str | None:
    """What a request says of its group: a name or an ARN."""
    for member in ("logGroupName", "logGroupIdentifier", "resourceIdentifier", "resourceArn"):
        if given := parameters.get(member):
            return str(given)
    return None


def name_of(ctx: Context, identifier: str) -> str | None:
    """The name in *identifier*, a name or an ARN; None in an ARN that is no group's of the account.

    Groups of other accounts are not reached, since accounts are not linked here.
    """
    if not identifier.startswith("arn:"):
        return identifier
    found = Arn.parse(identifier)
    if found is None or found.service != "logs" or not found.resource.startswith(PREFIX):
        return None
    if (found.account, found.region) != (ctx.account, ctx.facts.region):
        return None
    return found.resource.removeprefix(PREFIX).removesuffix(":*")


def find(ctx: Context, identifier: str | None) -> LogGroup | None:
    """The group that *identifier* names."""
    name = None if identifier is None else name_of(ctx, identifier)
    if name is None:
        return None
    return log_groups.find(ctx.db, ctx.account, ctx.facts.region, name)


def group(ctx: Context, identifier: str | None) -> LogGroup:
    """The group that *identifier* names.

    Raises:
        InvalidParameter: none is named.
        ResourceNotFound: there is none.
    """
    if identifier is None:
        raise InvalidParameter("At least one of logGroupName or logGroupIdentifier is required.")
    found = find(ctx, identifier)
    if found is None:
        raise ResourceNotFound(GROUP)
    return found


def on_group(ctx: Context, parameters: Parameters) -> Access:
    """A group; a missing one has the ARN that it would have."""
    return _access(ctx, parameters, ":*")


def on_tags(ctx: Context, parameters: Parameters) -> Access:
    """A group whose tags are meant by its ARN."""
    return _access(ctx, parameters, "")


def on_stream(ctx: Context, parameters: Parameters) -> Access:
    """A stream of a group."""
    return _access(ctx, parameters, f":log-stream:{parameters['logStreamName']}")


def on_all(ctx: Context, parameters: Parameters) -> Access:
    """Nothing in particular."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def new_group(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """A group that is not there yet, with the tags that it shall have."""
    wanted = on_group(ctx, parameters)
    yield wanted
    if parameters.get("tags"):
        yield Access("logs:TagResource", wanted.resource, context=wanted.context)


def _access(ctx: Context, parameters: Parameters, rest: str) -> Access:
    identifier = identified(parameters) or ""
    found = find(ctx, identifier)
    name = name_of(ctx, identifier)
    given = Arn.parse(identifier) if name is None else None
    resource = arn(ctx, name) if name is not None else identifier.removesuffix(":*")
    owner = given.account if given and is_account(given.account) else None
    tags = dict(found.tags) if found else {}
    context: dict[str, Value] = {
        f"aws:resourcetag/{key.lower()}": value for key, value in tags.items()
    }
    return Access(
        OWN_ACTION,
        f"{resource}{rest}",
        account=owner,
        context=context | _request_tags(parameters),
        tags=tags,
    )


def _request_tags(parameters: Parameters) -> dict[str, Value]:
    """Keys of the tags, or of the keys of tags, that a request gives."""
    wanted = parameters.get("tags") or parameters.get("tagKeys")
    if not wanted:
        return {}
    values = wanted if isinstance(wanted, Mapping) else {}
    found: dict[str, Value] = {
        f"aws:requesttag/{key.lower()}": text for key, text in values.items()
    }
    return found | {"aws:tagkeys": tuple(wanted)}
