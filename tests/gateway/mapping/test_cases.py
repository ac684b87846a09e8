"""Requests of the first-class services, and what must be allowed for them."""

import pytest

from doorward.engine.match import UNKNOWN, UNKNOWN_CHARACTER
from doorward.gateway.mapping import How, Place, exceptions, requirements
from gateway.mapping.cases import CASES
from gateway.mapping.values import KEY, A, B, R

PLACE = Place(A, R)
EVERYWHERE = {"kms:calleraccount": A, "ec2:region": R}
MINIMUM = 200


def arn(short):
    """The resource that a case means."""
    text = short.replace("~", UNKNOWN).replace("^", UNKNOWN_CHARACTER).replace("KEY", KEY)
    if ":" not in text:
        return text
    service, region, account, rest = text.split(":", 3)
    region = R if region == "R" else region
    return f"arn:aws:{service}:{region}:{ {'A': A, 'B': B}.get(account, account) }:{rest}"


def written(action, resources, keys=None, how="exact"):
    return action, [arn(one) for one in resources], keys or {}, How(how)


def found(service, operation, parameters):
    """What the mapping says, without the keys that every request of a service has."""
    return [
        (
            one.action,
            list(one.resources),
            {key: value for key, value in one.context.items() if key not in EVERYWHERE},
            one.how,
        )
        for one in requirements(service, operation, parameters, PLACE)
    ]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    CASES,
    ids=[f"{n}-{case[0]}-{case[1]}" for n, case in enumerate(CASES)],
)
def test_a_request_needs_what_the_service_authorization_reference_says(
    service, operation, parameters, expected
):
    assert found(service, operation, parameters) == [written(*one) for one in expected]


def test_every_row_of_the_exceptions_has_a_case():
    cases = {(service, operation) for service, operation, *_ in CASES}
    rows = {(service, row) for service, known in exceptions.table().items() for row in known.rows}

    assert rows - cases == set()
    assert len(CASES) > MINIMUM


def test_there_are_as_many_types_as_resources():
    for service, operation, parameters, _ in CASES:
        for one in requirements(service, operation, parameters, PLACE):
            assert len(one.resources) == len(one.resource_types) > 0


def test_keys_of_every_request_of_a_service_are_there():
    encrypt = requirements("kms", "Encrypt", {"KeyId": KEY, "Plaintext": b"x"}, PLACE)[0]
    start = requirements("ec2", "StartInstances", {"InstanceIds": ["i-1"]}, PLACE)[0]

    assert encrypt.context["kms:calleraccount"] == A
    assert start.context["ec2:region"] == R
