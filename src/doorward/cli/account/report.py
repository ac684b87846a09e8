"""`doorward account report`: what is wrong in an account, for people and for programs."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from doorward.analysis.account.model import Account
    from doorward.analysis.account.report import Report
    from doorward.cli.account import source


class Form(StrEnum):
    """The forms of a report."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"


class Level(StrEnum):
    """How grave a finding is, the gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


FOUND = 3
STANDARD_OUTPUT = Path("-")

Dumps = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="DUMP", help="Authorization details, a credential report."),
]
Trail = Annotated[
    list[str] | None,
    typer.Option("--trail", metavar="PLACE", help="Events: log files, folders or `s3://bucket`."),
]
Days = Annotated[int, typer.Option("--days", min=1, help="Of events, back from now.")]
Format = Annotated[Form, typer.Option("--format", help="Of the report.")]
Output = Annotated[Path, typer.Option("--output", metavar="FILE", help="`-` for standard output.")]
FailOn = Annotated[
    Level | None, typer.Option("--fail-on", help="Leave with 3 where one is as grave as that.")
]
KeyAge = Annotated[int, typer.Option(min=0, metavar="DAYS", help="A key is old after these.")]
Unused = Annotated[
    int, typer.Option(min=0, metavar="DAYS", help="Keys and passwords are unused after these.")
]
UnusedRole = Annotated[int, typer.Option(min=0, metavar="DAYS", help="As are roles after these.")]
UnusedPermissions = Annotated[
    int, typer.Option(min=0, metavar="DAYS", help="As are permissions after these.")
]
RootUse = Annotated[int, typer.Option(min=0, metavar="DAYS", help="Root is told of this long.")]
LastAccessed = Annotated[
    bool,
    typer.Option("--last-accessed/--no-last-accessed", help="Ask which services were used."),
]
Only = Annotated[
    str | None,
    typer.Option("--account", metavar="ID", help="Of several accounts, only this one."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No bar while it takes long.")]
Profile = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sign with the keys of this profile.")
]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of the events.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(envvar="AWS_ENDPOINT_URL", help="Of every service; AWS itself if not given."),
]


def report(
    *,
    file: Dumps = None,
    trail: Trail = None,
    days: Days = 90,
    form: Format = Form.HTML,
    output: Output = STANDARD_OUTPUT,
    fail_on: FailOn = None,
    key_age_days: KeyAge = 90,
    unused_credentials_days: Unused = 45,
    unused_role_days: UnusedRole = 90,
    unused_permissions_days: UnusedPermissions = 90,
    root_use_days: RootUse = 1,
    last_accessed: LastAccessed = True,
    quiet: Quiet = False,
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
    account: Only = None,
) -> None:
    """What is wrong in an account, whom it concerns, and the commands that mend it.

    Reads files with --file; without them asks the account of your credentials. Nothing is changed.
    Of several accounts, JSON and CSV tell all, HTML one.
    Leaves with 3 where --fail-on says so, 1 when it was refused or nobody answered, else 0.

    Example: doorward account report --output report.html
    """
    from doorward.analysis.account import report as reports
    from doorward.analysis.account.finding import Thresholds
    from doorward.base.clock import SystemClock
    from doorward.cli.account import source
    from doorward.cli.trail import progress

    limits = Thresholds(
        key_age=key_age_days,
        unused_credentials=unused_credentials_days,
        unused_role=unused_role_days,
        unused_permissions=unused_permissions_days,
        root_use=root_use_days,
    )
    now = SystemClock().now()
    asked = source.Asked(
        files=tuple(file or ()),
        trail=tuple(trail or ()),
        days=days,
        last_accessed=last_accessed,
        quiet=quiet,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        account=account,
    )
    found = _accounts(asked)
    _check_form(found, form)
    with progress.shown("findings", lambda: None, quiet=quiet):
        made = [reports.report(one, limits, now) for one in found]
    _written(_text(made, form), output)
    grave = list(Level)[: list(Level).index(fail_on) + 1] if fail_on else []
    if any(one.gravity.value in grave for each in made for one in each.findings):
        raise typer.Exit(FOUND)


def _check_form(accounts: "Sequence[Account]", form: Form) -> None:
    """Refuse a page about several accounts.

    Raises:
        BadInput: it would be one.
    """
    from doorward.base.errors import BadInput

    if len(accounts) > 1 and form is Form.HTML:
        ids = ", ".join(one.id for one in accounts)
        problem = f"a page is about one account, the files are of {ids}"
        raise BadInput("--format", problem, "choose one with --account, or take json or csv")


def _accounts(asked: "source.Asked") -> "tuple[Account, ...]":
    """The accounts that are asked about; leaves where they cannot be had."""
    import sys

    from doorward.cli.account import source
    from doorward.cli.calls import Unanswered
    from doorward.wire.client import Refused

    try:
        return source.read(asked)
    except Refused as error:
        print(f"doorward: {error.code}: {error.message}", file=sys.stderr)
    except Unanswered as error:
        print(f"doorward: {error}", file=sys.stderr)
    raise typer.Exit(1)


def _text(made: "Sequence[Report]", form: Form) -> str:
    from doorward.cli.account import page, tables

    if form is Form.HTML:
        return page.html(made[0])
    return tables.document(made) if form is Form.JSON else tables.rows(made)


def _written(text: str, output: Path) -> None:
    """Write to *output*, in one piece.

    Raises:
        BadInput: it cannot be written.
    """
    import sys

    from doorward.base.errors import BadInput

    if output == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise BadInput(str(output), f"cannot be written: {error.strerror or error}") from error
