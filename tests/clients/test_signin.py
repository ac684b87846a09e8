"""Sign-in with a password, and the tokens that `aws login` gets for it."""

import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from botocore.exceptions import ClientError

from clients.browser import ACCOUNT, CALLBACK, PASSWORD, Client, ask
from clients.test_mfa import Phone, policy
from doorward.authn import password

OTHER = "Battery-Staple-2"
WRONG = "Your authentication information is incorrect. Please try again."
SIGN_IN = ["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes that cost little: what they cost is not what is tested here."""
    monkeypatch.setattr(password, "_HASHER", PasswordHasher(1, 64, 1))


def denied(call, *arguments, **how):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **how)
    response = caught.value.response
    return response["Error"]["Code"], response.get("error")


@pytest.fixture
def alice(iam):
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    iam.put_user_policy(
        UserName="alice", PolicyName="all", PolicyDocument=policy([*SIGN_IN, "iam:ListUsers"])
    )


@pytest.fixture
def client(fresh, alice):
    return Client(fresh)


def test_a_login_gives_credentials_of_the_user_that_can_be_refreshed(client):
    answer = client.sign_in()
    assert answer.status == 302
    assert answer.location.startswith(f"{CALLBACK}?")
    assert answer.members["state"] == client.state
    assert len(answer.members["code"]) <= 512

    first = client.by_code(answer.members["code"])
    assert first["tokenType"] == "aws_sigv4"
    assert 0 < first["expiresIn"] <= 900
    claims = json.loads(base64.urlsafe_b64decode(first["idToken"].split(".")[1] + "=="))
    assert claims["sub"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    who = client.credentials(first, "sts").get_caller_identity()
    assert who["Arn"] == claims["sub"]
    assert client.credentials(first, "iam").list_users()["Users"]  # no MFA needed, as in a console

    second = client.refresh(first["refreshToken"])
    assert "idToken" not in second
    assert client.credentials(second, "iam").list_users()["Users"]
    third = client.refresh(second["refreshToken"])
    assert third["refreshToken"] != second["refreshToken"]


def test_an_alias_names_the_account(fresh, iam, client):
    iam.create_account_alias(AccountAlias="ours")

    assert client.sign_in(account="ours").status == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"password": OTHER},
        {"user": "bob"},
        {"user": "nobody"},
        {"account": "210987654321"},
        {"account": "nowhere"},
        {"account": ""},
    ],
)
def test_what_is_wrong_is_not_told(iam, client, typed):
    iam.create_user(UserName="bob")
    answer = client.sign_in(**typed)

    assert (answer.status, answer.message) == (401, WRONG)
    assert "location" not in answer.headers


def test_a_user_with_a_device_needs_its_code_each_time_a_new_one(fresh, iam, client):
    phone = Phone(fresh, iam)

    assert client.sign_in().message == WRONG
    assert client.sign_in(code="000000").message == WRONG
    code = phone.code()
    answer = client.sign_in(code=code)
    assert answer.status == 302
    assert client.sign_in(code=code).message == WRONG
    iam.put_user_policy(
        UserName="alice",
        PolicyName="all",
        PolicyDocument=policy(
            [*SIGN_IN, "iam:ListUsers"],
            Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        ),
    )
    output = client.by_code(answer.members["code"])
    assert client.credentials(output, "iam").list_users()["Users"]


def test_after_ten_wrong_passwords_the_right_one_must_wait(fresh, iam, client):
    for _ in range(10):
        assert client.sign_in(password=OTHER).status == 401

    assert client.sign_in().message == WRONG
    fresh.clock.ahead = timedelta(minutes=1)
    assert client.sign_in().status == 302


def test_a_password_used_to_sign_in_shows_when(iam, client):
    assert "PasswordLastUsed" not in iam.get_user(UserName="alice")["User"]
    client.sign_in(password=OTHER)
    assert "PasswordLastUsed" not in iam.get_user(UserName="alice")["User"]
    client.sign_in()

    assert "PasswordLastUsed" in iam.get_user(UserName="alice")["User"]


def allow_change(iam, **more):
    iam.update_account_password_policy(AllowUsersToChangePassword=True, **more)


def test_a_password_that_must_be_reset_is_changed_first(iam, client):
    allow_change(iam)
    iam.update_login_profile(UserName="alice", PasswordResetRequired=True)

    page = client.sign_in()
    assert (page.status, page.message) == (200, "You must change your password to continue.")
    form = page.hidden
    assert client.submit(form | {"old": PASSWORD, "new": PASSWORD}).status == 400
    assert client.submit(form | {"old": OTHER, "new": OTHER + "x"}).status == 400
    short = client.submit(form | {"old": PASSWORD, "new": "short"})
    assert "minimum length" in short.message
    answer = client.submit(form | {"old": PASSWORD, "new": OTHER})

    assert answer.status == 302
    assert client.by_code(answer.members["code"])["accessToken"]
    assert client.sign_in().status == 401
    assert client.sign_in(password=OTHER).status == 302


def test_without_the_right_to_change_it_such_a_password_is_the_end(iam, client):
    iam.update_login_profile(UserName="alice", PasswordResetRequired=True)

    answer = client.submit(client.sign_in().hidden | {"old": PASSWORD, "new": OTHER})
    assert answer.status == 400
    assert "iam:ChangePassword" in answer.message


def test_an_old_password_must_be_changed_and_with_hard_expiry_cannot(fresh, iam, client):
    allow_change(iam, MaxPasswordAge=30, PasswordReusePrevention=2)
    fresh.clock.ahead = timedelta(days=29, hours=23)
    assert client.sign_in().status == 302
    fresh.clock.ahead = timedelta(days=30, hours=1)
    page = client.sign_in()
    assert page.message == "Your password has expired. You must change it to continue."
    fresh.clock.ahead = timedelta()
    allow_change(iam, MaxPasswordAge=30, HardExpiry=True)
    fresh.clock.ahead = timedelta(days=30, hours=1)

    assert "Contact your administrator" in client.sign_in().message


def test_who_may_not_sign_in_gets_no_code(iam, client):
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("iam:ListUsers"))

    members = client.sign_in().members
    assert members["error"] == "access_denied"
    assert "signin:AuthorizeOAuth2Access" in members["error_description"]
    assert "code" not in members


def test_a_code_works_once_with_its_verifier_and_its_redirect(fresh, client):
    code = client.sign_in().members["code"]

    expired = ("AccessDeniedException", "AUTHCODE_EXPIRED")
    assert denied(client.by_code, code, codeVerifier="x" * 43) == expired
    assert denied(client.by_code, code, redirectUri=CALLBACK.replace("7777", "7778")) == expired
    assert denied(client.by_code, code[:-4] + "AAAA") == expired
    assert client.by_code(code)["accessToken"]
    assert denied(client.by_code, code) == expired
    late = client.sign_in().members["code"]
    fresh.clock.ahead = timedelta(minutes=5)
    kept = client.proof(iat=int(time.time()) + 300)
    given = {
        "grantType": "authorization_code",
        "code": late,
        "codeVerifier": client.verifier,
        "redirectUri": CALLBACK,
    }
    assert denied(client.tokens, given, proof=kept) == expired


def test_of_eight_who_send_one_code_at_once_one_gets_credentials(client):
    code = client.sign_in().members["code"]

    def attempt(_):
        try:
            return client.by_code(code)["tokenType"]
        except ClientError as error:
            return error.response["error"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(8)))
    assert outcomes == ["AUTHCODE_EXPIRED"] * 7 + ["aws_sigv4"]


def test_a_refresh_token_works_once_and_with_its_key_only(client):
    first = client.by_code(client.sign_in().members["code"])
    thief = Client(client.served)

    expired = ("AccessDeniedException", "TOKEN_EXPIRED")
    assert denied(thief.refresh, first["refreshToken"]) == expired
    client.refresh(first["refreshToken"])
    assert denied(client.refresh, first["refreshToken"]) == expired


def test_a_session_ends_after_twelve_hours_or_as_the_profile_says(fresh, iam, client):
    iam.update_login_profile(UserName="alice", MaxSigninSessionDuration=3_600)
    first = client.by_code(client.sign_in().members["code"])
    fresh.clock.ahead = timedelta(minutes=59)
    near = client.refresh(first["refreshToken"], proof=client.proof(iat=int(time.time()) + 3_540))
    assert near["expiresIn"] <= 60

    fresh.clock.ahead = timedelta(minutes=61)
    late = client.proof(iat=int(time.time()) + 3_660)
    assert denied(client.refresh, near["refreshToken"], proof=late)[1] == "TOKEN_EXPIRED"


@pytest.mark.parametrize("change", ["password", "profile", "user"])
def test_a_changed_password_ends_the_session(iam, client, change):
    first = client.by_code(client.sign_in().members["code"])
    if change == "password":
        client.served.clock.ahead = timedelta(seconds=2)
        iam.update_login_profile(UserName="alice", Password=OTHER)
    else:
        iam.delete_login_profile(UserName="alice")
    if change == "user":
        iam.delete_user_policy(UserName="alice", PolicyName="all")
        iam.delete_user(UserName="alice")

    assert denied(client.refresh, first["refreshToken"])[1] == "USER_CREDENTIALS_CHANGED"


def test_a_right_that_is_taken_away_ends_the_refreshing(iam, client):
    first = client.by_code(client.sign_in().members["code"])
    iam.delete_user_policy(UserName="alice", PolicyName="all")

    code = denied(client.refresh, first["refreshToken"])
    assert code == ("AccessDeniedException", "INSUFFICIENT_PERMISSIONS")


def test_without_a_proof_or_with_another_requests_there_are_no_tokens(client):
    code = client.sign_in().members["code"]
    given = {"grantType": "authorization_code", "code": code, "redirectUri": CALLBACK}
    given["codeVerifier"] = client.verifier
    used = client.proof()

    for proof in [
        "",
        "a.b.c",
        client.proof(htm="GET"),
        client.proof(htu="http://127.0.0.1:1/v1/token"),
        client.proof(iat=int(time.time()) - 600),
        client.proof()[:-8] + "AAAAAAAA",
    ]:
        assert denied(client.tokens, given, proof=proof)[0] == "ValidationException"
    first = client.tokens(given, proof=used)
    assert denied(client.refresh, first["refreshToken"], proof=used)[0] == "ValidationException"


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "http://evil.example/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example:80/oauth/callback"},
        {"redirect_uri": "https://127.0.0.1:7777/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1:7777/oauth/callback#x"},
        {"redirect_uri": "http://127.0.0.1:7777/oauth/callback\n"},
        {"client_id": "arn:aws:signin:::devtools/other"},
        {"client_id": "arn:aws:signin:::devtools/cross-device"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"response_type": "token"},
        {"state": ""},
    ],
)
def test_a_request_of_another_kind_gets_no_form_and_no_redirect(client, other):
    for answer in (client.page(**other), client.submit(client.asked | other | {"user": "alice"})):
        assert answer.status == 400
        assert "location" not in answer.headers


def test_a_client_on_another_machine_gets_its_code_by_hand(fresh, alice):
    page = f"{fresh.endpoint}/v1/sessions/confirmation"
    client = Client(fresh, "arn:aws:signin:::devtools/cross-device", page)

    answer = client.sign_in()
    assert answer.location.startswith(page)
    shown = ask(fresh, "GET", answer.location.removeprefix(fresh.endpoint))
    pasted = base64.b64decode(re.findall(r"<p>([A-Za-z0-9+/=]+)</p>", shown.text)[-1]).decode()
    state, code = (part.partition("=")[2] for part in pasted.split("&"))
    assert state == client.state
    assert client.by_code(code)["accessToken"]


def test_pages_escape_what_they_are_given_and_run_no_scripts(client):
    client.state = '"><script>alert(1)</script>'
    page = client.page()

    assert page.status == 200
    assert "<script>" not in page.text
    assert page.hidden["state"] == client.state
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_sign_in_is_on_record_without_secrets(fresh, iam, client):
    client.sign_in(password="a wrong secret")
    client.sign_in(account="a secret in the wrong field", user=PASSWORD)
    client.sign_in(user=PASSWORD)
    client.by_code(client.sign_in().members["code"])
    if waiting := fresh.running.recorder.flush():
        waiting.result()

    with fresh.running.database.read() as db:
        rows = db.exec_driver_sql("SELECT operation, event FROM audit_event").all()
    names = [row[0] for row in rows]
    for name in ("ConsoleLogin", "AuthorizeOAuth2Access", "CreateOAuth2Token"):
        assert name in names
    text = "".join(str(row[1]) for row in rows)
    assert PASSWORD not in text
    assert "a wrong secret" not in text
    assert "in the wrong field" not in text
