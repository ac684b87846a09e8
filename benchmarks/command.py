"""The command line that every benchmark has."""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from benchmarks.figures import Figure, text

Figures = Callable[..., Iterator[Figure]]
"""Measures; takes `quick`."""


def run(figures: Figures, about: str | None) -> None:
    """Measure and print what *figures* yields."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    found = list(figures(quick=given.quick))
    if given.format == "json":
        print(json.dumps([asdict(one) for one in found], indent=2))
        return
    print(text(found))
