"""Policies: what they may be, and what they are attached to."""

import json

import pytest

from doorward.base.errors import AwsError
from doorward.policy.grammar import MalformedPolicyDocumentException
from doorward.services.organizations import policy_errors as errors
from doorward.store import organizations as queries
from doorward.store.tables.organization import OrganizationPolicy
from services.organizations.organization import ALLOW, TAGS, Side
from services.support import ACCOUNT, NOW

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
DENY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"},
    }
)
CONTENT = {SCP: ALLOW, RCP: DENY}
MANAGEMENT_TYPES = (
    "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY", "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY", "SECURITYHUB_CSPM_POLICY", "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY", "BEDROCK_POLICY", "S3_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY",
    "GUARDDUTY_POLICY",
)  # fmt: skip


def reason(refused: pytest.ExceptionInfo[AwsError]) -> str | None:
    return refused.value.details.get("Reason")


@pytest.mark.parametrize("type", [SCP, RCP, *MANAGEMENT_TYPES])
def test_a_policy_of_every_type_is_kept_as_it_was_given(mine: Side, type: str) -> None:
    content = CONTENT.get(type, ' {"settings": {"@@assign": ["a"]} }')

    policy_id = mine.policy("mine", content, type)

    assert mine.call("DescribePolicy", PolicyId=policy_id)["Policy"] == {
        "PolicySummary": {
            "Id": policy_id,
            "Arn": f"arn:aws:organizations::{ACCOUNT}:policy/{mine.organization.id}/"
            f"{type.lower()}/{policy_id}",
            "Name": "mine",
            "Description": "",
            "Type": type,
            "AwsManaged": False,
        },
        "Content": content,
    }
    assert policy_id in [one["Id"] for one in mine.every("ListPolicies", "Policies", Filter=type)]


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (SCP, DENY),
        (SCP, "{}"),
        (SCP, "no JSON"),
        (RCP, ALLOW),
        ("TAG_POLICY", "no JSON"),
        ("TAG_POLICY", "[]"),
        ("TAG_POLICY", "{}"),
        ("TAG_POLICY", '{"tags":{"a":{"@@assgin":"b"}}}'),
        ("BACKUP_POLICY", '{"a":{"@@operators_allowed_for_child_policies":["@@any"]}}'),
        ("BACKUP_POLICY", '{"a":{"@@operators_allowed_for_child_policies":"@@all"}}'),
        ("BACKUP_POLICY", '{"a":{"@@append":{"b":"c"}}}'),
        ("CHATBOT_POLICY", '{"a":1,"a":2}'),
    ],
)
def test_a_malformed_policy_is_refused_in_the_words_of_aws(
    mine: Side, type: str, content: str
) -> None:
    with pytest.raises(MalformedPolicyDocumentException) as refused:
        mine.policy("bad", content, type)

    assert refused.value.message == (
        "The provided policy document does not meet the requirements of the specified policy type."
    )


@pytest.mark.parametrize(
    ("type", "most"), [(SCP, 10_240), (RCP, 5_120), ("AISERVICES_OPT_OUT_POLICY", 2_500)]
)
def test_white_space_counts_towards_the_length(mine: Side, type: str, most: int) -> None:
    content = CONTENT.get(type, TAGS)
    policy_id = mine.policy("full", content.ljust(most), type)

    with pytest.raises(AwsError) as refused:
        mine.policy("longer", content.ljust(most + 1), type)
    assert reason(refused) == "POLICY_CONTENT_LIMIT_EXCEEDED"

    with pytest.raises(AwsError) as refused:
        mine.call("UpdatePolicy", PolicyId=policy_id, Content=content.ljust(most + 1))
    assert reason(refused) == "POLICY_CONTENT_LIMIT_EXCEEDED"


def test_there_are_so_many_policies_of_a_type_at_the_most(mine: Side) -> None:
    for number in range(1_000):
        made = OrganizationPolicy(
            f"p-{number:08d}", mine.organization.id, "tag_policy", f"{number}", "", TAGS, NOW
        )
        queries.add_policy(mine.ctx.db, made)

    with pytest.raises(AwsError) as refused:
        mine.policy("one more", TAGS, "TAG_POLICY")

    assert reason(refused) == "POLICY_NUMBER_LIMIT_EXCEEDED"
    assert mine.policy("another type", TAGS, "BACKUP_POLICY")


def test_names_are_unique_within_a_type(mine: Side) -> None:
    mine.policy("a")
    mine.policy("a", TAGS, "TAG_POLICY")
    second = mine.policy("b")

    for name in ("a", "FullAWSAccess"):
        with pytest.raises(errors.DuplicatePolicy):
            mine.policy(name)
        with pytest.raises(errors.DuplicatePolicy):
            mine.call("UpdatePolicy", PolicyId=second, Name=name)


def test_what_an_update_leaves_out_stays(mine: Side) -> None:
    policy_id = mine.policy("a")

    mine.call("UpdatePolicy", PolicyId=policy_id, Description="what for")
    shown = mine.call("UpdatePolicy", PolicyId=policy_id, Name="b")["Policy"]

    assert shown["PolicySummary"]["Name"] == "b"
    assert shown["PolicySummary"]["Description"] == "what for"
    assert shown["Content"] == ALLOW


def test_policies_of_aws_are_seen_and_not_changed(mine: Side) -> None:
    shown = mine.call("DescribePolicy", PolicyId="p-FullAWSAccess")["Policy"]["PolicySummary"]
    assert shown == {
        "Id": "p-FullAWSAccess",
        "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        "Name": "FullAWSAccess",
        "Description": "Allows access to every operation",
        "Type": SCP,
        "AwsManaged": True,
    }
    for operation in ("UpdatePolicy", "DeletePolicy"):
        with pytest.raises(AwsError) as refused:
            mine.call(operation, PolicyId="p-RCPFullAWSAccess")
        assert reason(refused) == "IMMUTABLE_POLICY"
    assert mine.every("ListTagsForResource", "Tags", ResourceId="p-FullAWSAccess") == []


def test_the_policy_of_aws_comes_first_whatever_the_size_of_a_page(mine: Side) -> None:
    for name in "cab":
        mine.policy(name)

    for size in (1, 2, 3, 4, 20):
        listed = mine.every("ListPolicies", "Policies", Filter=SCP, MaxResults=size)
        assert [one["Name"] for one in listed] == ["FullAWSAccess", "a", "b", "c"]


def test_an_enabled_type_puts_its_default_policy_everywhere(mine: Side) -> None:
    unit, member = mine.unit("work"), mine.account()

    mine.enable(RCP)

    targets = mine.every(
        "ListTargetsForPolicy", "Targets", PolicyId="p-RCPFullAWSAccess", MaxResults=2
    )
    assert {one["TargetId"]: (one["Type"], one["Name"]) for one in targets} == {
        mine.root_id: ("ROOT", "Root"),
        unit: ("ORGANIZATIONAL_UNIT", "work"),
        member: ("ACCOUNT", "member"),
        ACCOUNT: ("ACCOUNT", ACCOUNT),
    }
    new = mine.unit("new")
    [shown] = mine.every("ListPoliciesForTarget", "Policies", TargetId=new, Filter=RCP)
    assert shown["Id"] == "p-RCPFullAWSAccess"


def test_types_are_enabled_and_disabled_once(mine: Side) -> None:
    mine.enable("TAG_POLICY")
    given = {"RootId": mine.root_id, "PolicyType": "TAG_POLICY"}

    with pytest.raises(errors.PolicyTypeAlreadyEnabled):
        mine.call("EnablePolicyType", **given)
    shown = mine.call("DisablePolicyType", **given)["Root"]
    with pytest.raises(errors.PolicyTypeNotEnabled):
        mine.call("DisablePolicyType", **given)

    assert shown["PolicyTypes"] == []


def test_a_disabled_type_loses_its_attachments_and_not_those_of_others(mine: Side) -> None:
    mine.enable(SCP, "TAG_POLICY")
    scp, tags = mine.policy("scp"), mine.policy("tags", TAGS, "TAG_POLICY")
    for policy in (scp, tags):
        mine.attach(policy, mine.root_id)

    mine.call("DisablePolicyType", RootId=mine.root_id, PolicyType=SCP)
    mine.enable(SCP)

    assert mine.every("ListTargetsForPolicy", "Targets", PolicyId=scp) == []
    assert len(mine.every("ListTargetsForPolicy", "Targets", PolicyId=tags)) == 1
    [only] = mine.every("ListPoliciesForTarget", "Policies", TargetId=mine.root_id, Filter=SCP)
    assert only["Id"] == "p-FullAWSAccess"


def test_a_type_that_belongs_to_a_service_needs_its_trusted_access(mine: Side) -> None:
    with pytest.raises(AwsError) as refused:
        mine.enable("SECURITYHUB_POLICY")
    assert reason(refused) == "SERVICE_ACCESS_NOT_ENABLED"
    service = {"ServicePrincipal": "securityhub.amazonaws.com"}
    mine.call("EnableAWSServiceAccess", **service)
    mine.enable("SECURITYHUB_POLICY")

    with pytest.raises(AwsError) as refused:
        mine.call("DisableAWSServiceAccess", **service)

    assert reason(refused) == "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"


def test_billing_only_organizations_have_no_policies(other: Side) -> None:
    other.call("CreateOrganization", FeatureSet="CONSOLIDATED_BILLING")

    with pytest.raises(errors.PolicyTypeNotAvailable):
        other.enable(SCP)
    with pytest.raises(errors.PolicyTypeNotAvailable):
        other.policy()


def test_only_policies_of_enabled_types_are_attached_and_once(mine: Side) -> None:
    policy = mine.policy()
    with pytest.raises(errors.PolicyTypeNotEnabled):
        mine.attach(policy, mine.root_id)
    mine.enable(SCP)
    mine.attach(policy, mine.root_id)

    with pytest.raises(
        errors.DuplicatePolicyAttachment,
        match=r"^A policy with the specified name and type already exists\.$",
    ):
        mine.attach(policy, mine.root_id)
    with pytest.raises(errors.PolicyInUse):
        mine.call("DeletePolicy", PolicyId=policy)

    mine.call("DetachPolicy", PolicyId=policy, TargetId=mine.root_id)
    with pytest.raises(errors.PolicyNotAttached):
        mine.call("DetachPolicy", PolicyId=policy, TargetId=mine.root_id)
    mine.call("DeletePolicy", PolicyId=policy)


@pytest.mark.parametrize(
    ("type", "room"), [(SCP, 9), (RCP, 4), ("TAG_POLICY", 10), ("CHATBOT_POLICY", 5)]
)
def test_so_many_policies_of_a_type_are_attached_to_one_target(
    mine: Side, type: str, room: int
) -> None:
    mine.enable(type)
    policies = [mine.policy(f"{n}", CONTENT.get(type, TAGS), type) for n in range(room + 1)]
    for policy in policies[:-1]:
        mine.attach(policy, mine.root_id)

    with pytest.raises(AwsError) as refused:
        mine.attach(policies[-1], mine.root_id)

    assert reason(refused) == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    assert refused.value.message == (
        "You have attached the maximum number of policies to the specified target."
    )


def test_the_last_service_control_policy_stays_attached(mine: Side) -> None:
    mine.enable(SCP)
    with pytest.raises(AwsError) as refused:
        mine.call("DetachPolicy", PolicyId="p-FullAWSAccess", TargetId=mine.root_id)
    assert reason(refused) == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    mine.attach(mine.policy(), mine.root_id)

    mine.call("DetachPolicy", PolicyId="p-FullAWSAccess", TargetId=mine.root_id)

    [only] = mine.every("ListPoliciesForTarget", "Policies", TargetId=mine.root_id, Filter=SCP)
    assert only["Name"] == "policy"


def test_the_resource_control_policy_of_aws_stays_attached(mine: Side) -> None:
    mine.enable(RCP)
    mine.attach(mine.policy("deny", DENY, RCP), mine.root_id)

    with pytest.raises(AwsError) as refused:
        mine.call("DetachPolicy", PolicyId="p-RCPFullAWSAccess", TargetId=mine.root_id)

    assert reason(refused) == "NON_DETACHABLE_POLICY"


def test_a_unit_that_goes_takes_its_attachments_along(mine: Side) -> None:
    mine.enable(SCP)
    unit, policy = mine.unit("work"), mine.policy()
    mine.attach(policy, unit)

    mine.call("DeleteOrganizationalUnit", OrganizationalUnitId=unit)

    assert mine.every("ListTargetsForPolicy", "Targets", PolicyId=policy) == []
