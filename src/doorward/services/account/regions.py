"""The Regions of an account: those that are always on, and those that it opts in to.

One server answers for every Region. Requests are refused where the account has opted out of the
Region that they are signed for; those for a Region that it never opted in to are answered, so that
a server need not be told which Regions are used (assumed to be wanted).

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from collections.abc import Mapping

from doorward.services.account import targets
from doorward.services.account.errors import ValidationException
from doorward.services.account.service import account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import account_details
from doorward.store.page import InvalidMarker
from doorward.store.tables.account import Account

ALWAYS_ON = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
OPT_IN = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
)
MOST = 50


def statuses(ctx: Context, found: Account) -> Mapping[str, str]:
    """Every Region of the `aws` partition by name, and its status in the account."""
    chosen = account_details.regions(ctx.db, found.id)
    known = dict.fromkeys(ALWAYS_ON, "ENABLED_BY_DEFAULT")
    known |= {name: "ENABLED" if chosen.get(name) else "DISABLED" for name in OPT_IN}
    return dict(sorted(known.items()))


@account.operation(on=targets.named)
def list_regions(
    ctx: Context,
    *,
    account_id: str | None = None,
    max_results: int = MOST,
    next_token: str | None = None,
    region_opt_status_contains: list[str] | None = None,
) -> Output:
    """List the Regions by name, all or those of some statuses.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ValidationException: the token was not made for this list.

    https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
    """
    found = targets.target(ctx, account_id)
    wanted = region_opt_status_contains or []
    scope = f"{ctx.account} ListRegions {found.id} {wanted}"
    after = ""
    if next_token:
        try:
            after = ctx.markers.open(scope, next_token)
        except InvalidMarker as error:
            raise ValidationException("The token is not valid for this list.") from error
    rest = [
        {"RegionName": name, "RegionOptStatus": status}
        for name, status in statuses(ctx, found).items()
        if name > after and (not wanted or status in wanted)
    ]
    output: Output = {"Regions": rest[:max_results]}
    if len(rest) > max_results:
        output["NextToken"] = ctx.markers.seal(scope, rest[max_results - 1]["RegionName"])
    return output


@account.operation(on=targets.named)
def get_region_opt_status(
    ctx: Context, *, region_name: str, account_id: str | None = None
) -> Output:
    """Show the status of one Region.

    Raises:
        AccessDenied: the caller's account may not ask about that account.
        ValidationException: there is no such Region.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetRegionOptStatus.html
    """
    found = targets.target(ctx, account_id)
    return {"RegionName": region_name, "RegionOptStatus": _status(ctx, found, region_name)}


@account.operation(on=targets.named)
def enable_region(ctx: Context, *, region_name: str, account_id: str | None = None) -> Output:
    """Opt in to a Region; it is enabled at once.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ValidationException: there is no such Region, or it is always on.

    https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html
    """
    return _chosen(ctx, account_id, region_name, enabled=True)


@account.operation(on=targets.named)
def disable_region(ctx: Context, *, region_name: str, account_id: str | None = None) -> Output:
    """Opt out of a Region; it is disabled at once.

    Raises:
        AccessDenied: the caller's account may not change that account.
        ValidationException: there is no such Region, or it is always on.

    https://docs.aws.amazon.com/accounts/latest/reference/API_DisableRegion.html
    """
    return _chosen(ctx, account_id, region_name, enabled=False)


def _chosen(ctx: Context, account_id: str | None, region: str, *, enabled: bool) -> Output:
    found = targets.target(ctx, account_id)
    if _status(ctx, found, region) == "ENABLED_BY_DEFAULT":
        raise ValidationException(f"The Region {region} is enabled by default and stays so.")
    account_details.choose_region(ctx.db, found.id, region, enabled=enabled)
    return {}


def _status(ctx: Context, found: Account, region: str) -> str:
    """The status of *region*.

    Raises:
        ValidationException: there is no such Region.
    """
    status = statuses(ctx, found).get(region)
    if status is None:
        raise ValidationException(f"The Region {region} is not known.")
    return status
