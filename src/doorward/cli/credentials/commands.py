"""`doorward credentials` and `doorward run`: their flags."""

from typing import Annotated

import typer

LOCAL = "http://127.0.0.1:4566"
HOUR_SECONDS = 3_600

app = typer.Typer(
    help="Credentials of a role for programs: as an instance or a container gets them.",
    no_args_is_help=True,
)

RoleArn = Annotated[
    str, typer.Option("--role", envvar="DOORWARD_ROLE", metavar="ARN", help="The role.")
]
Endpoint = Annotated[
    str, typer.Option(envvar="AWS_ENDPOINT_URL", help="The server that the role is of.")
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Assume the role with the keys of this profile, not with those in the environment.",
    ),
]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Region to work in.")
]
SessionName = Annotated[
    str | None, typer.Option(help="Name of the role's session; made up where not given.")
]
Duration = Annotated[
    int,
    typer.Option(
        "--duration", min=900, max=43_200, metavar="SECONDS", help="How long a session is good for."
    ),
]
ExternalId = Annotated[
    str | None, typer.Option(help="The external id that the role's trust policy asks for.")
]

Service = Annotated[
    str | None,
    typer.Option(
        metavar="PRINCIPAL",
        help="Get a role that trusts only this service, such as ec2.amazonaws.com, in its place; "
        "needs iam:PassRole and a Doorward.",
    ),
]


@app.callback()
def credentials() -> None:
    """Credentials of a role for programs: as an instance or a container gets them."""


@app.command()
def serve(
    *,
    role: RoleArn,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 0,
    metadata: Annotated[
        bool, typer.Option("--metadata/--no-metadata", help="Serve instance metadata.")
    ] = True,
    container: Annotated[
        bool, typer.Option("--container/--no-container", help="Serve container credentials.")
    ] = True,
    allow_v1: Annotated[
        bool, typer.Option("--allow-v1", help="Answer instance metadata without a token, too.")
    ] = False,
    hop_limit: Annotated[
        int, typer.Option(min=1, max=64, help="Hops that answers of instance metadata may go.")
    ] = 1,
    token_file: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Write the container token here, do not print it."),
    ] = None,
    endpoint_url: Endpoint = LOCAL,
    profile: Profile = None,
    region: Region = "us-east-1",
    session_name: SessionName = None,
    duration: Duration = HOUR_SECONDS,
    external_id: ExternalId = None,
    service: Service = None,
) -> None:
    """Serve the role's credentials on this machine, as instance metadata and to containers.

    Prints the lines that point programs at it, then serves until it is stopped. Every program of
    this machine can ask instance metadata; the container's credentials need the token.

    Example: doorward credentials serve --role arn:aws:iam::123456789012:role/app
    """
    from doorward.cli.credentials import serving, source

    asked = source.asked(role, endpoint_url, region, session_name, duration, external_id, service)
    serving.run(
        asked,
        source.keys(profile),
        serving.Open(port, metadata, container, allow_v1, hop_limit, token_file),
    )


@app.command()
def process(
    *,
    role: RoleArn,
    endpoint_url: Endpoint = LOCAL,
    profile: Profile = None,
    region: Region = "us-east-1",
    session_name: SessionName = None,
    duration: Duration = HOUR_SECONDS,
    external_id: ExternalId = None,
    service: Service = None,
) -> None:
    """Print credentials of the role as `credential_process` wants them; nothing is kept.

    Name the profile to assume it with: with keys in the environment, SDKs do not ask a process.

    Example: credential_process = doorward credentials process --role ARN --profile operator
    """
    from doorward.cli.credentials import printed, source

    asked = source.asked(role, endpoint_url, region, session_name, duration, external_id, service)
    raise typer.Exit(printed.run(asked, source.keys(profile)))


@app.command()
def certificate(
    *,
    certificate: Annotated[
        str, typer.Option(metavar="FILE", help="The certificate, in PEM; others may follow it.")
    ],
    private_key: Annotated[str, typer.Option(metavar="FILE", help="Its key, in PEM.")],
    trust_anchor_arn: Annotated[str, typer.Option(metavar="ARN", help="The trust anchor.")],
    profile_arn: Annotated[str, typer.Option(metavar="ARN", help="The profile.")],
    role_arn: Annotated[str, typer.Option(metavar="ARN", help="The role.")],
    intermediates: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Certificates between it and the trust anchor, in PEM."),
    ] = None,
    endpoint_url: Endpoint = LOCAL,
    session_name: Annotated[
        str | None, typer.Option(help="Name of the session, where the profile lets it be named.")
    ] = None,
    duration: Annotated[
        int | None,
        typer.Option(min=900, max=43_200, metavar="SECONDS", help="How long it is good for."),
    ] = None,
) -> None:
    """Print credentials for a certificate as `credential_process` wants them.

    Speaks IAM Roles Anywhere, to a Doorward or to AWS itself; nothing is kept.

    Example: credential_process = doorward credentials certificate --certificate F --private-key F
    """
    from doorward.base.clock import SystemClock
    from doorward.cli.credentials import printed
    from doorward.cli.credentials.certified import ByCertificate, Files, Wanted
    from doorward.server.rotation import outgoing

    endpoint = outgoing.checked(endpoint_url)
    wanted = Wanted(endpoint, trust_anchor_arn, profile_arn, role_arn, duration, session_name)
    files = Files(certificate, private_key, intermediates)
    get = ByCertificate(wanted, files, SystemClock())
    raise typer.Exit(printed.show(get, wanted.account))


def run(
    context: typer.Context,
    *,
    role: RoleArn,
    endpoint_url: Endpoint = LOCAL,
    profile: Profile = None,
    region: Region = "us-east-1",
    session_name: SessionName = None,
    duration: Duration = HOUR_SECONDS,
    external_id: ExternalId = None,
    service: Service = None,
) -> None:
    """Run a program with the credentials of a role, and with no others.

    The program finds them as a container does, so that they never end while it runs. It leaves
    with the program's own status.

    Example: doorward run --role arn:aws:iam::123456789012:role/app -- aws s3 ls
    """
    from doorward.cli.credentials import running, source

    asked = source.asked(role, endpoint_url, region, session_name, duration, external_id, service)
    raise typer.Exit(running.run(asked, source.keys(profile), context.args))
