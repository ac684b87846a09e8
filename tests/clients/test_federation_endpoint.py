"""The federation endpoint: how brokers turn temporary credentials into a console session."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from clients.browser import ACCOUNT, ask
from clients.test_mfa import policy, refusal, trust, with_keys


@pytest.fixture
def session(fresh, iam, user):
    """Credentials of the role auditor, as a broker has them."""
    alice = user("alice")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))
    role = iam.create_role(RoleName="auditor", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    return alice("sts").assume_role(RoleArn=role, RoleSessionName="alice")["Credentials"]


def shown(credentials, **other):
    return json.dumps(
        {
            "sessionId": credentials["AccessKeyId"],
            "sessionKey": credentials["SecretAccessKey"],
            "sessionToken": credentials["SessionToken"],
        }
        | other
    )


def signin_token(served, text, method="GET", **more):
    asked = {"Action": "getSigninToken", "Session": text, **more}
    if method == "POST":
        return ask(served, "POST", "/federation", asked)
    return ask(served, "GET", f"/federation?{urlencode(asked)}")


def login(served, token, destination="https://console.aws.amazon.com/"):
    # As many brokers do it, the token goes into the URL as it is.
    destination = urlencode({"Issuer": "example", "Destination": destination})
    return ask(served, "GET", f"/federation?Action=login&{destination}&SigninToken={token}")


def signed_in(served, answer):
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    return ask(served, "GET", "/_doorward/session", Cookie=f"{name}={value}")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_brokers_url_signs_in_to_the_console(fresh, session, method):
    token = json.loads(signin_token(fresh, shown(session), method).text)["SigninToken"]
    answer = login(fresh, token)

    assert answer.status == 302
    assert answer.location == "/_doorward/console/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    who = json.loads(signed_in(fresh, answer).text)
    assert who["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/alice"
    assert who["expiresAt"] == session["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_sign_in_token_works_once_and_for_a_quarter_hour(fresh, session):
    token = json.loads(signin_token(fresh, shown(session)).text)["SigninToken"]
    assert login(fresh, token).status == 302
    assert login(fresh, token).status == 400

    late = json.loads(signin_token(fresh, shown(session)).text)["SigninToken"]
    fresh.clock.ahead = timedelta(minutes=15)
    assert login(fresh, late).status == 400


def test_a_session_lasts_as_long_as_was_asked(fresh, session):
    found = signin_token(fresh, shown(session), SessionDuration="43200")
    answer = login(fresh, json.loads(found.text)["SigninToken"])
    fresh.clock.ahead = timedelta(hours=11, minutes=59)
    assert signed_in(fresh, answer).status == 200
    fresh.clock.ahead = timedelta(hours=12)
    assert signed_in(fresh, answer).status == 401

    fresh.clock.ahead = timedelta()
    for seconds in ("899", "43201", "", "x", "-900", "٩٠٠"):
        assert signin_token(fresh, shown(session), SessionDuration=seconds).status == 400


def test_a_console_session_is_no_session_token(fresh, session):
    found = signin_token(fresh, shown(session), SessionDuration="43200")
    cookie = login(fresh, json.loads(found.text)["SigninToken"]).headers["set-cookie"]
    value = cookie.partition("=")[2].partition(";")[0]
    padded = value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4)

    client = fresh.client("sts", session["AccessKeyId"], session["SecretAccessKey"], padded)
    assert refusal(client.get_caller_identity)["Code"] == "InvalidClientTokenId"


def test_only_whole_and_fitting_credentials_are_exchanged(fresh, iam, user, session):
    bob = user("bob")
    iam.put_user_policy(UserName="bob", PolicyName="all", PolicyDocument=policy("*"))
    other = bob("sts").get_session_token()["Credentials"]
    for text in [
        "",
        "[]",
        "{",
        "[" * 20_000,
        shown(session, sessionKey="x"),
        shown(session, sessionId="ASIAOTHER"),
        shown(session, sessionToken=other["SessionToken"]),
        shown(session, sessionToken=None),
        shown(session, sessionKey="\ud800"),
        shown(session, sessionId="\u0000"),
        shown(session, sessionToken="\ud800"),
        shown(other),  # GetSessionToken's
    ]:
        assert signin_token(fresh, text, "POST").status == 400
    fresh.clock.ahead = timedelta(hours=1)
    assert signin_token(fresh, shown(session)).status == 400


def test_chained_and_federated_credentials_choose_no_duration(fresh, iam, user, session):
    iam.create_role(
        RoleName="second",
        AssumeRolePolicyDocument=trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/auditor"}),
    )
    iam.put_role_policy(RoleName="auditor", PolicyName="all", PolicyDocument=policy("*"))
    second = with_keys(fresh, "sts", {"Credentials": session}).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/second", RoleSessionName="chained"
    )["Credentials"]
    carol = user("carol")
    iam.put_user_policy(UserName="carol", PolicyName="all", PolicyDocument=policy("*"))
    federated = carol("sts").get_federation_token(Name="app", Policy=policy("*"))["Credentials"]

    for credentials in (second, federated):
        assert signin_token(fresh, shown(credentials), SessionDuration="3600").status == 400
        found = signin_token(fresh, shown(credentials))
        assert login(fresh, json.loads(found.text)["SigninToken"]).status == 302


def test_a_deleted_role_ends_tokens_and_sessions(fresh, iam, session):
    token = json.loads(signin_token(fresh, shown(session)).text)["SigninToken"]
    unused = json.loads(signin_token(fresh, shown(session)).text)["SigninToken"]
    answer = login(fresh, token)
    iam.delete_role(RoleName="auditor")

    assert signed_in(fresh, answer).status == 401
    assert login(fresh, unused).status == 400


@pytest.mark.parametrize(
    "destination",
    [
        "https://evil.example/",
        "//evil.example/",
        "https://console.aws.amazon.com.evil.example/",
        "https://evilconsole.aws.amazon.com/",
        "javascript:alert(1)",
        "/\\evil.example",
        "http://console.aws.amazon.com/",
        "/_doorward/console/\r\nSet-Cookie: a=b",
        "/_doorward/\u20ac",
        "",
    ],
)
def test_the_browser_is_sent_nowhere_else(fresh, session, destination):
    token = json.loads(signin_token(fresh, shown(session)).text)["SigninToken"]

    answer = login(fresh, token, destination)
    assert answer.status == 400
    assert "set-cookie" not in answer.headers


def test_a_bucket_called_federation_is_still_a_bucket(fresh):
    s3 = fresh.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="federation")
    s3.put_object(Bucket="federation", Key="a", Body=b"b")

    assert [one["Key"] for one in s3.list_objects_v2(Bucket="federation")["Contents"]] == ["a"]
    assert ask(fresh, "GET", "/federation").status == 403  # anonymous, and S3's answer
