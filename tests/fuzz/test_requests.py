"""Whatever a caller with all permissions asks, no answer is a fault of ours."""

import os
from random import Random
from time import monotonic

import pytest

from authn.in_process import InProcess
from fuzz.requests import spoiled
from fuzz.test_fuzz import GATE_SECONDS

LEAST_SECONDS = 5
FAULT = 500  # 501 is S3's refusal of what it does not do


@pytest.mark.timeout(0)  # --fuzz says how long
def test_no_signed_request_is_answered_with_a_fault(request, tmp_path):
    seconds = request.config.getoption("--fuzz")
    seed = 0 if seconds <= GATE_SECONDS else int.from_bytes(os.urandom(4))
    chance = Random(seed)
    house = InProcess(tmp_path)
    finds = set()
    end = monotonic() + max(LEAST_SECONDS, seconds)
    try:
        while monotonic() < end:
            name, sent = spoiled(chance)
            reply = house.answer(sent.signed())
            if reply.status == FAULT:
                finds.add((name, sent.path[:200], sent.body[:1000], str(sent.headers)[:1000]))
    finally:
        house.close()
    assert not finds, f"seed {seed}"
