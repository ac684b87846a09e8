"""The reviewed rows: what the file may say, and that what it says exists."""

import pytest

from doorward.catalog import actions
from doorward.gateway.mapping import exceptions
from doorward.gateway.mapping.arn_shape import shape_of
from doorward.wire import model


def every_row():
    """Each row with its place, further actions too."""
    for service, known in exceptions.table().items():
        for operation, row in known.rows.items():
            yield service, operation, row
            yield from ((service, operation, one) for one in row.also)


ROWS = list(every_row())


def test_every_row_is_of_an_operation_that_the_model_has():
    for service, operation, _ in ROWS:
        assert model.service(service).operation(operation) is not None, (service, operation)


def test_every_action_of_a_row_is_in_the_catalogue():
    for service, operation, row in ROWS:
        for action in (row.action, row.version):
            assert action is None or actions.find(action), (service, operation, action)


def test_every_resource_type_of_a_row_is_in_the_catalogue():
    for service, operation, row in ROWS:
        prefix = (row.action or "").partition(":")[0] or prefix_of(service)
        for kind in row.on or ():
            assert shape_of(prefix, kind) is not None, (service, operation, kind)


def test_every_member_of_a_row_is_in_the_model():
    for service, operation, row in ROWS:
        members = {one.name for one in model.parameters(service, operation)}
        told = [one for value in row.fill.values() for one in value.split()]
        for member in (*told, *row.keys.values(), *row.when):
            assert member.partition(".")[0] in members, (service, operation, member)


def test_every_condition_key_of_a_service_is_one_of_its_own():
    for service, known in exceptions.table().items():
        for key in known.keys:
            assert key.startswith(f"{prefix_of(service)}:"), (service, key)


def prefix_of(service):
    return {"stepfunctions": "states", "s3control": "s3"}.get(service, service)


WRONG = [
    # row                              refusal
    ({"actions": "GetObject"},         "`s3.X` has no `actions`"),
    ({"fill": {"Name": 3}},            "`s3.X` wants the name of a member for `Name`"),
    ({"also": [{"wen": ["Tags"]}]},    "`s3.X` has no `wen`"),
    ("GetObject",                      "`s3.X` must be a table"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "refusal"), WRONG)
def test_a_row_that_says_what_no_row_can_is_refused(row, refusal):
    with pytest.raises(exceptions.WrongRow, match=refusal):
        exceptions.row("s3.X", "s3", row)


def test_a_row_says_its_action_with_or_without_the_prefix():
    assert exceptions.row("s3.X", "s3", {"action": "GetObject"}).action == "s3:GetObject"
    assert exceptions.row("s3.X", "s3", {"action": "kms:Decrypt"}).action == "kms:Decrypt"
