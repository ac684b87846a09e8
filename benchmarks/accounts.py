"""One organization of 1,000 accounts: what its service control policies cost, and their change.

A hundred units two levels deep, a policy at the root, at every unit and at every account; in each
account a user. Peers that know an organization do not decide by its policies, so none is beside.

    python benchmarks/accounts.py [--quick] [--format json]
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

import boto3

from benchmarks import command, contenders
from benchmarks.figures import US, Figure, Goal
from benchmarks.load import REGION, Key, drive, signed, status
from benchmarks.servers import ACCOUNT, KEY, SECRET, Server
from benchmarks.workloads import allow, deny, document

ACCOUNTS = 1_000
UNITS = 10
CHANGES = 20
MEBI = 1 << 20
OK, FORBIDDEN = 200, 403
FORM = "Version=2010-05-08&Action=GetUser&UserName=alice"


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Everything about one large organization."""
    count = 20 if quick else ACCOUNTS
    with tempfile.TemporaryDirectory(prefix="bench-") as text:
        folder = Path(text)
        (folder / "seed.yaml").write_text(json.dumps(seed(count)), "utf-8")
        first = contenders.doorward(data_dir=folder / "data", seed=folder / "seed.yaml")
        first.stop()
        server = contenders.doorward(data_dir=folder / "data")
        try:
            yield from served(server, count, first.ready_seconds)
            yield from changed(server, count)
        finally:
            server.stop()


def served(server: Server, count: int, seeded: float) -> Iterator[Figure]:
    """Time to the first answer, the cost of a request of each account, memory afterwards."""
    yield Figure(what(count, "load"), US, server.ready_seconds, "s", Goal(3))
    yield Figure(what(count, "seeded from a file"), US, seeded, "s")
    asked = [signed(server, key_of(n), "iam", "/", FORM) for n in range(count)]
    cold = drive(server, iter(asked))
    warm = drive(server, iter(asked * 3))
    note = "GetUser under policies at four levels"
    yield Figure(what(count, "first request of each"), US, cold.microseconds, "us CPU", note=note)
    yield Figure(what(count, "further requests"), US, warm.microseconds, "us CPU", note=note)
    yield Figure(what(count, "memory"), US, server.resident_bytes() / MEBI, "MiB", Goal(450))


def changed(server: Server, count: int) -> Iterator[Figure]:
    """From the acknowledgement of a change of the root's policy to an answer that shows it."""
    session = boto3.Session(KEY, SECRET, region_name=REGION)
    client = session.client("organizations", endpoint_url=server.endpoint)
    listed = client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    policy = next(one["Id"] for one in listed if one["Name"] == "root")
    looks = signed(server, key_of(count - 1), "iam", "/", FORM)
    taken: list[float] = []
    for turn in range(CHANGES):
        wanted = (FORBIDDEN, OK)[turn % 2]
        content = document([deny("iam:*" if wanted == FORBIDDEN else "sqs:*", "*")])
        client.update_policy(PolicyId=policy, Content=json.dumps(content))
        begun = time.perf_counter()
        while status(server.endpoint, looks) != wanted:
            pass
        taken.append((time.perf_counter() - begun) * 1e3)
    note = "wall clock, one request included"
    yield Figure(what(count, "change visible"), US, statistics.median(taken), "ms", Goal(10), note)


def what(count: int, rest: str) -> str:
    """The name of a figure."""
    return f"organization of {count:,} accounts, {rest}"


def seed(count: int) -> dict[str, Any]:
    """The seed of the organization; the first account is the management account."""
    policies = {"root": document([deny("sqs:*", "*")])}
    units = []
    for outer in range(UNITS):
        inner = []
        for place in range(UNITS):
            members = range(outer * UNITS + place, count, UNITS * UNITS)
            accounts = [account(n) for n in members if n]
            name = f"unit-{outer}-{place}"
            policies[name] = document([deny("s3:*", f"arn:aws:s3:::{name}/*")])
            inner.append({"name": name, "accounts": accounts, "policies": [name]})
        policies[f"unit-{outer}"] = document([deny("s3:*", f"arn:aws:s3:::unit-{outer}/*")])
        units.append({"name": f"unit-{outer}", "units": inner, "policies": [f"unit-{outer}"]})
    return {
        "accounts": {account(n): contents(n) for n in range(count)},
        "organization": {
            "management": ACCOUNT,
            "units": units,
            "policies": ["root"],
            "service_control_policies": policies,
        },
    }


def account(n: int) -> str:
    """The id of the *n*th account."""
    return ACCOUNT if n == 0 else f"{100_000_000_000 + n}"


def key_of(n: int) -> Key:
    """The key of the user in the *n*th account."""
    return Key(f"AKIABENCHUSER{n:07d}", f"secret-of-the-user-{n:021d}")


def contents(n: int) -> dict[str, Any]:
    """What an account holds."""
    policy = document([allow("iam:GetUser", f"arn:aws:iam::{account(n)}:user/alice")])
    key = key_of(n)
    user = {"inline": {"self": policy}, "access_keys": [{"id": key.id, "secret": key.secret}]}
    found: dict[str, Any] = {"users": {"alice": user}}
    if n == 0:
        found["root"] = {"access_key_id": KEY, "secret_access_key": SECRET}
    return found


if __name__ == "__main__":
    command.run(figures, __doc__)
