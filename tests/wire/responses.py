"""Responses as botocore reads them."""

from typing import Any

from botocore.model import OperationModel
from botocore.parsers import create_parser
from urllib3 import HTTPHeaderDict

from doorward.base.http import HttpResponse
from doorward.wire.route import Route
from wire.traffic import MODELS

REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000000"


def route_to(operation: OperationModel, protocol: str | None = None) -> Route:
    model = operation.service_model
    chosen = protocol or model.metadata["protocol"]
    return Route(model.service_name, operation.name, chosen, model.signing_name)


def operation(service: str, name: str) -> OperationModel:
    return MODELS[service].operation_model(name)


def botocore_reads(
    response: HttpResponse, service: str, shape: Any, protocol: str | None = None
) -> dict[str, Any]:
    """What botocore makes of *response*, its metadata included."""
    parser = create_parser(protocol or MODELS[service].metadata["protocol"])
    read: dict[str, Any] = parser.parse(
        {
            "status_code": response.status,
            "headers": HTTPHeaderDict(response.headers),
            "body": response.body,
            "context": {},
        },
        shape,
    )
    return read
