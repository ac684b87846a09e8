"""Organizations through boto3: accounts made and joined, and what policies forbid in them."""

import json
import threading
from datetime import timedelta

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, OTHER_ACCOUNT, Served

ROLE = "OrganizationAccountAccessRole"


def refusal(call, /, **parameters):
    """The code, message and reason of what is refused."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"], caught.value.response.get("Reason")


def statement(**given):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Resource": "*"} | given]})


class Organized:
    """An organization whose management account is the server's first, and a member in a unit."""

    def __init__(self, served: Served) -> None:
        self.served = served
        iam = served.client("iam")
        # Roots may not assume roles, so the management account has an administrator.
        iam.create_user(UserName="alice")
        iam.attach_user_policy(
            UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        )
        key = iam.create_access_key(UserName="alice")["AccessKey"]
        self.key = key["AccessKeyId"], key["SecretAccessKey"]
        self.api = served.client("organizations", *self.key)
        self.organization = self.api.create_organization(FeatureSet="ALL")["Organization"]
        self.root = self.api.list_roots()["Roots"][0]["Id"]
        self.api.enable_policy_type(RootId=self.root, PolicyType="SERVICE_CONTROL_POLICY")
        self.unit = self.api.create_organizational_unit(ParentId=self.root, Name="work")[
            "OrganizationalUnit"
        ]["Id"]
        self.member = self.create("member@example.org")
        self.api.move_account(
            AccountId=self.member, SourceParentId=self.root, DestinationParentId=self.unit
        )

    def create(self, email: str) -> str:
        begun = self.api.create_account(Email=email, AccountName="name")["CreateAccountStatus"]
        assert begun["State"] == "IN_PROGRESS"
        found = self.api.describe_create_account_status(CreateAccountRequestId=begun["Id"])
        return found["CreateAccountStatus"]["AccountId"]

    def inside(self, service: str, account: str | None = None):
        """A client of *service* in a member account, through the role that came with it."""
        arn = f"arn:aws:iam::{account or self.member}:role/{ROLE}"
        sts = self.served.client("sts", *self.key)
        found = sts.assume_role(RoleArn=arn, RoleSessionName="alice")["Credentials"]
        return self.served.client(
            service, found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]
        )

    def policy(self, content: str, *targets: str, kind: str = "SERVICE_CONTROL_POLICY") -> str:
        name = f"policy-{len(self.api.list_policies(Filter=kind)['Policies'])}"
        made = self.api.create_policy(Content=content, Description="", Name=name, Type=kind)
        policy = made["Policy"]["PolicySummary"]["Id"]
        for target in targets:
            self.api.attach_policy(PolicyId=policy, TargetId=target)
        return policy


@pytest.fixture
def organized(fresh):
    return Organized(fresh)


def test_a_created_account_can_be_worked_in_through_its_access_role(organized):
    iam = organized.inside("iam")

    iam.create_user(UserName="bob")

    assert (
        iam.get_user(UserName="bob")["User"]["Arn"] == f"arn:aws:iam::{organized.member}:user/bob"
    )
    attached = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["AdministratorAccess"]
    assert iam.get_role(RoleName="AWSServiceRoleForOrganizations")


def test_a_denial_by_a_service_control_policy_holds_at_once_and_says_so(organized):
    iam = organized.inside("iam")
    iam.list_users()
    organized.policy(statement(Effect="Deny", Action="iam:*"), organized.unit)

    code, message, _ = refusal(iam.list_users)

    assert code == "AccessDenied"
    assert message.startswith(
        f"User: arn:aws:sts::{organized.member}:assumed-role/{ROLE}/alice is not authorized to "
        "perform: iam:ListUsers on resource: "
    )
    assert "with an explicit deny in a service control policy" in message


@pytest.mark.parametrize("where", ["root", "unit", "member"])
def test_every_level_must_allow(organized, where):
    target = getattr(organized, where)
    iam = organized.inside("iam")
    organized.policy(statement(Effect="Allow", Action="s3:*"), target)
    organized.api.detach_policy(PolicyId="p-FullAWSAccess", TargetId=target)

    code, message, _ = refusal(iam.list_users)

    assert code == "AccessDenied"
    assert message.endswith("because no service control policy allows the iam:ListUsers action")
    organized.inside("s3").list_buckets()
    # The management account is spared.
    organized.served.client("iam", *organized.key).list_users()


def test_a_policy_follows_the_account_that_is_moved(organized):
    iam = organized.inside("iam")
    organized.policy(statement(Effect="Deny", Action="iam:*"), organized.unit)
    assert refusal(iam.list_users)[0] == "AccessDenied"

    organized.api.move_account(
        AccountId=organized.member,
        SourceParentId=organized.unit,
        DestinationParentId=organized.root,
    )

    iam.list_users()


def test_a_changed_or_disabled_policy_type_holds_at_once(organized):
    iam = organized.inside("iam")
    policy = organized.policy(statement(Effect="Deny", Action="iam:*"), organized.root)
    assert refusal(iam.list_users)[0] == "AccessDenied"
    organized.api.update_policy(
        PolicyId=policy, Content=statement(Effect="Deny", Action="iam:CreateUser")
    )
    iam.list_users()
    assert refusal(iam.create_user, UserName="bob")[0] == "AccessDenied"

    organized.api.disable_policy_type(RootId=organized.root, PolicyType="SERVICE_CONTROL_POLICY")
    iam.create_user(UserName="bob")

    organized.api.enable_policy_type(RootId=organized.root, PolicyType="SERVICE_CONTROL_POLICY")
    iam.list_users()
    listed = organized.api.list_targets_for_policy(PolicyId=policy)["Targets"]
    assert listed == []


def test_service_linked_roles_are_spared_by_service_control_policies(organized):
    """Nobody assumes such a role here; the live world tells the engine that it is one."""
    running = organized.served.running
    iam = organized.inside("iam")
    role = iam.get_role(RoleName="AWSServiceRoleForOrganizations")["Role"]

    entity = running.live.role(organized.member, role["RoleId"])

    assert entity is not None
    assert entity.service_linked


def test_a_resource_control_policy_limits_whoever_comes_to_the_members_resources(organized):
    organized.api.enable_policy_type(RootId=organized.root, PolicyType="RESOURCE_CONTROL_POLICY")
    s3 = organized.inside("s3")
    s3.create_bucket(Bucket="of-the-member")
    s3.put_object(Bucket="of-the-member", Key="a", Body=b"a")
    s3.put_bucket_policy(
        Bucket="of-the-member",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ACCOUNT},
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::of-the-member/*",
                    }
                ],
            }
        ),
    )
    outside = organized.served.client("s3", *organized.key)
    outside.get_object(Bucket="of-the-member", Key="a")

    organized.policy(
        statement(Effect="Deny", Principal="*", Action="s3:GetObject"),
        organized.unit,
        kind="RESOURCE_CONTROL_POLICY",
    )

    assert refusal(outside.get_object, Bucket="of-the-member", Key="a")[0] == "AccessDenied"
    code, message, _ = refusal(s3.get_object, Bucket="of-the-member", Key="a")
    assert code == "AccessDenied"
    assert "with an explicit deny in a resource control policy" in message
    s3.list_objects_v2(Bucket="of-the-member")
    # Resources of the management account are spared, and services that these policies do not know.
    outside.create_bucket(Bucket="of-the-management")
    outside.put_object(Bucket="of-the-management", Key="a", Body=b"a")
    outside.get_object(Bucket="of-the-management", Key="a")
    organized.inside("iam").list_users()


def test_the_keys_of_the_organization_are_in_the_context(organized):
    organization, member = organized.organization["Id"], organized.member
    path = f"{organization}/{organized.root}/{organized.unit}/"
    wanted = {
        "ListUsers": {"StringEquals": {"aws:PrincipalOrgID": organization}},
        "ListRoles": {"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": path}},
        "ListGroups": {"StringEquals": {"aws:PrincipalOrgMasterAccountId": ACCOUNT}},
        "ListPolicies": {"StringEquals": {"aws:PrincipalAccount": member}},
        "ListAccountAliases": {"StringEquals": {"aws:ResourceOrgID": organization}},
        "ListInstanceProfiles": {"ForAnyValue:StringEquals": {"aws:ResourceOrgPaths": path}},
        "GetAccountSummary": {"StringEquals": {"aws:ResourceAccount": member}},
        "ListOpenIDConnectProviders": {"StringEquals": {"aws:PrincipalOrgID": "o-another000"}},
    }
    denials = [
        {"Effect": "Deny", "Action": f"iam:{action}", "Resource": "*", "Condition": condition}
        for action, condition in wanted.items()
    ]
    iam = organized.inside("iam")

    organized.policy(json.dumps({"Version": "2012-10-17", "Statement": denials}), organized.root)

    *denied, allowed = (xform_name(action) for action in wanted)
    for operation in denied:
        message = refusal(getattr(iam, operation))[1]
        assert "explicit deny in a service control policy" in message
    getattr(iam, allowed)()


def test_a_closed_account_is_suspended_and_its_credentials_are_refused(organized):
    iam = organized.inside("iam")
    iam.create_user(UserName="bob")
    iam.attach_user_policy(UserName="bob", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    as_bob = organized.served.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
    as_bob.list_users()

    organized.api.close_account(AccountId=organized.member)

    found = organized.api.describe_account(AccountId=organized.member)["Account"]
    assert (found["Status"], found["State"]) == ("SUSPENDED", "SUSPENDED")
    assert refusal(as_bob.list_users)[0] == "InvalidClientTokenId"
    assert refusal(iam.list_users)[0] == "InvalidClientTokenId"
    assert refusal(organized.api.close_account, AccountId=organized.member) == (
        "AccountAlreadyClosedException",
        "The provided account is already closed.",
        None,
    )
    # It is closed for good, also outside of the organization.
    organized.api.remove_account_from_organization(AccountId=organized.member)
    assert refusal(as_bob.list_users)[0] == "InvalidClientTokenId"


def root_of(served, account):
    """A client of Organizations for the root of another account."""
    from doorward.store import accounts

    running = served.running
    now = running.clock.now()

    def make(db):
        accounts.create(db, account, now)
        accounts.set_root_key(
            db, running.secrets, account, f"root-key-{account}", "other-secret", now
        )

    running.database.write(make)
    return served.client("organizations", f"root-key-{account}", "other-secret")


def test_an_invited_account_joins_and_leaves(organized):
    other = root_of(organized.served, OTHER_ACCOUNT)
    sent = organized.api.invite_account_to_organization(
        Target={"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"}, Notes="come"
    )["Handshake"]
    assert (sent["State"], sent["Action"]) == ("OPEN", "INVITE")
    assert sent["ExpirationTimestamp"] - sent["RequestedTimestamp"] == timedelta(days=15)

    [received] = other.list_handshakes_for_account()["Handshakes"]
    accepted = other.accept_handshake(HandshakeId=received["Id"])["Handshake"]

    assert accepted["State"] == "ACCEPTED"
    found = organized.api.describe_account(AccountId=OTHER_ACCOUNT)["Account"]
    assert found["JoinedMethod"] == "INVITED"
    assert other.describe_organization()["Organization"]["Id"] == organized.organization["Id"]
    other.leave_organization()
    assert refusal(other.describe_organization)[0] == "AWSOrganizationsNotInUseException"


def test_members_are_told_that_they_may_not(organized):
    member = organized.inside("organizations")

    assert refusal(member.list_accounts) == (
        "AccessDeniedException",
        "You don't have permissions to access this resource.",
        None,
    )
    assert member.describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT


def test_a_caller_without_the_permission_reads_of_that_first(organized, user):
    as_bob = user("bob")("organizations")

    code, message, _ = refusal(as_bob.list_accounts)

    assert code == "AccessDeniedException"
    assert message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: "
        "organizations:ListAccounts on resource: * because no identity-based policy allows the "
        "organizations:ListAccounts action"
    )


def test_a_wrong_target_id_is_refused_with_its_reason(organized):
    assert refusal(organized.api.attach_policy, PolicyId="p-FullAWSAccess", TargetId="nowhere") == (
        "InvalidInputException",
        "You specified a policy target ID that doesn't match the required pattern.",
        "INVALID_PATTERN_TARGET_ID",
    )


def test_the_maximum_of_attachments_holds_under_8_threads(organized):
    content = statement(Effect="Deny", Action="iam:DeleteUser")
    policies = [organized.policy(content) for _ in range(16)]
    done = []

    def attach(mine):
        api = organized.served.client("organizations", *organized.key)
        for policy in mine:
            try:
                api.attach_policy(PolicyId=policy, TargetId=organized.unit)
                done.append("attached")
            except api.exceptions.ConstraintViolationException as error:
                done.append(error.response["Reason"])

    threads = [threading.Thread(target=attach, args=(policies[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # FullAWSAccess counts towards the ten.
    assert done.count("attached") == 9
    assert done.count("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED") == 7
    listed = organized.api.list_policies_for_target(
        TargetId=organized.unit, Filter="SERVICE_CONTROL_POLICY"
    )
    assert len(listed["Policies"]) == 10


def test_the_root_of_a_member_is_limited_too(organized):
    other = root_of(organized.served, OTHER_ACCOUNT)
    target = {"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"}
    sent = organized.api.invite_account_to_organization(Target=target)["Handshake"]
    other.accept_handshake(HandshakeId=sent["Id"])
    organized.policy(statement(Effect="Deny", Action="iam:CreateUser"), OTHER_ACCOUNT)
    organized.policy(
        statement(Effect="Deny", Action="organizations:LeaveOrganization"), OTHER_ACCOUNT
    )
    iam = organized.served.client("iam", f"root-key-{OTHER_ACCOUNT}", "other-secret")

    code, message, _ = refusal(iam.create_user, UserName="bob")

    assert code == "AccessDenied"
    assert message.startswith(f"User: arn:aws:iam::{OTHER_ACCOUNT}:root is not authorized")
    assert "with an explicit deny in a service control policy" in message
    assert refusal(other.leave_organization)[0] == "AccessDeniedException"
    # What joins is under the policies of the root at once, what leaves under none.
    organized.api.remove_account_from_organization(AccountId=OTHER_ACCOUNT)
    iam.create_user(UserName="bob")


def test_a_perimeter_keeps_out_who_is_not_of_the_organization(organized):
    organized.api.enable_policy_type(RootId=organized.root, PolicyType="RESOURCE_CONTROL_POLICY")
    s3 = organized.inside("s3")
    s3.create_bucket(Bucket="inside")
    s3.put_object(Bucket="inside", Key="a", Body=b"a")
    everybody = {
        "Effect": "Allow",
        "Principal": {"AWS": [ACCOUNT, OTHER_ACCOUNT]},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::inside/*",
    }
    s3.put_bucket_policy(
        Bucket="inside", Policy=json.dumps({"Version": "2012-10-17", "Statement": everybody})
    )
    root_of(organized.served, OTHER_ACCOUNT)
    outside = organized.served.client("s3", f"root-key-{OTHER_ACCOUNT}", "other-secret")
    outside.get_object(Bucket="inside", Key="a")

    condition = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
    organized.policy(
        statement(Effect="Deny", Principal="*", Action="s3:*", Condition=condition),
        organized.root,
        kind="RESOURCE_CONTROL_POLICY",
    )

    assert refusal(outside.get_object, Bucket="inside", Key="a")[0] == "AccessDenied"
    organized.served.client("s3", *organized.key).get_object(Bucket="inside", Key="a")
    s3.get_object(Bucket="inside", Key="a")


def test_a_resource_control_policy_guards_the_roles_of_members(organized):
    organized.api.enable_policy_type(RootId=organized.root, PolicyType="RESOURCE_CONTROL_POLICY")
    organized.inside("sts").get_caller_identity()

    organized.policy(
        statement(Effect="Deny", Principal="*", Action="sts:AssumeRole"),
        organized.member,
        kind="RESOURCE_CONTROL_POLICY",
    )

    with pytest.raises(ClientError, match="explicit deny in a resource control policy"):
        organized.inside("sts")


def test_nobody_reaches_what_a_closed_account_has(organized):
    s3 = organized.inside("s3")
    s3.create_bucket(Bucket="of-the-closed")
    s3.put_bucket_policy(
        Bucket="of-the-closed",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": ACCOUNT},
                    "Action": "s3:ListBucket",
                    "Resource": "arn:aws:s3:::of-the-closed",
                },
            }
        ),
    )
    outside = organized.served.client("s3", *organized.key)
    outside.list_objects_v2(Bucket="of-the-closed")

    organized.api.close_account(AccountId=organized.member)

    assert refusal(outside.list_objects_v2, Bucket="of-the-closed")[0] == "AccessDenied"
    with pytest.raises(ClientError, match="AccessDenied"):
        organized.inside("sts")
