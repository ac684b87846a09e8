"""AWS::IAM::ServiceLinkedRole.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servicelinkedrole.html
"""

from doorward.services.cloudformation.types.iam.principals import GONE, filled
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import MissingProperty, NotStabilized
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import unless

SERVICE = "AWSServiceName"
PARAMETERS = {"CustomSuffix": "custom_suffix", "Description": "description"}
SUCCEEDED = "SUCCEEDED"


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Make the role, in one call.

    Raises:
        MissingProperty: no service is named.
    """
    if SERVICE not in properties:
        raise MissingProperty(f"/{SERVICE}")
    name = call(
        "iam",
        "create_service_linked_role",
        aws_service_name=properties[SERVICE],
        **{snake: properties[key] for key, snake in PARAMETERS.items() if key in properties},
    )["Role"]["RoleName"]
    return Created(name, {"RoleName": name})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Change the description."""
    if old.get("Description") != new.get("Description"):
        text = new.get("Description", "")
        call("iam", "update_role", role_name=physical_id, description=text)
    return Created(physical_id, {"RoleName": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Ask for the deletion, and whether it came about.

    Raises:
        NotStabilized: the service still uses the role.
    """
    with unless(GONE):
        task = call("iam", "delete_service_linked_role", role_name=physical_id)["DeletionTaskId"]
        found = call("iam", "get_service_linked_role_deletion_status", deletion_task_id=task)
        if found["Status"] != SUCCEEDED:
            reason = found.get("Reason", {}).get("Reason", found["Status"])
            raise NotStabilized(f"Role {physical_id} was not deleted: {reason}")


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The description; service and suffix count as write-only."""
    with unless(GONE):
        found = call("iam", "get_role", role_name=physical_id)["Role"]
        return filled({"Description": found.get("Description")})
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::ServiceLinkedRole",
        structure({SERVICE: TEXT, "CustomSuffix": TEXT, "Description": TEXT}),
        create,
        update,
        delete,
        read,
        ("RoleName",),
    ),
)
