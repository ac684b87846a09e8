"""The small runs of the proofs that `make prove` runs at length."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from reference import differential, generator, laws, mutants, third_party
from reference.faults import FAULTS

CASES = 5_000
LAW_CASES = 150
TESTS = pathlib.Path(__file__).parent.parent
FEW = [
    "a deny of SCPs is lost",
    "ForAllValues fails of nothing",
    "a value brings wildcards",
    "NotAction is Action",
]


def test_the_product_decides_generated_cases_as_the_reference_does():
    differences, outcomes, _ = differential.run("gate", CASES, workers=1)

    assert differences == []
    assert all(outcomes[name] > CASES // 10 for name in ("allowed", "explicitDeny", "implicitDeny"))


@pytest.mark.parametrize(
    "number", range(len(laws.LAWS)), ids=[law.__name__ for law, _ in laws.LAWS]
)
def test_no_law_is_broken(number):
    assert laws.breaches(number, "gate", LAW_CASES) == []


def test_a_number_always_makes_the_same_case():
    assert generator.make("gate", 7) == generator.make("gate", 7)
    assert generator.make("gate", 7) != generator.make("gate", 8)


def test_there_are_faults_enough_and_each_has_its_name():
    names = [fault.name for fault in FAULTS]

    assert len(names) >= 40
    assert len(set(names)) == len(names)


def test_the_text_of_every_fault_stands_in_the_engine_once():
    texts = mutants.sources()

    assert [
        trouble
        for fault in FAULTS
        if (trouble := mutants.mend(fault, texts.get(fault.file, ""))[1])
    ] == []


def test_a_fault_in_the_engine_is_found_out():
    program = (
        "import json, sys; from reference import faults, mutants\n"
        "few = [one for one in faults.FAULTS if one.name in sys.argv[1:]]\n"
        "print(json.dumps([one.at for one in mutants.run('prove', few, limit=1000)[0]]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *FEW], check=True, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )  # fmt: skip

    found = json.loads(ran.stdout)
    assert len(found) == len(FEW)
    assert all(found)


def test_every_class_of_difference_to_the_third_party_is_explained():
    page = (TESTS.parent / "docs" / "reference" / "proof.md").read_text("utf-8")

    assert [name for name in third_party.CLASSES if f"\n| {name} |" not in page] == []


def test_a_third_party_that_is_not_installed_is_skipped_with_the_reason(tmp_path):
    size, result, _, troubles = third_party.run("gate", 1, str(tmp_path))

    assert (size, troubles) == ("0 requests", [])
    assert "skipped: " in result
