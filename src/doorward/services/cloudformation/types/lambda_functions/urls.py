"""AWS::Lambda::Url.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
"""

from typing import Any

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import BOOLEAN, INTEGER, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import unless

SERVICE = "lambda"
GONE = "ResourceNotFoundException"
BUFFERED = "BUFFERED"


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Give the function an address."""
    made = call(SERVICE, "create_function_url_config", **_who(properties), **_said(properties))
    return _shown(made)


def update(
    call: Call, physical_id: str, _old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Bring authorization, CORS and mode up to date."""
    made = call(SERVICE, "update_function_url_config", **_who(new), **_said(new))
    return Created(physical_id, _shown(made).attributes)


def delete(call: Call, _physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the address."""
    with unless(GONE):
        call(SERVICE, "delete_function_url_config", **_who(properties))


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The address as it is."""
    with unless(GONE):
        found = call(SERVICE, "get_function_url_config", function_name=physical_id)
        shown: dict[str, Any] = {"TargetFunctionArn": physical_id, "AuthType": found["AuthType"]}
        if found.get("Cors"):
            shown["Cors"] = found["Cors"]
        if found.get("InvokeMode"):
            shown["InvokeMode"] = found["InvokeMode"]
        return shown
    return None


def _who(properties: Properties) -> dict[str, str]:
    qualifier = {"qualifier": properties["Qualifier"]} if "Qualifier" in properties else {}
    return {"function_name": properties["TargetFunctionArn"], **qualifier}


def _said(properties: Properties) -> dict[str, Any]:
    return {
        "auth_type": properties["AuthType"],
        "cors": properties.get("Cors", {}),
        "invoke_mode": properties.get("InvokeMode", BUFFERED),
    }


def _shown(made: Any) -> Created:
    arn = made["FunctionArn"]
    return Created(arn, {"FunctionArn": arn, "FunctionUrl": made["FunctionUrl"]})


TYPES = (
    ResourceType(
        "AWS::Lambda::Url",
        structure(
            {
                "AuthType": TEXT,
                "Cors": structure(
                    {
                        "AllowCredentials": BOOLEAN,
                        "AllowHeaders": TEXTS,
                        "AllowMethods": TEXTS,
                        "AllowOrigins": TEXTS,
                        "ExposeHeaders": TEXTS,
                        "MaxAge": INTEGER,
                    }
                ),
                "InvokeMode": TEXT,
                "Qualifier": TEXT,
                "TargetFunctionArn": TEXT,
            },
            "AuthType",
            "TargetFunctionArn",
        ),
        create,
        update,
        delete,
        read,
        ("FunctionArn", "FunctionUrl"),
    ),
)
