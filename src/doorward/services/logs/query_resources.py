"""What requests about queries are authorized on: every group that the query is over.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.logs import pointers, resources
from doorward.store import log_queries


def identifiers(parameters: Mapping[str, Any]) -> Sequence[str]:
    """What a request says of its groups: names or ARNs."""
    one = parameters.get("logGroupName")
    listed = [
        *(parameters.get("logGroupNames") or ()),
        *(parameters.get("logGroupIdentifiers") or ()),
    ]
    return list(dict.fromkeys([one, *listed] if one else listed))


def asked_groups(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """The groups that a query shall be over; all of them where none is named."""
    for one in identifiers(parameters) or ["*"]:
        yield resources.on_group(ctx, {"logGroupIdentifier": one})


def groups_of_query(ctx: Context, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """The groups that a query is over; all of them where there is no such query."""
    here = (ctx.db, ctx.account, ctx.facts.region)
    found = log_queries.find(*here, parameters["queryId"])
    for one in found.groups if found else ["*"]:
        yield resources.on_group(ctx, {"logGroupName": one})


def group_of_record(ctx: Context, parameters: Mapping[str, Any]) -> Access:
    """The group of the event that a pointer is to; all of them where it is to none."""
    found = pointers.opened(ctx, parameters["logRecordPointer"])
    return resources.on_group(ctx, {"logGroupName": found.group if found else "*"})
