"""A role in a started server, and the credential endpoints over it in this process."""

import http.client
import json
import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

import boto3
from botocore.session import Session

from clients.conftest import ACCOUNT
from doorward.base.ids import RandomIds
from doorward.cli.credentials import container
from doorward.cli.credentials.container import Container
from doorward.cli.credentials.held import Held
from doorward.cli.credentials.listener import Beside, Door, listen
from doorward.cli.credentials.metadata import Instance, Metadata
from doorward.cli.credentials.session import Asked, Assumer, Role
from doorward.cli.credentials.tokens import Tokens
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys

ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/app"
INSTANCE = "i-0123456789abcdef0"
TOKEN = "a-token-of-the-test"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"
METADATA = "X-aws-ec2-metadata-token"
SECRETS = "/latest/meta-data/iam/security-credentials/"


def make_role(served):
    """The role `app`, which the user `operator` may assume and which may list roles; its keys."""
    iam = served.client("iam")
    operator = iam.create_user(UserName="operator")["User"]["Arn"]
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    trust = {"Effect": "Allow", "Principal": {"AWS": operator}, "Action": "sts:AssumeRole"}
    grant = {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}
    iam.create_role(RoleName="app", Path="/service/", AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName="app", PolicyName="list", PolicyDocument=document(grant))
    return Keys(key["AccessKeyId"], key["SecretAccessKey"])


def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Endpoints:
    """Both endpoints for the role, on the server's clock."""

    def __init__(self, served, keys, *, allow_v1=False, duration=3600, role=ROLE):
        asked = Asked(
            Role.parse(role), outgoing.checked(served.endpoint), "eu-west-1", INSTANCE, duration
        )
        clock = served.clock
        self.assumed = []
        assume = Assumer(asked, lambda: keys, clock)

        def counted():
            self.assumed.append(clock.now())
            return assume()

        self.held = Held(counted, clock)
        instance = Instance(INSTANCE, asked.role, asked.region, "x86_64", datetime.now(UTC))
        metadata = Metadata(
            instance, self.held, Tokens(RandomIds(), clock), clock, allow_v1=allow_v1
        )
        self.listening = listen(0, 1)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.uri = self.url + container.PATH
        self.beside = Beside(
            Door(metadata, Container(asked.role, self.held, TOKEN)), self.listening
        )

    def __enter__(self):
        self.beside.__enter__()
        return self

    def __exit__(self, *_):
        self.beside.__exit__(None, None, None)
        self.listening.close()


def ask(endpoints, method, path, **headers):
    """Status, headers and text of the answer."""
    connection = http.client.HTTPConnection(urlsplit(endpoints.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def token(endpoints, seconds="60"):
    status, _, text = ask(endpoints, "PUT", "/latest/api/token", **{TTL: seconds})
    assert status == 200
    return text


def read(endpoints, path):
    return ask(endpoints, "GET", path, **{METADATA: token(endpoints)})


def fetched(monkeypatch, method, profile=None, **environment):
    """The credentials that botocore's own chain finds, which must be those of *method*."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        if name not in {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    session = Session(profile=profile)
    found = session.get_credentials()
    assert found is not None
    assert found.method == method
    return found, session


def refreshed(credentials):
    """What the provider has once it finds it time to ask again."""
    credentials._advisory_refresh_timeout = 7 * 86_400
    try:
        return credentials.get_frozen_credentials()
    finally:
        credentials._advisory_refresh_timeout = 900


def identity(served, session):
    """Who the session's credentials are, by the server, through boto3."""
    client = boto3.Session(botocore_session=session).client("sts", endpoint_url=served.endpoint)
    return client.get_caller_identity()["Arn"]
