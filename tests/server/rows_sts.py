"""For each operation of STS and of Account Management, a call that does its work."""

import json

from botocore.credentials import Credentials

from authn import saml_idp
from authn.issuer import Documents, Issuer
from doorward.authn.oidc_keys import IssuerKeys
from server import rows_organizations as org
from server import things as make
from server.place import Side
from server.things import Call, Row, called

ROOT_TASK = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
CONTACT = {
    "FullName": "Alice",
    "AddressLine1": "1 Main Street",
    "City": "Springfield",
    "StateOrRegion": "NJ",
    "PostalCode": "01234",
    "CountryCode": "US",
    "PhoneNumber": "+1 555 0100",
}
BILLING = {"AlternateContactType": "BILLING"}
PERSON = {
    "Name": "Bob",
    "Title": "Clerk",
    "EmailAddress": "bob@example.org",
    "PhoneNumber": "+1 555 0101",
    **BILLING,
}
REGION = {"RegionName": "ap-east-1"}


def federated(provider: str, action: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": action,
        "Condition": {"StringLike": {"saml:iss": "*"}}
        if "SAML" in action
        else {"StringEquals": {f"{provider.partition('/')[2]}:aud": "sts.amazonaws.com"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def by_saml(side: Side) -> dict[str, str]:
    provider = make.saml_provider(side)
    role = side.arn("role/" + make.role(side, federated(provider, "sts:AssumeRoleWithSAML")))
    said = saml_idp.login(id=f"_{side.new('assertion')}-{side.account}", role=f"{role},{provider}")
    return {"RoleArn": role, "PrincipalArn": provider, "SAMLAssertion": said}


def by_web_identity(side: Side) -> dict[str, str]:
    """A role for whom an issuer that the tests run knows."""
    issuer = Issuer(f"https://issuer-{side.account}.example")
    side.place.running.issuer_keys = IssuerKeys(Documents(issuer.documents()))
    made = side.call(
        "iam",
        "CreateOpenIDConnectProvider",
        Url=issuer.url,
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["a" * 40],
    )
    trust = federated(made["OpenIDConnectProviderArn"], "sts:AssumeRoleWithWebIdentity")
    return {
        "RoleArn": side.arn("role/" + make.role(side, trust)),
        "RoleSessionName": "session",
        "WebIdentityToken": issuer.token(),
    }


def token(side: Side) -> dict[str, str]:
    """A trade-in token that *side*, as the partner, was sent."""
    owner = side.another()
    made = side.call("iam", "CreateDelegationRequest", **make.asked(owner, side))
    request = made["DelegationRequestId"]
    for step in ("AssociateDelegationRequest", "AcceptDelegationRequest", "SendDelegationToken"):
        owner.call("iam", step, owner.admin, DelegationRequestId=request)
    folder = side.place.running.database.directory / "notifications" / "us-east-1" / side.account
    (message,) = folder.rglob("*.json")
    return {"TradeInToken": json.loads(message.read_text())["TradeInToken"]}


def temporary(side: Side) -> Credentials:
    made = side.call("sts", "GetSessionToken", side.admin)["Credentials"]
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def denial(side: Side) -> str:
    """What a service would give a client of the account that was denied something."""
    said = json.dumps({"allowed": False, "account": side.account}).encode()
    return side.place.running.tokens.seal_message(said, side.account)


def root_task(side: Side) -> dict[str, object]:
    member = org.account(side)
    org.call(side, "EnableAWSServiceAccess", ServicePrincipal="iam.amazonaws.com")
    side.call("iam", "EnableOrganizationsRootCredentialsManagement")
    side.call("iam", "EnableOrganizationsRootSessions")
    return {"TargetPrincipal": member, "TaskPolicyArn": {"arn": ROOT_TASK}}


def contact(side: Side) -> dict[str, str]:
    side.call("account", "PutAlternateContact", **PERSON)
    return BILLING


def address(side: Side) -> dict[str, str]:
    side.call("account", "PutContactInformation", ContactInformation=CONTACT)
    return {}


def enabled_region(side: Side) -> dict[str, str]:
    side.call("account", "EnableRegion", **REGION)
    return REGION


def member(side: Side) -> dict[str, str]:
    """A member of the organization of *side*, which lets it speak for its members."""
    found = org.account(side)
    org.call(side, "EnableAWSServiceAccess", ServicePrincipal="account.amazonaws.com")
    return {"AccountId": found}


def of_member(row: Row) -> Row:
    """The same about a member account."""
    return lambda side: {**called(row, side).parameters, **member(side)}


def govcloud(side: Side) -> dict[str, str]:
    org.organization(side)
    mail = f"gov-{side.account}@example.org"
    begun = org.call(side, "CreateGovCloudAccount", Email=mail, AccountName="new")
    found = org.call(
        side,
        "DescribeCreateAccountStatus",
        CreateAccountRequestId=begun["CreateAccountStatus"]["Id"],
    )
    org.call(side, "EnableAWSServiceAccess", ServicePrincipal="account.amazonaws.com")
    return {"StandardAccountId": found["CreateAccountStatus"]["AccountId"]}


STS: dict[str, Row] = {
    "AssumeRole": lambda side: {
        "RoleArn": make.trusted_role(side),
        "RoleSessionName": "session",
    },
    "AssumeRoleWithSAML": by_saml,
    "AssumeRoleWithWebIdentity": by_web_identity,
    "AssumeRoot": root_task,
    "DecodeAuthorizationMessage": lambda side: {"EncodedMessage": denial(side)},
    "GetAccessKeyInfo": lambda side: {"AccessKeyId": make.access_key(side)["AccessKeyId"]},
    "GetCallerIdentity": lambda side: {},
    "GetDelegatedAccessToken": token,
    "GetFederationToken": lambda side: {"Name": "guest"},
    "GetScopedCredentials": lambda side: Call({"DurationSeconds": 900}, temporary(side)),
    "GetSessionToken": lambda side: {},
    "GetWebIdentityToken": lambda side: (
        side.call("iam", "EnableOutboundWebIdentityFederation")
        and {"Audience": ["https://example.com"], "SigningAlgorithm": "ES384"}
    ),
}
ACCOUNT: dict[str, Row] = {
    "AcceptPrimaryEmailUpdate": lambda side: {
        **member(side),
        "PrimaryEmail": "new@example.org",
        "Otp": "123456",
    },
    "DeleteAlternateContact": contact,
    "DisableRegion": enabled_region,
    "EnableRegion": of_member(lambda side: REGION),
    "GetAccountInformation": member,
    "GetAlternateContact": contact,
    "GetContactInformation": address,
    "GetGovCloudAccountInformation": govcloud,
    "GetPrimaryEmail": member,
    "GetPrimaryEmailUpdateStatus": member,
    "GetRegionOptStatus": of_member(lambda side: REGION),
    "ListRegions": member,
    "PutAccountName": of_member(lambda side: {"AccountName": f"name-{side.account}"}),
    "PutAlternateContact": of_member(lambda side: PERSON),
    "PutContactInformation": of_member(lambda side: {"ContactInformation": CONTACT}),
    "SendPhoneNumberVerification": member,
    "StartPrimaryEmailUpdate": lambda side: {**member(side), "PrimaryEmail": "new@example.org"},
    "VerifyPhoneNumber": lambda side: {**member(side), "Otp": "123456"},
}
