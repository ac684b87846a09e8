"""botocore's own credential providers fetch from us, and refresh before the credentials end."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from authn.issuer import Issuer, Serving
from cli.credentials.workload import (
    INSTANCE,
    ROLE,
    TOKEN,
    Endpoints,
    document,
    fetched,
    identity,
    make_role,
    refreshed,
)
from clients.conftest import ACCOUNT, Served

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/"


@pytest.fixture(scope="module")
def served():
    server = Served(oidc_allow_private=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def operator(served):
    return make_role(served)


@pytest.fixture(autouse=True)
def present(served):
    """The server's clock goes right again after a test that moved it."""
    yield
    served.clock.ahead = timedelta()


@pytest.fixture
def config(operator, served, monkeypatch, tmp_path):
    """Writes the configuration file; the profile `operator` has keys."""
    shared = tmp_path / "credentials"
    shared.write_text(
        f"[operator]\naws_access_key_id = {operator.access_key_id}\n"
        f"aws_secret_access_key = {operator.secret}\n"
    )
    file = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(shared))
    return lambda **keys: file.write_text(
        "[profile app]\nregion = us-east-1\n"
        + "".join(f"{name} = {value}\n" for name, value in keys.items())
    )


def test_instance_metadata(served, operator, monkeypatch):
    with Endpoints(served, operator) as endpoints:
        found, session = fetched(
            monkeypatch, "iam-role", AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoints.url
        )
        first = found.get_frozen_credentials()
        assert identity(served, session) == SESSION + INSTANCE

        assert refreshed(found) == first
        served.clock.ahead = timedelta(minutes=10)
        assert refreshed(found) == first
        served.clock.ahead = timedelta(minutes=31)
        second = refreshed(found)

        assert second.access_key != first.access_key
        assert len(endpoints.assumed) == 2
        assert found.account_id is None


def test_instance_metadata_of_the_shortest_session_outlasts_what_botocore_adds_to_it(
    served, operator, monkeypatch
):
    with Endpoints(served, operator, duration=900) as endpoints:
        found, _ = fetched(monkeypatch, "iam-role", AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoints.url)
        first = found.get_frozen_credentials()

        served.clock.ahead = timedelta(minutes=4)

        assert refreshed(found).access_key != first.access_key


@pytest.mark.parametrize("kept", ["token", "file"])
def test_container_credentials(served, operator, monkeypatch, tmp_path, kept):
    (tmp_path / "token").write_text(TOKEN)
    given = {
        "token": {"AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN},
        "file": {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")},
    }[kept]
    with Endpoints(served, operator) as endpoints:
        found, session = fetched(
            monkeypatch,
            "container-role",
            AWS_CONTAINER_CREDENTIALS_FULL_URI=endpoints.uri,
            **given,
        )
        first = found.get_frozen_credentials()
        assert identity(served, session) == SESSION + INSTANCE
        assert found.account_id == ACCOUNT

        served.clock.ahead = timedelta(minutes=31)

        assert refreshed(found).access_key != first.access_key


def test_a_process(served, config, monkeypatch):
    command = [sys.executable, "-m", "doorward", "credentials", "process", "--role", ROLE]
    config(
        credential_process=" ".join(
            [*command, "--profile", "operator", "--session-name", "printed"]
        )
    )
    found, session = fetched(monkeypatch, "custom-process", "app", AWS_ENDPOINT_URL=served.endpoint)
    first = found.get_frozen_credentials()

    assert identity(served, session) == SESSION + "printed"
    assert found.account_id == ACCOUNT
    assert refreshed(found).access_key != first.access_key


def test_a_profile_with_a_role(served, config, monkeypatch):
    config(
        role_arn=ROLE, source_profile="operator", role_session_name="chained", duration_seconds=900
    )
    found, session = fetched(monkeypatch, "assume-role", "app", AWS_ENDPOINT_URL=served.endpoint)
    first = found.get_frozen_credentials()

    assert identity(served, session) == SESSION + "chained"
    assert refreshed(found).access_key != first.access_key


def test_a_profile_with_a_role_whose_source_is_instance_metadata(
    served, operator, config, monkeypatch
):
    iam = served.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
    second = iam.create_role(RoleName="second", AssumeRolePolicyDocument=document(trust))["Role"]
    config(role_arn=second["Arn"], credential_source="Ec2InstanceMetadata", role_session_name="two")
    with Endpoints(served, operator) as endpoints:
        _, session = fetched(
            monkeypatch,
            "assume-role",
            "app",
            AWS_ENDPOINT_URL=served.endpoint,
            AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoints.url,
        )

        assert identity(served, session).endswith(":assumed-role/second/two")


def test_web_identity(served, monkeypatch, tmp_path):
    iam = served.client("iam")
    with Serving(tmp_path) as serving:
        issuer = Issuer(serving.url)
        serving.publish(issuer)
        provider = iam.create_open_id_connect_provider(
            Url=issuer.url,
            ClientIDList=["sts.amazonaws.com"],
            ThumbprintList=[serving.thumbprint],
        )["OpenIDConnectProviderArn"]
        trust = {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{issuer.url.partition('://')[2]}:sub": "pod"}},
        }
        role = iam.create_role(RoleName="pod", AssumeRolePolicyDocument=document(trust))["Role"]
        token = tmp_path / "token"
        token.write_text(issuer.token(now=datetime.now(UTC), sub="pod"))
        found, session = fetched(
            monkeypatch,
            "assume-role-with-web-identity",
            AWS_ENDPOINT_URL=served.endpoint,
            AWS_ROLE_ARN=role["Arn"],
            AWS_WEB_IDENTITY_TOKEN_FILE=str(token),
            AWS_ROLE_SESSION_NAME="pod-1",
        )
        first = found.get_frozen_credentials()
        assert identity(served, session).endswith(":assumed-role/pod/pod-1")

        token.write_text(issuer.token(now=datetime.now(UTC), sub="pod", jti="second"))
        soon = datetime.now(UTC) + timedelta(minutes=50)
        monkeypatch.setattr("botocore.credentials._local_now", lambda: soon)

        assert refreshed(found).access_key != first.access_key
