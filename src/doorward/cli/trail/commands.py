"""`doorward trail`: its commands and their flags."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from doorward.base.errors import BadInput

app = typer.Typer(help="The trail: who did what, and when.", no_args_is_help=True)

Places = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PLACE]...",
        help="Log files of CloudTrail, folders of them, or one s3://bucket/prefix.",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(envvar="DOORWARD_DATA_DIR", help="Data directory of a server."),
]
DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DOORWARD_DATABASE_URL", help="Database of a server.")
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Count files that cannot be read, and go on.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
User = Annotated[str | None, typer.Option(help="Name of a user or of a role's session, or `root`.")]
Principal = Annotated[
    str | None, typer.Option(metavar="ARN", help="The caller, or the role behind its session.")
]
AccessKey = Annotated[str | None, typer.Option(metavar="ID", help="The access key that signed.")]
EventName = Annotated[str | None, typer.Option(metavar="NAME", help="Such as `CreateUser`.")]
EventSource = Annotated[
    str | None, typer.Option("--source", help="Such as `iam` or `iam.amazonaws.com`.")
]
Failure = Annotated[bool, typer.Option("--error", help="Only calls that failed.")]
Denied = Annotated[bool, typer.Option("--denied", help="Only calls that a policy refused.")]
Since = Annotated[
    str | None, typer.Option(help="From this time on: `2026-09-01`, or `7d` for seven days ago.")
]
Until = Annotated[str | None, typer.Option(help="Up to this time; a day is meant whole.")]
Ip = Annotated[str | None, typer.Option("--ip", help="Source address, or a block of them.")]
Resource = Annotated[
    str | None, typer.Option(help="ARN or name, among the resources or request parameters.")
]
Account = Annotated[str | None, typer.Option(help="The account whose event it is: 12 digits.")]
Region = Annotated[str | None, typer.Option(help="The Region of the call.")]
Sql = Annotated[str | None, typer.Option("--sql", metavar="SELECT", help="A SELECT … FROM events.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Rows at the most; the first ones.")]
Form = Annotated[str, typer.Option("--format", help="table, json or csv.")]
Seconds = Annotated[
    float, typer.Option("--time-limit", min=0.001, help="Seconds that the statement may take.")
]
Memory = Annotated[
    int, typer.Option("--memory-limit", min=64, help="MiB for the statement; then disk is used.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        envvar=["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], help="The S3 of an s3:// place."
    ),
]
Profile = Annotated[
    str | None, typer.Option(metavar="NAME", help="Read the bucket with this profile's keys.")
]
BucketRegion = Annotated[
    str,
    typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="The Region of the bucket."),
]


@app.callback()
def trail() -> None:
    """The trail: who did what, and when."""


@app.command()
def query(
    places: Places = None,
    *,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    sql: Sql = None,
    user: User = None,
    principal: Principal = None,
    access_key: AccessKey = None,
    event_name: EventName = None,
    source: EventSource = None,
    error: Failure = False,
    denied: Denied = False,
    since: Since = None,
    until: Until = None,
    ip: Ip = None,
    resource: Resource = None,
    account: Account = None,
    region: Region = None,
    limit: Limit = None,
    format_: Form = "table",
    skip_bad: SkipBad = False,
    time_limit: Seconds = 3_600.0,
    memory_limit: Memory = 512,
    endpoint_url: Endpoint = None,
    profile: Profile = None,
    bucket_region: BucketRegion = "us-east-1",
    quiet: Quiet = False,
) -> None:
    """Find events, or ask about them in the SQL of CloudTrail Lake.

    Without a PLACE it reads the server's own trail, also while it runs. Flags and --sql go
    together: the statement sees the events that the flags let through.

    Exit status: 0 answered, 1 the statement failed, 2 something cannot be used, 3 answered
    without files that were skipped.

    Example: doorward trail query --data-dir /var/lib/doorward --denied --since 7d
    """
    from doorward.analysis.trail.engine import Limits
    from doorward.analysis.trail.wanted import Wanted
    from doorward.base.clock import SystemClock
    from doorward.cli.trail import asked
    from doorward.cli.trail import query as command
    from doorward.cli.trail.place import Reading, opened
    from doorward.cli.trail.sources import Bad

    now = SystemClock().now()
    wanted = Wanted(
        since=asked.moment(since, "--since", now),
        until=asked.moment(until, "--until", now, end=True),
        account=asked.account(account),
        region=region,
        user=user,
        principal=principal,
        access_key=access_key,
        event_name=event_name,
        event_source=source,
        address=asked.network(ip),
        resource=resource,
        failed=error,
        denied=denied,
    )
    bad = Bad(skip_bad)
    reading = Reading(
        tuple(places or ()), data_dir, database_url, endpoint_url, profile, bucket_region
    )
    limits = Limits(memory_limit << 20, time_limit, limit)
    question = command.Asked(wanted, sql, format_, limits, quiet)
    raise typer.Exit(command.run(question, opened(reading, bad), bad))


@app.command("import")
def bring(
    places: Annotated[
        list[str],
        typer.Argument(help="Log files of CloudTrail, folders of them, or one s3://bucket/prefix."),
    ],
    *,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    skip_bad: SkipBad = False,
    endpoint_url: Endpoint = None,
    profile: Profile = None,
    bucket_region: BucketRegion = "us-east-1",
    quiet: Quiet = False,
) -> None:
    """Add the events of CloudTrail's files to the trail of a server that is stopped.

    An event that is there already, by its id, is not added again.

    Exit status: 0 all files were read, 2 something cannot be used, 3 some files were skipped.

    Example: doorward trail import AWSLogs/ --data-dir /var/lib/doorward
    """
    from doorward.cli.trail import bring as command
    from doorward.cli.trail.place import Reading, opened
    from doorward.cli.trail.query import OK, SKIPPED
    from doorward.cli.trail.sources import Bad

    if data_dir is None and database_url is None:
        raise BadInput("--data-dir", "says which server's trail to add to; give it")
    bad = Bad(skip_bad)
    reading = Reading(tuple(places), None, None, endpoint_url, profile, bucket_region)
    counted = command.run(opened(reading, bad), data_dir, database_url, quiet=quiet)
    for one in bad.found:
        print(f"doorward: skipped: {one}", file=sys.stderr)
    print(f"{counted.added} events added, {counted.known} were there already")
    raise typer.Exit(SKIPPED if bad.found else OK)
