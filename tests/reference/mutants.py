"""The mutant gate: the engine with a fault in it has to be found out within so many cases.

A fault is put into a copy of the engine's source, and that copy is imported by a process of its
own; everything else of the product is the product's. So the pure Python is what is tried, also
where a compiled build lies beside it.
"""

import importlib.util
import json
import multiprocessing
import os
import pathlib
import signal
import sys
import tempfile
import time
from typing import NamedTuple

from . import generator
from .evaluator import evaluate
from .faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parents[2] / "src" / "doorward"
LIMIT = 20_000
PATIENCE_SECONDS = 100
CASES = []
TEXTS = {}


class Verdict(NamedTuple):
    """What became of a fault: `at` is how many cases it took, None where it was not found out."""

    fault: str
    at: int | None
    trouble: str


def mend(fault, source):
    """*source* with the fault in it; a sentence where its text is not there once."""
    count = source.count(fault.old)
    if count != 1:
        return (
            None,
            f"the text of this fault stands {count} times in engine/{fault.file}; rewrite it in faults.py",
        )
    return source.replace(fault.old, fault.new), ""


def sources():
    """The text of every file of the engine, by name; read once, so that all faults meet the same."""
    engine = ROOT / "engine"
    return {str(file.relative_to(engine)): file.read_text() for file in engine.rglob("*.py")}


def copy_of_package(folder, texts, fault):
    """A package `doorward` in *folder*: the engine of *texts*, with the fault, all else linked."""
    broken, trouble = mend(fault, texts.get(fault.file, ""))
    package = folder / "doorward"
    package.mkdir()
    for child in ROOT.iterdir():
        if child.name not in ("engine", "__pycache__"):
            (package / child.name).symlink_to(child)
    for name, text in texts.items():
        file = package / "engine" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(broken if name == fault.file and broken else text)
    return trouble


def first_difference(texts):
    """The number of cases after which the product differs, None where it never does."""
    from . import product

    for number, text in enumerate(texts):
        cases, expected = json.loads(text)
        if product.outcomes(cases) != expected:
            return number + 1
    return None


def judge(fault):
    """Try one fault; called in a process that has not imported the product."""
    assert "doorward" not in sys.modules, "the product must not be imported before the fault is in"
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("took too long")))
    with tempfile.TemporaryDirectory() as name:
        trouble = copy_of_package(pathlib.Path(name), TEXTS, fault)
        if trouble:
            return Verdict(fault.name, None, trouble)
        sys.dont_write_bytecode = True
        sys.path.insert(0, name)
        found = importlib.util.find_spec("doorward")
        assert found.origin.startswith(name), f"{found.origin} is not the copy"
        signal.alarm(PATIENCE_SECONDS)
        try:
            return Verdict(fault.name, first_difference(CASES), "")
        except TimeoutError:
            return Verdict(fault.name, len(CASES), "")  # a fault that hangs is found out
        except (ImportError, SyntaxError, NameError, TypeError) as error:
            return Verdict(fault.name, None, f"the fault does not import: {error}")
        finally:
            signal.alarm(0)


def run(seed, faults=FAULTS, limit=LIMIT, workers=2):
    """A verdict for each of *faults*, and the seconds it took."""
    began = time.perf_counter()
    TEXTS.update(sources())
    CASES[:] = [
        json.dumps([cases, [evaluate(case) for case in cases]])
        for cases in (generator.make(seed, number) for number in range(limit))
    ]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        verdicts = pool.map(judge, faults, chunksize=1)
    return verdicts, time.perf_counter() - began
