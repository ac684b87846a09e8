"""The product beside the reference, case by case, on several processors."""

import collections
import multiprocessing
import time

from . import generator
from .evaluator import evaluate

SHARE = 1_000


def share(task):
    """Numbers and outcomes of the differences of one share of the cases, and all outcomes counted."""
    from . import product

    seed, first, count = task
    differences, outcomes = [], collections.Counter()
    for number in range(first, first + count):
        cases = generator.make(seed, number)
        expected = [evaluate(case) for case in cases]
        outcomes.update(expected)
        found = product.outcomes(cases)
        if found != expected:
            differences.append((number, expected, found))
    return differences, outcomes


def run(seed, count, workers=2):
    """Differences as (number, expected, found), how often each outcome, and the seconds it took."""
    began = time.perf_counter()
    tasks = [(seed, first, min(SHARE, count - first)) for first in range(0, count, SHARE)]
    differences, outcomes = [], collections.Counter()
    if workers == 1:
        shares = map(share, tasks)
    else:
        pool = multiprocessing.get_context("spawn").Pool(workers)
        shares = pool.imap(share, tasks)
    for some, counted in shares:
        differences += some
        outcomes += counted
    if workers != 1:
        pool.close()
        pool.join()
    return differences, outcomes, time.perf_counter() - began
