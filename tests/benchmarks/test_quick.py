"""The benchmarks run from end to end; how long anything takes is not asserted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.figures import Figure, Goal, rows

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def measured(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run(f"benchmarks/{name}.py", "--quick", "--format", "json")
    )
    return found


@pytest.fixture(scope="module")
def decisions() -> list[dict[str, Any]]:
    return measured("decision")


@pytest.mark.parametrize(
    "name",
    ["http", "size", "accounts", "dumps", "start", "verify", "gateway", "proofs", "validation"],
)
def test_each_benchmark_runs_as_a_script_and_measures_doorward(name: str) -> None:
    ours = [one for one in measured(name) if one["who"] == "doorward"]

    assert ours
    assert all(one["value"] is not None for one in ours)


def test_the_trail_is_asked_beside_plain_tools() -> None:
    found = measured("audit")

    assert not [one for one in found if "ANOTHER ANSWER" in one["note"]]
    assert all(one["value"] is not None for one in found if "LookupEvents" not in one["what"])


def test_the_stages_of_a_request_are_shares_of_it() -> None:
    found = measured("stages")

    assert {one["who"] for one in found} >= {"route", "signature", "event", "answer written"}
    assert all(0 < one["value"] < 100 for one in found if one["who"] != "of those the decision")


def test_a_peer_that_is_absent_stays_in_the_table_with_the_reason(decisions) -> None:
    kinds = {one["who"]: one for one in decisions if one["what"] == "decision, five kinds"}

    assert kinds["moto"]["note"].startswith("absent: ")


def test_every_answer_of_the_engines_that_read_all_of_a_policy_is_right(decisions) -> None:
    whole = {"doorward", "doorward, compiled", "cedarpy", "regorus", "iam-simulate"}

    assert not [one for one in decisions if one["who"] in whole and "right" in one["note"]]


def test_the_page_names_every_part_and_every_goal_that_is_missed(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"

    run("-m", "benchmarks", "--quick", "--only", "decision", "--write", str(page))

    text = page.read_text("utf-8")
    assert "## One decision" in text
    assert ("MISSED" in text) == ("## What misses its goal" in text)


def test_a_ratio_is_a_peer_s_figure_over_ours() -> None:
    ours = Figure("decision", "doorward", 2.0, "us", Goal(1))
    theirs = Figure("decision", "moto", 30.0, "us")

    first, second = rows([ours, theirs])

    assert (first.ratio, first.goal) == ("", "<= 1.00 MISSED")
    assert second.ratio == "15.0x"
