"""Which service is answered where: the settings `SERVICE=URL` and `SERVICE=moto`."""

from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from doorward.base.errors import BadInput

FLAG = "--upstream"
MOTO = "moto"
EVERY = "*"
NEVER = frozenset(
    {
        "iam",
        "sts",
        "organizations",
        "account",
        "cloudformation",
        "s3control",
        "rolesanywhere",
        "identitystore",
        "sso",
        "sso-admin",
        "sso-oidc",
        "logs",
        "cloudtrail",
        "cloudwatch",
        "accessanalyzer",
    }
)
"""Services that decide about access, or that Doorward keeps itself; nothing else answers them."""

OBJECTS = "s3"
"""The service that Doorward keeps itself unless an endpoint is set for it; moto never does."""

PREFIX = "DOORWARD_UPSTREAM_"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The key that an endpoint knows Doorward by."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An HTTP server that answers a service.

    It has one set of resources, which are those of *account*; nobody else's requests are sent there
    unless a resource's policy lets them in. *region*, where set, is the one it is signed for.
    """

    host: str
    port: int
    secure: bool
    credentials: Credentials
    account: str
    region: str | None = None

    @property
    def authority(self) -> str:
        """What stands in the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = PORTS["https" if self.secure else "http"]
        return name if self.port == usual else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Who answers which service, by botocore's name.

    `emulated` are the services that moto answers; with `everything` it answers all others too.
    """

    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    emulated: frozenset[str] = frozenset()
    everything: bool = False

    def endpoint(self, service: str) -> Endpoint | None:
        """The endpoint of *service*, None where it has none."""
        return self.endpoints.get(service)

    def by_moto(self, service: str) -> bool:
        """Whether moto answers *service*."""
        if service in NEVER or service == OBJECTS or service in self.endpoints:
            return False
        return self.everything or service in self.emulated

    def instead(self, service: str) -> bool:
        """Whether what Doorward keeps itself of *service* is not to answer.

        Where objects are kept elsewhere, nor are access points and the like answered here.
        """
        return OBJECTS in self.endpoints and service in {OBJECTS, "s3control"}

    def answers(self, service: str) -> bool:
        """Whether anything does."""
        return service in self.endpoints or self.by_moto(service)


def read(settings: Iterable[str], variables: Mapping[str, str], account: str) -> Upstreams:
    """The upstreams that *settings* name; their credentials stand in *variables*.

    An endpoint's resources are those of *account*, unless a variable names another.

    Raises:
        BadInput: a setting is not understood, has no credentials, or is for a service that
            Doorward answers itself.
    """
    endpoints: dict[str, Endpoint] = {}
    emulated: set[str] = set()
    for setting in settings:
        service, _, where = (part.strip() for part in setting.partition("="))
        if not service or not where:
            problem = f"`{setting}` is not understood"
            raise BadInput(FLAG, problem, "write SERVICE=URL, SERVICE=moto or *=moto")
        if service in NEVER:
            raise BadInput(
                FLAG, f"`{service}` is answered by Doorward itself", "drop it from the upstreams"
            )
        if where == MOTO and service == OBJECTS:
            problem = "moto does not answer `s3`, which Doorward keeps itself"
            raise BadInput(FLAG, problem, "drop it, or name the URL of an endpoint")
        if where == MOTO:
            _need_moto()
            emulated.add(service)
            continue
        if service == EVERY:
            raise BadInput(FLAG, "only moto answers `*`", "name the service of the URL")
        endpoints[service] = _endpoint(service, where, variables, account)
    return Upstreams(endpoints, frozenset(emulated - {EVERY}), EVERY in emulated)


def installed() -> bool:
    """Whether moto can be started."""
    return find_spec("moto") is not None and find_spec("flask") is not None


def _need_moto() -> None:
    if not installed():
        raise BadInput(FLAG, "moto is not installed", "pip install 'doorward[emulate]'")


def _endpoint(service: str, text: str, variables: Mapping[str, str], account: str) -> Endpoint:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in PORTS or not url.hostname or url.path.strip("/") or url.query:
        problem = f"`{text}` is not the URL of an endpoint"
        raise BadInput(FLAG, problem, "write http://HOST:PORT or https://HOST, without a path")
    if url.username or url.password:
        raise BadInput(FLAG, "a URL must not hold credentials", f"set {_name(service)}… instead")
    return Endpoint(
        url.hostname,
        port or PORTS[url.scheme],
        url.scheme == "https",
        _credentials(service, variables),
        variables.get(f"{_name(service)}ACCOUNT_ID", account),
        variables.get(f"{_name(service)}REGION"),
    )


def _name(service: str) -> str:
    """How the variables of a service begin."""
    return f"{PREFIX}{service.upper().replace('-', '_')}_"


def _credentials(service: str, variables: Mapping[str, str]) -> Credentials:
    name = _name(service)
    if profile := variables.get(f"{name}PROFILE"):
        return _profile(profile, variables)
    key, secret = variables.get(f"{name}ACCESS_KEY_ID"), variables.get(f"{name}SECRET_ACCESS_KEY")
    if not key or not secret:
        raise BadInput(
            FLAG,
            f"the endpoint of `{service}` has no credentials",
            f"set {name}ACCESS_KEY_ID and {name}SECRET_ACCESS_KEY, or {name}PROFILE",
        )
    return Credentials(key, secret, variables.get(f"{name}SESSION_TOKEN"))


def _profile(profile: str, variables: Mapping[str, str]) -> Credentials:
    """The long-term key of a profile in the shared credentials file.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    """
    kept = variables.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    file = Path(kept).expanduser()
    found = ConfigParser(interpolation=None, default_section="\0")
    try:
        found.read(file, "utf-8")
        section = found[profile]
        return Credentials(
            section["aws_access_key_id"],
            section["aws_secret_access_key"],
            section.get("aws_session_token"),
        )
    except (ConfigError, KeyError, UnicodeDecodeError) as error:
        problem = f"the profile `{profile}` in `{file}` holds no access key"
        raise BadInput(FLAG, problem, "run `aws configure --profile NAME`") from error
