"""Passwords: what the account asks of them, who may change them."""

import re

import pytest

from doorward.authn import password as passwords
from doorward.authn.caller import SessionKind
from doorward.authz.explain import AccessDenied
from doorward.services.context import Context
from doorward.services.iam.account import create_account_alias
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    InvalidInput,
    InvalidUserType,
    NoSuchEntity,
    PasswordPolicyViolation,
    ValidationError,
)
from doorward.services.iam.inline_policies import put_user_policy
from doorward.services.iam.login_profiles import (
    change_password,
    create_login_profile,
    delete_login_profile,
    get_login_profile,
    update_login_profile,
)
from doorward.services.iam.password_policy import check, update_account_password_policy
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user
from doorward.store import login_profiles, users
from services.support import ACCOUNT, NOW, World, accesses, later

GOOD = "Correct-Horse-1"
BETTER = "Battery-Staple-2"


@pytest.fixture(autouse=True)
def alice(ctx: Context) -> None:
    create_user(ctx, user_name="alice")


@pytest.fixture
def self(world: World, ctx: Context) -> Context:
    """Alice herself, who has a password."""
    create_login_profile(ctx, user_name="alice", password=GOOD, password_reset_required=True)
    return world.user(users.find(ctx.db, ACCOUNT, "alice"))


def accepts(ctx: Context, password: str) -> bool:
    user = users.find(ctx.db, ACCOUNT, "alice")
    assert user is not None
    profile = login_profiles.find(ctx.db, ACCOUNT, user.id)
    assert profile is not None
    return passwords.verify(profile.password_hash, password)


def test_a_password_is_kept_as_a_hash_and_never_shown(ctx: Context) -> None:
    profile = create_login_profile(ctx, user_name="Alice", password=GOOD)["LoginProfile"]

    assert profile == {"UserName": "alice", "CreateDate": NOW, "PasswordResetRequired": False}
    assert get_login_profile(ctx, user_name="alice")["LoginProfile"] == profile
    assert accepts(ctx, GOOD)
    assert not accepts(ctx, GOOD.lower())


def test_a_second_password_is_refused(ctx: Context) -> None:
    create_login_profile(ctx, user_name="alice", password=GOOD)

    with pytest.raises(
        EntityAlreadyExists, match=r"^Login Profile for user alice already exists\.$"
    ):
        create_login_profile(ctx, user_name="alice", password=BETTER)


def test_a_login_profile_needs_a_password(ctx: Context) -> None:
    with pytest.raises(ValidationError):
        create_login_profile(ctx, user_name="alice")


def test_a_user_without_a_password_has_no_login_profile(ctx: Context) -> None:
    create_login_profile(ctx, user_name="alice", password=GOOD)
    delete_login_profile(ctx, user_name="alice")

    for operation in (get_login_profile, delete_login_profile, update_login_profile):
        with pytest.raises(NoSuchEntity, match=r"^Login Profile for User alice cannot be found\.$"):
            operation(ctx, user_name="alice")


def test_an_update_changes_only_what_it_names(ctx: Context) -> None:
    create_login_profile(ctx, user_name="alice", password=GOOD, max_signin_session_duration=7200)
    afterwards = later(ctx, hours=1)
    update_login_profile(afterwards, user_name="alice", password_reset_required=True)

    assert get_login_profile(ctx, user_name="alice")["LoginProfile"] == {
        "UserName": "alice",
        "CreateDate": NOW,
        "PasswordResetRequired": True,
        "MaxSigninSessionDuration": 7200,
    }
    assert accepts(ctx, GOOD)
    update_login_profile(afterwards, user_name="alice", password=BETTER)
    assert accepts(ctx, BETTER)
    assert get_login_profile(ctx, user_name="alice")["LoginProfile"]["CreateDate"] == NOW


def test_a_session_duration_is_taken_away_but_not_while_one_is_given(ctx: Context) -> None:
    create_login_profile(ctx, user_name="alice", password=GOOD, max_signin_session_duration=7200)
    with pytest.raises(InvalidInput):
        update_login_profile(
            ctx,
            user_name="alice",
            max_signin_session_duration=3600,
            reset_max_signin_session_duration=True,
        )
    update_login_profile(ctx, user_name="alice", reset_max_signin_session_duration=True)

    profile = get_login_profile(ctx, user_name="alice")["LoginProfile"]
    assert "MaxSigninSessionDuration" not in profile


def test_a_user_changes_their_own_password(self: Context) -> None:
    change_password(self, old_password=GOOD, new_password=BETTER)

    assert accepts(self, BETTER)
    assert not accepts(self, GOOD)
    assert not get_login_profile(self)["LoginProfile"]["PasswordResetRequired"]


def test_a_wrong_old_password_changes_nothing(self: Context) -> None:
    with pytest.raises(AccessDenied):
        change_password(self, old_password=BETTER, new_password=BETTER)

    assert accepts(self, GOOD)


def test_only_users_change_their_password(world: World, ctx: Context) -> None:
    for caller in [ctx, world.session(SessionKind.ROOT, None)]:
        with pytest.raises(InvalidUserType):
            change_password(caller, old_password=GOOD, new_password=BETTER)


def test_the_root_has_no_login_profile(ctx: Context) -> None:
    with pytest.raises(ValidationError):
        get_login_profile(ctx)


def test_a_password_cannot_be_used_again_while_the_policy_remembers_it(self: Context) -> None:
    update_account_password_policy(self, password_reuse_prevention=2)
    change_password(self, old_password=GOOD, new_password=BETTER)

    for used in [GOOD, BETTER]:
        with pytest.raises(PasswordPolicyViolation, match="with password reuse prevention"):
            change_password(self, old_password=BETTER, new_password=used)
    change_password(self, old_password=BETTER, new_password="something else")
    with pytest.raises(PasswordPolicyViolation):
        update_login_profile(self, user_name="alice", password=BETTER)
    update_login_profile(self, user_name="alice", password=GOOD)


def test_what_was_found_out_before_the_transaction_is_not_worked_out_again(
    self: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_account_password_policy(self, password_reuse_prevention=3)
    given = {"OldPassword": GOOD, "NewPassword": BETTER}
    prepare = iam.operations["ChangePassword"].prepare
    assert prepare is not None
    prepared = prepare(self, given)
    assert prepared == given
    worked: list[str] = []
    monkeypatch.setattr(passwords, "verify", lambda *_: worked.append("verify"))
    monkeypatch.setattr(passwords, "hash", lambda *_: worked.append("hash"))
    change_password(
        self, old_password=prepared["OldPassword"], new_password=prepared["NewPassword"]
    )
    monkeypatch.undo()

    assert worked == []
    assert accepts(self, BETTER)


def test_a_password_changed_in_between_is_compared_again(self: Context) -> None:
    prepare = iam.operations["ChangePassword"].prepare
    assert prepare is not None
    prepared = prepare(self, {"OldPassword": GOOD, "NewPassword": BETTER})
    update_login_profile(self, user_name="alice", password="Something-Else-3")

    with pytest.raises(AccessDenied):
        change_password(
            self, old_password=prepared["OldPassword"], new_password=prepared["NewPassword"]
        )


@pytest.mark.parametrize("password", [None, "short", BETTER])
def test_preparing_decides_nothing(ctx: Context, password: str | None) -> None:
    given = {"UserName": "nobody", "Password": password}

    for operation in ("CreateLoginProfile", "UpdateLoginProfile"):
        prepare = iam.operations[operation].prepare
        assert prepare is not None
        assert prepare(ctx, given) == given


LONG = "Password should have a minimum length of 8"
MORE = "Password should meet {} more of the following requirements: {}"
UPPER, LOWER, NUMBER, SYMBOL = (
    f"Password should have at least one {kind}"
    for kind in ("uppercase letter", "lowercase letter", "number", "symbol")
)
WITHOUT_A_POLICY = [
    # password     refusal
    ("Abcdef12", None),
    ("abcdef-1", None),
    ("Abc12-", LONG),
    ("abcdefgh", MORE.format(2, f"{UPPER}, {NUMBER}, {SYMBOL}")),
    ("abcdefg1", MORE.format(1, f"{UPPER}, {SYMBOL}")),
    ("        ", MORE.format(3, f"{UPPER}, {LOWER}, {NUMBER}, {SYMBOL}")),  # no symbol that counts
    ("abcdef1;", MORE.format(1, f"{UPPER}, {SYMBOL}")),  # nor is a semicolon
    ("ÀÉÎÕÜabc", MORE.format(2, f"{UPPER}, {NUMBER}, {SYMBOL}")),  # letters from A to Z count
]  # fmt: skip


@pytest.mark.parametrize(("password", "refusal"), WITHOUT_A_POLICY)
def test_without_a_policy_three_kinds_of_characters_of_four_are_asked_for(
    password: str, refusal: str | None
) -> None:
    if refusal is None:
        check(None, password)
        return
    with pytest.raises(PasswordPolicyViolation, match=f"^{re.escape(refusal)}$"):
        check(None, password)


def test_without_a_policy_the_accounts_own_name_is_no_password(ctx: Context) -> None:
    name = "my-company-1"
    create_account_alias(ctx, account_alias=name)

    with pytest.raises(PasswordPolicyViolation, match="identical to the account name"):
        create_login_profile(ctx, user_name="alice", password="My-Company-1")
    update_account_password_policy(ctx)
    create_login_profile(ctx, user_name="alice", password="My-Company-1")


WITH_A_POLICY = [
    # password    policy                                                              refusal
    ("secret",    {},                                                                 None),
    ("secre",     {},                                                                 "minimum length of 6"),
    ("secret",    {"MinimumPasswordLength": 7},                                       "minimum length of 7"),
    ("secret",    {"RequireNumbers": True},                                           f"^{NUMBER}$"),
    ("secret",    {"RequireSymbols": True, "RequireUppercaseCharacters": True},       f"^{UPPER}, {SYMBOL}$"),
    ("SECRET",    {"RequireLowercaseCharacters": True},                               f"^{LOWER}$"),
    ("Secret'1",  {"RequireSymbols": True, "RequireNumbers": True},                   None),
]  # fmt: skip


@pytest.mark.parametrize(("password", "policy", "refusal"), WITH_A_POLICY)
def test_a_policy_asks_for_what_it_says(
    password: str, policy: dict[str, object], refusal: str | None
) -> None:
    whole = {
        "MinimumPasswordLength": 6,
        "RequireSymbols": False,
        "RequireNumbers": False,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
    } | policy
    if refusal is None:
        check(whole, password)
        return
    with pytest.raises(PasswordPolicyViolation, match=refusal):
        check(whole, password)


def test_a_refused_password_is_not_in_the_refusal(ctx: Context) -> None:
    with pytest.raises(PasswordPolicyViolation) as refused:
        create_login_profile(ctx, user_name="alice", password="hunter")

    assert "hunter" not in str(refused.value)


def allowed(ctx: Context, operation: str) -> bool:
    (access,) = accesses(iam, operation, ctx, OldPassword=GOOD, NewPassword=BETTER)
    return ctx.authorize(access).allowed


@pytest.mark.parametrize("operation", ["ChangePassword", "GetAccountPasswordPolicy"])
def test_the_account_may_let_users_change_their_passwords(self: Context, operation: str) -> None:
    assert not allowed(self, operation)
    update_account_password_policy(self, allow_users_to_change_password=True)
    assert allowed(self, operation)
    update_account_password_policy(self)
    assert not allowed(self, operation)


def test_what_the_account_lets_users_do_a_policy_can_deny(self: Context) -> None:
    update_account_password_policy(self, allow_users_to_change_password=True)
    document = (
        '{"Version":"2012-10-17","Statement":'
        '{"Effect":"Deny","Action":"iam:ChangePassword","Resource":"*"}}'
    )
    put_user_policy(self, user_name="alice", policy_name="no", policy_document=document)

    assert not allowed(self, "ChangePassword")


def test_what_the_account_lets_users_do_is_only_for_themselves(self: Context) -> None:
    update_account_password_policy(self, allow_users_to_change_password=True)

    (access,) = accesses(iam, "ChangePassword", self, OldPassword=GOOD, NewPassword=BETTER)
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/alice"
    (access,) = accesses(iam, "UpdateLoginProfile", self, UserName="alice")
    assert not self.authorize(access).allowed
