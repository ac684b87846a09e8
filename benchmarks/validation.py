"""Validation of all AWS managed policies on one core, beside parliament in the same run.

CPU time of finding what is wrong with a policy's text. The first pass reads the catalogue on its
way, the second finds it read.

    python benchmarks/validation.py [--quick] [--format json]
"""

import gc
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command
from benchmarks.contest import Absent
from benchmarks.figures import US, Figure, Goal, absent
from doorward.analysis.validation.check import validate
from doorward.analysis.validation.draft import Kind
from doorward.catalog import managed_policies

GOAL = Goal(1_000, at_least=True)
PEER = "parliament"
FOLDER = Path(sys.prefix) / PEER
"""A place of its own: it asks for a setuptools that is older than ours."""
SAMPLE = 10
"""Of so many policies the peer gets one: it takes ten times as long and more."""


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Policies a second, first and again, and of the peer."""
    gc.collect()
    gc.freeze()  # what other benchmarks left behind need not be gone through again and again
    documents = [one.document for one in managed_policies.records()]
    documents = documents[::50] if quick else documents
    note = f"{len(documents):,} policies"
    first = rate(ours, documents)
    yield Figure("validation, catalogue read", US, rate(ours, documents), "policies/s", GOAL, note)
    yield from beside(documents)
    yield Figure("validation, first pass", US, first, "policies/s", note=note)


def ours(document: str) -> None:
    """What is wrong with one policy, as ValidatePolicy tells."""
    validate(document, Kind.IDENTITY)


def rate(check: Callable[[str], None], documents: Sequence[str]) -> float:
    """How many of *documents* are checked in a second of CPU time."""
    started = time.process_time()
    for one in documents:
        check(one)
    return len(documents) / (time.process_time() - started)


def beside(documents: Sequence[str]) -> Iterator[Figure]:
    """The same of parliament, on a part of them."""
    what = "validation, catalogue read"
    try:
        check = peer()
    except Absent as error:
        yield absent(what, PEER, str(error))
        return
    some = documents[::SAMPLE]
    check(some[0])
    note = f"{PEER} {version(PEER)}; every tenth policy"
    yield Figure(what, PEER, rate(check, some), "policies/s", note=note)


def peer() -> Callable[[str], None]:
    """Parliament's check of a policy.

    Raises:
        Absent: it is not installed, or what it needs is not.
    """
    sys.path.append(str(FOLDER))  # behind ours, as it brings a boto3 too
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks setuptools for its files
            parliament = import_module(PEER)
    except ImportError as error:
        sys.path.remove(str(FOLDER))
        raise Absent(str(error)) from error

    def check(document: str) -> None:
        parliament.analyze_policy_string(document)

    return check


if __name__ == "__main__":
    command.run(figures, __doc__)
