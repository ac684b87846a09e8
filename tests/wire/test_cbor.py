"""The CBOR that the protocol has is read, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from doorward.base.errors import AwsError
from doorward.wire.cbor import DEPTH, document
from doorward.wire.errors import error
from doorward.wire.parse import parse
from doorward.wire.refusals import Dialect, SerializationException, Unroutable
from doorward.wire.route import route
from wire.responses import REQUEST_ID, botocore_reads
from wire.traffic import HOSTS, request

PUT = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
RPC = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}

READ = [
    # bytes                          value
    ("00",                           0),
    ("1818",                         24),
    ("1bffffffffffffffff",           2**64 - 1),
    ("20",                           -1),
    ("f93c00",                       1.0),  # half, single and double precision
    ("fa3f800000",                   1.0),
    ("fb3ff8000000000000",           1.5),
    ("f4",                           False),
    ("f7",                           None),  # undefined counts as null
    ("7f61616162ff",                 "ab"),  # text in pieces
    ("5f41014102ff",                 b"\x01\x02"),
    ("9f0102ff",                     [1, 2]),
    ("bf616101ff",                   {"a": 1}),
    ("c11a00000001",                 datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
    ("c1fb3ff8000000000000",         datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)),
]  # fmt: skip


@pytest.mark.parametrize(("spelled", "value"), READ)
def test_every_form_of_a_value_is_read(spelled: str, value: Any) -> None:
    found = document(bytes.fromhex(spelled))

    assert found == value
    assert type(found) is type(value)


REFUSED = [
    "",
    "0000",  # something behind the value
    "ff",
    "1c",  # reserved
    "1f",
    "18",  # ends too early
    "5bffffffffffffffff00",  # longer than what is there
    "9b0000000100000000",
    "62c328",  # no UTF-8
    "7f4161ff",  # bytes inside of text
    "7f7f6161ffff",  # pieces inside of pieces
    "82ff01",  # an end where the length was told
    "a1ff",
    "bf6161ff",
    "a10102",  # a key that is no text
    "a2616101616102",  # a key twice
    "c001",  # other tags: text time, big number, shared value, regular expression
    "c24101",
    "d81d00",
    "d82361612a",
    "c1616a",
    "c1f5",
    "c1fb7e37e43c8800759c",  # beyond the calendar
    "f97e00",  # not a number
    "fb7ff0000000000000",
    "e0",  # a simple value of no meaning
    "f820",
]


@pytest.mark.parametrize("spelled", REFUSED)
def test_everything_else_is_refused(spelled: str) -> None:
    with pytest.raises(SerializationException):
        document(bytes.fromhex(spelled))


def test_nesting_is_bounded() -> None:
    document(b"\x81" * DEPTH + b"\x00")
    for deep in (b"\x81" * (DEPTH + 1) + b"\x00", b"\x81" * 1_000_000, b"\xa1\x60" * 100_000):
        with pytest.raises(SerializationException):
            document(deep)


def test_another_encoder_is_understood() -> None:
    value = {"a": [1, -5, 2.5, "é", b"\x00", None, True, {"b": {}}], "long": list(range(300))}

    assert document(cbor2.dumps(value)) == value


def refused(**changed: Any) -> AwsError:
    given = {"method": "POST", "target": PUT, "headers": RPC, "signed_for": "monitoring"} | changed
    with pytest.raises(Unroutable) as caught:
        route(request(**given), hosts=HOSTS)
    return caught.value.cause


def test_a_request_names_service_and_operation_in_its_path() -> None:
    found = route(request("POST", PUT, headers=RPC), hosts=HOSTS)

    assert (found.service, found.operation) == ("cloudwatch", "PutMetricData")
    assert found.protocol == "smithy-rpc-v2-cbor"
    for target in ("/", "/service/Other/operation/PutMetricData", f"{PUT}/x", PUT + "s"):
        assert refused(target=target).code == "UnknownOperationException"
    assert refused(method="GET").code == "UnknownOperationException"
    assert refused(headers={"smithy-protocol": "rpc-v2-json"}).code == "UnknownOperationException"


def test_a_request_speaks_one_protocol() -> None:
    both = RPC | {"x-amz-target": "GraniteServiceVersion20100801.ListMetrics"}

    assert refused(headers=both).code == "MalformedInput"


WRONG = [
    {"Namespace": 5},
    {"Namespace": "Shop", "MetricData": {}},
    {"Namespace": "Shop", "MetricData": [None]},
    {"Namespace": "Shop", "MetricData": [{"MetricName": "a", "Timestamp": 1.5}]},  # no tag
    {"Namespace": "Shop", "MetricData": [{"MetricName": "a", "StorageResolution": 1.0}]},
    {"Namespace": "Shop", "MetricData": [{"MetricName": "a", "StorageResolution": 2**31}]},
    [],
]


@pytest.mark.parametrize("body", WRONG, ids=str)
def test_values_of_another_type_are_refused(body: Any) -> None:
    sent = request("POST", PUT, cbor2.dumps(body), headers=RPC)

    with pytest.raises(SerializationException):
        parse(route(sent, hosts=HOSTS), sent)


@pytest.mark.parametrize("protocol", ["smithy-rpc-v2-cbor", "json", "query"])
def test_an_error_keeps_its_code_of_the_query_protocol(protocol: str) -> None:
    kind = type("Problem", (AwsError,), {"code": "ResourceNotFound", "status": 404})
    response = error(Dialect(protocol, "cloudwatch"), kind("none"), REQUEST_ID)

    read = botocore_reads(response, "cloudwatch", None, protocol)
    assert read["Error"]["Code"] == "ResourceNotFound"
    assert read["Error"]["Message"] == "none"
    headers = dict(response.headers)
    if protocol != "query":
        assert headers["x-amzn-query-error"] == "ResourceNotFound;Sender"
        assert read["Error"]["QueryErrorCode"] == headers["x-amzn-errortype"]


def test_an_error_in_cbor_is_told_by_the_name_of_its_shape() -> None:
    kind = type("Problem", (AwsError,), {"code": "InvalidFormat", "status": 400})

    response = error(Dialect("smithy-rpc-v2-cbor", "cloudwatch"), kind("none"), REQUEST_ID)

    assert isinstance(response.body, bytes)
    assert cbor2.loads(response.body) == {"__type": "InvalidFormatFault", "message": "none"}
    assert dict(response.headers)["content-type"] == "application/cbor"
    assert dict(response.headers)["smithy-protocol"] == "rpc-v2-cbor"
