"""AssumeRole: who may, what limits the session, what is handed on."""

from datetime import timedelta

import pytest

from doorward.authn.caller import SessionKind
from doorward.base.errors import AwsError
from doorward.engine.decision import PolicyKind
from doorward.services.iam.roles import delete_role
from doorward.services.iam.users import delete_user
from doorward.services.sts.assume_role import assume_role
from doorward.store import inline_policies
from services.sts.people import (
    ALICE,
    AUDITOR,
    allowed,
    assumed,
    decisions,
    make_role,
    make_user,
    policy,
    tags,
    trust,
)
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT

CALL = {"RoleArn": AUDITOR, "RoleSessionName": "audit"}


@pytest.fixture
def alice(world):
    return world.user(make_user(world))


def refusal(call, *arguments, **parameters):
    with pytest.raises(AwsError) as caught:
        call(*arguments, **parameters)
    return caught.value


def test_a_role_that_trusts_a_user_of_its_account_needs_nothing_more(world, alice):
    make_role(world)

    assert allowed(alice)


def test_a_role_that_trusts_the_account_needs_an_identity_policy_too(world, alice):
    make_role(world, document=trust(ACCOUNT))
    bob = make_user(world, "bob", policy(action="sts:AssumeRole"))

    assert not allowed(alice)
    assert allowed(world.user(bob))


def test_a_role_must_trust_even_who_may_do_everything(world):
    make_user(world, "alice")
    make_role(world)
    bob = make_user(world, "bob", policy())

    assert not allowed(world.user(bob))


def test_a_role_of_another_account_needs_both_sides(world):
    alice = make_user(world)
    arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/auditor"
    make_role(world, document=trust(ALICE), account=OTHER_ACCOUNT)

    assert not allowed(world.user(alice), arn)
    inline_policies.put(world.db, ACCOUNT, alice.id, "inline", policy(action="sts:AssumeRole"))
    assert allowed(world.user(alice), arn)


def test_a_user_made_again_under_the_name_is_not_trusted(world, alice):
    make_role(world)
    delete_user(world.root(), user_name="alice")

    again = world.user(make_user(world))

    assert not allowed(again)


def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust(world, alice):
    make_role(world, document=trust(ACCOUNT))
    missing = decisions(alice, RoleArn=AUDITOR.replace("auditor", "ghost"), RoleSessionName="audit")
    distrusting = decisions(alice, **CALL)

    assert not missing["sts:AssumeRole"].allowed
    assert missing["sts:AssumeRole"].decided_by is PolicyKind.TRUST
    assert not distrusting["sts:AssumeRole"].allowed


@pytest.mark.parametrize("role_arn", [AUDITOR.upper(), AUDITOR.replace("role/", "role/path/")])
def test_the_path_and_case_of_the_name_are_compared_exactly(world, alice, role_arn):
    make_role(world)

    if not role_arn.startswith("arn:"):
        assert refusal(allowed, alice, role_arn).code == "ValidationError"
        return
    assert not allowed(alice, role_arn)


def test_the_arn_of_another_partition_is_not_the_roles(world, alice):
    make_role(world)

    assert not allowed(alice, AUDITOR.replace("arn:aws:", "arn:aws-cn:"))


@pytest.mark.parametrize(
    "role_arn", [ALICE, "arn:aws:s3:::role/x", "not-an-arn-of-anything", "arn:aws:iam::1"]
)
def test_what_is_no_arn_of_a_role_is_refused_in_words(world, alice, role_arn):
    error = refusal(decisions, alice, RoleArn=role_arn, RoleSessionName="audit")

    assert (error.code, error.message) == ("ValidationError", f"{role_arn} is invalid")


def test_root_may_not_assume_a_role(world):
    make_role(world, document=trust(ACCOUNT))

    for root in (world.root(), world.session(SessionKind.ROOT, None)):
        error = refusal(allowed, root)
        assert error.code == "AccessDenied"
        assert error.message == "Roles may not be assumed by root accounts."


def test_the_external_id_is_a_condition_of_trust(world, alice):
    condition = {"StringEquals": {"sts:ExternalId": "42"}}
    make_role(world, document=trust(ALICE, Condition=condition))

    assert not allowed(alice)
    assert not allowed(alice, ExternalId="43")
    assert allowed(alice, ExternalId="42")


def test_the_session_name_is_a_condition_of_trust(world, alice):
    condition = {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
    make_role(world, document=trust(ALICE, Condition=condition))

    assert not allowed(alice)
    assert allowed(alice, RoleSessionName="alice")


def test_the_tags_of_the_role_are_conditions(world, alice):
    for key in ("aws:ResourceTag/team", "iam:ResourceTag/team"):
        name = key.partition(":")[0]
        condition = {"StringEquals": {key: "red"}}
        make_role(world, name, trust(ALICE, Condition=condition), tags=tags(Team="red"))

        assert allowed(alice, f"arn:aws:iam::{ACCOUNT}:role/{name}")


def test_a_session_with_mfa_satisfies_a_trust_that_asks_for_it(world):
    user = make_user(world)
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    make_role(world, document=trust(ALICE, Condition=condition))

    assert not allowed(world.user(user))
    assert not allowed(world.session(SessionKind.USER, user))
    assert allowed(world.session(SessionKind.USER, user, mfa_at=NOW))


EXTRAS = [
    # asked of the call             further action
    ({"Tags": tags(team="red")}, "sts:TagSession"),
    ({"SourceIdentity": "alice"}, "sts:SetSourceIdentity"),
]


@pytest.mark.parametrize(("asked", "action"), EXTRAS)
def test_tags_and_a_source_identity_need_a_permission_of_their_own(world, alice, asked, action):
    make_role(world, "plain")
    make_role(world, "both", trust(ALICE, ["sts:AssumeRole", action]))

    assert action not in decisions(alice, **CALL)
    assert not decisions(
        alice, RoleArn=AUDITOR.replace("auditor", "plain"), RoleSessionName="s", **asked
    )[action].allowed
    assert allowed(alice, AUDITOR.replace("auditor", "both"), **asked)


def test_the_tags_asked_for_are_conditions(world, alice):
    condition = {
        "StringEquals": {"aws:RequestTag/team": "red"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["Team"], "sts:TransitiveTagKeys": ["Team"]},
    }
    actions = ["sts:AssumeRole", "sts:TagSession"]
    make_role(world, document=trust(ALICE, actions, Condition=condition))

    assert allowed(alice, Tags=tags(Team="red"), TransitiveTagKeys=["Team"])
    assert not allowed(alice, Tags=tags(Team="blue"))
    assert not allowed(alice, Tags=tags(Team="red", Other="x"))


def test_the_answer_names_the_session_without_the_path_of_the_role(world, alice):
    role = make_role(world, path="/staff/")
    arn = f"arn:aws:iam::{ACCOUNT}:role/staff/auditor"

    output = assume_role(alice, role_arn=arn, role_session_name="audit")

    assert output["AssumedRoleUser"] == {
        "AssumedRoleId": f"{role.id}:audit",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/audit",
    }
    assert output["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert output["Credentials"]["Expiration"] == NOW + timedelta(hours=1)
    assert output["SessionTokenSize"] == len(output["Credentials"]["SessionToken"])
    assert output.keys().isdisjoint({"PackedPolicySize", "SourceIdentity"})


def test_the_token_holds_what_the_answer_says(world, alice):
    role = make_role(world)

    output = assume_role(alice, role_arn=AUDITOR, role_session_name="audit")
    session = alice.tokens.open(output["Credentials"]["SessionToken"])

    assert session.access_key_id == output["Credentials"]["AccessKeyId"]
    assert session.secret == output["Credentials"]["SecretAccessKey"]
    assert (session.kind, session.principal_id) == (SessionKind.ROLE, role.id)
    assert not session.scoped
    assert not session.chained


def test_a_token_is_as_long_as_was_asked(world, alice):
    make_role(world)

    output = assume_role(
        alice, role_arn=AUDITOR, role_session_name="audit", minimum_session_token_size=4096
    )

    assert len(output["Credentials"]["SessionToken"]) >= 4096


def test_no_session_lasts_longer_than_its_role_allows(world, alice):
    make_role(world, max_session_duration=7200)

    assert assumed(alice, duration_seconds=7200).expires_at == NOW + timedelta(hours=2)
    error = refusal(assumed, alice, duration_seconds=7201)
    assert error.message == (
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    )


def test_a_chained_session_lasts_an_hour_at_most(world, alice):
    first = make_role(world)
    make_role(world, "second", trust(AUDITOR), max_session_duration=7200)
    arn = AUDITOR.replace("auditor", "second")
    chained = world.role_session(first)

    assert allowed(chained, arn)
    assert assumed(chained, arn).chained
    error = refusal(assumed, chained, arn, duration_seconds=3601)
    assert "1 hour session limit for roles assumed by role chaining" in error.message


def test_credentials_of_get_session_token_are_no_chain(world, alice):
    user = make_user(world, "bob")
    make_role(world, document=trust(ALICE), max_session_duration=7200)

    session = assumed(world.session(SessionKind.USER, user), duration_seconds=7200)

    assert not session.chained


def test_a_role_does_not_trust_itself(world, alice):
    role = make_role(world)
    inline_policies.put(world.db, ACCOUNT, role.id, "all", policy())

    assert not allowed(world.role_session(role))


def test_transitive_tags_go_on_and_the_others_stay(world, alice):
    first = make_role(world)
    make_role(world, "second", trust(AUDITOR))
    session = world.role_session(
        first, tags=(("Other", "x"), ("Team", "red")), transitive=("team",)
    )

    handed_on = assumed(session, AUDITOR.replace("auditor", "second"), tags=tags(Cost="1"))

    assert handed_on.tags == (("Cost", "1"), ("Team", "red"))
    assert handed_on.transitive == ("Team",)


def test_tags_that_are_handed_on_need_permission_again(world, alice):
    first = make_role(world)
    make_role(world, "second", trust(AUDITOR))
    session = world.role_session(first, tags=(("Team", "red"),), transitive=("Team",))

    found = decisions(session, RoleArn=AUDITOR.replace("auditor", "second"), RoleSessionName="s")

    assert not found["sts:TagSession"].allowed


def test_a_tag_that_is_handed_on_hides_the_one_of_the_role(world, alice):
    first = make_role(world)
    condition = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    actions = ["sts:AssumeRole", "sts:TagSession"]
    make_role(world, "second", trust(AUDITOR, actions, Condition=condition), tags=tags(team="blue"))
    arn = AUDITOR.replace("auditor", "second")

    assert not allowed(world.role_session(first), arn)
    session = world.role_session(first, tags=(("Team", "red"),), transitive=("Team",))
    assert allowed(session, arn)


BAD_TAGS = [
    # tags                          transitive   says
    ([*tags(Team="a"), *tags(team="b")], [], "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
    (tags(team="a"), ["other"], "The specified transitive tag key must be included in the requested tags."),
    (tags(cost="a"), [], "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "transitive", "says"), BAD_TAGS)
def test_tags_that_contradict_one_another_are_refused(world, alice, given, transitive, says):
    first = make_role(world)
    make_role(world, "second", trust(AUDITOR))
    session = world.role_session(first, tags=(("Cost", "1"),), transitive=("Cost",))

    error = refusal(
        assumed,
        session,
        AUDITOR.replace("auditor", "second"),
        tags=given,
        transitive_tag_keys=transitive,
    )

    assert (error.code, error.message) == ("InvalidParameterValue", says)


def test_what_aws_reserves_is_no_tag_and_no_source_identity(world, alice):
    make_role(world)

    assert refusal(assumed, alice, tags=tags(**{"AWS:team": "red"})).code == "ValidationError"
    error = refusal(decisions, alice, **CALL, SourceIdentity="aws:alice")
    assert error.code == "ValidationError"


def test_a_source_identity_stays_through_a_chain(world, alice):
    first = make_role(world)
    make_role(world, "second", trust(AUDITOR))
    arn = AUDITOR.replace("auditor", "second")
    session = world.role_session(first, source_identity="alice")

    assert "sts:SetSourceIdentity" in decisions(session, RoleArn=arn, RoleSessionName="s")
    assert assumed(session, arn).source_identity == "alice"
    error = refusal(decisions, session, RoleArn=arn, RoleSessionName="s", SourceIdentity="bob")
    assert error.code == "AccessDenied"


def test_session_policies_limit_the_session(world, alice):
    make_role(world)

    session = assumed(alice, policy=policy(action="iam:List*"))

    assert session.scoped
    assert session.policies == (policy(action="iam:List*"),)


def test_managed_session_policies_must_exist(world, alice):
    make_role(world)
    known = "arn:aws:iam::aws:policy/ReadOnlyAccess"

    assert assumed(alice, policy_arns=[{"arn": known}]).policy_arns == (known,)
    error = refusal(assumed, alice, policy_arns=[{"arn": known + "Ghost"}])
    assert error.code == "MalformedPolicyDocument"


@pytest.mark.parametrize("arns", [[{}], [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}] * 11])
def test_a_list_of_session_policies_out_of_bounds_is_refused(world, alice, arns):
    make_role(world)

    assert refusal(assumed, alice, policy_arns=arns).code == "ValidationError"


def test_a_session_policy_is_checked_like_any_other(world, alice):
    make_role(world)

    for document in ("{", policy(action="nonsense"), trust(ALICE)):
        assert refusal(assumed, alice, policy=document).code == "MalformedPolicyDocument"


def test_a_session_policy_too_long_is_refused(world, alice):
    make_role(world)
    long = policy(resource=[f"arn:aws:s3:::bucket-{number}" for number in range(100)])

    assert refusal(assumed, alice, policy=long).code == "PackedPolicyTooLarge"


def test_the_answer_tells_how_much_room_policies_and_tags_take(world, alice):
    make_role(world)

    output = assume_role(alice, role_arn=AUDITOR, role_session_name="audit", tags=tags(team="red"))

    assert 1 <= output["PackedPolicySize"] <= 100


def test_a_one_time_code_that_belongs_to_no_device_is_refused(world, alice):
    make_role(world)

    both = {"serial_number": f"arn:aws:iam::{ACCOUNT}:mfa/alice", "token_code": "123456"}
    assert "unable to validate MFA code" in refusal(assumed, alice, **both).message
    assert "must provide both" in refusal(assumed, alice, token_code="123456").message


def test_nothing_is_issued_for_a_role_that_is_gone(world, alice):
    make_role(world)
    delete_role(world.root(), role_name="auditor")

    assert refusal(assumed, alice).code == "AccessDenied"
