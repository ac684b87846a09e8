"""Roles for people and workloads of identity providers, with boto3 and an issuer on loopback."""

import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from authn.issuer import Issuer, Serving
from clients.conftest import ACCOUNT, Served

CLIENT = "sts.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"


@pytest.fixture(scope="module")
def served():
    server = Served(oidc_allow_private=True)
    yield server
    server.stop()


@pytest.fixture
def issuer(tmp_path):
    """An issuer over TLS, from an authority that nobody trusts but by its thumbprint."""
    with Serving(tmp_path) as server:
        found = Issuer(server.url)
        server.publish(found)
        found.serving = server
        yield found


@pytest.fixture
def nobody(fresh):
    """A client of somebody who has no keys at all."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return boto3.client("sts", region_name="us-east-1", endpoint_url=fresh.endpoint, config=config)


def refusal(call, *arguments, **parameters):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    return caught.value.response["Error"]


def name(issuer):
    return issuer.url.partition("://")[2]


def trust(issuer, **condition):
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{name(issuer)}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{name(issuer)}:{key}": value for key, value in condition.items()}
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def register(iam, issuer, thumbprints=None):
    given = [issuer.serving.thumbprint] if thumbprints is None else thumbprints
    return iam.create_open_id_connect_provider(
        Url=issuer.url, ClientIDList=[CLIENT], ThumbprintList=given
    )["OpenIDConnectProviderArn"]


def token(issuer, **claims):
    return issuer.token(now=datetime.now(UTC), **claims)


def test_a_workload_gets_a_role_for_its_token_and_works_with_it(fresh, iam, nobody, issuer):
    arn = register(iam, issuer)
    iam.create_role(
        RoleName="deployer", AssumeRolePolicyDocument=trust(issuer, sub="pod", aud=CLIENT)
    )
    grant = {
        "Effect": "Allow",
        "Action": "iam:ListRoles",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:FederatedProvider": arn, f"{name(issuer)}:sub": "pod"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    iam.put_role_policy(RoleName="deployer", PolicyName="list", PolicyDocument=document)

    given = {
        "RoleArn": ROLE,
        "RoleSessionName": "pod-1",
        "WebIdentityToken": token(issuer, sub="pod"),
    }
    answer = nobody.assume_role_with_web_identity(**given)

    key = answer["Credentials"]
    assert answer["SubjectFromWebIdentityToken"] == "pod"
    session = (key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
    identity = fresh.client("sts", *session).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/pod-1"
    assert fresh.client("iam", *session).list_roles()["Roles"]
    assert refusal(fresh.client("iam", *session).list_users)["Code"] == "AccessDenied"


REFUSED = [
    # claims                          code
    ({"sub": "other"}, "AccessDenied"),
    ({"aud": "other"}, "InvalidIdentityToken"),
    ({"exp": 1}, "ExpiredTokenException"),
    ({"iss": "https://127.0.0.1:1"}, "InvalidIdentityToken"),
]  # fmt: skip


@pytest.mark.parametrize(("claims", "code"), REFUSED)
def test_clients_read_why_a_token_is_not_taken(iam, nobody, issuer, claims, code):
    register(iam, issuer)
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust(issuer, sub="pod"))
    given = {"RoleArn": ROLE, "RoleSessionName": "pod-1"}

    error = refusal(
        nobody.assume_role_with_web_identity,
        WebIdentityToken=token(issuer, **({"sub": "pod"} | claims)),
        **given,
    )

    assert error["Code"] == code


def test_a_certificate_that_no_thumbprint_names_is_not_trusted(iam, nobody, issuer):
    register(iam, issuer, [])

    error = refusal(
        nobody.assume_role_with_web_identity,
        RoleArn=ROLE,
        RoleSessionName="pod-1",
        WebIdentityToken=token(issuer),
    )

    assert error["Code"] == "InvalidIdentityToken"
    assert "configured thumbprint" in error["Message"]
    assert issuer.serving.asked == []


def test_an_issuer_on_loopback_may_speak_http(iam, nobody):
    with Serving() as server:
        plain = Issuer(server.url)
        server.publish(plain)
        register(iam, plain, [])
        iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust(plain, sub="pod"))
        given = {"RoleArn": ROLE, "RoleSessionName": "pod-1"}

        assert nobody.assume_role_with_web_identity(
            WebIdentityToken=token(plain, sub="pod"), **given
        )
        claims = {"sub": "pod", "iss": plain.url.replace("http:", "https:")}
        error = refusal(
            nobody.assume_role_with_web_identity, WebIdentityToken=token(plain, **claims), **given
        )
        assert error["Code"] == "InvalidIdentityToken"


def test_without_leave_no_private_address_is_asked(tmp_path, issuer):
    server = Served()
    try:
        iam = server.client("iam")
        register(iam, issuer)
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        nobody = boto3.client(
            "sts", region_name="us-east-1", endpoint_url=server.endpoint, config=config
        )
        error = refusal(
            nobody.assume_role_with_web_identity,
            RoleArn=ROLE,
            RoleSessionName="pod-1",
            WebIdentityToken=token(issuer),
        )
        plain = refusal(iam.create_open_id_connect_provider, Url="http://localhost:1")
    finally:
        server.stop()

    assert error["Code"] == "InvalidIdentityToken"
    assert issuer.serving.asked == []
    assert plain["Code"] == "InvalidInput"


def events(served, name):
    """The audit events of that name, the latest last."""
    from sqlalchemy import select

    from doorward.store.tables.audit import audit_events

    if waiting := served.running.recorder.flush():
        waiting.result()
    with served.running.database.read() as db:
        rows = db.execute(select(audit_events).order_by(audit_events.c.sequence)).mappings().all()
    return [dict(row) for row in rows if row["operation"] == name]


def test_the_trail_names_whom_the_token_proved_and_hides_the_token(fresh, iam, nobody, issuer):
    arn = register(iam, issuer)
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust(issuer, sub="pod"))
    secret = token(issuer, sub="pod")
    nobody.assume_role_with_web_identity(
        RoleArn=ROLE, RoleSessionName="pod-1", WebIdentityToken=secret
    )
    refusal(
        nobody.assume_role_with_web_identity,
        RoleArn=ROLE,
        RoleSessionName="pod-1",
        WebIdentityToken=token(issuer, sub="other"),
    )

    allowed, denied = events(fresh, "AssumeRoleWithWebIdentity")[-2:]

    event = json.loads(allowed["event"]) if isinstance(allowed["event"], str) else allowed["event"]
    assert event["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": f"{arn}:{CLIENT}:pod",
        "userName": "pod",
        "identityProvider": arn,
    }
    assert event["recipientAccountId"] == ACCOUNT
    assert secret not in json.dumps(event)
    assert secret.split(".")[2] not in json.dumps(event)
    assert (allowed["error_code"], denied["error_code"]) == ("", "AccessDenied")
