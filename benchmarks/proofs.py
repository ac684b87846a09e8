"""Whether an edited policy grants new access: time of a proof or an example.

A thousand edits of AWS managed policies, half of them read backwards: an action more or less, a
resource, a condition, a statement. Both policies are parsed and made ready before. No peer that
installs here answers the question.

    python benchmarks/proofs.py [--quick] [--format json]
"""

import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command
from benchmarks.figures import US, Figure, Goal
from doorward.analysis.access import Access, access
from doorward.analysis.prove import Verdict, difference
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.parse import parse

EDITS = 1_000
SEED = 7
ACTIONS = ("s3:Get*", "iam:PassRole", "ec2:Describe*", "kms:Decrypt", "sts:AssumeRole")
NARROW = ("arn:aws:s3:::data-*", "arn:aws:iam::*:role/service-role/*")
TAG = {"StringEquals": {"aws:ResourceTag/team": "blue"}}


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The spread of times, and how many questions were answered."""
    count = 20 if quick else EDITS
    pairs = [(ready(new), ready(old)) for new, old in edits(count)]
    verdicts: Counter[Verdict] = Counter()
    taken = []
    for new, old in pairs:
        started = time.perf_counter()
        verdicts[difference(new, old).verdict] += 1
        taken.append(1_000 * (time.perf_counter() - started))
    taken.sort()
    what = f"new access of {count:,} edits"
    told = f"{verdicts[Verdict.PROVED]} proved, {verdicts[Verdict.REFUTED]} refuted"
    yield Figure(f"{what}, p50", US, taken[count // 2], "ms", Goal(1), told)
    yield Figure(f"{what}, p99", US, taken[count * 99 // 100], "ms", Goal(100))
    yield Figure(f"{what}, slowest", US, taken[-1], "ms")
    yield Figure(f"{what}, undecided", US, verdicts[Verdict.UNKNOWN], "", Goal(0))


def ready(document: dict[str, Any]) -> Access:
    """What *document* allows."""
    return access([parse(json.dumps(document), limit=AWS_POLICY_DOCUMENT_CHARACTERS)])


def edits(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of documents, new and old, the same ones in every run."""
    chance = random.Random(SEED)  # noqa: S311 - to be the same in every run
    records = managed_policies.records()
    for _ in range(count):
        written = json.loads(chance.choice(records).document)
        if not isinstance(written["Statement"], list):
            written["Statement"] = [written["Statement"]]
        edited = copy.deepcopy(written)
        edit(edited["Statement"], chance)
        yield (edited, written) if chance.getrandbits(1) else (written, edited)


def edit(statements: list[dict[str, Any]], chance: random.Random) -> None:
    """Change one thing about *statements*."""
    one = chance.choice(statements)
    actions, resources = one.get("Action"), one.get("Resource")
    match chance.randrange(6):
        case 0 if isinstance(actions, list) and len(actions) > 1:
            actions.remove(chance.choice(actions))
        case 1 if actions:
            more = chance.choice(ACTIONS)
            one["Action"] = [*([actions] if isinstance(actions, str) else actions), more]
        case 2 if resources == "*":
            one["Resource"] = list(NARROW)
        case 3 if "Condition" in one:
            del one["Condition"]
        case 4:
            one.setdefault("Condition", {}).setdefault("StringEquals", {}).update(
                TAG["StringEquals"]
            )
        case 5 if len(statements) > 1:
            statements.remove(one)
        case _:
            one["Effect"] = "Deny" if one["Effect"] == "Allow" else "Allow"


if __name__ == "__main__":
    command.run(figures, __doc__)
