"""AWS::Lambda::Permission.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
"""

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import BOOLEAN, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

NAME_LIMIT = 100
GONE = "ResourceNotFoundException"
PLAIN = {
    "Action": "action",
    "EventSourceToken": "event_source_token",
    "FunctionName": "function_name",
    "FunctionUrlAuthType": "function_url_auth_type",
    "InvokedViaFunctionUrl": "invoked_via_function_url",
    "Principal": "principal",
    "PrincipalOrgID": "principal_org_id",
    "SourceAccount": "source_account",
    "SourceArn": "source_arn",
}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Add the statement to the function's policy."""
    statement = facts.name(NAME_LIMIT)
    given = {snake: properties[name] for name, snake in PLAIN.items() if name in properties}
    call("lambda", "add_permission", statement_id=statement, **given)
    return Created(statement, {"Id": statement})


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, _facts: Facts
) -> Created:
    """Change nothing: every property that changes asks for another statement."""
    return Created(physical_id, {"Id": physical_id})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Remove the statement; the function may be gone with it."""
    with unless(GONE):
        name = properties["FunctionName"]
        call("lambda", "remove_permission", function_name=name, statement_id=physical_id)


TYPES = (
    ResourceType(
        "AWS::Lambda::Permission",
        structure(
            {**dict.fromkeys(PLAIN, TEXT), "InvokedViaFunctionUrl": BOOLEAN},
            "FunctionName",
            "Action",
            "Principal",
        ),
        create,
        update,
        delete,
        None,
        ("Id",),
    ),
)
