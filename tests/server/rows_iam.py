"""For each operation of IAM, a call that does its work, and the making of what it needs."""

from server import rows_organizations as org
from server import things as make
from server.place import EVERYTHING, Side
from server.things import READ_ONLY, TRUST, Call, Row, document, tags

KEYS = {"TagKeys": ["team"]}
NEW_TAGS = {"Tags": [{"Key": "new", "Value": "tag"}]}


def named(member: str, maker, **more) -> Row:
    """The thing that *maker* makes in *member*, with *more*."""
    return lambda side: {member: maker(side), **more}


def of(maker, *path: str, **more) -> Row:
    """All that *maker* gives, with *more*."""
    return lambda side: {**maker(side, *path), **more}


def kinds(row) -> dict[str, Row]:
    """Rows for a user, a group and a role."""
    makers = {"User": make.user, "Group": make.group, "Role": make.role}
    return {kind: row(kind, maker) for kind, maker in makers.items()}


def each(name: str, row, *only: str) -> dict[str, Row]:
    """Rows of the operations of that name, in which `*` is the kind."""
    return {
        name.replace("*", kind): one for kind, one in kinds(row).items() if kind in only or not only
    }


def change_password(side: Side) -> Call:
    name = make.login(side)
    side.call("iam", "PutUserPolicy", UserName=name, PolicyName="all", PolicyDocument=EVERYTHING)
    words = {"OldPassword": make.OLD_PASSWORD, "NewPassword": make.NEW_PASSWORD}
    return Call(words, side.key(name), name)


def resync(side: Side) -> dict[str, str]:
    name, device = make.enabled(side)
    return {"UserName": name, **device.codes(0)}


def deactivate(side: Side) -> dict[str, str]:
    name, device = make.enabled(side)
    return {"UserName": name, "SerialNumber": device.serial}


def alias(side: Side) -> dict[str, str]:
    given = {"AccountAlias": f"alias-{side.account}"}
    side.call("iam", "CreateAccountAlias", **given)
    return given


def done(*calls: str, **more) -> Row:
    """A call after others without parameters, by the root."""

    def row(side: Side) -> dict[str, object]:
        for call in calls:
            side.call("iam", call)
        return more

    return row


def not_managed(side: Side) -> dict[str, object]:
    """Nothing, on a side that manages an organization which lets IAM act."""
    org.organization(side)
    side.call("organizations", "EnableAWSServiceAccess", ServicePrincipal="iam.amazonaws.com")
    return {}


def managed(feature: str) -> Row:
    def row(side: Side) -> dict[str, object]:
        not_managed(side)
        side.call("iam", f"EnableOrganizations{feature}")
        return {}

    return row


def organization_report(side: Side) -> str:
    path = org.entity_path(side)
    job = side.call("iam", "GenerateOrganizationsAccessReport", side.admin, **path)
    return job["JobId"]


def delegation_request(side: Side) -> dict[str, object]:
    """What *side*, as the partner, asks another account for."""
    return make.asked(side.another(), side)


def delegation(*steps: str, **more) -> Row:
    return lambda side: {"DelegationRequestId": make.delegation(side, *steps), **more}


def used_key(side: Side) -> dict[str, str]:
    return {"AccessKeyId": make.access_key(side)["AccessKeyId"]}


def uploaded_ssh(side: Side) -> dict[str, str]:
    return {"UserName": make.user(side), "SSHPublicKeyBody": make.ssh_key(1)}


def uploaded_server(side: Side) -> dict[str, object]:
    body, key = make.certificate("new")
    name = side.new("certificate")
    return {"ServerCertificateName": name, "CertificateBody": body, "PrivateKey": key}


def deleted_linked_role(side: Side) -> dict[str, str]:
    role = make.linked_role(side)
    task = side.call("iam", "DeleteServiceLinkedRole", RoleName=role)["DeletionTaskId"]
    return {"DeletionTaskId": task}


def entity(side: Side) -> str:
    return side.arn(f"user/{make.user(side)}")


STATUS = {"Status": "Inactive"}
NAMES = {
    "user": named("UserName", make.user),
    "group": named("GroupName", make.group),
    "role": named("RoleName", make.role),
}
OWNED = "AssociateDelegationRequest"
TEMPLATE = "arn:aws:iam::aws:role-template/ec2.amazonaws.com/worker:1"

ROWS: dict[str, Row] = {
    "AcceptDelegationRequest": delegation(OWNED),
    "AcquireRole": lambda side: {"TemplateArn": TEMPLATE},
    "AddClientIDToOpenIDConnectProvider": named(
        "OpenIDConnectProviderArn", make.oidc_provider, ClientID="further"
    ),
    "AddRoleToInstanceProfile": lambda side: {
        "InstanceProfileName": make.profile(side),
        "RoleName": make.role(side),
    },
    "AddUserToGroup": lambda side: {"GroupName": make.group(side), "UserName": make.user(side)},
    "AssociateDelegationRequest": delegation(),
    **each(
        "Attach*Policy",
        lambda kind, maker: (
            lambda side: {
                f"{kind}Name": maker(side),
                "PolicyArn": make.policy(side),
            }
        ),
    ),
    "ChangePassword": change_password,
    "CreateAccessKey": NAMES["user"],
    "CreateAccountAlias": lambda side: {"AccountAlias": f"alias-{side.account}"},
    "CreateDelegationRequest": delegation_request,
    "CreateGroup": lambda side: {"GroupName": side.new("group")},
    "CreateInstanceProfile": lambda side: {"InstanceProfileName": side.new("profile")},
    "CreateLoginProfile": named("UserName", make.user, Password=make.NEW_PASSWORD),
    "CreateOpenIDConnectProvider": lambda side: {
        "Url": f"https://{side.new('issuer')}.example",
        "ThumbprintList": ["b" * 40],
    },
    "CreatePolicy": lambda side: {
        "PolicyName": side.new("policy"),
        "PolicyDocument": document(side),
    },
    "CreatePolicyVersion": lambda side: {
        "PolicyArn": make.policy(side),
        "PolicyDocument": document(side),
    },
    "CreateRole": lambda side: {
        "RoleName": side.new("role"),
        "AssumeRolePolicyDocument": TRUST,
        "PermissionsBoundary": make.policy(side),
    },
    "CreateSAMLProvider": lambda side: {
        "Name": side.new("idp"),
        "SAMLMetadataDocument": make.metadata(),
    },
    "CreateServiceLinkedRole": lambda side: {"AWSServiceName": "ecs.amazonaws.com"},
    "CreateServiceSpecificCredential": named(
        "UserName", make.user, ServiceName="codecommit.amazonaws.com"
    ),
    "CreateUser": lambda side: {
        "UserName": side.new("user"),
        "PermissionsBoundary": make.policy(side),
    },
    "CreateVirtualMFADevice": lambda side: {"VirtualMFADeviceName": side.new("phone")},
    "DeactivateMFADevice": deactivate,
    "DeleteAccessKey": make.access_key,
    "DeleteAccountAlias": alias,
    "DeleteAccountPasswordPolicy": done("UpdateAccountPasswordPolicy"),
    "DeleteGroup": NAMES["group"],
    **each("Delete*Policy", lambda kind, maker: of(make.inline, kind, maker)),
    "DeleteInstanceProfile": named("InstanceProfileName", make.profile),
    "DeleteLoginProfile": named("UserName", make.login),
    "DeleteOpenIDConnectProvider": named("OpenIDConnectProviderArn", make.oidc_provider),
    "DeletePolicy": named("PolicyArn", make.policy),
    "DeletePolicyVersion": make.version,
    "DeleteRole": NAMES["role"],
    **each(
        "Delete*PermissionsBoundary",
        lambda kind, maker: of(make.bounded, kind, maker),
        "User",
        "Role",
    ),
    "DeleteSAMLProvider": named("SAMLProviderArn", make.saml_provider),
    "DeleteSSHPublicKey": make.ssh_public_key,
    "DeleteServerCertificate": named("ServerCertificateName", make.server_certificate),
    "DeleteServiceLinkedRole": named("RoleName", make.linked_role),
    "DeleteServiceSpecificCredential": make.service_credential,
    "DeleteSigningCertificate": make.signing_certificate,
    "DeleteUser": NAMES["user"],
    "DeleteVirtualMFADevice": lambda side: {"SerialNumber": make.device(side).serial},
    **each("Detach*Policy", lambda kind, maker: of(make.attached, kind, maker)),
    "DisableOrganizationsRootCredentialsManagement": managed("RootCredentialsManagement"),
    "DisableOrganizationsRootSessions": managed("RootSessions"),
    "DisableOutboundWebIdentityFederation": done("EnableOutboundWebIdentityFederation"),
    "EnableMFADevice": lambda side: {
        "UserName": make.user(side),
        **make.device(side).codes(0),
    },
    "EnableOrganizationsRootCredentialsManagement": not_managed,
    "EnableOrganizationsRootSessions": not_managed,
    "EnableOutboundWebIdentityFederation": done(),
    "GenerateCredentialReport": done(),
    "GenerateOrganizationsAccessReport": org.entity_path,
    "GenerateServiceLastAccessedDetails": named("Arn", entity),
    "GetAccessKeyLastUsed": used_key,
    "GetAccountAuthorizationDetails": done(),
    "GetAccountPasswordPolicy": done("UpdateAccountPasswordPolicy"),
    "GetAccountProperties": done(),
    "GetAccountSummary": done(),
    "GetContextKeysForCustomPolicy": lambda side: {"PolicyInputList": [EVERYTHING]},
    "GetContextKeysForPrincipalPolicy": named("PolicySourceArn", entity),
    "GetCredentialReport": done("GenerateCredentialReport"),
    "GetDelegationRequest": delegation(OWNED),
    "GetGroup": lambda side: {"GroupName": make.member(side)["GroupName"]},
    **each("Get*Policy", lambda kind, maker: of(make.inline, kind, maker)),
    "GetHumanReadableSummary": lambda side: {
        "EntityArn": side.arn(f"delegation-request/{make.delegation(side, OWNED)}")
    },
    "GetInstanceProfile": lambda side: {
        "InstanceProfileName": make.in_profile(side)["InstanceProfileName"]
    },
    "GetLoginProfile": named("UserName", make.login),
    "GetMFADevice": make.key_device,
    "GetOpenIDConnectProvider": named("OpenIDConnectProviderArn", make.oidc_provider),
    "GetOrganizationsAccessReport": named("JobId", organization_report),
    "GetOutboundWebIdentityFederationInfo": done("EnableOutboundWebIdentityFederation"),
    "GetPolicy": named("PolicyArn", make.policy),
    "GetPolicyVersion": make.version,
    "GetRole": NAMES["role"],
    "GetRoleTemplateVersion": lambda side: {"TemplateArn": TEMPLATE},
    "GetSAMLProvider": named("SAMLProviderArn", make.saml_provider),
    "GetSSHPublicKey": of(make.ssh_public_key, Encoding="SSH"),
    "GetServerCertificate": named("ServerCertificateName", make.server_certificate),
    "GetServiceLastAccessedDetails": named("JobId", make.access_report),
    "GetServiceLastAccessedDetailsWithEntities": named(
        "JobId", make.access_report, ServiceNamespace="s3"
    ),
    "GetServiceLinkedRoleDeletionStatus": deleted_linked_role,
    "GetUser": NAMES["user"],
    "ListAccessKeys": lambda side: {"UserName": make.access_key(side)["UserName"]},
    "ListAccountAliases": lambda side: alias(side) and {},
    **each(
        "ListAttached*Policies",
        lambda kind, maker: (
            lambda side: {f"{kind}Name": make.attached(side, kind, maker)[f"{kind}Name"]}
        ),
    ),
    "ListDelegationRequests": lambda side: make.delegation(side, OWNED) and {},
    "ListEntitiesForPolicy": lambda side: {
        "PolicyArn": make.attached(side, "User", make.user)["PolicyArn"]
    },
    **each(
        "List*Policies",
        lambda kind, maker: (
            lambda side: {f"{kind}Name": make.inline(side, kind, maker)[f"{kind}Name"]}
        ),
    ),
    "ListGroups": lambda side: make.group(side) and {},
    "ListGroupsForUser": lambda side: {"UserName": make.member(side)["UserName"]},
    "ListInstanceProfileTags": named("InstanceProfileName", make.profile),
    "ListInstanceProfiles": lambda side: make.profile(side) and {},
    "ListInstanceProfilesForRole": lambda side: {"RoleName": make.in_profile(side)["RoleName"]},
    "ListMFADeviceTags": lambda side: {"SerialNumber": make.device(side).serial},
    "ListMFADevices": lambda side: {"UserName": make.enabled(side)[0]},
    "ListOpenIDConnectProviderTags": named("OpenIDConnectProviderArn", make.oidc_provider),
    "ListOpenIDConnectProviders": lambda side: make.oidc_provider(side) and {},
    "ListOrganizationsFeatures": managed("RootSessions"),
    "ListPolicies": lambda side: make.policy(side) and {"Scope": "Local"},
    "ListPoliciesGrantingServiceAccess": lambda side: {
        "Arn": side.arn("user/" + make.attached(side, "User", make.user)["UserName"]),
        "ServiceNamespaces": ["s3"],
    },
    "ListPolicyTags": named("PolicyArn", make.policy),
    "ListPolicyVersions": named("PolicyArn", make.policy),
    "ListRoleTags": NAMES["role"],
    "ListRoles": lambda side: make.role(side) and {},
    "ListSAMLProviderTags": named("SAMLProviderArn", make.saml_provider),
    "ListSAMLProviders": lambda side: make.saml_provider(side) and {},
    "ListSSHPublicKeys": lambda side: {"UserName": make.ssh_public_key(side)["UserName"]},
    "ListServerCertificateTags": named("ServerCertificateName", make.server_certificate),
    "ListServerCertificates": lambda side: make.server_certificate(side) and {},
    "ListServiceSpecificCredentials": lambda side: {
        "UserName": make.service_credential(side)["UserName"]
    },
    "ListSigningCertificates": lambda side: {
        "UserName": make.signing_certificate(side)["UserName"]
    },
    "ListUserTags": NAMES["user"],
    "ListUsers": lambda side: make.user(side) and {},
    "ListVirtualMFADevices": lambda side: make.enabled(side) and {},
    "PutAccountProperties": lambda side: {"Properties": {"RoleManager/Enabled": "true"}},
    **each(
        "Put*Policy",
        lambda kind, maker: (
            lambda side: {
                f"{kind}Name": maker(side),
                "PolicyName": "new",
                "PolicyDocument": document(side),
            }
        ),
    ),
    **each(
        "Put*PermissionsBoundary",
        lambda kind, maker: (
            lambda side: {
                f"{kind}Name": maker(side),
                "PermissionsBoundary": make.policy(side),
            }
        ),
        "User",
        "Role",
    ),
    "RejectDelegationRequest": delegation(OWNED),
    "RemoveClientIDFromOpenIDConnectProvider": named(
        "OpenIDConnectProviderArn", make.oidc_provider, ClientID="client"
    ),
    "RemoveRoleFromInstanceProfile": make.in_profile,
    "RemoveUserFromGroup": make.member,
    "ResetServiceSpecificCredential": make.service_credential,
    "ResyncMFADevice": resync,
    "SendDelegationToken": delegation(OWNED, "AcceptDelegationRequest"),
    "SetDefaultPolicyVersion": make.version,
    "SetSecurityTokenServicePreferences": lambda side: {"GlobalEndpointTokenVersion": "v2Token"},
    "SimulateCustomPolicy": lambda side: {
        "PolicyInputList": [EVERYTHING],
        "ActionNames": ["s3:GetObject"],
        "CallerArn": entity(side),
        "ResourceArns": ["arn:aws:s3:::reports/a"],
    },
    "SimulatePrincipalPolicy": named("PolicySourceArn", entity, ActionNames=["s3:GetObject"]),
    "TagInstanceProfile": named("InstanceProfileName", make.profile, **NEW_TAGS),
    "TagMFADevice": lambda side: {"SerialNumber": make.device(side).serial, **NEW_TAGS},
    "TagOpenIDConnectProvider": named("OpenIDConnectProviderArn", make.oidc_provider, **NEW_TAGS),
    "TagPolicy": named("PolicyArn", make.policy, **NEW_TAGS),
    "TagRole": named("RoleName", make.role, **NEW_TAGS),
    "TagSAMLProvider": named("SAMLProviderArn", make.saml_provider, **NEW_TAGS),
    "TagServerCertificate": named("ServerCertificateName", make.server_certificate, **NEW_TAGS),
    "TagUser": named("UserName", make.user, **NEW_TAGS),
    "UntagInstanceProfile": named("InstanceProfileName", make.profile, **KEYS),
    "UntagMFADevice": lambda side: {"SerialNumber": make.device(side).serial, **KEYS},
    "UntagOpenIDConnectProvider": named("OpenIDConnectProviderArn", make.oidc_provider, **KEYS),
    "UntagPolicy": named("PolicyArn", make.policy, **KEYS),
    "UntagRole": named("RoleName", make.role, **KEYS),
    "UntagSAMLProvider": named("SAMLProviderArn", make.saml_provider, **KEYS),
    "UntagServerCertificate": named("ServerCertificateName", make.server_certificate, **KEYS),
    "UntagUser": named("UserName", make.user, **KEYS),
    "UpdateAccessKey": of(make.access_key, **STATUS),
    "UpdateAccountPasswordPolicy": done(MinimumPasswordLength=20),
    "UpdateAssumeRolePolicy": named("RoleName", make.role, PolicyDocument=TRUST),
    "UpdateDelegationRequest": delegation(OWNED, Notes="please"),
    "UpdateGroup": named("GroupName", make.group, NewPath="/staff/"),
    "UpdateLoginProfile": named("UserName", make.login, PasswordResetRequired=True),
    "UpdateOpenIDConnectProvider": named(
        "OpenIDConnectProviderArn", make.oidc_provider, RemoveContextProvider=True
    ),
    "UpdateOpenIDConnectProviderThumbprint": named(
        "OpenIDConnectProviderArn", make.oidc_provider, ThumbprintList=["c" * 40]
    ),
    "UpdateRole": named("RoleName", make.role, MaxSessionDuration=7200),
    "UpdateRoleDescription": named("RoleName", make.role, Description="new"),
    "UpdateSAMLProvider": lambda side: {
        "SAMLProviderArn": make.saml_provider(side),
        "SAMLMetadataDocument": make.metadata(),
    },
    "UpdateSSHPublicKey": of(make.ssh_public_key, **STATUS),
    "UpdateServerCertificate": named(
        "ServerCertificateName", make.server_certificate, NewPath="/staff/"
    ),
    "UpdateServiceSpecificCredential": of(make.service_credential, **STATUS),
    "UpdateSigningCertificate": of(make.signing_certificate, **STATUS),
    "UpdateUser": named("UserName", make.user, NewPath="/staff/"),
    "UploadSSHPublicKey": uploaded_ssh,
    "UploadServerCertificate": uploaded_server,
    "UploadSigningCertificate": lambda side: {
        "UserName": make.user(side),
        "CertificateBody": make.certificate("signer", 1)[0],
    },
}

__all__ = ["READ_ONLY", "ROWS", "tags"]
