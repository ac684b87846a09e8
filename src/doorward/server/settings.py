"""What a server is started with: flags, `DOORWARD_…` variables, and what must agree in them."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from doorward.base.arn import is_account
from doorward.base.errors import BadInput

DEV_ACCOUNT = "000000000000"
DEV_KEY = "test"


class Mode(StrEnum):
    """What becomes of a request that policies do not allow."""

    ENFORCE = "enforce"
    OBSERVE = "observe"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Settings:
    """A server's settings.

    Attributes:
        data_dir: where everything is kept; None with `memory`.
        memory: nothing outlives the process.
        database_url: another database than the one in `data_dir`.
        account_id: the account that the first start creates.
        root_access_key_id, root_secret_access_key: its root keys; created and printed once where
            neither is given.
        hosts: names under which virtual-hosted buckets are reached, such as `bucket.localhost`.
        block_new_buckets: S3 blocks public access on new buckets, as AWS does since April 2023.
        assume_tls: requests count as sent over TLS, for `aws:SecureTransport`; something in front
            of the server ends it, or nothing leaves the machine.
        oidc_allow_private: OIDC issuers may be at loopback and private addresses, there over HTTP
            too.
        saml_consumers: URLs besides AWS's own that SAML assertions may be meant for.
        rotation_dir: where new keys of scheduled rotations go that are handed over as files.
        rotation_commands: `NAME=program argument…`, which read such keys; run without a shell.
        secrets_endpoint: Secrets Manager, for such keys; there with the keys of `secrets_profile`,
            or with the user's own.
        rotation_seconds: how long to wait between two looks at scheduled rotations.
        trail_delivery_seconds: how often events are delivered to CloudTrail's trails.
        trail_digest_seconds: of how much time a digest file of them tells.
        strict_audit: reads and denials, too, are on disk before they are answered.
        upstreams: who answers the services that Doorward does not keep, as `SERVICE=URL` or
            `SERVICE=moto`.
        alarm_webhook: a URL that hears of every alarm that changes its state.
        alarm_command: a program and its arguments that read the same; run without a shell.
    """

    host: str = "127.0.0.1"
    port: int = 4566
    data_dir: Path | None = None
    memory: bool = False
    database_url: str | None = field(default=None, repr=False)  # may hold a password
    account_id: str = DEV_ACCOUNT
    root_access_key_id: str | None = None
    root_secret_access_key: str | None = field(default=None, repr=False)
    seed: Path | None = None
    mode: Mode = Mode.ENFORCE
    allow_reset: bool = False
    partition: str = "aws"
    region: str = "us-east-1"
    hosts: tuple[str, ...] = ("localhost",)
    block_new_buckets: bool = False
    assume_tls: bool = False
    strict_audit: bool = False
    oidc_allow_private: bool = False
    saml_consumers: tuple[str, ...] = ()
    rotation_dir: Path | None = None
    rotation_commands: tuple[str, ...] = ()
    secrets_endpoint: str | None = None
    secrets_profile: str | None = None
    rotation_seconds: float = 60.0
    dev: bool = False
    trail_delivery_seconds: float = 300.0
    trail_digest_seconds: float = 3_600.0
    upstreams: tuple[str, ...] = ()
    alarm_webhook: str | None = field(default=None, repr=False)  # may hold a password
    alarm_command: str | None = None


def check(settings: Settings) -> Settings:
    """*settings*, if they agree with one another.

    Raises:
        BadInput: a flag is wrong or two of them exclude each other; the message names the flag.
    """
    if not is_account(settings.account_id):
        problem = f"`{settings.account_id}` is not an account id"
        raise BadInput("--account-id", problem, "write 12 digits, such as `123456789012`")
    if (settings.root_access_key_id is None) != (settings.root_secret_access_key is None):
        raise BadInput(
            "--root-access-key-id",
            "needs --root-secret-access-key, and the other way round",
            "give both, or neither to have them made",
        )
    if settings.memory and settings.data_dir:
        raise BadInput("--memory", "excludes --data-dir", "drop one of the two")
    if settings.dev and not loopback(settings.host):
        raise BadInput(
            "--host",
            f"`doorward dev` has well-known keys and binds only loopback, not `{settings.host}`",
            "use `doorward serve` for an address that others can reach",
        )
    if settings.seed and not settings.seed.is_file():
        raise BadInput("--seed", f"`{settings.seed}` is not a readable file", "check the path")
    return settings


def loopback(host: str) -> bool:
    """Whether *host* is reachable from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
