"""Roles for people and workloads of identity providers, with boto3 and an issuer on loopback."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from authn import saml_idp
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


def test_the_answer_says_for_whom_the_session_acts(iam, nobody, issuer):
    arn = register(iam, issuer)
    iam.update_open_id_connect_provider(
        OpenIDConnectProviderArn=arn,
        ContextProvider={
            "SubjectSourceKey": "sub",
            "SubjectTypeValue": "workload",
            "KeyDefinitionList": [{"SourceKey": "job", "TargetKey": "job"}],
        },
    )
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust(issuer, sub="pod"))

    answer = nobody.assume_role_with_web_identity(
        RoleArn=ROLE, RoleSessionName="pod-1", WebIdentityToken=token(issuer, sub="pod", job="7")
    )

    context = answer["TrustedIdentityPropagationContext"]
    assert context["OriginIdentity"]["Subject"] == "pod"
    assert context["TransactionContext"] == {"IdentityProvider": {"job": "7"}}


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


def test_a_pod_of_kubernetes_finds_its_role_by_environment(
    fresh, iam, issuer, monkeypatch, tmp_path
):
    register(iam, issuer)
    account = "system:serviceaccount:apps:web"
    iam.create_role(
        RoleName="deployer", AssumeRolePolicyDocument=trust(issuer, sub=account, aud=CLIENT)
    )
    pod = {"namespace": "apps", "serviceaccount": {"name": "web", "uid": "1"}}
    claims = {"sub": account, "aud": [CLIENT], "kubernetes.io": pod}
    (tmp_path / "token").write_text(token(issuer, **claims))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "web-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", fresh.endpoint)

    identity = boto3.Session(region_name="us-east-1").client("sts").get_caller_identity()

    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/web-1"


SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
STAFF = f"arn:aws:iam::{ACCOUNT}:role/staff"


@pytest.fixture
def staff(iam):
    """A role for everybody of a SAML provider."""
    arn = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=saml_idp.metadata())
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn["SAMLProviderArn"]},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"saml:aud": saml_idp.ACS}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="staff", AssumeRolePolicyDocument=document)
    grant = {
        "Effect": "Allow",
        "Action": "iam:ListRoles",
        "Resource": "*",
        "Condition": {"StringEquals": {"saml:sub": "alice", "aws:PrincipalTag/Team": "red"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    iam.put_role_policy(RoleName="staff", PolicyName="list", PolicyDocument=document)


def login(number=1, **more):
    tags = {saml_idp.AWS + "PrincipalTag:Team": ["red"]}
    now = datetime.now(UTC).replace(microsecond=0)
    return saml_idp.login(id=f"_a{number}", now=now, attributes=tags, **more)


def test_somebody_signs_in_with_saml_and_works_with_the_role(fresh, nobody, staff):
    answer = nobody.assume_role_with_saml(RoleArn=STAFF, PrincipalArn=SAML, SAMLAssertion=login())

    key = answer["Credentials"]
    assert (answer["Subject"], answer["SubjectType"]) == ("alice", "persistent")
    assert answer["NameQualifier"] == saml_idp.qualifier()
    session = (key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
    identity = fresh.client("sts", *session).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/alice@example.com"
    assert fresh.client("iam", *session).list_roles()["Roles"]
    assert refusal(fresh.client("iam", *session).list_users)["Code"] == "AccessDenied"


def test_of_many_who_come_with_one_assertion_at_once_one_gets_the_role(nobody, staff):
    given = {"RoleArn": STAFF, "PrincipalArn": SAML, "SAMLAssertion": login()}

    def try_it(number):
        try:
            nobody.assume_role_with_saml(**given)
        except ClientError as error:
            return error.response["Error"]["Message"]
        return "done"

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(try_it, range(8)))

    assert found == ["The SAML assertion was used before"] * 7 + ["done"]


SAML_REFUSED = [
    ({"role": None}, "AccessDenied"),
    ({"name": None}, "AccessDenied"),
    ({"audience": "https://other.example"}, "InvalidIdentityToken"),
    ({"issued": datetime(2020, 1, 1, tzinfo=UTC)}, "ExpiredTokenException"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "code"), SAML_REFUSED)
def test_clients_read_why_an_assertion_is_not_taken(nobody, staff, changed, code):
    given = {"RoleArn": STAFF, "PrincipalArn": SAML, "SAMLAssertion": login(**changed)}

    assert refusal(nobody.assume_role_with_saml, **given)["Code"] == code


def test_large_metadata_pass_through_the_wire(iam):
    document = saml_idp.metadata().replace("<IDPSSO", f"<!--{'x' * 4_000_000}--><IDPSSO")

    arn = iam.create_saml_provider(Name="large", SAMLMetadataDocument=document)["SAMLProviderArn"]

    assert iam.get_saml_provider(SAMLProviderArn=arn)["SAMLMetadataDocument"] == document


def test_the_trail_of_saml_names_the_user_and_hides_assertion_and_keys(fresh, iam, nobody, staff):
    text = login()
    nobody.assume_role_with_saml(RoleArn=STAFF, PrincipalArn=SAML, SAMLAssertion=text)
    iam.update_saml_provider(
        SAMLProviderArn=SAML, AddPrivateKey=saml_idp.private_pem(saml_idp.key_pair(7)[0])
    )

    (found,) = events(fresh, "AssumeRoleWithSAML")
    (updated,) = events(fresh, "UpdateSAMLProvider")

    event = json.loads(found["event"])
    assert event["userIdentity"] == {
        "type": "SAMLUser",
        "principalId": f"{saml_idp.qualifier()}:alice",
        "userName": "alice",
        "identityProvider": saml_idp.qualifier(),
    }
    assert event["readOnly"]
    assert text not in found["event"]
    assert "PRIVATE KEY" not in updated["event"]


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
