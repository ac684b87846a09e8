"""One-time codes with AssumeRole and GetSessionToken."""

import pytest

from doorward.services.iam import mfa_devices as devices
from doorward.services.iam.self_service import ROOT
from doorward.services.sts import mfa
from doorward.services.sts.assume_role import assume_role
from doorward.services.sts.errors import Denied
from doorward.services.sts.session_token import get_session_token
from doorward.store import mfa_codes
from doorward.store.mfa_codes import Verdict
from services.mfa import enabled, made
from services.sts.people import (
    ALICE,
    AUDITOR,
    NOW,
    allowed,
    assumed,
    decisions,
    make_role,
    make_user,
    policy,
    trust,
)
from services.support import later

WITH_MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
RECENT = {"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}
INVALID = r"^MultiFactorAuthentication failed with invalid MFA one time pass code\. $"
UNKNOWN = r"^MultiFactorAuthentication failed, unable to validate MFA code\.  Please verify "
BOTH = r"must provide both MFA serial number and one time pass code\.$"


@pytest.fixture
def alice(world):
    return make_user(world, document=policy())


@pytest.fixture
def phone(world, alice):
    return enabled(world.root())


def given(ctx, device, code=None):
    """The parameters of *device* with its code of now used up, in wire casing."""
    parameters = {"SerialNumber": device.serial, "TokenCode": code or device.code(ctx.now)}
    return mfa.redeem(ctx, parameters)


def members(parameters):
    return {"serial_number": parameters["SerialNumber"], "token_code": parameters["TokenCode"]}


@pytest.mark.parametrize("condition", [WITH_MFA, RECENT])
def test_a_role_that_asks_for_mfa_is_assumed_with_a_code_only(world, alice, phone, condition):
    make_role(world, document=trust(ALICE, **condition))
    ctx = world.user(alice)

    assert not allowed(ctx)
    with_code = given(ctx, phone)
    assert allowed(ctx, **with_code)
    session = assumed(ctx, AUDITOR, **members(with_code))
    assert session.mfa_at is None  # sessions of roles carry no MFA onward


def test_the_callers_own_policy_sees_the_code_too(world, phone, alice):
    bob = make_user(world, "bob", policy(action="sts:AssumeRole", **WITH_MFA))
    device = enabled(world.root(), "bob", "bobs")
    make_role(world, document=trust("123456789012"))
    ctx = world.user(bob)

    assert not allowed(ctx)
    assert allowed(ctx, **given(ctx, device))


def test_a_wrong_code_is_refused_whatever_policies_say(world, alice, phone):
    make_role(world)
    ctx = world.user(alice)

    for code in (phone.wrong(NOW), phone.code(NOW, -2)):  # not one of now; used when enabled
        with pytest.raises(Denied, match=INVALID):
            decisions(ctx, RoleArn=AUDITOR, RoleSessionName="audit", **given(ctx, phone, code))


def test_a_code_serves_one_request(world, alice, phone):
    make_role(world)
    ctx = world.user(alice)
    get_session_token(ctx, **members(given(ctx, phone)))

    again = given(ctx, phone)
    for call in (
        lambda: get_session_token(ctx, **members(again)),
        lambda: assume_role(ctx, role_arn=AUDITOR, role_session_name="audit", **members(again)),
    ):
        with pytest.raises(Denied, match=INVALID):
            call()


def test_a_code_that_was_not_used_up_proves_nothing(world, alice, phone):
    make_role(world)
    ctx = world.user(alice)
    raw = {"serial_number": phone.serial, "token_code": phone.code(NOW)}

    with pytest.raises(Denied):
        get_session_token(ctx, **raw)
    with pytest.raises(Denied):
        assume_role(ctx, role_arn=AUDITOR, role_session_name="audit", **raw)


def test_one_without_the_other_is_refused(world, alice, phone):
    ctx = world.user(alice)

    with pytest.raises(Denied, match=BOTH):
        get_session_token(ctx, serial_number=phone.serial)
    with pytest.raises(Denied, match=BOTH):
        get_session_token(ctx, token_code=mfa.redeem(ctx, {"TokenCode": "123456"})["TokenCode"])


def test_another_users_device_is_of_no_use(world, phone):
    bob = make_user(world, "bob", policy())
    free = made(world.root(), "free")
    ctx = world.user(bob)

    for device in (phone, free):
        with pytest.raises(Denied, match=UNKNOWN):
            get_session_token(ctx, **members(given(ctx, device)))


def test_a_session_of_a_role_has_no_device(world, alice, phone):
    role = make_role(world)
    ctx = world.role_session(role)

    assert given(ctx, phone)["TokenCode"].verdict is Verdict.UNKNOWN


def test_guessing_locks_the_user_out_and_nobody_else(world, alice, phone):
    bob = make_user(world, "bob")
    other = enabled(world.root(), "bob", "bobs")
    ctx = world.user(alice)
    for _ in range(mfa_codes.FREE_FAILURES):
        given(ctx, phone, phone.wrong(NOW))

    with pytest.raises(Denied, match=INVALID):
        get_session_token(ctx, **members(given(ctx, phone)))
    get_session_token(world.user(bob), **members(given(world.user(bob), other)))
    after = later(ctx, minutes=1)
    get_session_token(after, **members(given(after, phone)))


def test_a_session_token_remembers_when_the_code_was_given(world, alice, phone):
    ctx = world.user(alice)

    output = get_session_token(ctx, **members(given(ctx, phone)))
    assert ctx.tokens.open(output["Credentials"]["SessionToken"]).mfa_at == NOW
    plain = get_session_token(ctx)["Credentials"]["SessionToken"]
    assert ctx.tokens.open(plain).mfa_at is None


def test_the_root_uses_its_own_device(world):
    ctx = world.root()
    device = made(ctx, "root-account-mfa-device")
    row = devices.found(ctx, device.serial)
    devices.assign(ctx, ROOT, row, device.code(NOW, -2), device.code(NOW, -1))

    output = get_session_token(ctx, **members(given(ctx, device)))
    assert ctx.tokens.open(output["Credentials"]["SessionToken"]).mfa_at == NOW
