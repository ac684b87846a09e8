"""Channels from other sources to event data stores; they are kept.

GAP: nothing sends events through them here.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store-integration.html
"""

import re

from doorward.base.arn import Arn
from doorward.services.cloudtrail import event_data_stores, finding, resources, tags, things
from doorward.services.cloudtrail.errors import InvalidParameter
from doorward.services.cloudtrail.lake_errors import (
    ChannelAlreadyExists,
    ChannelMaxLimitExceeded,
    EventDataStoreNotFound,
    InvalidSource,
)
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST = 25
NAME = re.compile(r"[a-zA-Z0-9._\-]{3,128}")
SOURCE = re.compile(r"[A-Za-z0-9 ._\-]{1,256}")
STORE = "EVENT_DATA_STORE"


def _checked(ctx: Context, destinations: list[dict[str, str]]) -> list[dict[str, str]]:
    """*destinations*, each an event data store that is there.

    Raises:
        InvalidParameter: one is something else.
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: there is none.
    """
    for one in destinations:
        if one["Type"] != STORE:
            raise InvalidParameter("A destination must be an event data store.")
        parsed = Arn.parse(one["Location"])
        # INVARIANT: nobody learns what other accounts have.
        if parsed is not None and parsed.account != ctx.account:
            raise EventDataStoreNotFound(one["Location"])
        event_data_stores.active(ctx, one["Location"])
    return destinations


def _free(ctx: Context, name: str) -> None:
    where = (ctx.db, ctx.account, ctx.facts.region, finding.CHANNEL)
    if not NAME.fullmatch(name):
        raise InvalidParameter(f"Channel name {name} is not valid.")
    if trail_things.named(*where, name, most=finding.MOST):
        raise ChannelAlreadyExists(name)
    if trail_things.count(*where) >= MOST:
        raise ChannelMaxLimitExceeded(str(MOST))


def _shown(ctx: Context, one: TrailThing) -> Output:
    return {
        "ChannelArn": finding.arn(ctx, finding.CHANNEL, one.id),
        "Name": one.name,
        "Source": one.members["Source"],
        "Destinations": one.members["Destinations"],
    }


@cloudtrail.operation(on=resources.channel)
def create_channel(
    ctx: Context,
    *,
    name: str,
    source: str,
    destinations: list[dict[str, str]],
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a channel.

    Raises:
        ChannelAlreadyExists, ChannelMaxLimitExceeded, InvalidParameter: of its name, or there are
            as many as may be.
        InvalidSource: nothing comes from there.
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: it leads nowhere.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateChannel.html
    """
    _free(ctx, name)
    if not SOURCE.fullmatch(source):
        raise InvalidSource(source)
    members = {"Source": source, "Destinations": _checked(ctx, destinations)}
    given = checked(ctx, tags or [])
    made = things.make(ctx, finding.CHANNEL, name, members, tags=given)
    return _shown(ctx, made) | {"Tags": shown(given)}


checked, shown = tags.checked, tags.shown


@cloudtrail.operation(on=resources.channel)
def get_channel(ctx: Context, *, channel: str) -> Output:
    """Show one channel.

    Raises:
        ChannelARNInvalid, ChannelNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetChannel.html
    """
    return _shown(ctx, finding.channel(ctx, channel)) | {"IngestionStatus": {}}


@cloudtrail.operation(on=resources.everything)
def list_channels(
    ctx: Context, *, max_results: int = things.MOST, next_token: str | None = None
) -> Output:
    """List the channels of the Region.

    Raises:
        InvalidMaxResults, InvalidNextToken: as named.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListChannels.html
    """
    found, end = things.listed(
        ctx, finding.CHANNEL, next_token, max_results, lambda one: _brief(ctx, one)
    )
    return {"Channels": found} | end


def _brief(ctx: Context, one: TrailThing) -> Output:
    return {"ChannelArn": finding.arn(ctx, finding.CHANNEL, one.id), "Name": one.name}


@cloudtrail.operation(on=resources.channel)
def update_channel(
    ctx: Context,
    *,
    channel: str,
    destinations: list[dict[str, str]] | None = None,
    name: str | None = None,
) -> Output:
    """Give a channel another name or other destinations.

    Raises:
        ChannelARNInvalid, ChannelNotFound: there is none.
        ChannelAlreadyExists, InvalidParameter: of its name.
        EventDataStoreARNInvalid, EventDataStoreNotFound, InactiveEventDataStore: it leads nowhere.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateChannel.html
    """
    found = finding.channel(ctx, channel)
    if name is not None and name != found.name:
        _free(ctx, name)
    members = {} if destinations is None else {"Destinations": _checked(ctx, destinations)}
    things.change(ctx, found, members, name or "")
    return _shown(ctx, finding.channel(ctx, finding.arn(ctx, finding.CHANNEL, found.id)))


@cloudtrail.operation(on=resources.channel)
def delete_channel(ctx: Context, *, channel: str) -> Output:
    """Delete a channel.

    Raises:
        ChannelARNInvalid, ChannelNotFound: there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteChannel.html
    """
    trail_things.remove(ctx.db, finding.channel(ctx, channel))
    return {}
