"""Identity Center on a server: users who are let in, a browser, and clients like `aws sso login`."""

import base64
import hashlib
import secrets
from functools import cache
from urllib.parse import urlencode

import boto3
import botocore
from botocore.config import Config

from clients.browser import ask
from doorward.authn.password import hash as password_hash
from doorward.server.signin import sso_people
from doorward.store import identity_users
from doorward.store.tables.identity_store_user import IdentityPassword

ACCOUNT = "123456789012"
PASSWORD = "Correct-Horse-1"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CALLBACK = "http://127.0.0.1/oauth/callback"
HERE = "http://127.0.0.1:7777/oauth/callback"
MANAGED = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
SCOPE = "sso:account:access"


@cache
def session():
    return boto3.Session(region_name="us-east-1")


@cache
def client(endpoint, service, *, signed=True):
    """A client of the root, or of nobody; one for all tests, for each takes long to make."""
    how = {} if signed else {"signature_version": botocore.UNSIGNED}
    return session().client(
        service,
        endpoint_url=endpoint,
        aws_access_key_id="root-key-id",
        aws_secret_access_key="root-secret",
        config=Config(retries={"total_max_attempts": 1}, **how),
    )


@cache
def hashed(password):
    """A hash of the password, made once: that takes long by intention."""
    return password_hash(password)


class Center:
    """An instance in `ACCOUNT`, whose user alice may take ReadOnly there."""

    def __init__(self, served):
        self.served = served
        self.admin, self.store = self.client("sso-admin"), self.client("identitystore")
        self.oidc, self.portal = self.anonymous("sso-oidc"), self.anonymous("sso")
        self.arn = self.admin.create_instance()["InstanceArn"]
        self.store_id = self.admin.describe_instance(InstanceArn=self.arn)["IdentityStoreId"]
        self.start_url = f"{served.endpoint}/start/{self.store_id}"
        self.read_only = self.permission_set("ReadOnly")
        self.alice = self.user("alice")
        self.assign(self.alice)

    def client(self, service):
        return client(self.served.endpoint, service)

    def anonymous(self, service):
        return client(self.served.endpoint, service, signed=False)

    def user(self, name, password=PASSWORD):
        of = {"IdentityStoreId": self.store_id}
        found = self.store.create_user(**of, UserName=name, DisplayName=name.title())["UserId"]
        if password:
            self.give(name, password)
        return found

    def give(self, name, password, *, once=False):
        running = self.served.running
        with running.database.read() as db:
            user = identity_users.named(db, ACCOUNT, name)
        made = IdentityPassword(
            user.id, ACCOUNT, hashed(password), running.clock.now(), reset_required=once
        )
        running.database.write(lambda db: sso_people.give(db, made))

    def permission_set(self, name, *policies, **more):
        of = {"InstanceArn": self.arn}
        made = self.admin.create_permission_set(**of, Name=name, **more)["PermissionSet"]
        of["PermissionSetArn"] = made["PermissionSetArn"]
        for policy in policies or (MANAGED,):
            self.admin.attach_managed_policy_to_permission_set(**of, ManagedPolicyArn=policy)
        return made["PermissionSetArn"]

    def assignment(self, principal, permission_set=None, target=ACCOUNT, kind="USER"):
        return {
            "InstanceArn": self.arn,
            "TargetId": target,
            "TargetType": "AWS_ACCOUNT",
            "PermissionSetArn": permission_set or self.read_only,
            "PrincipalType": kind,
            "PrincipalId": principal,
        }

    def assign(self, *which, **more):
        made = self.admin.create_account_assignment(**self.assignment(*which, **more))
        return made["AccountAssignmentCreationStatus"]

    def unassign(self, *which, **more):
        made = self.admin.delete_account_assignment(**self.assignment(*which, **more))
        return made["AccountAssignmentDeletionStatus"]

    def signed_in(self, name="alice", password=PASSWORD, **registered):
        """The tokens of a user who let a device in."""
        device = Device(self, **registered)
        device.answer(name, password)
        return device.token()

    def keys(self, token, role="ReadOnly", account=ACCOUNT):
        found = self.portal.get_role_credentials(
            roleName=role, accountId=account, accessToken=token
        )
        return found["roleCredentials"]

    def use(self, keys, service):
        return self.served.client(
            service, keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"]
        )


class Device:
    """A client that registered, and asks for a user to let it in."""

    def __init__(self, center, scopes=(SCOPE,), **registered):
        self.center = center
        asked = {"clientName": "aws-cli", "clientType": "public", "scopes": list(scopes)}
        made = center.oidc.register_client(**asked, **registered)
        self.client = {name: made[name] for name in ("clientId", "clientSecret")}
        self.begun = center.oidc.start_device_authorization(
            **self.client, startUrl=center.start_url
        )

    def page(self):
        path = self.begun["verificationUriComplete"].removeprefix(self.center.served.endpoint)
        return ask(self.center.served, "GET", path)

    def submit(self, form, **headers):
        return ask(self.center.served, "POST", "/_doorward/device", form, **headers)

    def sign_in(self, name="alice", password=PASSWORD):
        return self.submit(self.page().hidden | {"user": name, "password": password})

    def answer(self, name="alice", password=PASSWORD, decision="allow"):
        return self.submit(self.sign_in(name, password).hidden | {"decision": decision})

    def token(self, **other):
        asked = {"grantType": DEVICE, "deviceCode": self.begun["deviceCode"]}
        return self.center.oidc.create_token(**self.client, **asked | other)

    def refresh(self, token):
        return self.center.oidc.create_token(
            **self.client, grantType="refresh_token", refreshToken=token
        )


class Browser:
    """What `aws sso login` is without a device code: a verifier, and a browser on this machine."""

    def __init__(self, center, redirects=(CALLBACK,), **registered):
        self.center = center
        made = center.oidc.register_client(
            clientName="aws-cli",
            clientType="public",
            scopes=[SCOPE],
            grantTypes=["authorization_code", "refresh_token"],
            redirectUris=list(redirects),
            issuerUrl=center.start_url,
            **registered,
        )
        self.client = {name: made[name] for name in ("clientId", "clientSecret")}
        self.verifier = secrets.token_urlsafe(48)

    @property
    def asked(self):
        made = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": self.client["clientId"],
            "redirect_uri": HERE,
            "state": "state-1",
            "code_challenge_method": "S256",
            "scopes": SCOPE,
            "code_challenge": base64.urlsafe_b64encode(made).decode().rstrip("="),
        }

    def page(self, **other):
        return ask(self.center.served, "GET", f"/authorize?{urlencode(self.asked | other)}")

    def submit(self, form, **headers):
        return ask(self.center.served, "POST", "/authorize", form, **headers)

    def answer(self, name="alice", password=PASSWORD, decision="allow", **other):
        form = self.page(**other).hidden | {"user": name, "password": password}
        return self.submit(self.submit(form).hidden | {"decision": decision})

    def token(self, code, **other):
        asked = {
            "grantType": "authorization_code",
            "code": code,
            "codeVerifier": self.verifier,
            "redirectUri": HERE,
        }
        return self.center.oidc.create_token(**self.client, **asked | other)
