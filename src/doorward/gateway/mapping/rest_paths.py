"""API Gateway: the action is the HTTP method, the resource the path.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import tags
from doorward.gateway.mapping.call import Call
from doorward.gateway.mapping.requirement import How, Requirement
from doorward.wire import model

LABEL = re.compile(r"\{([^{}+]+)\+?\}")


def by_path(call: Call) -> Iterator[Requirement]:
    """What any operation needs: `apigateway:GET` on `arn:aws:apigateway:REGION::/restapis/ID`."""
    operation = model.service(call.service).operation(call.operation)
    if operation is None:
        return
    labels = labelled(operation, call.parameters)
    # The paths of the second API begin with its version, which is no part of the ARN.
    uri = operation.uri.partition("?")[0].removeprefix("/v2")
    path = LABEL.sub(lambda found: labels.get(found.group(1), UNKNOWN), uri)
    arn = f"arn:{call.place.partition}:apigateway:{call.place.region}::{path}"
    context = tags.of_request(call.parameters)
    yield Requirement(f"apigateway:{operation.method}", (arn,), ("",), context, How.EXACT)


def labelled(operation: model.Operation, parameters: Mapping[str, Any]) -> dict[str, str]:
    """The values of the labels in the path, by their names there."""
    found: dict[str, str] = {}
    for name, shape in (operation.input.members if operation.input else {}).items():
        if shape.serialization.get("location") == "uri" and parameters.get(name) is not None:
            value = str(parameters[name])
            encoded = quote(value, safe="") if value.startswith("arn:") else value
            found[str(shape.serialization.get("name", name))] = encoded
    return found


OPERATIONS = {"*": by_path}
