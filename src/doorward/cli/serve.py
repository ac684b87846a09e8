"""`doorward serve`, `doorward dev` and `doorward env`."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from doorward.base.errors import BadInput
from doorward.server.settings import DEV_ACCOUNT, DEV_KEY, Mode, Settings, check

Host = Annotated[str, typer.Option(envvar="DOORWARD_HOST", help="Address to listen on.")]
Port = Annotated[
    int,
    typer.Option(envvar="DOORWARD_PORT", min=0, max=65535, help="Port; 0 picks a free one."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(envvar="DOORWARD_DATA_DIR", help="Folder that everything is kept in."),
]
Memory = Annotated[bool, typer.Option("--memory", envvar="DOORWARD_MEMORY", help="Keep nothing.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_DATABASE_URL",
        help="Another database than the folder's own: postgresql://… or sqlite:////path/file.db.",
    ),
]
AccountId = Annotated[
    str, typer.Option(envvar="DOORWARD_ACCOUNT_ID", help="The first account: 12 digits.")
]
RootKeyId = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_ROOT_ACCESS_KEY_ID", help="Root's key id; made and printed if not given."
    ),
]
RootSecret = Annotated[
    str | None,
    typer.Option(envvar="DOORWARD_ROOT_SECRET_ACCESS_KEY", help="Root's secret key."),
]
Seed = Annotated[
    Path | None,
    typer.Option(envvar="DOORWARD_SEED", help="A YAML file with the world to begin with."),
]
ModeFlag = Annotated[
    Mode,
    typer.Option(
        envvar="DOORWARD_MODE",
        help="enforce policies; observe: let everything by and record denials; off: no policies.",
    ),
]
AllowReset = Annotated[
    bool,
    typer.Option(
        "--allow-reset", envvar="DOORWARD_ALLOW_RESET", help="Serve POST /_doorward/reset."
    ),
]
Region = Annotated[
    str, typer.Option(envvar="DOORWARD_REGION", help="Region of requests that name none.")
]
HostNames = Annotated[
    str,
    typer.Option(
        envvar="DOORWARD_HOST_NAMES",
        help="Names under which `bucket.NAME` reaches a bucket, separated by commas.",
    ),
]
NewBuckets = Annotated[
    bool,
    typer.Option(
        "--block-new-buckets/--open-new-buckets",
        envvar="DOORWARD_BLOCK_NEW_BUCKETS",
        help="Block public access on new buckets, as AWS does.",
    ),
]
AssumeTls = Annotated[
    bool,
    typer.Option(
        "--assume-tls",
        envvar="DOORWARD_ASSUME_TLS",
        help="Count requests as sent over TLS (aws:SecureTransport): a proxy in front ends it.",
    ),
]
StrictAudit = Annotated[
    bool,
    typer.Option(
        "--strict-audit",
        envvar="DOORWARD_STRICT_AUDIT",
        help="Write reads and denials to disk before they are answered, too.",
    ),
]
OidcPrivate = Annotated[
    bool,
    typer.Option(
        "--oidc-allow-private",
        envvar="DOORWARD_OIDC_ALLOW_PRIVATE",
        help="Take keys from OIDC issuers at loopback and private addresses, over HTTP too.",
    ),
]
SamlConsumers = Annotated[
    str,
    typer.Option(
        envvar="DOORWARD_SAML_CONSUMERS",
        help="URLs besides AWS's own that SAML assertions may be meant for, separated by commas.",
    ),
]
RotationDir = Annotated[
    Path | None,
    typer.Option(
        envvar="DOORWARD_ROTATION_DIR",
        help="Folder for the new keys of scheduled rotations: ACCOUNT/USER, mode 0600.",
    ),
]
RotationCommands = Annotated[
    list[str] | None,
    typer.Option(
        "--rotation-command",
        metavar="NAME=LINE",
        help="A command that scheduled rotations may hand new keys to, by its NAME; repeatable.",
    ),
]
SecretsEndpoint = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_SECRETS_ENDPOINT",
        help="Secrets Manager, for the new keys of scheduled rotations.",
    ),
]
SecretsProfile = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_SECRETS_PROFILE",
        help="Write there with the keys of this profile; with the user's own where not given.",
    ),
]
RotationSeconds = Annotated[
    float,
    typer.Option(
        envvar="DOORWARD_ROTATION_SECONDS", min=0.1, help="Time between looks at rotations."
    ),
]
TrailSeconds = Annotated[
    float,
    typer.Option(
        envvar="DOORWARD_TRAIL_DELIVERY_SECONDS",
        min=0.1,
        help="Time between deliveries of events to CloudTrail's trails.",
    ),
]
DigestSeconds = Annotated[
    float,
    typer.Option(
        envvar="DOORWARD_TRAIL_DIGEST_SECONDS",
        min=1,
        help="Time that one digest file of a trail is about.",
    ),
]

Upstream = Annotated[
    list[str] | None,
    typer.Option(
        envvar="DOORWARD_UPSTREAM",
        help="Who answers a service not kept here: SERVICE=URL, SERVICE=moto or *=moto.",
    ),
]

AlarmWebhook = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_ALARM_WEBHOOK",
        metavar="URL",
        help="Where every alarm that changes its state is posted to, as JSON.",
    ),
]
AlarmCommand = Annotated[
    str | None,
    typer.Option(
        envvar="DOORWARD_ALARM_COMMAND",
        metavar="LINE",
        help="A command that reads every alarm that changes its state, as JSON.",
    ),
]


DEV_DELIVERY_SECONDS = 5.0


def serve(
    *,
    host: Host = "127.0.0.1",
    port: Port = 4566,
    data_dir: DataDir = None,
    memory: Memory = False,
    database_url: DatabaseUrl = None,
    account_id: AccountId = DEV_ACCOUNT,
    root_access_key_id: RootKeyId = None,
    root_secret_access_key: RootSecret = None,
    seed: Seed = None,
    mode: ModeFlag = Mode.ENFORCE,
    allow_reset: AllowReset = False,
    region: Region = "us-east-1",
    host_names: HostNames = "localhost",
    block_new_buckets: NewBuckets = False,
    assume_tls: AssumeTls = False,
    strict_audit: StrictAudit = False,
    oidc_allow_private: OidcPrivate = False,
    saml_consumers: SamlConsumers = "",
    upstream: Upstream = None,
    rotation_dir: RotationDir = None,
    rotation_command: RotationCommands = None,
    secrets_endpoint: SecretsEndpoint = None,
    secrets_profile: SecretsProfile = None,
    rotation_seconds: RotationSeconds = 60.0,
    alarm_webhook: AlarmWebhook = None,
    alarm_command: AlarmCommand = None,
    trail_delivery_seconds: TrailSeconds = 300.0,
    trail_digest_seconds: DigestSeconds = 3_600.0,
) -> None:
    """Serve the AWS API; everything is kept in the data directory.

    Example: doorward serve --data-dir /var/lib/doorward --account-id 123456789012
    """
    kept = None if memory or data_dir else Path.home() / ".doorward"
    start(
        Settings(
            host=host,
            port=port,
            data_dir=data_dir or kept,
            memory=memory,
            database_url=database_url,
            account_id=account_id,
            root_access_key_id=root_access_key_id,
            root_secret_access_key=root_secret_access_key,
            seed=seed,
            mode=mode,
            allow_reset=allow_reset,
            region=region,
            hosts=listed(host_names),
            block_new_buckets=block_new_buckets,
            assume_tls=assume_tls,
            strict_audit=strict_audit,
            oidc_allow_private=oidc_allow_private,
            saml_consumers=listed(saml_consumers),
            upstreams=listed(",".join(upstream or ())),
            rotation_dir=rotation_dir,
            rotation_commands=tuple(rotation_command or ()),
            secrets_endpoint=secrets_endpoint,
            secrets_profile=secrets_profile,
            rotation_seconds=rotation_seconds,
            alarm_webhook=alarm_webhook,
            alarm_command=alarm_command,
            trail_delivery_seconds=trail_delivery_seconds,
            trail_digest_seconds=trail_digest_seconds,
        )
    )


def dev(
    *,
    host: Host = "127.0.0.1",
    port: Port = 4566,
    seed: Seed = None,
    mode: ModeFlag = Mode.ENFORCE,
    region: Region = "us-east-1",
    block_new_buckets: NewBuckets = False,
    oidc_allow_private: OidcPrivate = False,
    saml_consumers: SamlConsumers = "",
    upstream: Upstream = None,
    alarm_webhook: AlarmWebhook = None,
    alarm_command: AlarmCommand = None,
) -> None:
    """Serve a world in memory for trying things out: account 000000000000, root key test/test.

    It listens on loopback alone, so requests count as sent over TLS, as they are to AWS.

    The services of AWS that Doorward does not keep are answered by moto, where it is installed.
    """
    start(
        Settings(
            host=host,
            port=port,
            memory=True,
            root_access_key_id=DEV_KEY,
            root_secret_access_key=DEV_KEY,
            seed=seed,
            mode=mode,
            allow_reset=True,
            region=region,
            block_new_buckets=block_new_buckets,
            assume_tls=True,
            oidc_allow_private=oidc_allow_private,
            saml_consumers=listed(saml_consumers),
            upstreams=(*emulated(), *listed(",".join(upstream or ()))),
            alarm_webhook=alarm_webhook,
            alarm_command=alarm_command,
            trail_delivery_seconds=DEV_DELIVERY_SECONDS,
            dev=True,
        )
    )


def listed(text: str) -> tuple[str, ...]:
    """The items of *text* between its commas."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def emulated() -> tuple[str, ...]:
    """The upstream of everything, where moto is installed."""
    from doorward.gateway.upstream import EVERY, MOTO, installed

    return (f"{EVERY}={MOTO}",) if installed() else ()


def start(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        BadInput: the settings, the data directory, the seed or the port cannot be used.
    """
    from doorward.server.run import run

    run(check(settings))


def env(*, host: Host = "127.0.0.1", port: Port = 4566, data_dir: DataDir = None) -> None:
    """Print shell lines that point AWS clients at a running server.

    Example: eval "$(doorward env)"

    Raises:
        BadInput: no server answers there, or its root key is not in the data directory.
    """
    from doorward.server.state import RootKey, kept_key

    url = f"http://{host}:{port}"
    kept = kept_key(data_dir or Path.home() / ".doorward")
    key = RootKey(DEV_KEY, DEV_KEY) if health(url).get("dev") else kept
    if key is None:
        raise BadInput(
            "--data-dir",
            f"holds no root key of the server at `{url}`",
            "name the server's data directory, or export the keys it was started with",
        )
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        print(f"export {name}={shlex.quote(value)}")


def health(url: str) -> dict[str, object]:
    """What the server at *url* says of itself.

    Raises:
        BadInput: nothing that is a Doorward answers there.
    """
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/_doorward/health", timeout=5) as answer:  # noqa: S310 - http only
            found = json.load(answer)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(
            "",
            f"no doorward answers at `{url}`",
            "start one with `doorward dev`, or name it with --host and --port",
        )
    return found
