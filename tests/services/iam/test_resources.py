"""What operations on roles, instance profiles and OIDC providers are authorized on."""

from doorward.services.context import Context
from doorward.services.iam.instance_profiles import create_instance_profile
from doorward.services.iam.open_id_connect_providers import create_open_id_connect_provider
from doorward.services.iam.roles import create_role
from doorward.services.iam.service import iam
from services.support import ACCOUNT, OTHER_ACCOUNT, accesses

TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)
RED = [{"Key": "Team", "Value": "red"}]
IAM = f"arn:aws:iam::{ACCOUNT}"


def test_creating_a_role_with_tags_needs_tagging_too(ctx: Context) -> None:
    create, tag = accesses(iam, "CreateRole", ctx, RoleName="worker", Path="/jobs/", Tags=RED)

    assert (create.action, tag.action) == ("iam:CreateRole", "iam:TagRole")
    assert create.resource == tag.resource == f"{IAM}:role/jobs/worker"
    assert tag.context == {"aws:requesttag/team": "red", "aws:tagkeys": ("Team",)}


def test_a_tag_to_be_stands_beside_those_that_are_there(ctx: Context) -> None:
    create_role(ctx, role_name="worker", assume_role_policy_document=TRUST, tags=RED)

    new = [{"Key": "Age", "Value": "1"}]
    (access,) = accesses(iam, "TagRole", ctx, RoleName="worker", Tags=new)
    assert access.tags == {"Team": "red"}
    assert access.context == {
        "iam:resourcetag/team": "red",
        "aws:requesttag/age": "1",
        "aws:tagkeys": ("Age",),
    }
    (access,) = accesses(iam, "UntagRole", ctx, RoleName="worker", TagKeys=["Team", "Age"])
    assert access.context["aws:tagkeys"] == ("Team", "Age")


def test_putting_a_role_into_a_profile_is_passing_it_to_ec2(ctx: Context) -> None:
    create_role(ctx, role_name="worker", path="/jobs/", assume_role_policy_document=TRUST)
    create_instance_profile(ctx, instance_profile_name="machine", path="/a/", tags=RED)

    profile, passed = accesses(
        iam, "AddRoleToInstanceProfile", ctx, InstanceProfileName="machine", RoleName="worker"
    )
    assert profile.resource == f"{IAM}:instance-profile/a/machine"
    assert profile.named == "instance profile machine"
    assert profile.tags == {"Team": "red"}
    assert passed.action == "iam:PassRole"
    assert passed.resource == f"{IAM}:role/jobs/worker"
    assert passed.named is None
    assert passed.context == {"iam:passedtoservice": "ec2.amazonaws.com"}


def test_a_provider_is_found_by_its_arn_in_its_own_account_only(ctx: Context) -> None:
    create_open_id_connect_provider(ctx, url="https://id.example.com/a", tags=RED)
    own = f"{IAM}:oidc-provider/id.example.com/a"
    foreign = own.replace(ACCOUNT, OTHER_ACCOUNT)

    name = "GetOpenIDConnectProvider"
    (access,) = accesses(iam, name, ctx, OpenIDConnectProviderArn=own)
    assert (access.resource, access.account, access.tags) == (own, ACCOUNT, {"Team": "red"})
    (access,) = accesses(iam, name, ctx, OpenIDConnectProviderArn=foreign)
    assert (access.resource, access.account, access.tags) == (foreign, OTHER_ACCOUNT, {})


def test_lists_are_authorized_on_the_prefix(ctx: Context) -> None:
    for operation, kind in [("ListRoles", "role"), ("ListInstanceProfiles", "instance-profile")]:
        (access,) = accesses(iam, operation, ctx, PathPrefix="/a/")
        assert access.resource == f"{IAM}:{kind}/a/"
