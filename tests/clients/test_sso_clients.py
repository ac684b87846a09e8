"""What clients of Identity Center may ask for, and where codes may go."""

import pytest

from clients.browser import ask
from clients.center import CALLBACK, Browser, Center, Device
from clients.conftest import Served
from clients.test_sso import code, refused


@pytest.fixture(scope="module")
def center():
    server = Served()
    yield Center(server)
    server.stop()


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://elsewhere.example/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1:7777/other"},
        {"redirect_uri": "http://127.0.0.1@elsewhere.example/oauth/callback"},
        {"redirect_uri": "http://localhost:7777/oauth/callback"},  # 127.0.0.1 was registered
        {"client_id": "nobody"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"scopes": "sso:account:access more"},
        {"state": ""},
        {"response_type": "token"},
    ],
    ids="-".join,
)
def test_a_code_goes_nowhere_but_to_where_the_client_registered(center, other):
    answer = Browser(center).page(**other)

    assert (answer.status, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"clientType": "confidential"}, "invalid_client_metadata"),
        ({"scopes": ["everything"]}, "invalid_scope"),
        ({"grantTypes": ["password"]}, "unsupported_grant_type"),
        ({"redirectUris": ["https://elsewhere.example/"]}, "invalid_redirect_uri"),
        ({"redirectUris": ["http://127.0.0.1.elsewhere.example/"]}, "invalid_redirect_uri"),
        ({"issuerUrl": "https://d-0000000000.awsapps.com/start"}, "invalid_request"),
        ({"grantTypes": ["authorization_code"], "redirectUris": [CALLBACK]}, "invalid_request"),
    ],
)
def test_clients_that_could_misuse_a_grant_are_not_registered(center, given, error):
    asked = {"clientName": "x", "clientType": "public"} | given

    assert refused(center.oidc.register_client, **asked)[1] == error


def test_a_client_uses_no_grant_that_it_did_not_register_for(center):
    device, browser = Device(center), Browser(center)

    grant = {"grantType": "authorization_code", "code": "x"}
    assert code(device.token, **grant) == "UnauthorizedClientException"
    start = {"startUrl": center.start_url}
    begin = center.oidc.start_device_authorization
    assert code(begin, **browser.client, **start) == "UnauthorizedClientException"
    assert code(device.token, grantType="nonsense") == "UnsupportedGrantTypeException"


def test_a_start_url_must_name_an_instance_that_is_there(center):
    device = Device(center)
    begin = center.oidc.start_device_authorization

    wrong = [f"https://x{center.store_id}.example/start", "https://example.org/start"]
    for one in [*wrong, f"https://{center.store_id}.d-0123456789.example/start"]:
        assert code(begin, **device.client, startUrl=one) == "InvalidRequestException"
    own = f"https://{center.store_id}.awsapps.com/start#"
    assert begin(**device.client, startUrl=own)["userCode"]


def test_what_is_typed_is_shown_as_text(center):
    answer = Device(center).sign_in("<script>alert(1)</script>", "x")

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_paths_are_buckets_again_where_nothing_says_otherwise(center):
    for method, path in [
        ("GET", "/authorize"),
        ("GET", "/token"),
        ("POST", "/token"),
        ("GET", "/logout"),
    ]:
        assert "<Error>" in ask(center.served, method, path).text
