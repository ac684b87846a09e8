"""AWS::Organizations::Organization.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organization.html
"""

from typing import Any

from doorward.services.cloudformation.types.organizations.lists import SERVICE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import NotUpdatable
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

ALL = "ALL"
NOT_IN_USE = "AWSOrganizationsNotInUseException"
MANAGEMENT = {
    "ManagementAccountArn": "MasterAccountArn",
    "ManagementAccountId": "MasterAccountId",
    "ManagementAccountEmail": "MasterAccountEmail",
}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the caller's account the management account of a new organization."""
    feature_set = properties.get("FeatureSet", ALL)
    made = call(SERVICE, "create_organization", feature_set=feature_set)["Organization"]
    with undone_by(lambda: delete(call, made["Id"], properties, facts), made["Id"]):
        return _shown(call, made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Change nothing.

    Raises:
        NotUpdatable: another feature set is wanted, which the members would have to agree to.
    """
    if old.get("FeatureSet", ALL) != new.get("FeatureSet", ALL):
        raise NotUpdatable("Organization update for feature set is not supported")  # assumed
    return _shown(call, _found(call, physical_id, facts))


def delete(call: Call, _physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the organization, which has to be empty."""
    with unless(NOT_IN_USE):
        call(SERVICE, "delete_organization")


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The organization of the caller's account, if it is that one."""
    found = _found(call, physical_id, facts)
    return {"FeatureSet": found["FeatureSet"]} if found else None


def _found(call: Call, physical_id: str, _facts: Facts) -> Any:
    with unless(NOT_IN_USE):
        found = call(SERVICE, "describe_organization")["Organization"]
        return found if found["Id"] == physical_id else None
    return None


def _shown(call: Call, found: Any) -> Created:
    root = call(SERVICE, "list_roots")["Roots"][0]["Id"]
    management = {name: found[wire] for name, wire in MANAGEMENT.items()}
    return Created(
        found["Id"], {"Id": found["Id"], "Arn": found["Arn"], "RootId": root, **management}
    )


TYPES = (
    ResourceType(
        "AWS::Organizations::Organization",
        structure({"FeatureSet": TEXT}),
        create,
        update,
        delete,
        read,
        ("Id", "Arn", "RootId", *MANAGEMENT),
    ),
)
