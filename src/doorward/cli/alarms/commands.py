"""The commands under `doorward alarms`."""

from typing import Annotated

import typer

app = typer.Typer(help="Alarms that benchmarks ask for.", no_args_is_help=True)

Baseline = Annotated[str, typer.Argument(help="Which: `cis`, the fourteen of CIS.")]
Topic = Annotated[str | None, typer.Option(metavar="ARN", help="The SNS topic that alarms tell.")]
LogGroup = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The log group; that of a trail there is, if not given."),
]
Trail = Annotated[str, typer.Option(metavar="NAME", help="The trail to make if none delivers.")]
Bucket = Annotated[
    str | None, typer.Option(metavar="NAME", help="The bucket of that trail, made if missing.")
]
RoleName = Annotated[
    str, typer.Option("--role", metavar="NAME", help="The role of that trail, made if missing.")
]
NoTrail = Annotated[
    bool, typer.Option("--no-trail", help="Leave trails alone: something else feeds the group.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, do nothing.")]
List = Annotated[bool, typer.Option("--list", help="Show the alarms and their patterns.")]
Format = Annotated[str, typer.Option("--format", metavar="text|json", help="Of the report.")]
Profile = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sign with the keys of this profile.")
]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Home of trail and alarms.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(envvar="AWS_ENDPOINT_URL", help="Of every service; AWS itself if not given."),
]


@app.callback()
def alarms() -> None:
    """Alarms that benchmarks ask for."""


@app.command()
def install(
    baseline: Baseline,
    *,
    topic: Topic = None,
    log_group: LogGroup = None,
    trail: Trail = "cis",
    bucket: Bucket = None,
    role: RoleName = "cis-trail-to-logs",
    no_trail: NoTrail = False,
    dry_run: DryRun = False,
    listed: List = False,
    form: Format = "text",
    profile: Profile = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """Make what is missing: log group, trail, metric filters, alarms; run it as often as you like.

    Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile. Leaves with 1 when it was
    refused something or nobody answered, 2 when the input cannot be used.

    Example: doorward alarms install cis --topic arn:aws:sns:us-east-1:123456789012:security
    """
    from doorward.cli.alarms import install as command

    asked = command.Asked(
        baseline=baseline,
        topic=topic,
        log_group=log_group,
        trail=trail,
        bucket=bucket,
        role=role,
        without_trail=no_trail,
        dry=dry_run,
        listed=listed,
        form=form,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
    )
    raise typer.Exit(command.run(asked))
