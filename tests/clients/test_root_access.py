"""Centralized root access, web identity tokens and reports as clients meet them."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.jwk import KeySet

ACCOUNT = "123456789012"
TASK = "arn:aws:iam::aws:policy/root-task/"


def policy(*actions, effect="Allow", **more):
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


@pytest.fixture
def alice(user, iam):
    made = user("alice")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))
    return made


@pytest.fixture
def member(fresh, iam):
    """The id of a member account of an organization that manages root access centrally."""
    organizations = fresh.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="member@example.org", AccountName="member")
    request = made["CreateAccountStatus"]["Id"]
    status = organizations.describe_create_account_status(CreateAccountRequestId=request)
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    iam.enable_organizations_root_sessions()
    return status["CreateAccountStatus"]["AccountId"]


def client(fresh, service, issued):
    keys = issued["Credentials"]
    return fresh.client(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def test_a_root_session_audits_the_member_and_can_do_nothing_else(fresh, alice, member):
    issued = alice("sts").assume_root(
        TargetPrincipal=member, TaskPolicyArn={"arn": TASK + "IAMAuditRootUserCredentials"}
    )
    audit = client(fresh, "iam", issued)

    assert audit.list_access_keys()["AccessKeyMetadata"] == []
    assert audit.get_user()["User"]["Arn"] == f"arn:aws:iam::{member}:root"
    assert audit.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    assert refusal(audit.get_login_profile)["Code"] == "NoSuchEntity"
    recover = alice("sts").assume_root(
        TargetPrincipal=member, TaskPolicyArn={"arn": TASK + "IAMCreateRootUserPassword"}
    )
    assert (
        "no login profile" in refusal(client(fresh, "iam", recover).create_login_profile)["Message"]
    )
    assert refusal(audit.create_user, UserName="bob")["Code"] == "AccessDenied"
    assert (
        client(fresh, "sts", issued).get_caller_identity()["Arn"] == f"arn:aws:iam::{member}:root"
    )


def test_a_root_session_unlocks_a_bucket_whose_policy_denies_everybody(fresh, alice, member):
    access = alice("sts").assume_role(
        RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole",
        RoleSessionName="session",
    )
    owner = client(fresh, "s3", access)
    owner.create_bucket(Bucket="locked")
    denied = json.loads(policy("s3:*", effect="Deny", Principal="*"))
    denied["Statement"][0]["Resource"] = ["arn:aws:s3:::locked", "arn:aws:s3:::locked/*"]
    owner.put_bucket_policy(Bucket="locked", Policy=json.dumps(denied))
    assert refusal(owner.delete_bucket_policy, Bucket="locked")["Code"] == "AccessDenied"

    issued = alice("sts").assume_root(
        TargetPrincipal=member, TaskPolicyArn={"arn": TASK + "S3UnlockBucketPolicy"}
    )
    unlock = client(fresh, "s3", issued)
    unlock.delete_bucket_policy(Bucket="locked")
    assert owner.list_objects_v2(Bucket="locked")["KeyCount"] == 0
    assert refusal(unlock.list_objects_v2, Bucket="locked")["Code"] == "AccessDenied"


def test_a_token_is_verified_with_what_its_issuer_publishes(fresh, iam, alice):
    error = refusal(alice("sts").get_web_identity_token, Audience=["a"], SigningAlgorithm="ES384")
    assert error["Code"] == "OutboundWebIdentityFederationDisabledException"
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    discovered = fetched(f"{issuer}/.well-known/openid-configuration")
    keys = KeySet.import_key_set(fetched(discovered["jwks_uri"]))

    for algorithm in discovered["id_token_signing_alg_values_supported"]:
        issued = alice("sts").get_web_identity_token(Audience=["a"], SigningAlgorithm=algorithm)
        found = jwt.decode(issued["WebIdentityToken"], keys, algorithms=[algorithm])
        assert found.claims["iss"] == discovered["issuer"] == issuer
        assert found.claims["sub"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    with pytest.raises(urllib.error.HTTPError):
        fetched(f"{fresh.endpoint}/_doorward/issuers/none/.well-known/jwks.json")


def test_the_audience_can_be_limited_by_a_policy(fresh, iam, alice):
    iam.enable_outbound_web_identity_federation()
    only = {"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": ["a"]}}
    iam.put_user_policy(
        UserName="alice",
        PolicyName="all",
        PolicyDocument=policy("sts:GetWebIdentityToken", Condition=only),
    )
    sts = alice("sts")

    assert sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
    for audience in (["b"], ["a", "b"]):
        error = refusal(sts.get_web_identity_token, Audience=audience, SigningAlgorithm="RS256")
        assert error["Code"] == "AccessDenied"
    error = refusal(
        sts.get_web_identity_token,
        Audience=["a"],
        SigningAlgorithm="RS256",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    assert "sts:TagGetWebIdentityToken" in error["Message"]


def test_scoped_credentials_can_do_less(fresh, iam, alice):
    issued = alice("sts").get_session_token()
    sts = client(fresh, "sts", issued)
    scoped = sts.get_scoped_credentials(Policy=policy("s3:ListAllMyBuckets"))
    s3 = client(fresh, "s3", scoped)

    assert s3.list_buckets()["Buckets"] == []
    assert refusal(s3.create_bucket, Bucket="bucket")["Code"] == "AccessDenied"
    client(fresh, "s3", issued).create_bucket(Bucket="bucket")


def test_what_was_just_called_is_in_the_report(fresh, iam, alice):
    alice("s3").list_buckets()
    refusal(fresh.client("iam").get_role, RoleName="none")
    job = iam.generate_service_last_accessed_details(
        Arn=f"arn:aws:iam::{ACCOUNT}:user/alice", Granularity="ACTION_LEVEL"
    )["JobId"]
    pages = []
    more = {"MaxItems": 1000}
    found = iam.get_service_last_accessed_details(JobId=job, **more)
    pages += found["ServicesLastAccessed"]

    used = {one["ServiceNamespace"]: one for one in pages if "LastAuthenticated" in one}
    assert set(used) == {"s3"}
    (action,) = [
        one for one in used["s3"]["TrackedActionsLastAccessed"] if "LastAccessedTime" in one
    ]
    assert action["ActionName"] == "ListAllMyBuckets"
    assert (
        refusal(alice("iam").get_service_last_accessed_details, JobId=job)["Code"] == "NoSuchEntity"
    )
