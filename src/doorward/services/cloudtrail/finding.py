"""Finding trails, and what CloudTrail Lake keeps, by name, id or ARN."""

import re
from collections.abc import Sequence

from doorward.base.arn import Arn
from doorward.services.cloudtrail.errors import ResourceNotFound
from doorward.services.cloudtrail.lake_errors import (
    ChannelARNInvalid,
    ChannelNotFound,
    EventDataStoreARNInvalid,
    EventDataStoreNotFound,
)
from doorward.services.cloudtrail.organization_errors import NotOrganizationMasterAccount
from doorward.services.cloudtrail.trail_errors import (
    CloudTrailARNInvalid,
    InvalidHomeRegion,
    InvalidTrailName,
    TrailNotFound,
)
from doorward.services.context import Context
from doorward.store import organizations, trail_things, trails
from doorward.store.tables.trail import Trail
from doorward.store.tables.trail_thing import TrailThing

STORE, CHANNEL, DASHBOARD, QUERY, IMPORT = (
    *("eventdatastore", "channel", "dashboard"),
    *("query", "import"),
)
PROMPT, LAST_QUERY = "prompt", "last-query"
"""What a prompt became; and the last query of an alias, or of that in a refresh."""
MOST = 200
"""Of each kind that an account may have in a Region, queries apart."""

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|[._-](?![._-]))*[A-Za-z0-9]")
ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
SHORTEST, LONGEST = 3, 128


def check_name(name: str) -> None:
    """Refuse what no trail can be called.

    Raises:
        InvalidTrailName: it breaks a rule; the sentences follow AWS's.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
    """
    if len(name) < SHORTEST:
        raise InvalidTrailName("Trail name too short. Minimum allowed length: 3 characters.")
    if len(name) > LONGEST:
        raise InvalidTrailName("Trail name too long. Maximum allowed length: 128 characters.")
    if ADDRESS.fullmatch(name):
        raise InvalidTrailName("Trail name must not be formatted as an IP address.")
    if not (name[0].isascii() and name[0].isalnum()):
        raise InvalidTrailName("Trail name must start with a letter or number.")
    if not (name[-1].isascii() and name[-1].isalnum()):
        raise InvalidTrailName("Trail name must end with a letter or number.")
    if not NAME.fullmatch(name):
        raise InvalidTrailName(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, "
            "periods (.), hyphens (-), and underscores (_)."
        )


def trail_arn(ctx: Context, name: str) -> str:
    """The ARN of a trail of that name whose home is here."""
    return f"arn:{ctx.partition}:cloudtrail:{ctx.facts.region}:{ctx.account}:trail/{name}"


def arn(ctx: Context, kind: str, id: str) -> str:
    """The ARN of what CloudTrail Lake keeps."""
    return f"arn:{ctx.partition}:cloudtrail:{ctx.facts.region}:{ctx.account}:{kind}/{id}"


def organization_id(ctx: Context) -> str:
    """The id of the caller's organization; empty where it is in none."""
    joined = organizations.find_account(ctx.db, ctx.account)
    return joined.organization_id if joined else ""


def visible(ctx: Context) -> Sequence[Trail]:
    """The trails that show in this Region: those at home here, and shadows of the others."""
    found = trails.of(ctx.db, ctx.account, organization_id(ctx))
    return [one for one in found if here(ctx, one)]


def here(ctx: Context, one: Trail) -> bool:
    """Whether the trail shows in this Region."""
    return one.region == ctx.facts.region or bool(one.members["IsMultiRegionTrail"])


def shown(ctx: Context, name: str) -> Trail | None:
    """The trail of that name or ARN, None where none shows here."""
    if not name.startswith("arn:"):
        return next((one for one in visible(ctx) if one.name == name), None)
    found = trails.find(ctx.db, ctx.account, name)
    if found is None and (organization := organization_id(ctx)):
        found = trails.of_organization(ctx.db, organization, name)
    return found if found and here(ctx, found) else None


def trail(ctx: Context, name: str) -> Trail:
    """The trail of that name or ARN.

    Raises:
        CloudTrailARNInvalid, InvalidTrailName: no trail can have that name.
        TrailNotFound: there is none that shows here.
    """
    if name.startswith("arn:"):
        parsed = Arn.parse(name)
        if parsed is None or parsed.service != "cloudtrail" or ":trail/" not in name:
            raise CloudTrailARNInvalid(name)
    else:
        check_name(name)
    found = shown(ctx, name)
    if found is None:
        whole = name if name.startswith("arn:") else trail_arn(ctx, name)
        raise TrailNotFound(whole, ctx.account)
    return found


def own_trail(ctx: Context, name: str) -> Trail:
    """The trail of that name or ARN, to be changed.

    Raises:
        CloudTrailARNInvalid, InvalidTrailName, TrailNotFound: as for `trail`.
        InvalidHomeRegion: its home is another Region.
        NotOrganizationMasterAccount: it is the organization's, and the caller a member of that.
    """
    found = trail(ctx, name)
    if found.account != ctx.account:
        raise NotOrganizationMasterAccount
    if found.region != ctx.facts.region:
        raise InvalidHomeRegion(found.arn)
    return found


def thing(ctx: Context, kind: str, name: str) -> TrailThing | None:
    """What is kept under that id, name or ARN, None where there is none."""
    account, region, last = ctx.account, ctx.facts.region, name
    if name.startswith("arn:"):
        parsed = Arn.parse(name)
        if parsed is None or not parsed.resource.startswith(f"{kind}/"):
            return None
        account, region = parsed.account, parsed.region
        last = parsed.resource.partition("/")[2]
    found = trail_things.find(ctx.db, account, region, kind, last)
    if found is None and kind in {CHANNEL, DASHBOARD} and not name.startswith("arn:"):
        found = trail_things.named(ctx.db, account, region, kind, last, most=MOST)
    return found


def store(ctx: Context, name: str) -> TrailThing:
    """The event data store of that id or ARN.

    Raises:
        EventDataStoreARNInvalid: it is an ARN of something else.
        EventDataStoreNotFound: there is none.
    """
    if name.startswith("arn:") and ":eventdatastore/" not in name:
        raise EventDataStoreARNInvalid(name)
    found = thing(ctx, STORE, name)
    if found is None:
        raise EventDataStoreNotFound(name)
    return found


def channel(ctx: Context, name: str) -> TrailThing:
    """The channel of that id or ARN.

    Raises:
        ChannelARNInvalid: it is an ARN of something else.
        ChannelNotFound: there is none.
    """
    if name.startswith("arn:") and ":channel/" not in name:
        raise ChannelARNInvalid(name)
    found = thing(ctx, CHANNEL, name)
    if found is None:
        raise ChannelNotFound(name)
    return found


def dashboard(ctx: Context, name: str) -> TrailThing:
    """The dashboard of that name or ARN.

    Raises:
        ResourceNotFound: there is none.
    """
    found = thing(ctx, DASHBOARD, name)
    if found is None:
        raise ResourceNotFound(name)
    return found


def of_import(ctx: Context, import_id: str | None) -> TrailThing | None:
    """The import of that id, None where there is none."""
    if import_id is None:
        return None
    return trail_things.find(ctx.db, ctx.account, ctx.facts.region, IMPORT, import_id)
