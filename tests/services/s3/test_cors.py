"""CORS: which rule is for a page, and what a browser is told over HTTP."""

import http.client
from typing import Any

import pytest

from doorward.services.s3.cors import Asked, fits, matching, told
from services.served import Clients, clients, served

__all__ = ["clients", "served"]

PATTERNS = [
    ("*",                      "https://a.example.com", True),
    ("https://a.example.com",  "https://a.example.com", True),
    ("https://a.example.com",  "http://a.example.com",  False),
    ("https://*.example.com",  "https://a.example.com", True),
    ("https://*.example.com",  "https://example.com",   False),
    ("https://a*a",            "https://a",             False),  # the two ends do not overlap
    ("https://?.example.com",  "https://a.example.com", False),
    ("",                       "",                      True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "expected"), PATTERNS)
def test_a_pattern_has_one_wildcard(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


FIRST = {"AllowedOrigins": ["https://a.example.com"], "AllowedMethods": ["PUT"],
         "AllowedHeaders": ["x-amz-*", "Content-Type"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 9}  # fmt: skip
SECOND = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}

RULES = [
    (Asked("https://a.example.com", "PUT"), FIRST),
    (Asked("https://a.example.com", "PUT", ("content-type", "x-amz-date")), FIRST),
    (Asked("https://a.example.com", "PUT", ("x-other",)), None),
    (Asked("https://b.example.com", "PUT"), None),
    (Asked("https://a.example.com", "GET"), SECOND),
    (Asked("https://a.example.com", "GET", ("content-type",)), None),
    (Asked("https://b.example.com", "DELETE"), None),
]


@pytest.mark.parametrize(("asked", "expected"), RULES)
def test_the_first_rule_that_allows_all_is_the_one(asked: Asked, expected: dict | None) -> None:
    assert matching([FIRST, SECOND], asked) is expected


def test_an_origin_that_is_named_is_told_with_credentials_and_everyone_without() -> None:
    named = dict(told(FIRST, Asked("https://a.example.com", "PUT")))
    everyone = dict(told(SECOND, Asked("https://b.example.com", "GET")))

    assert named["access-control-allow-origin"] == "https://a.example.com"
    assert named["access-control-allow-credentials"] == "true"
    assert everyone["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in everyone


class Browser:
    """Sends requests as a page of *origin* does."""

    def __init__(self, clients: Clients, origin: str) -> None:
        self.port, self.origin = int(clients.port), origin

    def send(self, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Origin": self.origin} | named)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
        connection.close()
        return answer.status, found, body


@pytest.fixture
def page(clients: Clients) -> Browser:
    s3 = clients.client("s3")
    for name in ("reports", "plain"):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"text")
    s3.put_bucket_cors(Bucket="reports", CORSConfiguration={"CORSRules": [FIRST, SECOND]})
    return Browser(clients, "https://a.example.com")


PREFLIGHT: Any = {
    "Access_Control_Request_Method": "PUT",
    "Access_Control_Request_Headers": "Content-Type, X-Amz-Date",
}


def test_a_preflight_request_is_answered_to_whoever_asks(page: Browser) -> None:
    for path in ("/reports/k", "/reports/missing", "/reports"):
        status, headers, body = page.send("OPTIONS", path, **PREFLIGHT)

        assert (status, body) == (200, b"")
        assert headers["access-control-allow-origin"] == "https://a.example.com"
        assert headers["access-control-allow-methods"] == "PUT"
        assert headers["access-control-allow-headers"] == "content-type, x-amz-date"
        assert headers["access-control-expose-headers"] == "ETag"
        assert headers["access-control-max-age"] == "9"
        assert "Origin" in headers["vary"]


REFUSED: Any = [
    ("/plain/k",   PREFLIGHT,                                     403, b"CORS is not enabled"),
    ("/nope/k",    PREFLIGHT,                                     403, b"Bucket not found"),
    ("/reports/k", {**PREFLIGHT, "Access_Control_Request_Method": "DELETE"}, 403, b"not allowed"),
    ("/reports/k", {**PREFLIGHT, "Origin": "https://b.example.com"}, 403, b"not allowed"),
    ("/reports/k", {},                                            400, b"Insufficient information"),
]  # fmt: skip


def test_a_preflight_request_that_no_rule_is_for(page: Browser) -> None:
    for path, headers, status, sentence in REFUSED:
        found, told_headers, body = page.send("OPTIONS", path, **headers)

        assert (found, sentence in body) == (status, True), (path, headers)
        assert "access-control-allow-origin" not in told_headers


def test_an_answer_is_for_the_page_too_and_still_decided_by_policy(page: Browser) -> None:
    status, headers, _ = page.send("GET", "/reports/k")
    assert status == 403  # anonymous; a rule of CORS is no permission
    assert headers["access-control-allow-origin"] == "*"

    _, headers, _ = page.send("DELETE", "/reports/k")
    assert "access-control-allow-origin" not in headers
    _, headers, _ = page.send("GET", "/plain/k")
    assert "access-control-allow-origin" not in headers
