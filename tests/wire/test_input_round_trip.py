"""What botocore sends is what we read, for every operation of every service that we answer."""

from typing import Any

import pytest

from doorward.wire.parse import parse
from doorward.wire.route import route
from wire.samples import sample
from wire.traffic import HOSTS, MODELS, Bytes, botocore_request, protocols

UNREACHABLE = {
    ("s3", "GetBucketLifecycle"),  # deprecated: the same method and path as its successor
    ("s3", "GetBucketNotification"),
    ("s3", "PutBucketLifecycle"),
    ("s3", "PutBucketNotification"),
    ("s3", "ListDirectoryBuckets"),  # every trait is that of ListBuckets
    ("s3", "WriteGetObjectResponse"),  # a host of its own, named by a token
    ("s3control", "CreateBucket"),  # for Outposts; names no account
}
OPERATIONS = [
    pytest.param(
        service,
        name,
        full,
        protocol,
        id=f"{service}-{name}-{protocol}-{'full' if full else 'least'}",
    )
    for service, model in MODELS.items()
    for name in model.operation_names
    if (service, name) not in UNREACHABLE
    for full in (True, False)
    for protocol in protocols(service)
]


def settled(found: dict[str, Any]) -> dict[str, Any]:
    """*found* with the bytes of a streaming body in place of the body."""
    read = {
        name: value.read() if isinstance(value, Bytes) else value for name, value in found.items()
    }
    return {name: value for name, value in read.items() if value != b""}


@pytest.mark.parametrize(("service", "name", "full", "protocol"), OPERATIONS)
def test_what_botocore_sends_is_routed_and_read(
    service: str, name: str, full: bool, protocol: str
) -> None:
    operation = MODELS[service].operation_model(name)
    shape = operation.input_shape
    sent = {} if shape is None else sample(shape, full=full)
    request = botocore_request(operation, sent, protocol=protocol)

    found = route(request, hosts=HOSTS)

    assert (found.service, found.operation, found.protocol) == (service, name, protocol)
    assert settled(parse(found, request)) == sent
