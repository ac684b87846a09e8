"""Signing in with Identity Center: devices, browsers, and what the tokens open."""

import base64
import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from clients.center import ACCOUNT, HERE, PASSWORD, Browser, Center, Device
from clients.conftest import Served
from doorward.store import audit, identity_passwords

NEW = "Staple-Battery-2"


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def center(served):
    served.clock.ahead = timedelta()
    served.running.reset()
    return Center(served)


def refused(call, *given, **named):
    """The code of the error, and the word of OAuth for it."""
    with pytest.raises(ClientError) as caught:
        call(*given, **named)
    found = caught.value.response
    return found["Error"]["Code"], found.get("error")


def code(call, *given, **named):
    return refused(call, *given, **named)[0]


def test_a_device_gets_credentials_of_the_role_once_its_user_let_it_in(center):
    device = Device(center)
    assert device.begun["expiresIn"] == 600
    assert refused(device.token) == ("AuthorizationPendingException", "authorization_pending")
    assert "aws-cli" in device.sign_in().text
    assert device.begun["userCode"] in device.sign_in().text

    assert device.answer().status == 200
    tokens = device.token()
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 3600)
    token = tokens["accessToken"]
    listed = center.portal.list_accounts(accessToken=token)["accountList"]
    assert [one["accountId"] for one in listed] == [ACCOUNT]
    roles = center.portal.list_account_roles(accessToken=token, accountId=ACCOUNT)["roleList"]
    assert roles == [{"roleName": "ReadOnly", "accountId": ACCOUNT}]
    keys = center.keys(token)

    arn = center.use(keys, "sts").get_caller_identity()["Arn"]
    start, _, name = arn.rpartition("/")
    assert start.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ReadOnly_")
    assert name == "alice"
    assert center.use(keys, "iam").list_users()["Users"] == []
    assert code(center.use(keys, "iam").create_user, UserName="eve") == "AccessDenied"


def test_a_device_that_asks_too_often_is_told_to_slow_down(center, monkeypatch):
    device = Device(center)
    still = center.served.clock.now()
    monkeypatch.setattr(center.served.clock, "now", lambda: still)

    found = [refused(device.token)[1] for _ in range(2)]

    assert found == ["authorization_pending", "slow_down"]


def test_a_device_that_waited_too_long_gets_nothing(center):
    late = Device(center)
    center.served.clock.ahead = timedelta(minutes=10)

    assert refused(late.token) == ("ExpiredTokenException", "expired_token")
    assert late.page().message == "This code is not known, or its time is over."


def test_a_denied_device_is_told_so(center):
    device = Device(center)
    device.answer(decision="deny")

    assert refused(device.token) == ("AccessDeniedException", "access_denied")
    assert device.page().status == 404


def test_a_device_code_works_once_and_for_its_client_alone(center):
    device, other = Device(center), Device(center)
    device.answer()

    stolen = device.begun["deviceCode"]
    assert code(other.token, deviceCode=stolen) == "InvalidGrantException"
    assert device.token()["accessToken"]
    assert code(device.token) == "InvalidGrantException"


def test_an_answer_for_one_device_does_not_let_another_in(center):
    mine, other = Device(center), Device(center)
    step = mine.sign_in().hidden["step"]

    form = other.page().hidden | {"step": step, "decision": "allow"}
    assert other.submit(form).status == 401

    assert code(other.token) == "AuthorizationPendingException"


def test_forms_that_another_page_sent_are_refused(center):
    device = Device(center)
    form = device.sign_in().hidden | {"decision": "allow"}

    assert device.submit(form, Origin="https://elsewhere.example").status == 403
    assert code(device.token) == "AuthorizationPendingException"


def test_a_browser_on_this_machine_gets_a_code_that_proves_its_user(center):
    browser = Browser(center)

    answer = browser.answer()
    assert answer.status == 302
    assert answer.location.startswith(HERE)
    assert answer.members["state"] == "state-1"
    tokens = browser.token(answer.members["code"])

    assert center.keys(tokens["accessToken"])["accessKeyId"].startswith("ASIA")
    assert tokens["refreshToken"]


def test_an_authorization_code_works_once_with_its_verifier_and_redirect(center):
    browser, other = Browser(center), Browser(center)
    given = browser.answer().members["code"]

    elsewhere = "http://127.0.0.1:7778/oauth/callback"
    assert code(other.token, given) == "InvalidGrantException"
    assert code(browser.token, given, codeVerifier="x" * 64) == "InvalidGrantException"
    assert code(browser.token, given, redirectUri=elsewhere) == "InvalidGrantException"
    assert browser.token(given)["accessToken"]
    assert refused(browser.token, given) == ("InvalidGrantException", "invalid_grant")


def test_who_says_no_sends_the_browser_back_without_a_code(center):
    members = Browser(center).answer(decision="deny").members

    assert members == {"error": "access_denied", "state": "state-1"}


def test_a_client_is_known_by_its_own_secret_for_ninety_days(center):
    device, other = Device(center), Device(center)
    mixed = device.client | {"clientSecret": other.client["clientSecret"]}
    start = {"startUrl": center.start_url}
    begin = center.oidc.start_device_authorization

    assert refused(begin, **mixed, **start) == ("InvalidClientException", "invalid_client")
    center.served.clock.ahead = timedelta(days=90)
    assert code(begin, **device.client, **start) == "InvalidClientException"


def test_refresh_tokens_work_once_and_until_the_session_ends(center):
    device = Device(center)
    device.answer()
    first = device.token()

    second = device.refresh(first["refreshToken"])
    assert center.keys(second["accessToken"])
    assert code(device.refresh, first["refreshToken"]) == "InvalidGrantException"
    assert code(Device(center).refresh, second["refreshToken"]) == "InvalidGrantException"
    center.served.clock.ahead = timedelta(hours=7, minutes=30)
    third = device.refresh(second["refreshToken"])
    assert third["expiresIn"] <= 1800
    center.served.clock.ahead = timedelta(hours=8)
    assert code(device.refresh, third["refreshToken"]) == "InvalidGrantException"


def test_a_client_without_scopes_gets_one_token_for_the_whole_session(center):
    tokens = center.signed_in(scopes=())
    assert tokens["expiresIn"] == 8 * 3600
    assert "refreshToken" not in tokens

    center.served.clock.ahead = timedelta(hours=7)
    assert center.keys(tokens["accessToken"])
    center.served.clock.ahead = timedelta(hours=8)
    assert code(center.keys, tokens["accessToken"]) == "UnauthorizedException"


def test_nothing_but_a_whole_access_token_opens_the_portal(center):
    tokens = center.signed_in()
    token = tokens["accessToken"]
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[20] ^= 1
    changed = base64.urlsafe_b64encode(raw).decode().rstrip("=")

    for other in ("x", changed, token + "=", token[:-1], tokens["refreshToken"]):
        assert code(center.keys, other) == "UnauthorizedException"
    assert center.keys(token)
    center.served.clock.ahead = timedelta(hours=1)
    assert code(center.keys, token) == "UnauthorizedException"


def test_a_logout_ends_every_token_of_the_session(center):
    device = Device(center)
    device.answer()
    tokens = device.token()
    other = center.signed_in()

    center.portal.logout(accessToken=tokens["accessToken"])

    assert code(center.keys, tokens["accessToken"]) == "UnauthorizedException"
    assert code(device.refresh, tokens["refreshToken"]) == "InvalidGrantException"
    assert code(center.portal.logout, accessToken=tokens["accessToken"]) == "UnauthorizedException"
    assert center.keys(other["accessToken"])


def test_who_is_not_assigned_gets_no_credentials(center):
    center.user("bob")
    carol = center.user("carol", password=None)
    center.assign(carol, center.permission_set("Admin"))
    bob, alice = (center.signed_in(name)["accessToken"] for name in ("bob", "alice"))

    assert center.portal.list_accounts(accessToken=bob)["accountList"] == []
    assert code(center.keys, bob) == "ForbiddenException"
    assert code(center.keys, alice, role="Admin") == "ForbiddenException"
    assert code(center.keys, alice, role="Nothing") == "ForbiddenException"
    assert code(center.keys, alice, account="210987654321") == "ForbiddenException"


def test_the_end_of_the_last_assignment_ends_the_role_and_its_sessions(center):
    token = center.signed_in()["accessToken"]
    keys = center.keys(token)
    assert center.use(keys, "iam").list_users()

    center.unassign(center.alice)

    assert code(center.keys, token) == "ForbiddenException"
    assert code(center.use(keys, "iam").list_users) == "InvalidClientTokenId"
    roles = center.client("iam").list_roles(PathPrefix="/aws-reserved/")["Roles"]
    assert roles == []


def test_who_leaves_a_group_gets_no_more_credentials_by_it(center):
    of = {"IdentityStoreId": center.store_id}
    bob = center.user("bob")
    group = center.store.create_group(**of, DisplayName="staff")["GroupId"]
    joined = center.store.create_group_membership(**of, GroupId=group, MemberId={"UserId": bob})
    center.assign(group, kind="GROUP")
    token = center.signed_in("bob")["accessToken"]
    assert center.keys(token)

    center.store.delete_group_membership(**of, MembershipId=joined["MembershipId"])

    assert code(center.keys, token) == "ForbiddenException"


def test_a_user_who_is_deleted_has_no_session_and_a_namesake_gets_nothing_of_it(center):
    device = Device(center)
    device.answer()
    token = device.token()["accessToken"]
    center.store.delete_user(IdentityStoreId=center.store_id, UserId=center.alice)

    assert code(center.keys, token) == "UnauthorizedException"
    center.user("alice")
    assert code(center.keys, center.signed_in()["accessToken"]) == "ForbiddenException"


def test_a_code_given_to_a_user_who_is_deleted_since_is_worth_nothing(center):
    device, browser = Device(center), Browser(center)
    device.answer()
    given = browser.answer().members["code"]
    center.store.delete_user(IdentityStoreId=center.store_id, UserId=center.alice)

    assert code(device.token) == "InvalidGrantException"
    assert code(browser.token, given) == "InvalidGrantException"


def test_credentials_last_as_long_as_the_permission_set_says(center):
    hours = center.permission_set("Long", SessionDuration="PT2H")
    center.assign(center.alice, hours)
    keys = center.keys(center.signed_in()["accessToken"], "Long")

    now = center.served.clock.now().timestamp()
    assert keys["expiration"] / 1000 == pytest.approx(now + 7200, abs=10)
    (role,) = [
        one for one in center.client("iam").list_roles()["Roles"] if "_Long_" in one["RoleName"]
    ]
    assert role["MaxSessionDuration"] == 7200


def test_a_one_time_password_lets_its_user_choose_another_and_nothing_else(center):
    device = Device(center)
    center.give("alice", "one-time", once=True)
    asked = device.sign_in(password="one-time")
    assert asked.message == "You must change your password to continue."
    assert device.submit(asked.hidden | {"decision": "allow"}).status == 401

    weak = device.submit(asked.hidden | {"old": "one-time", "new": "short"})
    assert (weak.status, "8 to 64" in weak.message) == (400, True)
    done = device.submit(weak.hidden | {"old": "one-time", "new": NEW})
    device.submit(done.hidden | {"decision": "allow"})

    assert center.keys(device.token()["accessToken"])
    assert device.submit(asked.hidden | {"old": "one-time", "new": NEW}).status != 200
    assert Device(center).sign_in(password="one-time").status == 401
    assert Device(center).sign_in(password=NEW).status == 200


def test_another_password_ends_the_sessions_and_steps_of_the_old_one(center):
    token = center.signed_in()["accessToken"]
    device = Device(center)
    step = device.sign_in().hidden

    center.give("alice", NEW)

    assert code(center.keys, token) == "UnauthorizedException"
    assert device.submit(step | {"decision": "allow"}).status == 401
    assert code(device.token) == "AuthorizationPendingException"


def test_guessing_gets_slower_and_does_not_tell_who_is_there(center):
    center.user("bob", password=None)
    device = Device(center)
    messages = {device.sign_in(name, "wrong").message for name in ("alice", "bob", "nobody")}
    assert len(messages) == 1
    running = center.served.running
    for _ in range(9):  # as if typed wrongly again and again
        with running.database.read() as db:
            found = identity_passwords.find(db, ACCOUNT, center.alice)
        running.database.write(
            lambda db, found=found: identity_passwords.count_failure(db, found, running.clock.now())
        )

    assert device.sign_in().status == 401
    center.served.clock.ahead = timedelta(seconds=61)
    assert device.sign_in().status == 200


def test_the_user_is_on_record_and_no_secret_is(center):
    device = Device(center)
    device.sign_in(password="A wrong password")
    device.answer()
    tokens = device.token()
    keys = center.keys(tokens["accessToken"])
    browser = Browser(center)
    given = browser.answer().members["code"]
    browser.token(given)
    center.use(keys, "iam").list_users()
    center.served.running.recorder.flush().result()
    with center.served.running.database.read() as db:
        events = [json.loads(one.event) for one in audit.page(db, ACCOUNT, limit=500).items]

    by_name = {one["eventName"]: one for one in events}
    for name in ("UserAuthentication", "CreateToken", "GetRoleCredentials"):
        whose = by_name[name]["userIdentity"]
        assert whose["type"] == "IdentityCenterUser"
        assert whose["onBehalfOf"]["userId"] == center.alice
    assert by_name["GetRoleCredentials"]["eventSource"] == "sso.amazonaws.com"
    assert by_name["CreateToken"]["eventSource"] == "sso-oauth.amazonaws.com"
    session = by_name["ListUsers"]["userIdentity"]
    assert session["type"] == "AssumedRole"
    assert session["arn"].endswith("/alice")
    issuer = session["sessionContext"]["sessionIssuer"]["arn"]
    assert ":role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_" in issuer
    written = json.dumps(events)
    secrets = [PASSWORD, "A wrong password", given, browser.verifier]
    secrets += [device.client["clientSecret"], browser.client["clientSecret"]]
    secrets += [device.begun[name] for name in ("deviceCode", "userCode")]
    secrets += [tokens["accessToken"], tokens["refreshToken"], keys["secretAccessKey"]]
    assert [one for one in secrets if one in written] == []
