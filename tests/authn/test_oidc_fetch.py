"""Fetching from identity providers stays within its limits, over real sockets on loopback."""

import time
from ipaddress import IPv4Address

import pytest

from authn.issuer import Serving
from doorward.authn import oidc_addresses
from doorward.authn.oidc_addresses import Forbidden, permitted
from doorward.authn.oidc_fetch import MOST_BYTES, Fetcher, Unpinned, Unreachable, Unusable


def local(host, seconds):
    return ["127.0.0.1"]


FETCHER = Fetcher(allow_private=True, resolve=local, seconds=2)
ADDRESSES = [
    # address                 of the Internet  where private ones are allowed
    ("93.184.215.14", True, True),
    ("2606:2800:21f::1", True, True),
    ("127.0.0.1", False, True),
    ("::1", False, True),
    ("10.1.2.3", False, True),
    ("172.16.0.1", False, True),
    ("192.168.1.1", False, True),
    ("fd00::1", False, True),
    ("::ffff:10.0.0.1", False, True),      # IPv4 inside IPv6
    ("64:ff9b::7f00:1", False, True),      # through NAT64
    ("2002:0a00:0001::1", False, True),    # through 6to4
    ("64:ff9b::5db8:d70e", True, True),
    ("169.254.169.254", False, False),     # credentials of cloud machines
    ("::ffff:169.254.169.254", False, False),
    ("64:ff9b::a9fe:a9fe", False, False),
    ("fe80::1%eth0", False, False),
    (str(IPv4Address(0)), False, False),
    ("::", False, False),
    ("224.0.0.1", False, False),
    ("ff02::1", False, False),
    ("255.255.255.255", False, False),
    ("240.0.0.1", False, False),
]  # fmt: skip


def allowed(texts, *, allow_private):
    try:
        return bool(permitted(texts, allow_private=allow_private))
    except Forbidden:
        return False


@pytest.mark.parametrize(("address", "public", "private"), ADDRESSES)
def test_only_addresses_of_the_internet_may_be_reached_unless_private_ones_are_allowed(
    address, public, private
):
    assert allowed([address], allow_private=False) is public
    assert allowed([address], allow_private=True) is private


def test_one_forbidden_address_among_others_forbids_the_name():
    assert not allowed(["93.184.215.14", "10.0.0.1"], allow_private=False)
    assert not allowed([], allow_private=True)


def test_a_private_address_is_not_reached_unless_allowed(tmp_path):
    with Serving(tmp_path) as server:
        server.pages["/"] = (200, {}, b"found")
        with pytest.raises(Unusable):
            Fetcher(resolve=local).get(server.url + "/", [server.thumbprint])
        assert server.asked == []
        assert FETCHER.get(server.url + "/", [server.thumbprint]) == b"found"


def test_the_name_is_resolved_once_and_the_address_that_was_checked_is_used(tmp_path):
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    fetcher = Fetcher(allow_private=True, resolve=lambda host, seconds: answers.pop(0))
    with Serving(tmp_path) as server:
        server.pages["/"] = (200, {}, b"found")

        assert fetcher.get(server.url + "/", [server.thumbprint]) == b"found"
    assert len(answers) == 1


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 404, 500])
def test_anything_but_200_is_no_document_and_no_redirect_is_followed(status):
    with Serving() as server:
        server.pages["/"] = (status, {"Location": f"{server.url}/there"}, b"")
        server.pages["/there"] = (200, {}, b"found")
        with pytest.raises(Unusable):
            FETCHER.get(server.url + "/")
        assert server.asked == ["/"]


def test_a_document_of_more_than_a_mebibyte_is_refused():
    with Serving() as server:
        server.pages["/most"] = (200, {}, b" " * MOST_BYTES)
        server.pages["/more"] = (200, {}, b" " * (MOST_BYTES + 1))
        server.pages["/packed"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")

        assert len(FETCHER.get(server.url + "/most")) == MOST_BYTES
        for path in ("/more", "/packed"):
            with pytest.raises(Unusable):
                FETCHER.get(server.url + path)


def drip(handler):
    """A head that never ends, a byte at a time: each is in time, all together are not."""
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def test_the_time_is_limited_as_a_whole_and_not_for_each_byte():
    begun = time.monotonic()
    with Serving() as server:
        server.pages["/"] = drip
        with pytest.raises(Unusable):
            Fetcher(allow_private=True, resolve=local, seconds=0.3).get(server.url + "/")
    assert time.monotonic() - begun < 2


def test_a_certificate_is_trusted_only_by_its_thumbprint_where_no_authority_vouches(tmp_path):
    with Serving(tmp_path) as server:
        server.pages["/"] = (200, {}, b"found")
        for thumbprints in ([], ["0" * 40]):
            with pytest.raises(Unpinned):
                FETCHER.get(server.url + "/", thumbprints)
        assert server.asked == []

        assert FETCHER.get(server.url + "/", ["0" * 40, server.thumbprint.upper()]) == b"found"


def test_a_thumbprint_does_not_do_for_another_host(tmp_path):
    with Serving(tmp_path, names=("elsewhere.example",)) as server, pytest.raises(Unpinned):
        FETCHER.get(server.url + "/", [server.thumbprint])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost/",
        "file:///etc/passwd",
        "https:///path",
        "https://user@localhost/",
        "https://localhost/#part",
        "https://localhost:99999/",
        "https://[::1/",
        "https://local host/",
        "https://localhost/\r\nHost: other",
        "https://löcal/",
        "localhost",
    ],
)
def test_a_url_that_may_not_be_asked_is_not(url):
    with pytest.raises(Unusable):
        FETCHER.get(url)


def test_plain_http_is_spoken_to_private_addresses_only():
    def public(host, seconds):
        return ["93.184.215.14"]

    with pytest.raises(Unusable):
        Fetcher(allow_private=False, resolve=local).get("http://localhost/")
    with pytest.raises(Unusable):
        Fetcher(allow_private=True, resolve=public).get("http://issuer.example/")


def test_where_nothing_answers_the_issuer_is_unreachable():
    def nowhere(host, seconds):
        raise OSError(host)

    with Serving() as server:
        port = server.port
    with pytest.raises(Unreachable):
        FETCHER.get(f"http://localhost:{port}/")
    with pytest.raises(Unreachable):
        Fetcher(resolve=nowhere).get("https://issuer.example/")


def test_the_resolver_finds_loopback():
    assert set(oidc_addresses.resolve("localhost", 5)) <= {"127.0.0.1", "::1"}
