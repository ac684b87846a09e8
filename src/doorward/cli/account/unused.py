"""`doorward account unused`: what is there and nobody uses."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doorward.cli.account.options import (
    FOUND,
    Dumps,
    Endpoint,
    Form,
    Format,
    Profile,
    Quiet,
    Region,
)
from doorward.cli.account.report import Trail

if TYPE_CHECKING:
    from doorward.analysis.account.model import Account
    from doorward.analysis.account.unused import Exclusion, Unused, UnusedService
    from doorward.cli.account.source import Asked

TRACKING_DAYS = 400
"""How far back AWS tells of last use."""

Age = Annotated[
    int, typer.Option("--days", min=1, max=TRACKING_DAYS, help="Unused from so many days on.")
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude-tag", metavar="KEY[=VALUE]", help="Not of users and roles with it."),
]


def unused(
    *,
    file: Dumps = None,
    trail: Trail = None,
    days: Age = 90,
    exclude_tag: Exclude = None,
    form: Format = Form.TEXT,
    quiet: Quiet = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """Roles, access keys, passwords and permissions that nobody used, as Access Analyzer tells.

    Reads files with --file; without them asks the account of your credentials. A trail tells of
    roles and permissions what a dump does not. Leaves with 3 where something is unused, 1 when it
    was refused or nobody answered, else 0.

    Example: doorward account unused --file details.json --file credentials.json --trail logs/
    """
    from doorward.analysis.account import unused as definition
    from doorward.base.clock import SystemClock
    from doorward.cli.account import answers, source

    asked = source.Asked(
        files=tuple(file or ()),
        trail=tuple(trail or ()),
        days=TRACKING_DAYS,
        last_accessed=True,
        quiet=quiet,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
    )
    now = SystemClock().now()
    exclusions = [_exclusion(one) for one in exclude_tag or ()]
    found: list[Unused] = []
    untold: list[str] = []
    accounts = _accounts(asked)
    for account, oldest in accounts:
        found += definition.unused(account, days, now, exclusions)
        whose = f"{account.id}: " if len(accounts) > 1 else ""
        untold += [
            whose + one for one in _untold(account, asked, oldest, now - timedelta(days=days))
        ]
    ids = [one.id for one, _ in accounts]
    told = _lines(found, untold) if form is Form.TEXT else _document(ids, days, found, untold)
    answers.printed(told)
    raise typer.Exit(FOUND if found else 0)


def _accounts(asked: "Asked") -> "tuple[tuple[Account, datetime | None], ...]":
    """Each account, and the oldest event looked at; leaves where they cannot be had."""
    import sys

    from doorward.cli.account import source
    from doorward.cli.calls import Unanswered
    from doorward.wire.client import Refused

    try:
        return source.used(asked)
    except Refused as error:
        print(f"doorward: {error.code}: {error.message}", file=sys.stderr)
    except Unanswered as error:
        print(f"doorward: {error}", file=sys.stderr)
    raise typer.Exit(1)


def _exclusion(text: str) -> "Exclusion":
    from doorward.analysis.account.unused import Exclusion

    key, _, value = text.partition("=")
    return Exclusion(tags=({key: value},))


def _untold(
    account: "Account", asked: "Asked", oldest: datetime | None, since: datetime
) -> Iterator[str]:
    yield from account.untold
    if account.credentials is None:
        yield "no credential report: nothing is said of access keys and passwords"
    if account.roles and not any(one.use_told for one in account.roles):
        yield "no last use of roles: nothing is said of unused ones"
    if account.accessed is None:
        yield "no last-accessed data and no trail: nothing is said of unused permissions"
    if asked.trail and oldest is None:
        yield "the trail has no event of this account: what looks unused may be in use"
    elif oldest is not None and oldest > since:
        yield (
            f"the trail begins on {oldest:%Y-%m-%d}: what was used between {since:%Y-%m-%d} and "
            "then may look unused"
        )


def _lines(found: "list[Unused]", untold: list[str]) -> Iterator[str]:
    for one in found:
        yield f"{one.type}  {one.arn}{_about(one)}"
        for service in getattr(one, "services", ()):
            yield f"    {', '.join(service.patterns)}{_when(service.last_accessed)}"
    yield f"unused: {len(found)}"
    for sentence in untold:
        yield f"not told: {sentence}"


def _about(found: "Unused") -> str:
    from doorward.analysis.account.unused import UnusedKey, UnusedPermissions

    if isinstance(found, UnusedPermissions):
        return ""
    name = f"  {found.key.id or f'key {found.key.slot}'}" if isinstance(found, UnusedKey) else ""
    return f"{name}{_when(found.last_accessed)}, {found.days} days"


def _when(moment: datetime | None) -> str:
    return f"  last used {moment:%Y-%m-%d}" if moment else "  never used"


def _document(
    accounts: list[str], days: int, found: "list[Unused]", untold: list[str]
) -> Mapping[str, Any]:
    return {
        "accounts": accounts,
        "unusedAccessAge": days,
        "unused": [
            {
                "findingType": one.type,
                "resource": one.arn,
                "resourceType": one.resource_type,
                **_details(one),
            }
            for one in found
        ],
        "notTold": untold,
    }


def _details(found: "Unused") -> Mapping[str, Any]:
    """The details in the words of Access Analyzer's findings."""
    from doorward.analysis.account.unused import UnusedKey, UnusedPermissions

    if isinstance(found, UnusedPermissions):
        return {"services": [_service(one) for one in found.services]}
    key = {"accessKeyId": found.key.id} if isinstance(found, UnusedKey) else {}
    return {**key, "lastAccessed": _moment(found.last_accessed)}


def _service(found: "UnusedService") -> Mapping[str, Any]:
    return {
        "serviceNamespace": found.namespace,
        "lastAccessed": _moment(found.last_accessed),
        "actions": [
            {"action": one.name, "lastAccessed": _moment(one.last_at)} for one in found.actions
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
