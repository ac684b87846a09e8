"""The policy simulator: decisions, and what it says about how they came about."""

import json
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam.attachments import attach_group_policy, attach_user_policy
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.inline_policies import (
    put_group_policy,
    put_role_policy,
    put_user_policy,
)
from doorward.services.iam.policies import create_policy
from doorward.services.iam.simulator import simulate_custom_policy, simulate_principal_policy
from services.iam.entities import (
    EVERYTHING,
    READ,
    add_group,
    add_role,
    add_user,
    document,
    statement,
)
from services.support import ACCOUNT, OTHER_ACCOUNT, every_page

ALICE = f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/auditor"
BUCKET = "arn:aws:s3:::reports"
KEY = f"{BUCKET}/q1.txt"
GET, PUT = "s3:GetObject", "s3:PutObject"


def custom(ctx: Context, *policies: str, action: str = GET, **more: Any) -> dict[str, Any]:
    """The result for one action by documents."""
    output = simulate_custom_policy(
        ctx, policy_input_list=list(policies), action_names=[action], **more
    )
    assert output["IsTruncated"] is False
    return output["EvaluationResults"][0]


def principal(ctx: Context, source: str = ALICE, action: str = GET, **more: Any) -> dict[str, Any]:
    """The result for one action by the policies of an entity."""
    output = simulate_principal_policy(ctx, policy_source_arn=source, action_names=[action], **more)
    return output["EvaluationResults"][0]


def entry(name: str, *values: str, kind: str = "string") -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


def sources(result: dict[str, Any]) -> list[str]:
    return [found["SourcePolicyId"] for found in result["MatchedStatements"]]


def bucket_policy(effect: str, who: Any, action: str = GET, resource: str = f"{BUCKET}/*") -> str:
    return document({"Principal": who, **statement(effect, action, resource)})


CASES = [
    # policies                                                        action  resource         decision        by
    ([READ],                                                          GET,    KEY,             "allowed",      ["PolicyInputList.1"]),
    ([READ],                                                          PUT,    KEY,             "implicitDeny", []),
    ([READ, EVERYTHING],                                              GET,    KEY,             "allowed",      ["PolicyInputList.1", "PolicyInputList.2"]),
    ([EVERYTHING, document(statement("Deny", PUT))],                  PUT,    KEY,             "explicitDeny", ["PolicyInputList.2"]),  # the deny alone
    ([EVERYTHING, document(statement("Deny", PUT))],                  GET,    KEY,             "allowed",      ["PolicyInputList.1"]),
    ([document(statement("Deny", "*"))],                              GET,    KEY,             "explicitDeny", ["PolicyInputList.1"]),
    ([document(statement("Allow", GET, f"{BUCKET}/*"))],              GET,    KEY,             "allowed",      ["PolicyInputList.1"]),
    ([document(statement("Allow", GET, f"{BUCKET}/*"))],              GET,    BUCKET,          "implicitDeny", []),
    ([document(statement("Allow", "S3:getobject"))],                  GET,    KEY,             "allowed",      ["PolicyInputList.1"]),  # actions ignore case
]  # fmt: skip


@pytest.mark.parametrize(("policies", "action", "resource", "decision", "by"), CASES)
def test_documents_decide(  # one row a case
    ctx: Context, policies: list[str], action: str, resource: str, decision: str, by: list[str]
) -> None:
    result = custom(ctx, *policies, action=action, resource_arns=[resource])

    assert (result["EvalActionName"], result["EvalDecision"]) == (action, decision)
    assert sources(result) == by
    specific = result["ResourceSpecificResults"]
    assert [one["EvalResourceName"] for one in specific] == [resource]
    assert [one["EvalResourceDecision"] for one in specific] == [decision]
    assert sources(specific[0]) == by


NAMED = [
    # action         resources                                    kind of resource
    (GET,            [KEY, f"{BUCKET}/other"],                    "arn:${Partition}:s3:::${BucketName}/${ObjectName}"),
    ("s3:ListBucket", [BUCKET],                                   "arn:${Partition}:s3:::${BucketName}"),
    (GET,            ["*"],                                       "*"),
    ("s3:ListAllMyBuckets", [BUCKET],                             "*"),  # works on no resource
    ("ec2:RunInstances", [BUCKET],                                "*"),  # none of its kinds
    ("s3:NoSuchAction", [BUCKET],                                 "*"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "arns", "kind"), NAMED)
def test_the_result_names_the_kind_of_resource_and_each_detail_the_resource(
    ctx: Context, action: str, arns: list[str], kind: str
) -> None:
    result = custom(ctx, READ, action=action, resource_arns=arns)

    assert result["EvalResourceName"] == kind
    specific = result.get("ResourceSpecificResults", [])
    assert [one["EvalResourceName"] for one in specific] == [arn for arn in arns if arn != "*"]


def test_without_resources_the_resource_is_a_star_and_there_are_no_details(ctx: Context) -> None:
    result = custom(ctx, READ)

    assert result["EvalResourceName"] == "*"
    assert "ResourceSpecificResults" not in result
    assert "EvalDecisionDetails" not in result
    assert "OrganizationsDecisionDetail" not in result
    assert "PermissionsBoundaryDecisionDetail" not in result


def test_within_an_account_the_details_of_a_resource_are_there_and_empty(ctx: Context) -> None:
    result = custom(ctx, READ, resource_arns=[KEY])

    assert result["EvalDecisionDetails"] == {}
    assert "EvalDecisionDetails" not in result["ResourceSpecificResults"][0]


def test_the_strictest_of_several_resources_holds_for_the_action(ctx: Context) -> None:
    policy = document(
        statement("Allow", GET, f"{BUCKET}/*"), statement("Deny", GET, f"{BUCKET}/secret")
    )
    arns = [KEY, f"{BUCKET}/secret", "arn:aws:s3:::other/key"]

    result = custom(ctx, policy, resource_arns=arns)

    assert result["EvalDecision"] == "explicitDeny"
    assert [one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]] == [
        "allowed",
        "explicitDeny",
        "implicitDeny",
    ]
    assert len(result["MatchedStatements"]) == 1
    assert (
        result["MatchedStatements"][0]
        == (result["ResourceSpecificResults"][1]["MatchedStatements"][0])
    )


VERSION = '"Version": "2012-10-17"'
ONE = '{"Effect":"Allow","Action":"*","Resource":"*"}'
POSITIONS = [
    # text                                                                     start    end
    # one object: from after its brace to after its closing one
    ('{"Version":"2012-10-17","Statement":' + ONE + "}",                       (1, 38), (1, 83)),
    # the first of a list: from after the bracket
    ('{"Version":"2012-10-17","Statement":[' + ONE + "]}",                     (1, 38), (1, 84)),
    ("{\n " + VERSION + ',\n "Statement": [\n  {\n   ' + ONE[1:-1] + "\n  }\n ]\n}", (3, 16), (6, 4)),
    # a later one: from after the one before
    ('{"Version":"2012-10-17",\n"Statement":[' + ONE.replace('"*"', '"s3:No"', 1) + ",\n " + ONE + "]}", (2, 64), (3, 48)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), POSITIONS)
def test_positions_count_lines_and_columns_from_one_past(
    ctx: Context, text: str, start: tuple[int, int], end: tuple[int, int]
) -> None:
    found = custom(ctx, text)["MatchedStatements"]

    assert found == [
        {
            "SourcePolicyId": "PolicyInputList.1",
            "SourcePolicyType": "IAM Policy",
            "StartPosition": {"Line": start[0], "Column": start[1]},
            "EndPosition": {"Line": end[0], "Column": end[1]},
        }
    ]


BOUNDARIES = [
    # boundary                             decision        by                                        allows
    (EVERYTHING,                           "allowed",      ["PolicyInputList.1"],                    True),
    (document(statement("Allow", PUT)),    "implicitDeny", [],                                       False),
    (document(statement("Deny", GET)),     "explicitDeny", ["PermissionsBoundaryPolicyInputList.1"], False),
]  # fmt: skip


@pytest.mark.parametrize(("boundary", "decision", "by", "allows"), BOUNDARIES)
def test_a_boundary_limits_and_says_whether_it_allows(
    ctx: Context, boundary: str, decision: str, by: list[str], allows: bool
) -> None:
    result = custom(
        ctx, READ, resource_arns=[KEY], permissions_boundary_policy_input_list=[boundary]
    )

    assert result["EvalDecision"] == decision
    assert sources(result) == by
    detail = {"AllowedByPermissionsBoundary": allows}
    assert result["PermissionsBoundaryDecisionDetail"] == detail
    assert result["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"] == detail


def test_a_boundary_can_allow_what_the_identity_does_not(ctx: Context) -> None:
    result = custom(ctx, READ, action=PUT, permissions_boundary_policy_input_list=[EVERYTHING])

    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}


def test_a_second_boundary_is_refused(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        custom(ctx, READ, permissions_boundary_policy_input_list=[READ, READ])


CONDITION = {
    "StringEquals": {"aws:RequestedRegion": "eu-west-1"},
    "Bool": {"aws:SecureTransport": "true"},
}
MFA = document(statement("Allow", GET, "*", Condition=CONDITION))


def test_keys_that_nobody_gave_are_missing_and_do_not_match(ctx: Context) -> None:
    result = custom(
        ctx, MFA, context_entries=[entry("AWS:securetransport", "true", kind="boolean")]
    )

    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:RequestedRegion"]


def test_missing_keys_are_told_for_each_resource_too(ctx: Context) -> None:
    result = custom(ctx, MFA, resource_arns=[KEY])

    missing = ["aws:RequestedRegion", "aws:SecureTransport"]
    assert result["MissingContextValues"] == missing
    assert result["ResourceSpecificResults"][0]["MissingContextValues"] == missing


def test_keys_that_are_given_decide(ctx: Context) -> None:
    result = custom(
        ctx,
        MFA,
        context_entries=[
            entry("aws:SecureTransport", "true", kind="boolean"),
            entry("aws:requestedregion", "eu-west-1"),
        ],
    )

    assert result["EvalDecision"] == "allowed"
    assert result["MissingContextValues"] == []


@pytest.mark.parametrize(
    "entries",
    [
        [entry("aws:SourceIp", "10.0.0.1", "10.0.0.2", kind="ip")],  # two values of a single type
        [entry("aws:SourceIp", "10.0.0.1"), entry("AWS:SourceIP", "10.0.0.2")],  # twice
        [{"ContextKeyValues": ["x"]}],  # no name
    ],
)
def test_context_that_cannot_be_understood_is_refused(
    ctx: Context, entries: list[dict[str, Any]]
) -> None:
    with pytest.raises(InvalidInput):
        custom(ctx, READ, context_entries=entries)


def test_a_list_type_makes_a_key_multivalued(ctx: Context) -> None:
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}}
    policy = document(statement("Allow", GET, "*", Condition=condition))

    def decision(*values: str) -> str:
        entries = [entry("aws:TagKeys", *values, kind="stringList")]
        return custom(ctx, policy, context_entries=entries)["EvalDecision"]

    assert decision("team", "cost") == "allowed"
    assert decision("team") == "allowed"
    assert decision("team", "other") == "implicitDeny"


def test_the_caller_gives_its_own_name_and_arn(ctx: Context) -> None:
    policy = document(statement("Allow", GET, f"{BUCKET}/${{aws:username}}/*"))

    own = custom(ctx, policy, caller_arn=ALICE, resource_arns=[f"{BUCKET}/alice/a"])
    other = custom(ctx, policy, caller_arn=ALICE, resource_arns=[f"{BUCKET}/bob/a"])
    nobody = custom(ctx, policy, resource_arns=[f"{BUCKET}/alice/a"])

    assert (own["EvalDecision"], own["MissingContextValues"]) == ("allowed", [])
    assert (other["EvalDecision"], other["MissingContextValues"]) == ("implicitDeny", [])
    assert (nobody["EvalDecision"], nobody["MissingContextValues"]) == (
        "implicitDeny",
        ["aws:username"],
    )


def test_a_resource_policy_grants_within_the_account_past_the_boundary(ctx: Context) -> None:
    result = custom(
        ctx,
        document(statement("Allow", PUT)),
        resource_arns=[KEY],
        caller_arn=ALICE,
        resource_policy=bucket_policy("Allow", {"AWS": ALICE}),
        permissions_boundary_policy_input_list=[document(statement("Allow", PUT))],
    )

    assert result["EvalDecision"] == "allowed"
    assert [
        (one["SourcePolicyId"], one["SourcePolicyType"]) for one in result["MatchedStatements"]
    ] == [("ResourcePolicy", "Resource Policy")]


def test_a_resource_policy_denies_what_identity_policies_allow(ctx: Context) -> None:
    result = custom(
        ctx,
        EVERYTHING,
        resource_arns=[KEY],
        caller_arn=ALICE,
        resource_policy=bucket_policy("Deny", "*"),
    )

    assert (result["EvalDecision"], sources(result)) == ("explicitDeny", ["ResourcePolicy"])


ACROSS = [
    # identity                          resource policy                                  decision        identity        resource
    (READ,                              bucket_policy("Allow", {"AWS": ALICE}),          "allowed",      "allowed",      "allowed"),
    (READ,                              bucket_policy("Allow", {"AWS": BOB}),            "implicitDeny", "allowed",      "implicitDeny"),
    (document(statement("Allow", PUT)), bucket_policy("Allow", {"AWS": ALICE}),          "implicitDeny", "implicitDeny", "allowed"),
    (READ,                              bucket_policy("Deny", {"AWS": ALICE}),           "explicitDeny", "allowed",      "explicitDeny"),
    (document(statement("Deny", GET)),  bucket_policy("Allow", "*"),                     "explicitDeny", "explicitDeny", "allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("identity", "policy", "decision", "own", "theirs"), ACROSS)
def test_across_accounts_both_sides_must_allow_and_each_is_told(
    ctx: Context, identity: str, policy: str, decision: str, own: str, theirs: str
) -> None:
    result = custom(
        ctx,
        identity,
        resource_arns=[KEY],
        caller_arn=ALICE,
        resource_policy=policy,
        resource_owner=f"arn:aws:iam::{OTHER_ACCOUNT}:root",
    )

    details = {"IAM Policy": own, "Resource Policy": theirs}
    assert result["EvalDecision"] == decision
    assert result["EvalDecisionDetails"] == details
    assert result["ResourceSpecificResults"][0]["EvalDecisionDetails"] == details


def test_across_accounts_the_boundary_is_told_too(ctx: Context) -> None:
    result = custom(
        ctx,
        READ,
        resource_arns=[KEY],
        caller_arn=ALICE,
        resource_policy=bucket_policy("Allow", {"AWS": ALICE}),
        resource_owner=OTHER_ACCOUNT,
        permissions_boundary_policy_input_list=[document(statement("Allow", PUT))],
    )

    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"] == {
        "IAM Policy": "allowed",
        "Resource Policy": "allowed",
        "Permissions Boundary Policy": "implicitDeny",
    }


def test_the_account_in_an_arn_owns_the_resource_whoever_is_named_as_owner(ctx: Context) -> None:
    result = custom(
        ctx,
        document(statement("Allow", "sqs:*")),
        action="sqs:SendMessage",
        resource_arns=[f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:queue"],
        caller_arn=ALICE,
        resource_owner=ACCOUNT,
    )

    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"]["IAM Policy"] == "allowed"


CALLERS = [
    # caller                                                       with a resource policy
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/session",       False),
    (f"arn:aws:iam::{ACCOUNT}:root",                               False),
    ("ec2.amazonaws.com",                                          False),
    (AUDITOR,                                                      True),
    (f"arn:aws:iam::{ACCOUNT}:group/readers",                      True),
    (None,                                                         True),
]  # fmt: skip


@pytest.mark.parametrize(("caller", "with_policy"), CALLERS)
def test_a_caller_that_cannot_be_simulated_is_refused(
    ctx: Context, caller: str | None, with_policy: bool
) -> None:
    policy = bucket_policy("Allow", "*") if with_policy else None

    with pytest.raises(InvalidInput) as refusal:
        custom(ctx, READ, caller_arn=caller, resource_policy=policy, resource_arns=[KEY])
    assert str(refusal.value) == "Invalid caller - Caller must be an IAM user in this context."


def test_a_resource_policy_of_another_bucket_is_refused(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        custom(
            ctx,
            READ,
            caller_arn=ALICE,
            resource_arns=[KEY, "arn:aws:s3:::other/key"],
            resource_policy=bucket_policy("Allow", "*"),
        )


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get?bject", "GetObject", ":", "s3:"])
def test_an_action_with_wildcards_or_without_a_service_is_refused(
    ctx: Context, action: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        custom(ctx, READ, action=action)
    assert str(refusal.value) == (
        f'Invalid Input Actions: "{action}" require different authorization information.'
    )


@pytest.mark.parametrize(
    "given",
    [
        {"policy_input_list": ["{}"]},
        {"policy_input_list": ["not json"]},
        {"resource_policy": "[]", "caller_arn": ALICE},
        {"permissions_boundary_policy_input_list": ["{"]},
        {"resource_arns": ["no-arn"]},
        {"resource_owner": "nobody"},
        {"resource_owner": ALICE},
        {"resource_handling_option": "EC2-Nowhere"},
    ],
)
def test_input_that_cannot_be_simulated_is_refused(ctx: Context, given: dict[str, Any]) -> None:
    parameters: dict[str, Any] = {"policy_input_list": [READ], "action_names": [GET]}

    with pytest.raises(InvalidInput):
        simulate_custom_policy(ctx, **(parameters | given))


def test_an_ec2_scenario_needs_its_resources(ctx: Context) -> None:
    arns = [
        f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*",
        "arn:aws:ec2:us-east-1::image/ami-1",
        f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-1",
        f"arn:aws:ec2:us-east-1:{ACCOUNT}:network-interface/*",
    ]
    parameters = {"action": "ec2:RunInstances", "resource_arns": arns}

    fits = custom(ctx, EVERYTHING, resource_handling_option="EC2-VPC-InstanceStore", **parameters)
    assert len(fits["ResourceSpecificResults"]) == 4
    with pytest.raises(InvalidInput, match="volume"):
        custom(ctx, EVERYTHING, resource_handling_option="EC2-VPC-EBS", **parameters)


def test_pages_hold_one_result_an_action_in_the_order_asked(ctx: Context) -> None:
    actions = [f"s3:Action{number}" for number in range(5)]

    results = every_page(
        simulate_custom_policy,
        ctx,
        "EvaluationResults",
        max_items=2,
        policy_input_list=[READ],
        action_names=actions,
    )

    assert [result["EvalActionName"] for result in results] == actions


@pytest.fixture
def staff(ctx: Context) -> Context:
    """Alice with policies of her own and of her group; Bob without; a role."""
    alice = add_user(ctx, "alice", path="/staff/")
    add_user(ctx, "bob")
    add_group(ctx, "readers", alice)
    add_role(ctx, "auditor")
    create_policy(ctx, policy_name="Attached", policy_document=READ)
    attached = f"arn:aws:iam::{ACCOUNT}:policy/Attached"
    attach_user_policy(ctx, user_name="alice", policy_arn=attached)
    attach_group_policy(ctx, group_name="readers", policy_arn=attached)
    put_user_policy(ctx, user_name="alice", policy_name="own", policy_document=READ)
    put_group_policy(ctx, group_name="readers", policy_name="shared", policy_document=READ)
    put_role_policy(ctx, role_name="auditor", policy_name="own", policy_document=READ)
    return ctx


def test_a_user_is_simulated_with_the_policies_of_its_groups(staff: Context) -> None:
    result = principal(staff)

    assert result["EvalDecision"] == "allowed"
    assert sources(result) == ["user_alice_own", "Attached", "group_readers_shared"]


def test_a_group_and_a_role_are_simulated_with_their_own_policies(staff: Context) -> None:
    group = principal(staff, f"arn:aws:iam::{ACCOUNT}:group/readers")
    role = principal(staff, AUDITOR)

    assert sources(group) == ["group_readers_shared", "Attached"]
    assert sources(role) == ["role_auditor_own"]


def test_documents_come_on_top_of_what_an_entity_has(staff: Context) -> None:
    deny = document(statement("Deny", GET))

    result = principal(staff, policy_input_list=[deny])

    assert (result["EvalDecision"], sources(result)) == ("explicitDeny", ["PolicyInputList.1"])


def test_the_boundary_of_an_entity_limits_unless_another_is_given(ctx: Context) -> None:
    create_policy(ctx, policy_name="Limit", policy_document=document(statement("Deny", GET)))
    add_user(ctx, "bob", boundary=f"arn:aws:iam::{ACCOUNT}:policy/Limit")
    put_user_policy(ctx, user_name="bob", policy_name="own", policy_document=READ)

    own = principal(ctx, BOB)
    given = principal(ctx, BOB, permissions_boundary_policy_input_list=[EVERYTHING])
    without = principal(ctx, BOB, policy_exclusion_list=[{"PolicyType": "permission-boundary"}])

    assert (own["EvalDecision"], sources(own)) == ("explicitDeny", ["Limit"])
    assert own["MatchedStatements"][0]["SourcePolicyType"] == "Permissions Boundary Policy"
    assert given["EvalDecision"] == "allowed"
    assert without["EvalDecision"] == "allowed"
    assert "PermissionsBoundaryDecisionDetail" not in without


def test_another_caller_acts_with_the_policies_of_the_source(staff: Context) -> None:
    policy = document(statement("Allow", PUT, f"{BUCKET}/${{aws:username}}"))
    put_user_policy(staff, user_name="alice", policy_name="home", policy_document=policy)

    def decision(caller: str | None, name: str) -> str:
        result = principal(staff, action=PUT, caller_arn=caller, resource_arns=[f"{BUCKET}/{name}"])
        return str(result["EvalDecision"])

    assert decision(None, "alice") == "allowed"
    assert decision(BOB, "bob") == "allowed"
    assert decision(BOB, "alice") == "implicitDeny"


def test_the_source_is_the_principal_of_a_resource_policy(staff: Context) -> None:
    policy = bucket_policy("Allow", {"AWS": ALICE}, action=PUT)

    result = principal(staff, action=PUT, resource_arns=[KEY], resource_policy=policy)

    assert (result["EvalDecision"], sources(result)) == ("allowed", ["ResourcePolicy"])


EXCLUSIONS = [
    # identifier                                                                                     what is left
    ({"PolicyType": "inline"},                                                                       ["Attached"]),
    ({"PolicyType": "user-managed"},                                                                 ["user_alice_own", "group_readers_shared"]),
    ({"PolicyType": "aws-managed"},                                                                  ["user_alice_own", "Attached", "group_readers_shared"]),
    ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Att*"},                                           ["user_alice_own", "group_readers_shared"]),
    ({"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "user", "AttachmentName": "al?c*"}}, ["Attached", "group_readers_shared"]),
    ({"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "group", "AttachmentName": "*"}},    ["user_alice_own", "Attached", "group_readers_shared"]),
]  # fmt: skip


@pytest.mark.parametrize(("identifier", "left"), EXCLUSIONS)
def test_what_is_excluded_takes_no_part(
    staff: Context, identifier: dict[str, Any], left: list[str]
) -> None:
    assert sources(principal(staff, policy_exclusion_list=[identifier])) == left


@pytest.mark.parametrize(
    "identifier",
    [
        {},
        {"PolicyType": "inline", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Attached"},
        {"PolicyArn": "arn:aws:iam::*:policy/Attached"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/*ach*"},
        {"PolicyArn": "not an arn"},
    ],
)
def test_an_exclusion_that_says_nothing_clear_is_refused(
    staff: Context, identifier: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        principal(staff, policy_exclusion_list=[identifier])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/nobody", "The role with name nobody cannot be found."),
        (f"arn:aws:iam::{ACCOUNT}:user/alice", "The user with name alice cannot be found."),  # another path
        (f"arn:aws:iam::{OTHER_ACCOUNT}:user/staff/alice", "The user with name alice cannot be found."),
    ],
)  # fmt: skip
def test_a_source_that_is_not_there_is_refused(staff: Context, source: str, message: str) -> None:
    with pytest.raises(NoSuchEntity) as refusal:
        principal(staff, source)
    assert str(refusal.value) == message


def test_a_session_is_no_source(staff: Context) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/session"

    with pytest.raises(InvalidInput) as refusal:
        principal(staff, session)
    assert str(refusal.value) == (
        f"Invalid Entity Arn: {session} does not clearly define entity type and name."
    )


def test_levels_of_an_organization_must_all_allow(ctx: Context) -> None:
    def result(*levels: str) -> dict[str, Any]:
        ordered = [{"ServiceControlPolicyInputList": [level]} for level in levels]
        return custom(
            ctx, READ, resource_arns=[KEY], ordered_organization_policy_input_list=ordered
        )

    open_ = result(EVERYTHING, READ)
    closed = result(EVERYTHING, document(statement("Allow", PUT)))
    denied = result(EVERYTHING, document(statement("Allow", "*"), statement("Deny", GET)))

    assert open_["EvalDecision"] == "allowed"
    assert open_["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    for refused, decision in ((closed, "implicitDeny"), (denied, "explicitDeny")):
        assert refused["EvalDecision"] == decision
        assert refused["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
        assert refused["MatchedStatements"] == []  # those of the organization are not shown
        assert "EvalDecisionDetails" not in refused


def test_an_identity_that_is_silent_leaves_the_organization_allowing(ctx: Context) -> None:
    result = custom(
        ctx,
        READ,
        action=PUT,
        ordered_organization_policy_input_list=[{"ServiceControlPolicyInputList": [EVERYTHING]}],
    )

    assert result["EvalDecision"] == "implicitDeny"
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}


def test_the_position_of_a_kept_policy_counts_its_white_space(ctx: Context) -> None:
    add_user(ctx, "bob")
    text = json.dumps(json.loads(READ), indent=2)
    put_user_policy(ctx, user_name="bob", policy_name="own", policy_document=text)

    found = principal(ctx, BOB)["MatchedStatements"][0]

    assert found["StartPosition"] == {"Line": 3, "Column": 17}
    assert found["EndPosition"] == {"Line": 8, "Column": 6}
