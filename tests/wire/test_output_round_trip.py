"""What we write is what botocore reads, for every operation of every service that we answer."""

from typing import Any

import pytest

from doorward.wire.serialize import serialize
from wire.responses import REQUEST_ID, botocore_reads, operation, route_to
from wire.samples import output
from wire.traffic import MODELS, protocols

LEFT_OUT = {
    ("s3", "SelectObjectContent"),  # streams events
    ("logs", "GetLogObject"),  # the same
    ("logs", "StartLiveTail"),  # the same
    ("s3", "GetBucketNotification"),  # deprecated, and a shape that botocore itself cannot read
}
OPERATIONS = [
    pytest.param(service, name, protocol, id=f"{service}-{name}-{protocol}")
    for service, model in MODELS.items()
    for name in model.operation_names
    if (service, name) not in LEFT_OUT
    for protocol in protocols(service)
]


def expected(shape: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """*sent* as botocore gives it back: payloads of text or bytes come as text."""
    payload = shape.serialization.get("payload")
    if payload in sent and isinstance(sent[payload], bytes):
        return {**sent, payload: sent[payload].decode()}
    return sent


def full(shape: Any) -> dict[str, Any]:
    """A full output; bytes of a payload are text, since botocore's parser decodes them."""
    made: dict[str, Any] = output(shape)
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob":
        made[payload] = "Grüße".encode()
    return made


def request_id(metadata: dict[str, Any]) -> str:
    """The id that botocore gives; of answers in CBOR that say nothing, it only gives the header."""
    found: str = metadata.get("RequestId") or metadata["HTTPHeaders"]["x-amzn-requestid"]
    return found


@pytest.mark.parametrize(("service", "name", "protocol"), OPERATIONS)
def test_what_is_serialized_is_what_botocore_reads(service: str, name: str, protocol: str) -> None:
    model = operation(service, name)
    shape = model.output_shape
    sent = {} if shape is None else full(shape)

    response = serialize(route_to(model, protocol), sent, REQUEST_ID)
    read = botocore_reads(response, service, shape, protocol)

    assert request_id(read.pop("ResponseMetadata")) == REQUEST_ID
    if (service, name) == ("s3", "GetBucketLocation"):
        assert b">af-south-1</LocationConstraint>" in response.body  # read by a handler of its own
        return
    assert read == ({} if shape is None else expected(shape, sent))
    assert response.status == sent.get("StatusCode", model.http.get("responseCode", 200))


@pytest.mark.parametrize(("service", "name", "protocol"), OPERATIONS)
def test_an_empty_output_is_well_formed(service: str, name: str, protocol: str) -> None:
    model = operation(service, name)

    response = serialize(route_to(model, protocol), {}, REQUEST_ID)

    read = botocore_reads(response, service, model.output_shape, protocol)
    assert request_id(read["ResponseMetadata"]) == REQUEST_ID
