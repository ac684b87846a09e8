"""How well the services are known: floors below which no change may bring them."""

import pytest

from doorward.gateway.mapping import coverage
from doorward.gateway.mapping.coverage import Known

FLOORS = [
    # service           operations known at least, in percent
    ("sqs",             95),
    ("sns",             100),
    ("kms",             98),
    ("lambda",          93),
    ("dynamodb",        93),
    ("secretsmanager",  88),
    ("ssm",             85),
    ("logs",            96),
    ("ecs",             86),
    ("ecr",             98),
    ("rds",             92),
    ("stepfunctions",   100),
    ("events",          98),
    ("cloudwatch",      86),
    ("apigateway",      100),
    ("s3",              97),
    ("s3control",       85),
]  # fmt: skip


@pytest.mark.parametrize(("service", "floor"), FLOORS)
def test_a_first_class_service_is_known(service, floor):
    (share,) = coverage.shares([service])

    assert 100 * (share.exact + share.derived) >= floor * share.total


KNOWN = [
    ("sqs", "SendMessage", Known.EXACT),
    ("kinesis", "PutRecord", Known.DERIVED),
    ("kinesis", "CreateStream", Known.DERIVED),
    ("ec2", "GetImageFindings", Known.UNKNOWN),
    ("logs", "GetQueryResults", Known.UNKNOWN),
]


@pytest.mark.parametrize(("service", "operation", "how"), KNOWN)
def test_an_operation_is_known_exactly_or_by_its_names_or_not(service, operation, how):
    assert coverage.known(service, operation) is how
