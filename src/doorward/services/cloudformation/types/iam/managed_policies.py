"""AWS::IAM::ManagedPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

from datetime import datetime
from typing import Any

from doorward.services.cloudformation.types import documents
from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 128
VERSIONS = 5
KINDS = {"Groups": "group", "Roles": "role", "Users": "user"}
ATTRIBUTES = (
    "PolicyArn",
    "AttachmentCount",
    "CreateDate",
    "DefaultVersionId",
    "IsAttachable",
    "PermissionsBoundaryUsageCount",
    "PolicyId",
    "UpdateDate",
)


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the policy, then attach it."""
    plain = {"Path": "path", "Description": "description"}
    arn = call(
        "iam",
        "create_policy",
        policy_name=properties.get("ManagedPolicyName") or facts.name(NAME_LIMIT),
        policy_document=documents.text(properties["PolicyDocument"]),
        **{snake: properties[name] for name, snake in plain.items() if name in properties},
    )["Policy"]["Arn"]
    with undone_by(lambda: delete(call, arn, properties, facts), arn):
        _attach(call, arn, {}, properties)
        return shown(call, arn)


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Make a changed document the new default version, then attach and detach."""
    if old["PolicyDocument"] != new["PolicyDocument"]:
        _make_room(call, physical_id)
        call(
            "iam",
            "create_policy_version",
            policy_arn=physical_id,
            policy_document=documents.text(new["PolicyDocument"]),
            set_as_default=True,
        )
    _attach(call, physical_id, old, new)
    return shown(call, physical_id)


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Detach it where the template attached it, then delete its versions and itself."""
    _attach(call, physical_id, properties, {})
    with unless(GONE):
        for version in _versions(call, physical_id):
            if not version["IsDefaultVersion"]:
                call(
                    "iam",
                    "delete_policy_version",
                    policy_arn=physical_id,
                    version_id=version["VersionId"],
                )
        call("iam", "delete_policy", policy_arn=physical_id)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The policy as it is, with the document in force."""
    with unless(GONE):
        found = call("iam", "get_policy", policy_arn=physical_id)["Policy"]
        version = call(
            "iam",
            "get_policy_version",
            policy_arn=physical_id,
            version_id=found["DefaultVersionId"],
        )["PolicyVersion"]
        return principals.filled(
            {
                "ManagedPolicyName": found["PolicyName"],
                "Path": found["Path"],
                "Description": found.get("Description"),
                "PolicyDocument": documents.quoted_value(principals.as_text(version["Document"])),
                **_entities(call, physical_id),
            }
        )
    return None


def shown(call: Call, arn: str) -> Created:
    """The policy with its attributes."""
    found = call("iam", "get_policy", policy_arn=arn)["Policy"]
    values = {name: _plain(found[name]) for name in ATTRIBUTES if name in found}
    return Created(arn, {"PolicyArn": arn, **values})


def _plain(value: Any) -> Any:
    """Times as text, as attributes have them."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _attach(call: Call, arn: str, old: Properties, new: Properties) -> None:
    for member, kind in KINDS.items():
        before, after = old.get(member, ()), new.get(member, ())
        for name in principals.added(before, after):
            principals.attach(call, kind, name, arn)
        for name in principals.added(after, before):
            principals.detach(call, kind, name, arn)


def _make_room(call: Call, arn: str) -> None:
    """Delete the oldest version that is not in force, where there are as many as IAM keeps."""
    versions = _versions(call, arn)
    if len(versions) < VERSIONS:
        return
    oldest = min(
        (one for one in versions if not one["IsDefaultVersion"]),
        key=lambda one: int(one["VersionId"].removeprefix("v")),
    )
    call("iam", "delete_policy_version", policy_arn=arn, version_id=oldest["VersionId"])


def _versions(call: Call, arn: str) -> list[Any]:
    return principals.pages(call, "list_policy_versions", "Versions", policy_arn=arn)


def _entities(call: Call, arn: str) -> dict[str, list[str]]:
    """Whom the policy is attached to, as `Groups`, `Roles` and `Users`."""
    found: dict[str, list[str]] = {}
    for member, kind in KINDS.items():
        named = principals.pages(
            call,
            "list_entities_for_policy",
            f"Policy{member}",
            policy_arn=arn,
            entity_filter=kind.capitalize(),
            policy_usage_filter="PermissionsPolicy",
        )
        found[member] = [one[f"{kind.capitalize()}Name"] for one in named]
    return found


TYPES = (
    ResourceType(
        "AWS::IAM::ManagedPolicy",
        structure(
            {
                "ManagedPolicyName": TEXT,
                "Path": TEXT,
                "Description": TEXT,
                "PolicyDocument": DOCUMENT,
                "Groups": TEXTS,
                "Roles": TEXTS,
                "Users": TEXTS,
            },
            "PolicyDocument",
        ),
        create,
        update,
        delete,
        read,
        ATTRIBUTES,
    ),
)
