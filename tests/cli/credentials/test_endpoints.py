"""What instance metadata and container credentials answer, and to whom not."""

import json
import socket
from datetime import datetime, timedelta

import pytest

from cli.credentials.workload import (
    INSTANCE,
    METADATA,
    ROLE,
    SECRETS,
    TOKEN,
    TTL,
    Endpoints,
    ask,
    make_role,
    read,
    token,
)
from clients.conftest import ACCOUNT, served  # noqa: F401 - fixture
from doorward.cli.credentials.listener import listen
from doorward.server.rotation.outgoing import Keys


@pytest.fixture(scope="module")
def endpoints(served):  # noqa: F811
    with Endpoints(served, make_role(served)) as found:
        yield found


@pytest.mark.parametrize("seconds", ["1", "21600"])
def test_a_token_is_given_for_up_to_six_hours(endpoints, seconds):
    status, headers, text = ask(endpoints, "PUT", "/latest/api/token", **{TTL: seconds})

    assert (status, headers[TTL]) == (200, seconds)
    assert len(text) >= 56


@pytest.mark.parametrize(
    "given", [{}, *({TTL: text} for text in ["0", "21601", "-1", "1.5", "", "x", "9" * 99])]
)
def test_a_token_for_no_time_or_too_long_a_time_is_refused(endpoints, given):
    assert ask(endpoints, "PUT", "/latest/api/token", **given)[0] == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_token_is_only_put(endpoints, method):
    assert ask(endpoints, method, "/latest/api/token", **{TTL: "60"})[0] == 405


def test_without_a_token_nothing_is_told(endpoints):
    assert ask(endpoints, "GET", SECRETS + "app")[0] == 401
    assert ask(endpoints, "GET", "/latest/")[0] == 401


@pytest.mark.parametrize("wrong", ["", "x", "AAAA", TOKEN, "\xe9" * 8])
def test_a_wrong_token_is_refused_also_where_none_is_needed(served, wrong):  # noqa: F811
    with Endpoints(served, Keys("x", "y"), allow_v1=True) as endpoints:
        assert ask(endpoints, "GET", SECRETS)[0] == 200
        assert ask(endpoints, "GET", SECRETS, **{METADATA: wrong})[0] == 401


def test_a_token_that_was_changed_is_refused(endpoints):
    good = token(endpoints)
    for place in (0, 5, 20, 40):
        other = "A" if good[place] != "A" else "B"
        changed = good[:place] + other + good[place + 1 :]
        assert ask(endpoints, "GET", SECRETS, **{METADATA: changed})[0] == 401
    assert ask(endpoints, "GET", SECRETS, **{METADATA: good})[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Host": "rebound.example.com"},
        {"Host": ""},
        {"Host": "127.0.0.1.example.com:80"},
    ],
)
def test_what_a_proxy_or_a_page_in_a_browser_passes_on_is_refused(endpoints, headers):
    good = token(endpoints)

    assert ask(endpoints, "PUT", "/latest/api/token", **{TTL: "60"}, **headers)[0] == 403
    assert ask(endpoints, "GET", SECRETS, **{METADATA: good}, **headers)[0] == 403
    assert ask(endpoints, "GET", "/v1/credentials", Authorization=TOKEN, **headers)[0] == 403


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1", "[::1]:80", "169.254.169.254"])
def test_this_machine_is_known_by_number_and_as_localhost(endpoints, host):
    assert ask(endpoints, "PUT", "/latest/api/token", **{TTL: "60", "Host": host})[0] == 200


def test_the_credentials_of_the_role_are_in_the_form_of_an_instance(endpoints):
    assert read(endpoints, SECRETS)[2] == "app"
    assert read(endpoints, SECRETS[:-1])[2] == "app"
    status, headers, text = read(endpoints, SECRETS + "app")

    found = json.loads(text)
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert set(found) == {
        "Code",
        "LastUpdated",
        "Type",
        "AccessKeyId",
        "SecretAccessKey",
        "Token",
        "Expiration",
    }
    assert (found["Code"], found["Type"]) == ("Success", "AWS-HMAC")
    lasts = datetime.fromisoformat(found["Expiration"]) - datetime.fromisoformat(
        found["LastUpdated"]
    )
    assert timedelta(minutes=59) < lasts <= timedelta(minutes=61)


@pytest.mark.parametrize("path", [SECRETS + "other", SECRETS + "app/x", "/latest/x", "/x", "//"])
def test_what_is_not_there_is_not_found(endpoints, path):
    assert read(endpoints, path)[0] == 404


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/latest/", "dynamic/\nmeta-data/"),
        ("/latest/meta-data/placement/region", "eu-west-1"),
        ("/latest/meta-data/placement/availability-zone/", "eu-west-1a"),
        ("/latest/meta-data/placement/", "availability-zone\nregion"),
        ("/latest/meta-data/instance-id", INSTANCE),
        ("/latest/meta-data/iam/", "security-credentials/"),
    ],
)
def test_the_workload_learns_where_it_is(endpoints, path, text):
    assert read(endpoints, path)[2] == text


def test_the_identity_document_names_account_instance_and_region(endpoints):
    found = json.loads(read(endpoints, "/latest/dynamic/instance-identity/document")[2])

    assert (found["accountId"], found["instanceId"]) == (ACCOUNT, INSTANCE)
    assert (found["region"], found["availabilityZone"]) == ("eu-west-1", "eu-west-1a")
    assert found["version"] == "2017-09-30"


def test_answers_go_no_further_than_the_hop_limit():
    with listen(0, 3) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 3


@pytest.mark.parametrize("wrong", [{}, {"Authorization": ""}, {"Authorization": TOKEN + "x"}])
def test_container_credentials_need_the_token(endpoints, wrong):
    status, _, text = ask(endpoints, "GET", "/v1/credentials", **wrong)

    assert status == 401
    assert json.loads(text)["code"] == "Unauthorized"
    assert "AccessKeyId" not in text


def test_container_credentials_name_role_and_account(endpoints):
    status, _, text = ask(endpoints, "GET", "/v1/credentials", Authorization=TOKEN)

    found = json.loads(text)
    assert status == 200
    assert (found["RoleArn"], found["AccountId"]) == (ROLE, ACCOUNT)
    assert ask(endpoints, "POST", "/v1/credentials", Authorization=TOKEN)[0] == 405
