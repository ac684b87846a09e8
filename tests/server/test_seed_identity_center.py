"""IAM Identity Center from a seed file, and one-time passwords from the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients.browser import ask
from clients.conftest import Served
from doorward.base.errors import BadInput
from doorward.server import seed
from server.test_seed import written

WORLD = """
accounts:
  "123456789012":
    policies:
      ours: {path: /team/, document: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}}
    users:
      helper: {access_keys: [{id: AKIAHELPER, secret: helping}]}
      nobody: {access_keys: [{id: AKIANOBODY, secret: nothing}]}
  "210987654321": {}
identity_center:
  account: "123456789012"
  identity_store_id: d-1234567890
  users:
    alice: {display_name: Alice, given_name: A, email: alice@example.org, password: Correct-Horse-1}
    bob:
  groups: {staff: [alice, bob]}
  permission_sets:
    ReadIam: {policies: ["arn:aws:iam::aws:policy/IAMReadOnlyAccess", team/ours], session_hours: 2}
  assignments:
    - {account: "123456789012", permission_set: ReadIam, users: [alice], groups: [staff]}
"""
HELPING = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "sso-directory:UpdatePassword", "Resource": "*"},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("seed") / "seed.yaml"
    file.write_text(WORLD)
    server = Served(seed=file)
    yield server
    server.stop()


def command(served: Served, *arguments: str, key: str, secret: str) -> Any:
    environment = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_ENDPOINT_URL": served.endpoint,
    }
    return subprocess.run(
        [sys.executable, "-m", "doorward", "sso", "password", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_seed_makes_users_who_are_let_in(served: Served) -> None:
    admin, store = served.client("sso-admin"), served.client("identitystore")
    (instance,) = admin.list_instances()["Instances"]
    of = {"IdentityStoreId": "d-1234567890"}
    found = {one["UserName"]: one for one in store.list_users(**of)["Users"]}
    ids = {"InstanceArn": instance["InstanceArn"]}
    (one,) = admin.list_permission_sets(**ids)["PermissionSets"]
    listed = admin.list_account_assignments(**ids, AccountId="123456789012", PermissionSetArn=one)
    (role,) = served.client("iam").list_roles(PathPrefix="/aws-reserved/")["Roles"]
    attached = served.client("iam").list_attached_role_policies(RoleName=role["RoleName"])

    assert instance["IdentityStoreId"] == "d-1234567890"
    assert found["alice"]["Name"] == {"GivenName": "A"}
    assert set(found) == {"alice", "bob"}
    kinds = sorted(each["PrincipalType"] for each in listed["AccountAssignments"])
    assert kinds == ["GROUP", "USER"]
    assert role["MaxSessionDuration"] == 7200
    names = {each["PolicyName"] for each in attached["AttachedPolicies"]}
    assert names == {"IAMReadOnlyAccess", "ours"}


def test_who_may_gives_a_user_a_password_for_one_sign_in(served: Served) -> None:
    served.client("iam").put_user_policy(
        UserName="helper", PolicyName="help", PolicyDocument=json.dumps(HELPING)
    )
    of = ("--identity-store-id", "d-1234567890")
    helper = {"key": "AKIAHELPER", "secret": "helping"}

    done = command(served, "bob", *of, **helper)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.strip()) >= 20
    denied = command(served, "bob", *of, key="AKIANOBODY", secret="nothing")
    assert denied.returncode == 2
    assert "sso-directory:UpdatePassword" in denied.stderr
    absent = command(served, "carol", *of, **helper)
    assert "ResourceNotFoundException" in absent.stderr
    wrong = command(served, "bob", *of, key="AKIAHELPER", secret="wrong")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_nobody_gets_a_password_without_a_signature(served: Served) -> None:
    body = json.dumps({"IdentityStoreId": "d-1234567890", "UserName": "alice"})

    answer = ask(served, "POST", "/_doorward/identity-center/password", body)

    assert answer.status == 400
    assert json.loads(answer.text)["code"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("staff: [alice, bob]", "staff: [carol]", "`carol` is no user"),
        ("d-1234567890", "d-1", "`d-1` is no identity store id"),
        ("session_hours: 2", "session_hours: 13", "is 13; 1 to 12 hours"),
        ("groups: [staff]", "groups: [others]", "`others` is no group"),
        ("permission_set: ReadIam", "permission_set: Other", "`Other` is no permission set"),
        ("IAMReadOnlyAccess", "NoSuch", "is no AWS managed policy"),
        ("password: Correct", "pasword: Correct", "pasword"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in WORLD
    with pytest.raises(BadInput) as refused:
        seed.read(written(tmp_path, WORLD.replace(old, new)))

    assert told in f"{refused.value.problem} {refused.value.help}"
    assert "line" in refused.value.where or ":" in refused.value.where


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('- {account: "123456789012"', '- {account: "210987654321"', "is not in the organization"),
        ("team/ours", "team/others", "policy/team/others does not exist"),
    ],
)
def test_who_cannot_be_let_in_stops_the_start(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        Served(seed=written(tmp_path, WORLD.replace(old, new)))
