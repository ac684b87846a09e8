"""Makers of what operations need, on one side each: `user(side)` makes a user and gives its name.

All is made through the API. What a client would see of it holds the account's id or a name that
counts up, so that it is known wherever it turns up.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.credentials import Credentials

from authn import saml_idp
from authn.clients import NOW
from doorward.authn import totp
from doorward.store import mfa_devices
from doorward.store.tables.mfa_device import FIDO, MfaDevice
from server.place import EVERYTHING, Side
from services.iam import pem

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)
READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
OLD_PASSWORD, NEW_PASSWORD = "correct horse 1 Battery!", "staple correct 2 Horse!"


@dataclass(frozen=True)
class Call:
    """Parameters of a call; *by*, a key of *user*, makes it where that is not the administrator."""

    parameters: dict[str, Any]
    by: Credentials | None = None
    user: str = "admin"


Row = Callable[[Side], Call | dict[str, Any]]


def called(row: Row, side: Side) -> Call:
    """What *row* prepares on *side*."""
    made = row(side)
    return made if isinstance(made, Call) else Call(made)


def tags(side: Side) -> list[dict[str, str]]:
    return [{"Key": "team", "Value": f"team-{side.account}"}]


def document(side: Side) -> str:
    """A policy that is like no other account's."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::secret-{side.account}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def user(side: Side) -> str:
    name = side.new("user")
    side.call("iam", "CreateUser", UserName=name, Tags=tags(side))
    return name


def group(side: Side) -> str:
    name = side.new("group")
    side.call("iam", "CreateGroup", GroupName=name)
    return name


def role(side: Side, trust: str = TRUST) -> str:
    name = side.new("role")
    side.call(
        "iam",
        "CreateRole",
        RoleName=name,
        AssumeRolePolicyDocument=trust,
        Description=f"for {side.account}",
        Tags=tags(side),
    )
    return name


def trusted_role(side: Side) -> str:
    """The ARN of a role that the account's own identities may assume, and that may do all."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": side.account},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    name = role(side, json.dumps({"Version": "2012-10-17", "Statement": statement}))
    side.call("iam", "PutRolePolicy", RoleName=name, PolicyName="all", PolicyDocument=EVERYTHING)
    return side.arn(f"role/{name}")


def policy(side: Side) -> str:
    made = side.call(
        "iam",
        "CreatePolicy",
        PolicyName=side.new("policy"),
        PolicyDocument=document(side),
        Tags=tags(side),
    )
    return made["Policy"]["Arn"]


def version(side: Side) -> dict[str, str]:
    """A policy, and its version that is not the default."""
    arn = policy(side)
    side.call("iam", "CreatePolicyVersion", PolicyArn=arn, PolicyDocument=EVERYTHING)
    return {"PolicyArn": arn, "VersionId": "v2"}


def profile(side: Side) -> str:
    name = side.new("profile")
    side.call("iam", "CreateInstanceProfile", InstanceProfileName=name, Tags=tags(side))
    return name


def attached(side: Side, kind: str, maker: Callable[[Side], str]) -> dict[str, str]:
    """A managed policy that is attached to a new user, group or role."""
    given = {f"{kind}Name": maker(side), "PolicyArn": policy(side)}
    side.call("iam", f"Attach{kind}Policy", **given)
    return given


def inline(side: Side, kind: str, maker: Callable[[Side], str]) -> dict[str, str]:
    given = {f"{kind}Name": maker(side), "PolicyName": side.new("inline")}
    side.call("iam", f"Put{kind}Policy", **given, PolicyDocument=document(side))
    return given


def member(side: Side) -> dict[str, str]:
    given = {"GroupName": group(side), "UserName": user(side)}
    side.call("iam", "AddUserToGroup", **given)
    return given


def in_profile(side: Side) -> dict[str, str]:
    given = {"InstanceProfileName": profile(side), "RoleName": role(side)}
    side.call("iam", "AddRoleToInstanceProfile", **given)
    return given


def bounded(side: Side, kind: str, maker: Callable[[Side], str]) -> dict[str, str]:
    given = {f"{kind}Name": maker(side)}
    side.call("iam", f"Put{kind}PermissionsBoundary", **given, PermissionsBoundary=policy(side))
    return given


def access_key(side: Side) -> dict[str, str]:
    name = user(side)
    return {"UserName": name, "AccessKeyId": side.key(name).access_key}


@dataclass(frozen=True)
class Device:
    serial: str
    seed: bytes

    def code(self, later: int = 0) -> str:
        return totp.code(self.seed, totp.step(NOW) + later)

    def codes(self, first: int) -> dict[str, str]:
        """The serial number with two codes one after the other."""
        return {
            "SerialNumber": self.serial,
            "AuthenticationCode1": self.code(first),
            "AuthenticationCode2": self.code(first + 1),
        }


def device(side: Side) -> Device:
    made = side.call(
        "iam", "CreateVirtualMFADevice", VirtualMFADeviceName=side.new("phone"), Tags=tags(side)
    )["VirtualMFADevice"]
    return Device(made["SerialNumber"], totp.seed_bytes(made["Base32StringSeed"].decode()))


def enabled(side: Side, name: str | None = None) -> tuple[str, Device]:
    """A user and their device."""
    name, made = name or user(side), device(side)
    side.call("iam", "EnableMFADevice", UserName=name, **made.codes(-2))
    return name, made


def key_device(side: Side) -> dict[str, str]:
    """A user with a security key, which no call of IAM can enrol."""
    name = user(side)
    found = side.call("iam", "GetUser", UserName=name)["User"]["UserId"]
    serial = side.arn(f"u2f/user/{name}/key")
    made = MfaDevice(
        serial, side.account, FIDO, "key", f"u2f/user/{name}/key", NOW, found, enabled_at=NOW
    )
    side.place.running.database.write(lambda db: mfa_devices.add(db, made))
    return {"UserName": name, "SerialNumber": serial}


def login(side: Side, **more: Any) -> str:
    """A user with a password."""
    name = user(side)
    side.call("iam", "CreateLoginProfile", UserName=name, Password=OLD_PASSWORD, **more)
    return name


@cache
def certificate(name: str, number: int = 0) -> tuple[str, str]:
    """A certificate and its key."""
    del number
    key = pem.ec_key()
    return pem.certificate(name, key), pem.private(key)


@cache
def ssh_key(number: int) -> str:
    return pem.ssh(pem.rsa_key(number))


def server_certificate(side: Side) -> str:
    name = side.new("certificate")
    body, key = certificate("www")
    side.call(
        "iam",
        "UploadServerCertificate",
        ServerCertificateName=name,
        CertificateBody=body,
        PrivateKey=key,
        Tags=tags(side),
    )
    return name


def signing_certificate(side: Side) -> dict[str, str]:
    name = user(side)
    body, _ = certificate("signer")
    made = side.call("iam", "UploadSigningCertificate", UserName=name, CertificateBody=body)
    return {"UserName": name, "CertificateId": made["Certificate"]["CertificateId"]}


def ssh_public_key(side: Side) -> dict[str, str]:
    name = user(side)
    made = side.call("iam", "UploadSSHPublicKey", UserName=name, SSHPublicKeyBody=ssh_key(0))
    return {"UserName": name, "SSHPublicKeyId": made["SSHPublicKey"]["SSHPublicKeyId"]}


def service_credential(side: Side) -> dict[str, str]:
    name = user(side)
    made = side.call(
        "iam",
        "CreateServiceSpecificCredential",
        UserName=name,
        ServiceName="codecommit.amazonaws.com",
    )["ServiceSpecificCredential"]
    made_id = made["ServiceSpecificCredentialId"]
    return {"UserName": name, "ServiceSpecificCredentialId": made_id}


def oidc_provider(side: Side) -> str:
    made = side.call(
        "iam",
        "CreateOpenIDConnectProvider",
        Url=f"https://{side.new('issuer')}.example",
        ClientIDList=["client", f"client-{side.account}"],
        ThumbprintList=["a" * 40],
        Tags=tags(side),
    )
    return made["OpenIDConnectProviderArn"]


@cache
def metadata() -> str:
    return saml_idp.metadata()


def saml_provider(side: Side) -> str:
    made = side.call(
        "iam",
        "CreateSAMLProvider",
        Name=side.new("idp"),
        SAMLMetadataDocument=metadata(),
        Tags=tags(side),
    )
    return made["SAMLProviderArn"]


def linked_role(side: Side) -> str:
    made = side.call("iam", "CreateServiceLinkedRole", AWSServiceName="ecs.amazonaws.com")
    return made["Role"]["RoleName"]


def access_report(side: Side) -> str:
    """The job of a report of what a user's policies were used for."""
    arn = side.arn("user/" + attached(side, "User", user)["UserName"])
    return side.call("iam", "GenerateServiceLastAccessedDetails", side.admin, Arn=arn)["JobId"]


def template(side: Side) -> str:
    made = side.call(
        "iam",
        "CreatePolicy",
        PolicyName=side.new("template"),
        PolicyDocument=EVERYTHING,
    )
    return made["Policy"]["Arn"]


def asked(side: Side, partner: Side) -> dict[str, Any]:
    """What a partner asks *side* for."""
    return {
        "Description": f"for {side.account}",
        "Permissions": {"PolicyTemplateArn": template(partner)},
        "RequestorWorkflowId": partner.new("workflow"),
        "NotificationChannel": partner.arn("partner", "sns").replace("::", ":us-east-1:"),
        "SessionDuration": 900,
        "OwnerAccountId": side.account,
    }


def delegation(side: Side, *steps: str) -> str:
    """The id of a partner's request to *side*, with which its administrator did *steps*."""
    partner = side.another()
    made = partner.call("iam", "CreateDelegationRequest", **asked(side, partner))
    request = made["DelegationRequestId"]
    for step in steps:
        side.call("iam", step, side.admin, DelegationRequestId=request)
    return request
