"""The proofs, as one table: `PYTHONPATH=tests python -m reference`."""

import argparse
import json
import multiprocessing
import os
import sys
import time
from typing import NamedTuple

from . import differential, generator, laws, mutants, suites

SHOWN = 3


class Row(NamedTuple):
    """One line of the table; `troubles` are what turns the run red."""

    proof: str
    size: str
    result: str
    seconds: float
    troubles: list[str]


def equal(seed, cases, workers):
    """The product decides every generated case as the reference does."""
    differences, outcomes, seconds = differential.run(seed, cases, workers)
    troubles = [
        f"case {number} of seed {seed}: reference {expected}, product {found}\n"
        + "\n".join(json.dumps(case) for case in generator.make(seed, number))
        for number, expected, found in differences
    ]
    shares = ", ".join(
        f"{100 * n // outcomes.total()} % {name}" for name, n in outcomes.most_common()
    )
    return Row(
        "the product decides as the reference",
        f"{outcomes.total():,} requests",
        f"{len(differences)} differences ({shares})",
        seconds,
        troubles,
    )


def lawful(seed, cases, workers):
    """No law is broken."""
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        found = pool.starmap(
            laws.breaches, [(number, seed, cases) for number in range(len(laws.LAWS))], 1
        )
    troubles = [
        f"law `{name}`, case {number} of seed {seed}/{name}: {before}, then {after}"
        for one in found
        for name, number, before, after in one
    ]
    return Row(
        "the metamorphic laws hold",
        f"{len(found)} laws, {cases:,} cases each",
        f"{len(troubles)} breaches",
        time.perf_counter() - began,
        troubles,
    )


def sharp(seed, limit, workers):
    """Every fault put into the engine is found out."""
    verdicts, seconds = mutants.run(seed, limit=limit, workers=workers)
    found = sorted(one.at for one in verdicts if one.at)
    troubles = [
        f"fault `{one.fault}`: {one.trouble or f'not found out in {limit:,} cases'}"
        for one in verdicts
        if one.at is None
    ]
    middle = (
        f", after {found[len(found) // 2]:,} cases in the median, {found[-1]:,} at most"
        if found
        else ""
    )
    return Row(
        "a fault in the engine is found out",
        f"{len(verdicts)} faults",
        f"{len(found)} found out{middle}",
        seconds,
        troubles,
    )


def third_party(seed, cases, folder):
    """Another engine's differences all have a known reason."""
    from . import third_party as other

    return Row("a third party decides alike", *other.run(seed, cases, folder))


def table(rows):
    widths = [
        max(len(row[place]) for row in [*rows, ("proof", "size", "result")]) for place in range(3)
    ]
    lines = [("proof", "size", "result", "seconds", "")]
    lines += [
        (row.proof, row.size, row.result, f"{row.seconds:.0f}", "RED" if row.troubles else "green")
        for row in rows
    ]
    return "\n".join(
        "  ".join(
            [
                *(text.ljust(width) for text, width in zip(line, widths, strict=False)),
                line[3].rjust(7),
                line[4],
            ]
        ).rstrip()
        for line in lines
    )


def main(arguments=None):
    """Run what was asked for, print the table, answer 1 where something is red."""
    parser = argparse.ArgumentParser(prog="python -m reference", description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000, help="cases beside the reference")
    parser.add_argument("--law-cases", type=int, default=3_000, help="cases for each law")
    parser.add_argument(
        "--mutant-cases",
        type=int,
        default=mutants.LIMIT,
        help="cases within which a fault has to be found out; 0 for no faults",
    )
    parser.add_argument(
        "--seed", default="doorward", help="any text; the same seed makes the same cases"
    )
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--third-party",
        metavar="FOLDER",
        help="compare with @cloud-copilot/iam-simulate installed in FOLDER, and nothing else",
    )
    parser.add_argument(
        "--fuzz",
        type=float,
        default=20.0,
        metavar="SECONDS",
        help="for each parser; 0 leaves out all proofs that are tests",
    )
    asked = parser.parse_args(arguments)
    if asked.third_party:
        rows = [third_party(asked.seed, asked.cases, asked.third_party)]
    else:
        rows = [
            equal(asked.seed, asked.cases, asked.workers),
            lawful(asked.seed, asked.law_cases, asked.workers),
        ]
        if asked.mutant_cases:
            rows.append(sharp("prove", asked.mutant_cases, asked.workers))
        if asked.fuzz:
            rows += [
                Row(suite.proof, *suites.run(suite, asked.workers))
                for suite in suites.suites(asked.fuzz)
            ]
    for row in rows:
        for trouble in row.troubles[:SHOWN]:
            print(f"{row.proof}: {trouble}", file=sys.stderr)
        if len(row.troubles) > SHOWN:
            print(f"{row.proof}: and {len(row.troubles) - SHOWN} more", file=sys.stderr)
    print(table(rows))
    return int(any(row.troubles for row in rows))


if __name__ == "__main__":
    sys.exit(main())
