"""AWS::IAM::GroupPolicy, RolePolicy and UserPolicy: one inline policy of one principal.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
"""

from doorward.services.cloudformation.types import documents
from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import MissingProperty
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

DOCUMENT_NAME = "PolicyDocument"
SEPARATOR = "|"


def declared(kind: str) -> ResourceType:
    """The type for *kind*: `group`, `role` or `user`."""
    holder = f"{kind.capitalize()}Name"

    def put(call: Call, properties: Properties) -> Created:
        if DOCUMENT_NAME not in properties:  # IAM cannot take a policy without one
            raise MissingProperty(f"/{DOCUMENT_NAME}")
        name = properties["PolicyName"]
        principals.put(call, kind, properties[holder], name, properties[DOCUMENT_NAME])
        return Created(SEPARATOR.join((name, properties[holder])))

    def create(call: Call, properties: Properties, _facts: Facts) -> Created:
        return put(call, properties)

    def update(
        call: Call, _physical_id: str, _old: Properties, new: Properties, _facts: Facts
    ) -> Created:
        return put(call, new)

    def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
        policy, _, name = physical_id.partition(SEPARATOR)
        principals.drop(call, kind, name, policy)

    def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
        policy, _, name = physical_id.partition(SEPARATOR)
        with unless(GONE):
            who = {f"{kind}_name": name}
            found = call("iam", f"get_{kind}_policy", **who, policy_name=policy)
            document = documents.quoted_value(principals.as_text(found[DOCUMENT_NAME]))
            return {"PolicyName": policy, holder: name, DOCUMENT_NAME: document}
        return None

    shape = structure(
        {"PolicyName": TEXT, holder: TEXT, DOCUMENT_NAME: DOCUMENT}, "PolicyName", holder
    )
    type_name = f"AWS::IAM::{kind.capitalize()}Policy"
    return ResourceType(type_name, shape, create, update, delete, read)


TYPES = tuple(declared(kind) for kind in ("group", "role", "user"))
