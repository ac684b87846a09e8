"""Temporary credentials with boto3: tags, chains, federated users, and what each may call."""

import json

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def policy(action, resource="*", **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, *actions):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": list(actions)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


def with_keys(served, service, issued):
    keys = issued["Credentials"]
    return served.client(
        service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


def test_session_tags_decide_and_go_on_through_a_chain(fresh, iam, user):
    alice = user("alice")
    first, second = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("first", "second"))
    actions = ["sts:AssumeRole", "sts:TagSession"]
    trusting = trust(f"arn:aws:iam::{ACCOUNT}:user/alice", *actions)
    iam.create_role(RoleName="first", AssumeRolePolicyDocument=trusting)
    iam.create_role(RoleName="second", AssumeRolePolicyDocument=trust(first, *actions))
    team = f"arn:aws:iam::{ACCOUNT}:user/${{aws:PrincipalTag/team}}/*"
    iam.put_role_policy(
        RoleName="second", PolicyName="team", PolicyDocument=policy("iam:GetUser", team)
    )
    for name in ("red", "blue"):
        iam.create_user(UserName=name, Path=f"/{name}/")

    one = alice("sts").assume_role(
        RoleArn=first,
        RoleSessionName="one",
        Tags=[{"Key": "Team", "Value": "red"}],
        TransitiveTagKeys=["Team"],
    )
    two = with_keys(fresh, "sts", one).assume_role(RoleArn=second, RoleSessionName="two")
    chained = with_keys(fresh, "iam", two)

    assert chained.get_user(UserName="red")["User"]["UserName"] == "red"
    assert refusal(chained.get_user, UserName="blue")["Code"] == "AccessDenied"


def test_a_session_token_of_a_user_calls_no_iam_without_mfa(fresh, iam, user):
    alice = user("alice")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))

    issued = alice("sts").get_session_token()
    who = with_keys(fresh, "sts", issued).get_caller_identity()

    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert refusal(with_keys(fresh, "iam", issued).list_users)["Code"] == "AccessDenied"
    again = refusal(with_keys(fresh, "sts", issued).get_session_token)
    assert again["Message"] == "Cannot call GetSessionToken with session credentials"


def test_a_federated_user_calls_no_iam_and_knows_who_it_is(fresh, iam, user):
    alice = user("alice")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))

    issued = alice("sts").get_federation_token(Name="app", Policy=policy("*"))
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/app"

    assert issued["FederatedUser"]["Arn"] == arn
    assert with_keys(fresh, "sts", issued).get_caller_identity()["Arn"] == arn
    assert refusal(with_keys(fresh, "iam", issued).list_users)["Code"] == "AccessDenied"


def test_root_assumes_no_role(fresh, iam):
    iam.create_role(RoleName="auditor", AssumeRolePolicyDocument=trust(ACCOUNT, "sts:AssumeRole"))

    error = refusal(
        fresh.client("sts").assume_role,
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/auditor",
        RoleSessionName="root",
    )

    assert error["Message"] == "Roles may not be assumed by root accounts."


def test_a_deleted_user_takes_its_sessions_along(fresh, iam, user):
    alice = user("alice")
    issued = alice("sts").get_session_token()
    key = iam.list_access_keys(UserName="alice")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.delete_user(UserName="alice")

    error = refusal(with_keys(fresh, "sts", issued).get_caller_identity)

    assert error["Code"] == "InvalidClientTokenId"


def test_nobody_may_be_denied_to_know_who_they_are(iam, user):
    alice = user("alice")
    denied = policy("sts:*").replace("Allow", "Deny")
    iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=denied)

    assert alice("sts").get_caller_identity()["Arn"].endswith(":user/alice")
    assert alice("sts").get_session_token()["Credentials"]["SessionToken"]
