"""Proofs that are tests: run by pytest in a process of their own, counted from its report."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]


class Suite(NamedTuple):
    """A proof, the tests that are it, and what they are called in the table."""

    proof: str
    noun: str
    arguments: tuple[str, ...]


def suites(fuzz_seconds):
    """The proofs beside the engine's own: portable cases, authentication, parsers."""
    seconds = f"--fuzz={fuzz_seconds:g}"
    return [
        Suite(
            "the cases from AWS's pages hold",
            "tests",
            ("tests/cases", "tests/engine/test_cases.py"),
        ),
        Suite("no wrong way to sign lets anyone in", "tests", ("tests/authn",)),
        Suite(
            f"nothing breaks a parser in {fuzz_seconds:g} s each", "tests", ("tests/fuzz", seconds)
        ),
    ]


def run(suite, workers):
    """Size, result, seconds and troubles of *suite*, as a row of the table has them."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            str(workers),
            f"--junit-xml={report}",
        ]
        done = subprocess.run(
            [*command, *suite.arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if not report.exists():
            return "none", "did not run", time.perf_counter() - began, [done.stdout + done.stderr]
        found = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest's own
    bad = [
        f"{case.get('classname')}::{case.get('name')}"
        for case in found.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]
    if done.returncode and not bad:
        bad = [done.stdout[-2000:]]
    skipped = int(found.get("skipped", "0"))
    ran = int(found.get("tests", "0")) - skipped
    result = f"{len(bad)} failed" + (f", {skipped} skipped" if skipped else "")
    if not ran:
        bad.append("nothing was run")
    return f"{ran:,} {suite.noun}", result, time.perf_counter() - began, bad
