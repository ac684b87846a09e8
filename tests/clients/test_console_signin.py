"""Sign-in to the console: a form, a cookie, and an end."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher

from clients.browser import ACCOUNT, PASSWORD, Client, ask
from clients.test_mfa import Phone
from doorward.authn import password

PAGE = "/_doorward/sign-in"
TYPED = {"account": ACCOUNT, "user": "alice", "password": PASSWORD, "code": ""}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes that cost little: what they cost is not what is tested here."""
    monkeypatch.setattr(password, "_HASHER", PasswordHasher(1, 64, 1))


@pytest.fixture(autouse=True)
def alice(iam):
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)


def cookie(answer):
    return answer.headers["set-cookie"].partition(";")[0]


def session(served, held):
    return ask(served, "GET", "/_doorward/session", Cookie=held)


def test_a_user_signs_in_and_out(fresh):
    assert ask(fresh, "GET", PAGE).status == 200
    entered = ask(fresh, "POST", PAGE, TYPED)

    assert (entered.status, entered.location) == (302, "/_doorward/console/")
    assert "HttpOnly" in entered.headers["set-cookie"]
    who = json.loads(session(fresh, cookie(entered)).text)
    assert who["arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    left = ask(fresh, "POST", "/_doorward/sign-out", {}, Cookie=cookie(entered))
    assert cookie(left) == "doorward-session="
    assert "Max-Age=0" in left.headers["set-cookie"]


def test_a_session_lasts_as_the_profile_says(fresh, iam):
    iam.update_login_profile(UserName="alice", MaxSigninSessionDuration=3_600)
    held = cookie(ask(fresh, "POST", PAGE, TYPED))

    fresh.clock.ahead = timedelta(minutes=59)
    assert session(fresh, held).status == 200
    fresh.clock.ahead = timedelta(hours=1)
    assert session(fresh, held).status == 401


def test_a_form_of_another_page_is_refused(fresh):
    host = urlsplit(fresh.endpoint).netloc

    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        for page in (PAGE, "/_doorward/sign-out"):
            answer = ask(fresh, "POST", page, TYPED, **headers)
            assert answer.status == 403
            assert "set-cookie" not in answer.headers
    assert ask(fresh, "POST", PAGE, TYPED, Origin=f"http://{host}").status == 302


@pytest.mark.parametrize(
    "held", ["", "doorward-session=", "doorward-session=x", "other=1; doorward-session=AAAA"]
)
def test_no_other_cookie_is_a_session(fresh, held):
    assert session(fresh, held).status == 401


def test_a_deleted_user_is_signed_out(fresh, iam):
    held = cookie(ask(fresh, "POST", PAGE, TYPED))
    iam.delete_login_profile(UserName="alice")
    iam.delete_user(UserName="alice")

    assert session(fresh, held).status == 401


def test_sign_ins_are_on_record_with_their_mfa(fresh, iam):
    ask(fresh, "POST", PAGE, TYPED)
    phone = Phone(fresh, iam)
    ask(fresh, "POST", PAGE, TYPED | {"code": phone.code()})
    if waiting := fresh.running.recorder.flush():
        waiting.result()

    with fresh.running.database.read() as db:
        rows = db.exec_driver_sql(
            "SELECT event FROM audit_event WHERE operation = 'ConsoleLogin' ORDER BY sequence"
        ).all()
    events = [json.loads(row[0]) for row in rows]
    assert [event["additionalEventData"]["MFAUsed"] for event in events] == ["No", "Yes"]
    assert {event["userIdentity"]["userName"] for event in events} == {"alice"}
    assert {event["responseElements"]["ConsoleLogin"] for event in events} == {"Success"}


@pytest.mark.parametrize(
    ("method", "path", "form", "status"),
    [
        ("PUT", PAGE, {}, 405),
        ("GET", "/_doorward/sign-out", None, 405),
        ("POST", PAGE, "account=1&account=2", 401),  # no form: nothing was typed
        ("POST", PAGE, {"user": "x" * 70_000}, 413),
    ],
)
def test_odd_requests_are_refused(fresh, method, path, form, status):
    assert ask(fresh, method, path, form).status == status


def test_a_field_that_stands_twice_is_refused(fresh):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    assert ask(fresh, "POST", PAGE, "user=alice&user=bob", **kind).status == 400
    assert ask(fresh, "POST", PAGE, "user=%FF", **kind).status == 400


@pytest.mark.parametrize("text", ["\0", "\u20ac", "a" * 300, "' OR 1=1 --", "\U0001f600", "\r\n"])
@pytest.mark.parametrize("field", sorted(TYPED))
def test_any_text_is_just_wrong(fresh, field, text):
    assert ask(fresh, "POST", PAGE, TYPED | {field: text}).status in {401, 302}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 60_000,
        b'{"grantType": 1}',
        b'{"grantType": "authorization_code", "redirectUri": "\\ud800"}',
        b'{"grantType": "refresh_token", "refreshToken": "\\u0000"}',
        b"\xff",
    ],
)
def test_any_body_is_refused_by_the_token_endpoint(fresh, body):
    proof = Client(fresh).proof()

    for headers in ({}, {"DPoP": proof}, {"DPoP": "\xe9.\xe9.\xe9"}):
        answer = ask(fresh, "POST", "/v1/token", body, **headers)
        assert answer.status in {400, 403}
        assert json.loads(answer.text)["error"]
