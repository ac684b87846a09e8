"""AWS::Lambda::Alias.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
"""

from typing import Any

from doorward.services.cloudformation.types.lambda_functions.versions import NOT_PROVISIONED
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import NUMBER, TEXT, ListOf, structure
from doorward.services.cloudformation.types.steps import unless

SERVICE = "lambda"
GONE = "ResourceNotFoundException"
WEIGHTS, VERSION, WEIGHT = "AdditionalVersionWeights", "FunctionVersion", "FunctionWeight"


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Make the alias."""
    function, name = properties["FunctionName"], properties["Name"]
    made = call(SERVICE, "create_alias", function_name=function, name=name, **_said(properties))
    return Created(made["AliasArn"], {"AliasArn": made["AliasArn"]})


def update(
    call: Call, physical_id: str, _old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Point the alias to other versions."""
    function, name = _parts(physical_id)
    call(SERVICE, "update_alias", function_name=function, name=name, **_said(new))
    return Created(physical_id, {"AliasArn": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the alias."""
    with unless(GONE):
        function, name = _parts(physical_id)
        call(SERVICE, "delete_alias", function_name=function, name=name)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The alias as it is."""
    with unless(GONE):
        function, name = _parts(physical_id)
        found = call(SERVICE, "get_alias", function_name=function, name=name)
        weights = (found.get("RoutingConfig") or {}).get(WEIGHTS, {})
        shown: dict[str, Any] = {
            "FunctionName": function.rpartition(":")[2],
            "Name": found["Name"],
            VERSION: found[VERSION],
        }
        if found.get("Description"):
            shown["Description"] = found["Description"]
        if weights:
            several = [{VERSION: one, WEIGHT: weight} for one, weight in weights.items()]
            shown["RoutingConfig"] = {WEIGHTS: several}
        return shown
    return None


def _parts(arn: str) -> tuple[str, str]:
    """The function's ARN and the alias's name."""
    function, _, name = arn.rpartition(":")
    return function, name


def _said(properties: Properties) -> dict[str, Any]:
    several = properties.get("RoutingConfig", {}).get(WEIGHTS, [])
    return {
        "function_version": properties[VERSION],
        "description": properties.get("Description", ""),
        "routing_config": {WEIGHTS: {one[VERSION]: one[WEIGHT] for one in several}},
    }


TYPES = (
    ResourceType(
        "AWS::Lambda::Alias",
        structure(
            {
                "Description": TEXT,
                "FunctionName": TEXT,
                VERSION: TEXT,
                "Name": TEXT,
                "RoutingConfig": structure(
                    {WEIGHTS: ListOf(structure({VERSION: TEXT, WEIGHT: NUMBER}, VERSION, WEIGHT))}
                ),
            },
            "FunctionName",
            VERSION,
            "Name",
            refused={"ProvisionedConcurrencyConfig": NOT_PROVISIONED},
        ),
        create,
        update,
        delete,
        read,
        ("AliasArn",),
    ),
)
