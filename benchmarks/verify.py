"""Verifying one signed request: doorward beside botocore, which has to sign again to compare.

The signing key of the day is known already, as it is to a server after the first request. The
figure is CPU time in interleaved rounds, its median.

    python benchmarks/verify.py [--quick] [--format json]
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks import command
from benchmarks.contest import Effort, InProcess, contest
from benchmarks.figures import US, Figure, Goal
from benchmarks.load import REGION
from benchmarks.servers import ACCOUNT, KEY, SECRET
from doorward.authn.caller import AccessKey
from doorward.authn.errors import Family
from doorward.authn.sigv4 import verify
from doorward.authn.token import Tokens
from doorward.base.http import HttpRequest
from doorward.server.body import MemoryBody

HOST = "localhost:4566"
FORM = "Version=2010-05-08&Action=GetUser&UserName=alice"
REQUESTS = {
    "S3 GET": ("s3", "GET", "/bench/object", ""),
    "S3 GET, four parameters": (
        "s3",
        "GET",
        "/bench?list-type=2&prefix=a%2Fb&max-keys=9&delimiter=%2F",
        "",
    ),
    "IAM POST": ("iam", "POST", "/", FORM),
}
ROOT = AccessKey(KEY, SECRET, ACCOUNT, None, None, active=True)
ANSWER = [("", "", True)]


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The cost of verifying each request."""
    effort = Effort(rounds=1, seconds=0.005) if quick else Effort()
    for name, (service, method, path, body) in REQUESTS.items():
        engines = {
            US: ours(service, method, path, body),
            "botocore": again(service, method, path, body),
        }
        notes = {US: "", "botocore": f"botocore {version('botocore')}, signing again"}
        for who, result in contest(engines, ANSWER, effort).items():
            goal = Goal(10) if who == US else None
            what = f"verification, {name}"
            yield Figure(what, who, result.microseconds, "us", goal, notes[who])


def signed(service: str, method: str, path: str, body: str) -> AWSRequest:
    """A request with its signature."""
    headers = {"Host": HOST}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    request = AWSRequest(method, f"http://{HOST}{path}", headers=headers, data=body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(KEY, SECRET), service, REGION).add_auth(request)
    return request


def ours(service: str, method: str, path: str, body: str) -> InProcess:
    """Doorward's verifier."""
    sent = signed(service, method, path, body)
    headers = [(name.lower(), str(value)) for name, value in sent.headers.items()]
    raw, _, query = path.partition("?")
    family = Family.S3 if service == "s3" else Family.QUERY
    tokens, now = Tokens(bytes(32)), datetime.now(UTC)

    def asked(action: str, resource: str) -> bool:
        del action, resource
        request = HttpRequest(method, raw, query, headers, MemoryBody(body.encode()))
        caller = verify(
            request,
            service=service,
            family=family,
            find_key=lambda _: ROOT,
            tokens=tokens,
            now=now,
        )
        return caller.account == ACCOUNT

    return InProcess(asked, ANSWER)


def again(service: str, method: str, path: str, body: str) -> InProcess:
    """Botocore, signing a request like the one that came in."""

    def asked(action: str, resource: str) -> bool:
        del action, resource
        return "Authorization" in signed(service, method, path, body).headers

    return InProcess(asked, ANSWER)


if __name__ == "__main__":
    command.run(figures, __doc__)
