"""Proofs about policies: never contradicted by a request, every refutation a request itself."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.worlds import ASKED_ACTIONS, ASKED_RESOURCES, VALUES, allowed_by, documents
from doorward.analysis.prove import Verdict, difference

ROUNDS = 400


def asked(rnd, sides):
    """Requests on the borders of the policies, until one is in the first and not in the second."""
    new, old = sides
    for _ in range(ROUNDS):
        context = {key: rnd.choice(values) for key, values in VALUES.items()}
        context = {key: value for key, value in context.items() if value is not None}
        action, resource = rnd.choice(ASKED_ACTIONS), rnd.choice(ASKED_RESOURCES)
        if new.holds(action, resource, context) and not old.holds(action, resource, context):
            return action, resource, context
    return None


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), documents(), st.integers(0, 2**32))
def test_no_request_contradicts_a_proof_and_every_witness_replays(one, other, seed):
    new, old = allowed_by(one), allowed_by(other)
    answer = difference(new, old)
    found = asked(random.Random(seed), (new, old))

    if answer.verdict is Verdict.PROVED:
        assert found is None
    if answer.verdict is Verdict.REFUTED:
        witness = answer.witness
        assert new.holds(witness.action, witness.resource, witness.context)
        assert not old.holds(witness.action, witness.resource, witness.context)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_nothing_allows_more_than_itself(one):
    answer = difference(allowed_by(one), allowed_by(one))

    assert answer.verdict is not Verdict.REFUTED
