"""What a newcomer does first, with boto3: make people and see requests allowed or refused."""

import csv
import io
import json
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def policy(effect, action, resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, *arguments, **parameters):
    """The error of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    return caught.value.response["Error"]


def test_a_user_under_a_path_has_it_in_the_arn(iam):
    user = iam.create_user(UserName="alice", Path="/staff/")["User"]

    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert iam.get_user(UserName="ALICE")["User"]["UserId"] == user["UserId"]


def test_a_new_user_may_do_nothing_and_is_told_why(iam, user):
    alice = user("alice")

    error = refusal(alice("iam").create_user, UserName="bob")

    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: iam:CreateUser "
        f"on resource: arn:aws:iam::{ACCOUNT}:user/bob because no identity-based policy allows "
        "the iam:CreateUser action"
    )


def test_a_group_grants_and_an_inline_deny_of_the_user_takes_away(iam, user):
    alice = user("alice")
    iam.create_group(GroupName="admins")
    iam.put_group_policy(
        GroupName="admins", PolicyName="all", PolicyDocument=policy("Allow", "iam:*")
    )
    iam.add_user_to_group(GroupName="admins", UserName="alice")
    alice("iam").create_user(UserName="bob")
    iam.put_user_policy(
        UserName="alice", PolicyName="no", PolicyDocument=policy("Deny", "iam:DeleteUser")
    )

    error = refusal(alice("iam").delete_user, UserName="bob")

    assert error["Message"].endswith("with an explicit deny in an identity-based policy")
    assert alice("iam").get_user(UserName="bob")["User"]["UserName"] == "bob"


def test_a_role_is_assumed_with_its_external_id_and_capped_by_the_session_policy(fresh, iam, user):
    alice = user("alice")
    iam.create_role(
        RoleName="auditor",
        AssumeRolePolicyDocument=trust(
            {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"},
            Condition={"StringEquals": {"sts:ExternalId": "42"}},
        ),
    )
    iam.put_role_policy(
        RoleName="auditor", PolicyName="read", PolicyDocument=policy("Allow", "iam:*")
    )
    arn = f"arn:aws:iam::{ACCOUNT}:role/auditor"

    without = refusal(alice("sts").assume_role, RoleArn=arn, RoleSessionName="audit")
    session = alice("sts").assume_role(
        RoleArn=arn,
        RoleSessionName="audit",
        ExternalId="42",
        Policy=policy("Allow", "iam:List*"),
    )
    keys = session["Credentials"]
    role = fresh.client("iam", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    beyond = refusal(role.create_user, UserName="bob")

    assert without["Code"] == "AccessDenied"
    assert session["AssumedRoleUser"]["Arn"].endswith(":assumed-role/auditor/audit")
    assert [user["UserName"] for user in role.list_users()["Users"]] == ["alice"]
    assert "because no session policy allows the iam:CreateUser action" in beyond["Message"]


def assumed(fresh, iam, user):
    """Credentials of a role that may do everything."""
    alice = user("alice")
    iam.create_role(
        RoleName="admin",
        AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}),
    )
    iam.put_role_policy(RoleName="admin", PolicyName="all", PolicyDocument=policy("Allow", "*"))
    return alice("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/admin", RoleSessionName="s1", DurationSeconds=900
    )["Credentials"]


def test_a_forged_session_token_is_refused(fresh, iam, user):
    keys = assumed(fresh, iam, user)
    token = keys["SessionToken"]
    forged = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]

    error = refusal(
        fresh.client("iam", keys["AccessKeyId"], keys["SecretAccessKey"], forged).list_users
    )

    assert error["Code"] == "InvalidClientTokenId"


def test_an_expired_session_token_is_refused(fresh, iam, user, monkeypatch):
    keys = assumed(fresh, iam, user)
    client = fresh.client("sts", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/admin/s1")
    fresh.clock.ahead = timedelta(seconds=901)

    url = client.generate_presigned_url("get_caller_identity", ExpiresIn=3600)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)

    assert caught.value.code == 403
    assert b"<Code>ExpiredToken</Code>" in caught.value.read()


def test_a_session_of_a_deleted_role_is_refused_also_when_the_name_is_made_again(fresh, iam, user):
    keys = assumed(fresh, iam, user)
    client = fresh.client("iam", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    client.list_users()
    iam.delete_role_policy(RoleName="admin", PolicyName="all")
    iam.delete_role(RoleName="admin")
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    iam.put_role_policy(RoleName="admin", PolicyName="all", PolicyDocument=policy("Allow", "*"))

    error = refusal(client.list_users)

    assert error["Code"] == "InvalidClientTokenId"


def test_a_deactivated_key_is_refused_at_once(fresh, iam):
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    sts = fresh.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    sts.get_caller_identity()
    iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive")

    error = refusal(sts.get_caller_identity)

    assert error["Code"] == "InvalidClientTokenId"


def test_a_wrong_secret_is_refused(fresh):
    error = refusal(fresh.client("sts", "root-key-id", "wrong").get_caller_identity)

    assert error["Code"] == "SignatureDoesNotMatch"


def test_pages_join_to_the_whole_list(iam):
    names = [f"user-{number:02}" for number in range(12)]
    for name in names:
        iam.create_user(UserName=name)

    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 5})

    assert [user["UserName"] for page in pages for user in page["Users"]] == names


def test_the_simulator_decides_as_the_server_does(iam, user):
    alice = user("alice")
    iam.put_user_policy(
        UserName="alice",
        PolicyName="read",
        PolicyDocument=policy("Allow", "iam:Get*", f"arn:aws:iam::{ACCOUNT}:user/alice"),
    )

    results = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/alice",
        ActionNames=["iam:GetUser", "iam:DeleteUser"],
        ResourceArns=[f"arn:aws:iam::{ACCOUNT}:user/alice"],
    )["EvaluationResults"]

    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]
    assert results[0]["MatchedStatements"][0]["SourcePolicyId"] == "user_alice_read"
    assert alice("iam").get_user()["User"]["UserName"] == "alice"
    assert refusal(alice("iam").delete_user, UserName="alice")["Code"] == "AccessDenied"


def test_the_credential_report_lists_root_and_every_user(iam):
    iam.create_user(UserName="alice")
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass

    report = iam.get_credential_report()["Content"].decode()
    rows = list(csv.DictReader(io.StringIO(report)))

    assert [row["user"] for row in rows] == ["<root_account>", "alice"]
    assert rows[1]["access_key_1_active"] == "false"


def test_authorization_details_hold_everything(iam):
    iam.create_group(GroupName="readers")
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "red"}])
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    managed = iam.create_policy(PolicyName="cap", PolicyDocument=policy("Allow", "*"))["Policy"]
    iam.attach_group_policy(GroupName="readers", PolicyArn=managed["Arn"])
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=managed["Arn"])
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))

    details = iam.get_account_authorization_details()

    assert details["UserDetailList"][0]["GroupList"] == ["readers"]
    assert details["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"]
    shown = details["Policies"][0]
    assert (shown["PolicyName"], shown["PolicyId"]) == ("cap", managed["PolicyId"])
    assert (shown["AttachmentCount"], shown["PermissionsBoundaryUsageCount"]) == (1, 1)


def test_a_role_in_another_account_is_assumed_only_with_both_sides(fresh, iam, user):
    alice = user("alice")
    arn = f"arn:aws:iam::{ACCOUNT}:role/missing"

    error = refusal(alice("sts").assume_role, RoleArn=arn, RoleSessionName="s2")

    assert error["Message"] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: sts:AssumeRole "
        f"on resource: {arn} because no role trust policy allows the sts:AssumeRole action"
    )
