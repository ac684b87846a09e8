"""For each operation of IAM Identity Center's four services, a call that does its work."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from doorward.authn.identity_center import Code, digest
from doorward.services.sso_oidc import clients
from doorward.store import sso_devices
from server import things as make
from server.place import EVERYTHING, Side
from server.things import Row

VERIFIER = "v" * 64
CALLBACK = "http://127.0.0.1/oauth/callback"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
MANAGED = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"


def instance(side: Side) -> dict[str, Any]:
    """The instance of the side, made when it is first wanted."""
    for one in side.call("sso-admin", "ListInstances")["Instances"]:
        return {"InstanceArn": one["InstanceArn"]}
    made = side.call("sso-admin", "CreateInstance", Name=f"name-{side.account}")
    return {"InstanceArn": made["InstanceArn"]}


def store(side: Side) -> dict[str, Any]:
    found = side.call("sso-admin", "DescribeInstance", **instance(side))
    return {"IdentityStoreId": found["IdentityStoreId"]}


def user(side: Side) -> dict[str, Any]:
    of = store(side)
    name = side.new("person")
    address = f"{name}-{side.account}@example.org"
    made = side.call(
        "identitystore", "CreateUser", **of, UserName=name, Emails=[{"Value": address}]
    )
    return {**of, "UserId": made["UserId"]}


def group(side: Side) -> dict[str, Any]:
    of = store(side)
    made = side.call(
        "identitystore",
        "CreateGroup",
        **of,
        DisplayName=side.new("group"),
        Description=f"for {side.account}",
    )
    return {**of, "GroupId": made["GroupId"]}


def joining(side: Side) -> dict[str, Any]:
    return {**group(side), "MemberId": {"UserId": user(side)["UserId"]}}


def joined(side: Side) -> dict[str, Any]:
    given = joining(side)
    side.call("identitystore", "CreateGroupMembership", **given)
    return given


def membership(side: Side) -> dict[str, Any]:
    made = side.call("identitystore", "CreateGroupMembership", **joining(side))
    return {**store(side), "MembershipId": made["MembershipId"]}


def member(side: Side) -> dict[str, Any]:
    given = joined(side)
    del given["GroupId"]
    return given


def changing(given: dict[str, Any], path: str) -> dict[str, Any]:
    return {**given, "Operations": [{"AttributePath": path, "AttributeValue": "other"}]}


def by_name(given: dict[str, Any], path: str, value: str) -> dict[str, Any]:
    unique = {"AttributePath": path, "AttributeValue": value}
    return {**given, "AlternateIdentifier": {"UniqueAttribute": unique}}


def named_user(side: Side) -> dict[str, Any]:
    given = user(side)
    found = side.call("identitystore", "DescribeUser", **given)
    return by_name(store(side), "userName", found["UserName"])


def named_group(side: Side) -> dict[str, Any]:
    given = group(side)
    found = side.call("identitystore", "DescribeGroup", **given)
    return by_name(store(side), "displayName", found["DisplayName"])


IDENTITY_STORE: dict[str, Row] = {
    "CreateGroup": lambda side: {**store(side), "DisplayName": side.new("group")},
    "CreateGroupMembership": joining,
    "CreateUser": lambda side: {**store(side), "UserName": side.new("person")},
    "DeleteGroup": group,
    "DeleteGroupMembership": membership,
    "DeleteUser": user,
    "DescribeGroup": group,
    "DescribeGroupMembership": membership,
    "DescribeIdentityStore": store,
    "DescribeUser": user,
    "GetGroupId": named_group,
    "GetGroupMembershipId": joined,
    "GetUserId": named_user,
    "IsMemberInGroups": lambda side: {**member(side), "GroupIds": [group(side)["GroupId"]]},
    "ListGroupMemberships": lambda side: {
        name: value for name, value in joined(side).items() if name != "MemberId"
    },
    "ListGroupMembershipsForMember": member,
    "ListGroups": lambda side: group(side) and store(side),
    "ListIdentityStores": lambda side: store(side) and {},
    "ListUsers": lambda side: user(side) and store(side),
    "UpdateGroup": lambda side: changing(group(side), "displayName"),
    "UpdateUser": lambda side: changing(user(side), "title"),
}


def permission_set(side: Side) -> dict[str, Any]:
    of = instance(side)
    made = side.call(
        "sso-admin",
        "CreatePermissionSet",
        **of,
        Name=side.new("set"),
        Description=f"for {side.account}",
        Tags=make.tags(side),
    )
    return {**of, "PermissionSetArn": made["PermissionSet"]["PermissionSetArn"]}


def prepared(operation: str, **given: Any) -> Row:
    """A permission set on which *operation* was done with what is *given*."""

    def row(side: Side) -> dict[str, Any]:
        of = permission_set(side)
        side.call("sso-admin", operation, **of, **given)
        return of

    return row


def assigning(side: Side) -> dict[str, Any]:
    return {
        **permission_set(side),
        "TargetId": side.account,
        "TargetType": "AWS_ACCOUNT",
        "PrincipalType": "USER",
        "PrincipalId": user(side)["UserId"],
    }


def assigned(side: Side) -> dict[str, Any]:
    given = assigning(side)
    side.call("sso-admin", "CreateAccountAssignment", **given)
    return given


def only(row: Row, *names: str) -> Row:
    return lambda side: {
        name: value for name, value in row(side).items() if name in {"InstanceArn", *names}
    }


def status(kind: str) -> Row:
    """The id of a request of that kind."""

    def row(side: Side) -> dict[str, Any]:
        given = assigning(side)
        made = side.call("sso-admin", "CreateAccountAssignment", **given)
        found = made["AccountAssignmentCreationStatus"]
        name = "AccountAssignmentCreationRequestId"
        if kind == "deletion":
            made = side.call("sso-admin", "DeleteAccountAssignment", **given)
            found = made["AccountAssignmentDeletionStatus"]
            name = "AccountAssignmentDeletionRequestId"
        if kind == "provisioning":
            of = {"InstanceArn": given["InstanceArn"], "TargetType": "ALL_PROVISIONED_ACCOUNTS"}
            made = side.call(
                "sso-admin",
                "ProvisionPermissionSet",
                **of,
                PermissionSetArn=given["PermissionSetArn"],
            )
            found = made["PermissionSetProvisioningStatus"]
            name = "ProvisionPermissionSetRequestId"
        return {"InstanceArn": given["InstanceArn"], name: found["RequestId"]}

    return row


def of_account(row: Row, *names: str) -> Row:
    chosen = only(row, *names)
    return lambda side: {**chosen(side), "AccountId": side.account}


def provisioning(side: Side) -> dict[str, Any]:
    given = assigned(side)
    del given["PrincipalType"], given["PrincipalId"]
    return given


def resource(side: Side) -> dict[str, Any]:
    return {"ResourceArn": permission_set(side)["PermissionSetArn"]}


REFERENCE = {"CustomerManagedPolicyReference": {"Name": "ours", "Path": "/"}}
BOUNDARY = {"PermissionsBoundary": {"ManagedPolicyArn": MANAGED}}
TEXT = {"InlinePolicy": EVERYTHING}

SSO_ADMIN: dict[str, Row] = {
    "AttachCustomerManagedPolicyReferenceToPermissionSet": lambda side: {
        **permission_set(side),
        **REFERENCE,
    },
    "AttachManagedPolicyToPermissionSet": lambda side: {
        **permission_set(side),
        "ManagedPolicyArn": MANAGED,
    },
    "CreateAccountAssignment": assigning,
    "CreateInstance": lambda side: {"Name": "ours"},
    "CreatePermissionSet": lambda side: {**instance(side), "Name": side.new("set")},
    "DeleteAccountAssignment": assigned,
    "DeleteInlinePolicyFromPermissionSet": prepared("PutInlinePolicyToPermissionSet", **TEXT),
    "DeleteInstance": instance,
    "DeletePermissionSet": permission_set,
    "DeletePermissionsBoundaryFromPermissionSet": prepared(
        "PutPermissionsBoundaryToPermissionSet", **BOUNDARY
    ),
    "DescribeAccountAssignmentCreationStatus": status("creation"),
    "DescribeAccountAssignmentDeletionStatus": status("deletion"),
    "DescribeInstance": instance,
    "DescribePermissionSet": permission_set,
    "DescribePermissionSetProvisioningStatus": status("provisioning"),
    "DescribeRegion": lambda side: {**instance(side), "RegionName": "us-east-1"},
    "DetachCustomerManagedPolicyReferenceFromPermissionSet": lambda side: {
        **prepared("AttachCustomerManagedPolicyReferenceToPermissionSet", **REFERENCE)(side),
        **REFERENCE,
    },
    "DetachManagedPolicyFromPermissionSet": lambda side: {
        **prepared("AttachManagedPolicyToPermissionSet", ManagedPolicyArn=MANAGED)(side),
        "ManagedPolicyArn": MANAGED,
    },
    "GetInlinePolicyForPermissionSet": prepared("PutInlinePolicyToPermissionSet", **TEXT),
    "GetPermissionsBoundaryForPermissionSet": prepared(
        "PutPermissionsBoundaryToPermissionSet", **BOUNDARY
    ),
    "ListAccountAssignmentCreationStatus": only(assigned),
    "ListAccountAssignmentDeletionStatus": only(assigned),
    "ListAccountAssignments": of_account(assigned, "PermissionSetArn"),
    "ListAccountAssignmentsForPrincipal": only(assigned, "PrincipalType", "PrincipalId"),
    "ListAccountsForProvisionedPermissionSet": only(assigned, "PermissionSetArn"),
    "ListCustomerManagedPolicyReferencesInPermissionSet": prepared(
        "AttachCustomerManagedPolicyReferenceToPermissionSet", **REFERENCE
    ),
    "ListInstances": lambda side: instance(side) and {},
    "ListManagedPoliciesInPermissionSet": prepared(
        "AttachManagedPolicyToPermissionSet", ManagedPolicyArn=MANAGED
    ),
    "ListPermissionSetProvisioningStatus": only(assigned),
    "ListPermissionSets": only(permission_set),
    "ListPermissionSetsProvisionedToAccount": of_account(assigned),
    "ListRegions": instance,
    "ListTagsForResource": resource,
    "ProvisionPermissionSet": provisioning,
    "PutInlinePolicyToPermissionSet": lambda side: {**permission_set(side), **TEXT},
    "PutPermissionsBoundaryToPermissionSet": lambda side: {**permission_set(side), **BOUNDARY},
    "TagResource": lambda side: {**resource(side), "Tags": [{"Key": "a", "Value": "b"}]},
    "UntagResource": lambda side: {**resource(side), "TagKeys": ["team"]},
    "UpdateInstance": lambda side: {**instance(side), "Name": "other"},
    "UpdatePermissionSet": lambda side: {**permission_set(side), "Description": "other"},
}


def client(side: Side) -> dict[str, Any]:
    """A client that may use every grant."""
    issuer = f"https://{store(side)['IdentityStoreId']}.awsapps.com/start"
    made = side.call(
        "sso-oidc",
        "RegisterClient",
        clientName="tests",
        clientType="public",
        scopes=["sso:account:access"],
        grantTypes=[DEVICE, "authorization_code", "refresh_token"],
        redirectUris=[CALLBACK],
        issuerUrl=issuer,
    )
    return {"clientId": made["clientId"], "clientSecret": made["clientSecret"]}


def start_url(side: Side) -> dict[str, Any]:
    return {"startUrl": f"https://{store(side)['IdentityStoreId']}.awsapps.com/start"}


def allowed_device(side: Side) -> dict[str, Any]:
    """A device that its user let in."""
    given = client(side)
    made = side.call("sso-oidc", "StartDeviceAuthorization", **given, **start_url(side))
    person = user(side)["UserId"]
    side.place.running.database.write(
        lambda db: sso_devices.change(
            db, digest(made["deviceCode"]), {"state": "ALLOWED", "user_id": person}
        )
    )
    return {**given, "grantType": DEVICE, "deviceCode": made["deviceCode"]}


def code(side: Side, of: dict[str, Any], person: str) -> str:
    """An authorization code, as the page gives it."""
    running = side.place.running
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    return clients.seals(running.secrets).seal(
        Code(
            id=running.ids.token(16).hex(),
            account=side.account,
            user_id=person,
            client=digest(of["clientId"]),
            redirect=hashlib.sha256(CALLBACK.encode()).digest(),
            challenge=challenge.decode().rstrip("="),
            expires_at=side.place.clock.now() + timedelta(minutes=5),
        )
    )


def token(side: Side, person: str) -> str:
    """An access token of the user."""
    of = client(side)
    made = side.call(
        "sso-oidc",
        "CreateToken",
        **of,
        grantType="authorization_code",
        code=code(side, of, person),
        codeVerifier=VERIFIER,
        redirectUri=CALLBACK,
    )
    return str(made["accessToken"])


def bearer(side: Side) -> dict[str, Any]:
    """The token of somebody who is let into the account."""
    given = assigned(side)
    return {"accessToken": token(side, given["PrincipalId"])}


def of_role(side: Side) -> dict[str, Any]:
    given = assigned(side)
    of = {name: given[name] for name in ("InstanceArn", "PermissionSetArn")}
    found = side.call("sso-admin", "DescribePermissionSet", **of)
    return {
        "accessToken": token(side, given["PrincipalId"]),
        "accountId": side.account,
        "roleName": found["PermissionSet"]["Name"],
    }


SSO_OIDC: dict[str, Row] = {
    "CreateToken": allowed_device,
    "RegisterClient": lambda side: {"clientName": "tests", "clientType": "public"},
    "StartDeviceAuthorization": lambda side: {**client(side), **start_url(side)},
}
SSO: dict[str, Row] = {
    "GetRoleCredentials": of_role,
    "ListAccountRoles": lambda side: {**bearer(side), "accountId": side.account},
    "ListAccounts": bearer,
    "Logout": bearer,
}
