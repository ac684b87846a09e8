"""AWS's own clients with Identity Center: the CLI signs in, and SDKs get and renew credentials.

`aws sso login` is in version 2 of the CLI alone, which package indexes for Python do not have. Where
it is installed, or `TEST_AWS_CLI_2` says how to call it, it is tested; what it does is also
done by `clients.center.Device` and `Browser`.
"""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clients.browser import ask
from clients.center import PASSWORD, Center, Device
from clients.conftest import Served

SESSION = """\
[profile dev]
region = us-east-1
sso_session = ours
sso_account_id = 123456789012
sso_role_name = ReadOnly

[sso-session ours]
sso_region = us-east-1
sso_start_url = {start_url}
sso_registration_scopes = sso:account:access
"""
LEGACY = """\
[profile dev]
region = us-east-1
sso_region = us-east-1
sso_start_url = {start_url}
sso_account_id = 123456789012
sso_role_name = ReadOnly
"""
PLACES = ("sso-oidc/2019-06-10", "sso/2019-06-10", "sts/2011-06-15")
URL = re.compile(r"http://\S+\?(?:user_code=|\S*response_type=code)\S+")
SOON = timedelta(minutes=5)  # botocore renews tokens a quarter of an hour before they end


@pytest.fixture(scope="module")
def center():
    server = Served()
    yield Center(server)
    server.stop()


@pytest.fixture
def environment(center, tmp_path):
    """What the clients are told: the endpoint, and a home of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return kept | {
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": center.served.endpoint,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DATA_PATH": str(tmp_path / "data"),
    }


def version_2():
    """How version 2 of the CLI is called, None where it is not there."""
    if given := os.environ.get("TEST_AWS_CLI_2"):
        return shlex.split(given)
    found = shutil.which("aws")
    if found is None:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return [found] if told.stdout.startswith("aws-cli/2") else None


def identity(command, environment):
    done = subprocess.run(
        [*command, "sts", "get-caller-identity", "--profile", "dev", "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Arn"]


def fixed_endpoints(folder, endpoint):
    """For releases of the CLI that know no AWS_ENDPOINT_URL: rules that lead here and nowhere else."""
    rules = {
        "version": "1.0",
        "parameters": {
            "Region": {"builtIn": "AWS::Region", "required": False, "type": "String",
                       "documentation": ""},
        },
        "rules": [
            {
                "conditions": [],
                "endpoint": {"url": endpoint, "properties": {}, "headers": {}},
                "type": "endpoint",
            }
        ],
    }  # fmt: skip
    for place in PLACES:
        (folder / place).mkdir(parents=True)
        (folder / place / "endpoint-rule-set-1.json").write_text(json.dumps(rules))


def in_browser(center, told):
    """What a person does with the URL that the CLI printed: sign in, and allow it."""
    path, query = told.removeprefix(center.served.endpoint).split("?", 1)
    form = ask(center.served, "GET", f"{path}?{query}").hidden
    form |= {"user": "alice", "password": PASSWORD}
    form = ask(center.served, "POST", path, form).hidden | {"decision": "allow"}
    answer = ask(center.served, "POST", path, form)
    if answer.status == 302:  # back to the CLI, which listens on this machine
        with urllib.request.urlopen(answer.location, timeout=10) as back:
            assert back.status == 200
    else:
        assert answer.status == 200


@pytest.mark.parametrize("config", [SESSION, LEGACY], ids=["sso-session", "legacy"])
@pytest.mark.parametrize("flags", [[], ["--use-device-code"]], ids=["default", "device-code"])
def test_the_cli_signs_in(center, environment, config, flags):
    command = version_2()
    if command is None:
        pytest.skip("version 2 of the AWS CLI is not here")
    home = Path(environment["HOME"])
    (home / "config").write_text(config.format(start_url=center.start_url))
    fixed_endpoints(home / "data", center.served.endpoint)
    with subprocess.Popen(
        [*command, "sso", "login", "--profile", "dev", "--no-browser", *flags],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as login:
        try:
            url = next((one[0] for line in login.stdout if (one := URL.search(line))), None)
            if url is None and "--use-device-code" in (error := login.stderr.read()):
                pytest.skip(f"this release of the CLI has one flow: {error[-80:]}")
            in_browser(center, url)
            rest, error = login.communicate(timeout=30)
        finally:
            login.kill()
    assert login.returncode == 0, error
    assert f"Successfully logged into Start URL: {center.start_url}" in rest
    # Without scopes, as of old, or where it is asked for, there is a code to type.
    assert ("/authorize?" in url) == (command_is_new(command) and config is SESSION and not flags)

    assert identity(command, environment).endswith("/alice")
    # So do other SDKs with what the CLI keeps.
    assert identity([sys.executable, "-m", "awscli"], environment).endswith("/alice")


def command_is_new(command):
    """Whether that release of the CLI knows the flow without a code to type."""
    told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    release = re.match(r"aws-cli/2\.(\d+)\.", told.stdout)
    return int(release[1]) >= 22


def kept(name, tokens, device, center, life):
    """A token as the CLI keeps it, under the name of the session or the start URL."""
    now = datetime.now(UTC)
    document = {
        "startUrl": center.start_url,
        "region": "us-east-1",
        "accessToken": tokens["accessToken"],
        "expiresAt": (now + life).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **device.client,
        "registrationExpiresAt": (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if "refreshToken" in tokens:
        document["refreshToken"] = tokens["refreshToken"]
    return f"{hashlib.sha1(name.encode()).hexdigest()}.json", json.dumps(document)


@pytest.mark.parametrize(
    ("config", "scopes"),
    [(SESSION, ["sso:account:access"]), (LEGACY, [])],
    ids=["sso-session", "legacy"],
)
def test_botocore_gets_credentials_with_what_the_cli_keeps(center, environment, config, scopes):
    device = Device(center, scopes=scopes)
    device.answer()
    tokens = device.token()
    home = Path(environment["HOME"])
    (home / "config").write_text(config.format(start_url=center.start_url))
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    name = "ours" if scopes else center.start_url
    file, document = kept(name, tokens, device, center, SOON)
    (cache / file).write_text(document)

    assert identity([sys.executable, "-m", "awscli"], environment).endswith("/alice")

    renewed = json.loads((cache / file).read_text())["accessToken"] != tokens["accessToken"]
    assert renewed == bool(scopes)
