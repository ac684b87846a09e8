"""Managed policies and their versions."""

from urllib.parse import unquote

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.iam.attachments import attach_user_policy
from doorward.services.iam.boundaries import put_role_permissions_boundary
from doorward.services.iam.errors import InvalidInput, LimitExceeded, ValidationError
from doorward.services.iam.policies import (
    create_policy,
    delete_policy,
    get_policy,
    list_policy_tags,
    tag_policy,
    untag_policy,
)
from doorward.services.iam.policy_errors import (
    DefaultVersion,
    NothingToAttach,
    PolicyExists,
    PolicyInUse,
    PolicyNotFound,
    TooManyVersions,
    VersionsLeft,
)
from doorward.services.iam.policy_list import list_policies
from doorward.services.iam.policy_versions import (
    create_policy_version,
    delete_policy_version,
    get_policy_version,
    list_policy_versions,
    set_default_policy_version,
)
from services.iam.entities import (
    ADMINISTRATOR,
    EVERYTHING,
    READ,
    WRITE,
    add_role,
    add_user,
    document,
    statement,
)
from services.support import ACCOUNT, every_page, later


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy{name if name.startswith('/') else '/' + name}"


def test_a_new_policy_has_version_1_and_is_attached_to_nothing(ctx: Context) -> None:
    made = create_policy(
        ctx, policy_name="Read", policy_document=READ, path="/reports/", description="for readers"
    )["Policy"]

    assert made["PolicyId"].startswith("ANPA")
    assert {key: made[key] for key in made if key != "PolicyId"} == {
        "PolicyName": "Read",
        "Arn": arn("/reports/Read"),
        "Path": "/reports/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "Description": "for readers",
        "CreateDate": ctx.now,
        "UpdateDate": ctx.now,
    }
    assert get_policy(ctx, policy_arn=arn("/reports/Read"))["Policy"] == made


def test_a_second_policy_of_the_name_in_another_case_and_path_is_refused(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)

    with pytest.raises(PolicyExists) as refusal:
        create_policy(ctx, policy_name="READ", policy_document=READ, path="/other/")
    assert str(refusal.value) == (
        "A policy called READ already exists. Duplicate names are not allowed."
    )


def test_a_document_that_is_no_policy_creates_nothing(ctx: Context) -> None:
    with pytest.raises(AwsError) as refusal:
        create_policy(ctx, policy_name="Read", policy_document="{}")

    assert refusal.value.code == "MalformedPolicyDocument"
    assert list_policies(ctx, scope="Local")["Policies"] == []


def test_white_space_does_not_count_toward_the_size_of_a_policy(ctx: Context) -> None:
    room = 6_144 - len(document(statement("Allow", "s3:GetObject", "")).replace(" ", ""))
    longest = document(statement("Allow", "s3:GetObject", "arn:aws:s3:::".ljust(room, "b")))

    create_policy(ctx, policy_name="Longest", policy_document=longest + " " * 500)
    with pytest.raises(LimitExceeded) as refusal:
        create_policy(ctx, policy_name="Longer", policy_document=longest.replace("bb", "bbb", 1))
    assert str(refusal.value) == "Cannot exceed quota for PolicySize: 6144"


@pytest.mark.parametrize(
    ("policy_arn", "error", "message"),
    [
        # ARN                                   error            sentence
        ("no arn at all, nowhere", ValidationError, "Invalid ARN:  Could not be parsed!"),
        (f"arn:aws:iam::{ACCOUNT}:user/alice", InvalidInput, f"ARN arn:aws:iam::{ACCOUNT}:user/alice is not valid."),
        (arn("Nope"), PolicyNotFound, f"Policy {arn('Nope')} was not found."),
        ("arn:aws:iam::aws:policy/Nope", PolicyNotFound, "Policy arn:aws:iam::aws:policy/Nope was not found."),
    ],
)  # fmt: skip
def test_a_policy_that_is_not_there_is_refused_with_the_sentence_of_aws(
    ctx: Context, policy_arn: str, error: type[AwsError], message: str
) -> None:
    with pytest.raises(error) as refusal:
        get_policy(ctx, policy_arn=policy_arn)

    assert str(refusal.value) == message


def test_a_policy_of_aws_can_be_read_and_not_changed(ctx: Context) -> None:
    shown = get_policy(ctx, policy_arn=ADMINISTRATOR)["Policy"]
    version = get_policy_version(
        ctx, policy_arn=ADMINISTRATOR, version_id=shown["DefaultVersionId"]
    )["PolicyVersion"]

    assert shown["Path"] == "/"
    assert version["IsDefaultVersion"]
    assert '"*"' in unquote(version["Document"])
    with pytest.raises(PolicyNotFound):
        create_policy_version(ctx, policy_arn=ADMINISTRATOR, policy_document=READ)
    with pytest.raises(PolicyNotFound):
        delete_policy(ctx, policy_arn=ADMINISTRATOR)


def test_uses_as_permissions_and_as_boundary_are_counted_apart(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    for name in ("alice", "bob"):
        add_user(ctx, name)
        attach_user_policy(ctx, user_name=name, policy_arn=arn("Read"))
    add_role(ctx, "auditor")
    put_role_permissions_boundary(ctx, role_name="auditor", permissions_boundary=arn("Read"))

    shown = get_policy(ctx, policy_arn=arn("Read"))["Policy"]

    assert (shown["AttachmentCount"], shown["PermissionsBoundaryUsageCount"]) == (2, 1)


def test_a_policy_in_use_as_a_boundary_cannot_be_deleted(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    add_role(ctx, "auditor", boundary=arn("Read"))

    with pytest.raises(PolicyInUse) as refusal:
        delete_policy(ctx, policy_arn=arn("Read"))
    assert str(refusal.value) == "Cannot delete a policy attached to entities."


def test_a_policy_with_versions_besides_the_default_cannot_be_deleted(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    create_policy_version(ctx, policy_arn=arn("Read"), policy_document=WRITE)

    with pytest.raises(VersionsLeft):
        delete_policy(ctx, policy_arn=arn("Read"))
    delete_policy_version(ctx, policy_arn=arn("Read"), version_id="v2")
    delete_policy(ctx, policy_arn=arn("Read"))
    with pytest.raises(PolicyNotFound):
        get_policy(ctx, policy_arn=arn("Read"))


def test_a_document_comes_back_as_given_percent_encoded_once(ctx: Context) -> None:
    text = document(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/a%3Ab c*"))
    create_policy(ctx, policy_name="Read", policy_document=text)

    shown = get_policy_version(ctx, policy_arn=arn("Read"), version_id="v1")["PolicyVersion"]

    assert shown["Document"].startswith("%7B%22Version%22%3A%20%222012-10-17%22")
    assert "a%253Ab%20c%2A" in shown["Document"]
    assert unquote(shown["Document"]) == text


def test_a_version_number_is_never_used_twice(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    create_policy_version(ctx, policy_arn=arn("Read"), policy_document=WRITE)
    delete_policy_version(ctx, policy_arn=arn("Read"), version_id="v2")

    made = create_policy_version(ctx, policy_arn=arn("Read"), policy_document=WRITE)

    assert made["PolicyVersion"] == {
        "VersionId": "v3",
        "IsDefaultVersion": False,
        "CreateDate": ctx.now,
    }


def test_a_sixth_version_is_refused(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    for _ in range(4):
        create_policy_version(ctx, policy_arn=arn("Read"), policy_document=WRITE)

    with pytest.raises(TooManyVersions):
        create_policy_version(ctx, policy_arn=arn("Read"), policy_document=WRITE)


def test_versions_are_listed_newest_first_without_documents(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    for _ in range(3):
        create_policy_version(
            ctx, policy_arn=arn("Read"), policy_document=WRITE, set_as_default=True
        )

    versions = every_page(
        list_policy_versions, ctx, "Versions", max_items=3, policy_arn=arn("Read")
    )

    assert [version["VersionId"] for version in versions] == ["v4", "v3", "v2", "v1"]
    assert [version["IsDefaultVersion"] for version in versions] == [True, False, False, False]
    assert not any("Document" in version for version in versions)


def test_the_update_date_is_that_of_the_newest_version_not_of_the_default(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)
    afterwards = later(ctx, hours=1)
    create_policy_version(afterwards, policy_arn=arn("Read"), policy_document=WRITE)
    set_default_policy_version(later(ctx, hours=2), policy_arn=arn("Read"), version_id="v2")

    shown = get_policy(ctx, policy_arn=arn("Read"))["Policy"]

    assert (shown["DefaultVersionId"], shown["UpdateDate"]) == ("v2", afterwards.now)


def test_the_default_version_cannot_be_deleted(ctx: Context) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)

    with pytest.raises(DefaultVersion):
        delete_policy_version(ctx, policy_arn=arn("Read"), version_id="v1")


@pytest.mark.parametrize("version_id", ["v2", "v1.a", "v99999999999999999999"])
def test_a_version_that_is_not_there_is_refused(ctx: Context, version_id: str) -> None:
    create_policy(ctx, policy_name="Read", policy_document=READ)

    with pytest.raises(NothingToAttach) as refusal:
        set_default_policy_version(ctx, policy_arn=arn("Read"), version_id=version_id)
    assert str(refusal.value) == (
        f"Policy {arn('Read')} version {version_id} does not exist or is not attachable."
    )


def test_tags_are_shown_by_key_and_their_keys_ignore_case(ctx: Context) -> None:
    tags = [{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}]
    create_policy(ctx, policy_name="Read", policy_document=READ, tags=tags)
    tag_policy(ctx, policy_arn=arn("Read"), tags=[{"Key": "Team", "Value": "blue"}])
    untag_policy(ctx, policy_arn=arn("Read"), tag_keys=["COST", "absent"])

    listed = list_policy_tags(ctx, policy_arn=arn("Read"))

    assert listed == {"Tags": [{"Key": "Team", "Value": "blue"}], "IsTruncated": False}
    assert get_policy(ctx, policy_arn=arn("Read"))["Policy"]["Tags"] == listed["Tags"]


def test_pages_of_both_scopes_join_to_the_whole_list_in_order_of_name(ctx: Context) -> None:
    for name in ("AAA", "viewer", "ZZZ", "administratoraccess"):
        create_policy(ctx, policy_name=name, policy_document=EVERYTHING)
    whole = list_policies(ctx, max_items=1000)["Policies"]

    for max_items in (1, 2):
        first = list_policies(ctx, max_items=max_items)
        assert first["Policies"] == whole[:max_items]
        second = list_policies(ctx, max_items=max_items, marker=first["Marker"])
        assert second["Policies"] == whole[max_items : 2 * max_items]
    names = [policy["PolicyName"].lower() for policy in whole]
    assert names == sorted(names)
    alike = [
        policy["Arn"] for policy in whole if policy["PolicyName"].lower() == "administratoraccess"
    ]
    assert alike == [arn("administratoraccess"), ADMINISTRATOR]


@pytest.mark.parametrize("max_items", [1, 2, 3])
def test_pages_of_used_policies_join_to_the_whole_list(ctx: Context, max_items: int) -> None:
    add_user(ctx, "alice")
    create_policy(ctx, policy_name="AdministratorAccess", policy_document=READ)
    create_policy(ctx, policy_name="unused", policy_document=READ)
    create_policy(ctx, policy_name="zebra", policy_document=READ)
    used = [arn("AdministratorAccess"), ADMINISTRATOR, arn("zebra")]
    for name in used:
        attach_user_policy(ctx, user_name="alice", policy_arn=name)

    listed = every_page(list_policies, ctx, "Policies", max_items=max_items, only_attached=True)

    assert [policy["Arn"] for policy in listed] == used
    assert [policy["AttachmentCount"] for policy in listed] == [1, 1, 1]


def test_a_usage_filter_keeps_the_policies_used_that_way(ctx: Context) -> None:
    create_policy(ctx, policy_name="Permissions", policy_document=READ)
    create_policy(ctx, policy_name="Limit", policy_document=READ)
    add_user(ctx, "alice", boundary=arn("Limit"))
    add_role(ctx, "auditor", boundary=ADMINISTRATOR)
    attach_user_policy(ctx, user_name="alice", policy_arn=arn("Permissions"))

    def used(usage: str, **more: bool) -> list[str]:
        listed = list_policies(ctx, policy_usage_filter=usage, **more)["Policies"]
        return [policy["Arn"] for policy in listed]

    assert used("PermissionsPolicy") == [arn("Permissions")]
    assert used("PermissionsBoundary") == [ADMINISTRATOR, arn("Limit")]
    assert used("PermissionsBoundary", only_attached=True) == [ADMINISTRATOR, arn("Limit")]


def test_a_list_by_path_holds_what_lies_under_it(ctx: Context) -> None:
    create_policy(ctx, policy_name="One", policy_document=READ, path="/job-function/")
    create_policy(ctx, policy_name="Two", policy_document=READ, path="/job/")

    listed = list_policies(ctx, scope="Local", path_prefix="/job-function/")["Policies"]

    assert [policy["PolicyName"] for policy in listed] == ["One"]
    assert "Description" not in listed[0]
    assert "Tags" not in listed[0]


def test_a_marker_of_another_filter_is_refused(ctx: Context) -> None:
    marker = list_policies(ctx, max_items=1)["Marker"]

    with pytest.raises(ValidationError, match=r"^Invalid Marker\.$"):
        list_policies(ctx, max_items=1, marker=marker, path_prefix="/job-function/")
