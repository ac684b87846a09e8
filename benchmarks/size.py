"""A large world: 100,000 users, 10,000 roles, 20,000 policies of five statements.

How long a server takes to its first answer over it, what memory it holds after thousands of users
have called, how soon a policy change is visible, and what the first decision after it costs.
No peer keeps a world between starts or decides by it, so none is beside these figures.

    python benchmarks/size.py [--quick] [--format json]
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from sqlalchemy import Connection, update

from benchmarks import command, contenders
from benchmarks.figures import US, Figure, Goal
from benchmarks.load import Key, drive, signed, status
from benchmarks.population import Size, inline, policy_arn, populate, unique_id
from benchmarks.servers import ACCOUNT, Server
from benchmarks.workloads import CONTEXT, allow, document
from doorward.base.ids import RandomIds
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Principal, PrincipalKind, Request
from doorward.store import secrets
from doorward.store.database import Database
from doorward.store.live import Live
from doorward.store.tables.policy import inline_policies

CHANGES = 20
CHANGE = "Version=2010-05-08&Action=PutUserPolicy&UserName=user-0&PolicyName=self"
OK, FORBIDDEN = 200, 403
MEBI = 1 << 20
SMALL = Size(users=200, roles=20, policies=40, keys=50)


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Everything about one large world."""
    size = SMALL if quick else Size()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        keys = populate(Path(folder), size)
        server = contenders.doorward(data_dir=Path(folder))
        try:
            yield from served(server, keys, size)
            yield from changed(server, keys[0], size)
        finally:
            server.stop()
        yield from inside(Path(folder))


def what(size: Size, rest: str) -> str:
    """The name of a figure."""
    return f"{size.users:,} users, {rest}"


def served(server: Server, keys: Sequence[Key], size: Size) -> Iterator[Figure]:
    """Time to the first answer, and memory when many have called."""
    yield Figure(what(size, "load"), US, server.ready_seconds, "s", Goal(3))
    form = "Version=2010-05-08&Action=GetUser&UserName=user-{}"
    asked = [signed(server, key, "iam", "/", form.format(n)) for n, key in enumerate(keys)]
    load = drive(server, iter(asked))
    note = f"after {len(keys):,} users have called"
    memory = server.resident_bytes() / MEBI
    yield Figure(what(size, "memory"), US, memory, "MiB", Goal(450), note)
    note = "GetUser by a user who was not in memory"
    yield Figure(what(size, "first request of a user"), US, load.microseconds, "us CPU", note=note)


def changed(server: Server, key: Key, size: Size) -> Iterator[Figure]:
    """From the acknowledgement of a policy change to an answer that shows it."""
    root = Key(server.key, server.secret)
    looks = signed(server, key, "iam", "/", "Version=2010-05-08&Action=GetUser&UserName=user-0")
    changes = [
        signed(server, root, "iam", "/", f"{CHANGE}&PolicyDocument={quote(one)}")
        for one in (json.dumps(document([allow("s3:*", "*")])), inline(0)["document"])
    ]
    taken: list[float] = []
    tries = 0
    for turn in range(CHANGES):
        wanted = (FORBIDDEN, OK)[turn % 2]
        status(server.endpoint, changes[turn % 2])
        begun = time.perf_counter()
        tries += 1
        while status(server.endpoint, looks) != wanted:
            tries += 1
        taken.append((time.perf_counter() - begun) * 1e3)
    note = f"wall clock, one request included; {tries} requests for {CHANGES} changes"
    yield Figure(what(size, "change visible"), US, statistics.median(taken), "ms", Goal(10), note)


def inside(folder: Path) -> Iterator[Figure]:
    """The first decision about a user after a change of its policies, without HTTP."""
    database = Database.open(folder)
    try:
        live = Live(database, secrets.load(database, RandomIds()))
        taken = []
        for turn in range(CHANGES):
            database.write(lambda db, turn=turn: change(db, turn))  # type: ignore[misc] # bound
            begun = time.thread_time()
            first_decision(live)
            taken.append((time.thread_time() - begun) * 1e3)
    finally:
        database.close()
    name = "large world, first decision after a change"
    yield Figure(name, US, statistics.median(taken), "ms CPU", Goal(1), "read, compiled, decided")


def change(db: Connection, turn: int) -> None:
    """Another inline policy for the first user."""
    text = json.dumps(document([allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/{turn}")]))
    query = update(inline_policies).where(inline_policies.c.entity_id == unique_id("AIDA", 0))
    db.execute(query.values(document=text))


def first_decision(live: Live) -> None:
    """Decide one request of the first user."""
    entity = live.user(ACCOUNT, unique_id("AIDA", 0))
    if entity is None:
        raise LookupError(policy_arn(0))
    who = Principal(PrincipalKind.USER, entity.arn, ACCOUNT, entity.unique_id)
    asked = Request(who, "s3:GetObject", "arn:aws:s3:::bucket-0/x", CONTEXT, ACCOUNT)
    decide(asked, Applicable(identity=entity.identity))


if __name__ == "__main__":
    command.run(figures, __doc__)
