"""What the gateway adds to a request of another service, beside the service alone.

Added: verifying the signature, reading and validating the parameters, mapping them to actions and
resources, deciding by the caller's policies and the resource's own, and writing the request anew.
Alone: moto in its child process answering the same request, over a new connection each time. Both
are wall-clock times of one request after another.

    python benchmarks/gateway.py [--quick] [--format json]
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks import command
from benchmarks.contest import Absent
from benchmarks.figures import US, Figure, absent
from benchmarks.load import REGION
from benchmarks.servers import ACCOUNT
from doorward.base.clock import SystemClock
from doorward.base.http import HttpRequest
from doorward.base.ids import RandomIds
from doorward.gateway.exchange import Addressed, exchange
from doorward.gateway.memory import Scope
from doorward.gateway.upstream import installed
from doorward.server.body import MemoryBody
from doorward.server.passing import Passing
from doorward.server.pipeline import Pipeline
from doorward.server.running import Running
from doorward.server.settings import Settings
from doorward.server.state import RootKey

REQUESTS = 2_000
ALONE = 300
WARM_UP = 20
KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "secret-of-alice"
MOTO = "moto alone"
WHERE = f"{REGION}:{ACCOUNT}"
POLICY = (
    "{Version: '2012-10-17', Statement: [{Effect: Allow, "
    "Action: ['sqs:*', 'sns:*', 'lambda:Get*', 'dynamodb:*'], Resource: '*', "
    "Condition: {StringEquals: {'aws:RequestedRegion': us-east-1}}}]}"
)
SEED = f"""
accounts:
  "{ACCOUNT}":
    users:
      alice:
        inline: {{bench: {POLICY}}}
        access_keys: [{{id: {KEY}, secret: {SECRET}}}]
"""


class Request(NamedTuple):
    """A request of a client: its service, and what is sent."""

    service: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


JSON = "application/x-amz-json-1.0"
URL = f"http://localhost/{ACCOUNT}/bench"
PUBLISH = {
    "Action": "Publish",
    "Version": "2010-03-31",
    "TopicArn": f"arn:aws:sns:{WHERE}:bench",
    "Message": "hello",
}
KINDS = {
    "sqs SendMessage": Request(
        "sqs",
        "POST",
        "/",
        {"content-type": JSON, "x-amz-target": "AmazonSQS.SendMessage"},
        f'{{"QueueUrl": "{URL}", "MessageBody": "hello"}}'.encode(),
    ),
    "sns Publish": Request(
        "sns",
        "POST",
        "/",
        {"content-type": "application/x-www-form-urlencoded"},
        urlencode(PUBLISH).encode(),
    ),
    "dynamodb PutItem": Request(
        "dynamodb",
        "POST",
        "/",
        {"content-type": JSON, "x-amz-target": "DynamoDB_20120810.PutItem"},
        b'{"TableName": "bench", "Item": {"id": {"S": "1"}}}',
    ),
}


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The time that each request takes here and there, in the middle and at the end."""
    if not installed():
        yield absent("gateway", MOTO, "not installed")
        return
    many, alone = (WARM_UP, WARM_UP) if quick else (REQUESTS, ALONE)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        seed = Path(folder, "seed.yaml")
        seed.write_text(SEED, "utf-8")
        settings = Settings(memory=True, seed=seed, upstreams=("*=moto",))
        ids = RandomIds()
        running = Running(settings, RootKey("root", "root"), SystemClock(), ids)
        running.start()
        try:
            yield from compared(running, many, alone)
        finally:
            running.close()


def compared(running: Running, many: int, alone: int) -> Iterator[Figure]:
    """Each request through the gateway and without it."""
    gateway = running.gateway
    if gateway is None:
        raise Absent("no gateway")
    make(gateway)
    with running.database.moment():
        for name, request in KINDS.items():
            sent = signed(request)
            addressed = through(gateway, sent)
            ours = times(lambda sent=sent: through(gateway, sent), many)  # type: ignore[misc]
            theirs = times(lambda one=addressed: exchange(one), alone)  # type: ignore[misc]
            for part, label in ((0.5, "p50"), (0.99, "p99")):
                what = f"gateway, {name}, {label}"
                note = "added to each request; wall clock"
                yield Figure(what, US, quantile(ours, part), "us", note=note)
                yield Figure(what, MOTO, quantile(theirs, part), "us", note="wall clock")


def make(gateway: Passing) -> None:
    """What the requests are about."""
    created: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("sqs", "CreateQueue", {"QueueName": "bench"}),
        ("sns", "CreateTopic", {"Name": "bench"}),
        (
            "dynamodb",
            "CreateTable",
            {
                "TableName": "bench",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
    )
    for service, operation, parameters in created:
        gateway.sources.ask(service, operation, parameters, Scope(service, ACCOUNT, REGION))


def signed(request: Request) -> HttpRequest:
    """*request* as alice's client sends it."""
    made = AWSRequest(
        request.method,
        f"http://localhost:4566{request.path}",
        headers={"host": "localhost:4566", **request.headers},
        data=request.body,
    )
    SigV4Auth(Credentials(KEY, SECRET), request.service, REGION).add_auth(made)
    headers = [(name.lower(), value) for name, value in made.headers.items()]
    return HttpRequest(request.method, request.path, "", headers, MemoryBody(request.body))


def through(gateway: Passing, request: HttpRequest) -> Addressed:
    """All that is done with *request* before it is sent on."""
    pipeline: Pipeline = gateway.pipeline
    prepared = pipeline.prepare(pipeline.received(pipeline.arrive(request)))
    planned = gateway.planned(prepared, ask=True)
    gateway.admit(prepared, planned)
    return gateway.addressed(prepared.arrived, planned.owner)


def times(work: Callable[[], object], count: int) -> list[float]:
    """Microseconds of each of *count* runs."""
    for _ in range(WARM_UP):
        work()
    found = []
    for _ in range(count):
        begun = perf_counter()
        work()
        found.append((perf_counter() - begun) * 1e6)
    return found


def quantile(found: list[float], part: float) -> float:
    """The value below which *part* of *found* lies."""
    return statistics.quantiles(found, n=100, method="inclusive")[round(part * 100) - 1]


if __name__ == "__main__":
    command.run(figures, __doc__)
