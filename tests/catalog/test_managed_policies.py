import importlib.util
import json
import sys
from datetime import UTC, datetime

import pytest

from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.parse import parse

with_moto = pytest.mark.skipif(
    importlib.util.find_spec("moto") is None, reason="moto, which holds the data, is not installed"
)


@pytest.fixture
def without_moto(monkeypatch):
    """The catalogue of an installation that has no moto."""
    caches = (managed_policies._by_name, managed_policies._sorted)
    for cached in caches:
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, "moto", None)
    yield
    for cached in caches:
        cached.cache_clear()


@with_moto
def test_the_data_holds_at_least_what_it_held():
    paths = {record.path for record in managed_policies.records()}

    assert len(managed_policies.records()) >= 1_500
    assert {"/", "/job-function/", "/service-role/", "/aws-service-role/"} <= paths


@with_moto
@pytest.mark.parametrize(
    "name",
    [
        "ReadOnlyAccess",
        "PowerUserAccess",
        "SecurityAudit",
        "job-function/ViewOnlyAccess",
        "service-role/AWSLambdaBasicExecutionRole",
    ],
)
def test_known_policies_are_found_by_their_arn_in_any_partition(name):
    for partition in ("aws", "aws-cn"):
        arn = f"arn:{partition}:iam::aws:policy/{name}"
        record = managed_policies.find(arn)
        assert record.arn(partition) == arn
        assert parse(record.document).statements


NO_POLICIES = [
    "arn:aws:iam::aws:policy/Nothing",
    "arn:aws:iam::aws:policy/ViewOnlyAccess",  # it has a path
    "arn:aws:iam::aws:policy/administratoraccess",
    "arn:aws:iam::123456789012:policy/AdministratorAccess",
    "arn:aws:iam:us-east-1:aws:policy/AdministratorAccess",
    "arn:aws:iam::aws:role/AdministratorAccess",
    "AdministratorAccess",
    "",
]


@pytest.mark.parametrize("arn", NO_POLICIES)
def test_any_other_arn_finds_nothing(arn):
    assert managed_policies.find(arn) is None


def check_administrator_access():
    record = managed_policies.find("arn:aws:iam::aws:policy/AdministratorAccess")
    assert (record.path, record.default_version, record.attachable) == ("/", "v1", True)
    assert record.created_at == datetime(2015, 2, 6, 18, 39, 46, tzinfo=UTC)
    assert json.loads(record.document)["Statement"] == [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}
    ]
    assert list(json.loads(record.document)) == ["Version", "Statement"]
    assert len(record.id) == 21
    assert record.id.startswith("ANPA")
    return record.id


def test_without_moto_only_plain_knowledge_is_there(without_moto):
    check_administrator_access()

    assert list(managed_policies.names()) == ["AdministratorAccess"]
    assert managed_policies.find("arn:aws:iam::aws:policy/ReadOnlyAccess") is None


@with_moto
def test_what_is_known_without_moto_is_what_moto_says():
    known = managed_policies._record("AdministratorAccess", managed_policies.ADMINISTRATOR_ACCESS)

    assert managed_policies.find(known.arn()) == known


def test_ids_are_distinct():
    found = managed_policies.records()

    assert len({record.id for record in found}) == len(found)
    check_administrator_access()


@with_moto
@pytest.mark.parametrize("prefix", ["/", "/job-function/"])
def test_pages_join_to_the_whole_list(prefix):
    whole = [record for record in managed_policies.records() if record.path.startswith(prefix)]
    joined = []
    while page := managed_policies.page(prefix, joined[-1].name if joined else None, 50):
        joined += page

    assert joined == whole


def test_every_document_can_be_read():
    for record in managed_policies.records():
        assert parse(record.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS).statements, record.name
