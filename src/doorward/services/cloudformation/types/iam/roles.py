"""AWS::IAM::Role.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from doorward.services.cloudformation.types import documents, tags
from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, INTEGER, TAGS, TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 64
DEFAULT_SECONDS = 3600
TRUST = "AssumeRolePolicyDocument"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the role, then give it its policies."""
    name = properties.get("RoleName") or facts.name(NAME_LIMIT)
    plain = {"Description": "description", "MaxSessionDuration": "max_session_duration"}
    made = call(
        "iam",
        "create_role",
        role_name=name,
        assume_role_policy_document=documents.text(properties[TRUST]),
        tags=tags.listed(tags.wanted(properties, facts)),
        **{snake: properties[key] for key, snake in plain.items() if key in properties},
        **principals.given(properties),
    )["Role"]
    with undone_by(lambda: delete(call, name, properties, facts), name):
        principals.give(call, "role", name, {}, properties)
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring trust, description, duration, boundary, policies and tags up to date."""
    who = {"role_name": physical_id}
    if old[TRUST] != new[TRUST]:
        document = documents.text(new[TRUST])
        call("iam", "update_assume_role_policy", **who, policy_document=document)
    if any(old.get(key) != new.get(key) for key in ("Description", "MaxSessionDuration")):
        call(
            "iam",
            "update_role",
            **who,
            description=new.get("Description", ""),
            max_session_duration=new.get("MaxSessionDuration", DEFAULT_SECONDS),
        )
    principals.change_boundary(call, "role", physical_id, old, new)
    principals.give(call, "role", physical_id, old, new)
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_role",
        "untag_role",
        **who,
    )
    found = call("iam", "get_role", **who)["Role"]
    return Created(physical_id, {"Arn": found["Arn"], "RoleId": found["RoleId"]})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take the policies that the template gave and delete the role.

    What others attached is left, and holds the role back, as on AWS.
    """
    principals.take(call, "role", physical_id, properties)
    with unless(GONE):
        call("iam", "delete_role", role_name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The role as it is."""
    with unless(GONE):
        found = call("iam", "get_role", role_name=physical_id)["Role"]
        return principals.filled(
            {
                "RoleName": found["RoleName"],
                "Path": found["Path"],
                TRUST: documents.quoted_value(principals.as_text(found[TRUST])),
                "Description": found.get("Description"),
                "MaxSessionDuration": found.get("MaxSessionDuration"),
                "PermissionsBoundary": principals.boundary(found),
                **principals.held(call, "role", physical_id),
                **tags.shown(found.get("Tags", ()), facts),
            }
        )
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::Role",
        structure(
            {
                "RoleName": TEXT,
                "Path": TEXT,
                TRUST: DOCUMENT,
                "Description": TEXT,
                "MaxSessionDuration": INTEGER,
                "PermissionsBoundary": TEXT,
                "Tags": TAGS,
                **principals.KEPT,
            },
            TRUST,
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "RoleId"),
    ),
)
