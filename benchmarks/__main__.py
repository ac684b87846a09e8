"""Every benchmark in one run: prints one table, and with `--write` the page of it.

python -m benchmarks [--quick] [--write docs/performance.md]
"""

import argparse
import sys
from pathlib import Path

from benchmarks import (
    accounts,
    audit,
    decision,
    dumps,
    gateway,
    http,
    page,
    proofs,
    size,
    stages,
    start,
    validation,
    verify,
)
from benchmarks.figures import Figure, text

PARTS = {
    "decision": decision.figures,
    "verify": verify.figures,
    "http": http.figures,
    "stages": stages.figures,
    "gateway": gateway.figures,
    "proofs": proofs.figures,
    "validation": validation.figures,
    "size": size.figures,
    "accounts": accounts.figures,
    "dumps": dumps.figures,
    "start": start.figures,
    "audit": audit.figures,
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure Doorward.")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page of the figures")
    parser.add_argument("--only", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    given = parser.parse_args()
    found: dict[str, list[Figure]] = {}
    for name in given.only:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        found[name] = list(PARTS[name](quick=given.quick))
    print(text([one for part in found.values() for one in part]))
    if given.write:
        given.write.write_text(page.page(found), "utf-8")


if __name__ == "__main__":
    main()
