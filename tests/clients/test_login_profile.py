"""A profile as `aws login` leaves it behind, used by botocore's own provider of credentials."""

import hashlib
import json

import boto3
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clients.browser import ACCOUNT, PASSWORD, Client
from clients.test_mfa import policy

pytest.importorskip("awscrt", reason="botocore signs proofs of possession with awscrt only")

ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ACTIONS = ["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token", "iam:ListUsers"]


@pytest.fixture
def profile(fresh, iam, tmp_path, monkeypatch):
    """The name of a profile whose cached credentials have expired."""
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy(ACTIONS))
    client = Client(fresh)
    output = client.by_code(client.sign_in().members["code"])
    key = client.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    kept = {
        "accessToken": output["accessToken"]
        | {"accountId": ACCOUNT, "expiresAt": "2020-01-01T00:00:00Z"},
        "clientId": client.client_id,
        "dpopKey": key.decode(),
        "refreshToken": output["refreshToken"],
        "tokenType": output["tokenType"],
    }
    name = hashlib.sha256(ALICE.encode()).hexdigest()
    (tmp_path / f"{name}.json").write_text(json.dumps(kept))
    config = tmp_path / "config"
    config.write_text(f"[profile alice]\nregion = us-east-1\nlogin_session = {ALICE}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL", fresh.endpoint)
    return "alice"


def test_a_profile_of_aws_login_refreshes_itself(profile):
    session = boto3.Session(profile_name=profile)

    assert session.get_credentials().method == "login"
    assert session.client("sts").get_caller_identity()["Arn"] == ALICE
    assert session.client("iam").list_users()["Users"]
