"""AWS::Lambda::Version.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
"""

from typing import Any

from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import VersionExists
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, structure
from doorward.services.cloudformation.types.steps import unless

SERVICE = "lambda"
GONE = "ResourceNotFoundException"
PLAIN = {
    "CodeSha256": "code_sha256",
    "Description": "description",
    "FunctionName": "function_name",
}
NOT_PROVISIONED = "no concurrency is provisioned"


def create(call: Call, properties: Properties, _facts: Facts) -> Created:
    """Publish the function as it is now.

    Raises:
        VersionExists: it was published since it last changed, and that version belongs to others.
    """
    before = _versions(call, properties["FunctionName"])
    given = {snake: properties[name] for name, snake in PLAIN.items() if name in properties}
    made = call(SERVICE, "publish_version", **given)
    if made["Version"] in before:
        raise VersionExists(made["Version"])
    return _shown(made)


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, _facts: Facts
) -> Created:
    """Change nothing: every property that changes asks for another version."""
    version = physical_id.rpartition(":")[2]
    return Created(physical_id, {"FunctionArn": physical_id, "Version": version})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the version."""
    with unless(GONE):
        name, _, version = physical_id.rpartition(":")
        call(SERVICE, "delete_function", function_name=name, qualifier=version)


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The version as it is."""
    with unless(GONE):
        name, _, version = physical_id.rpartition(":")
        found = call(SERVICE, "get_function_configuration", function_name=name, qualifier=version)
        shown = {one: found[one] for one in PLAIN if found.get(one)}
        return {**shown, "FunctionName": found["FunctionName"]}
    return None


def _versions(call: Call, name: str) -> set[str]:
    output = call(SERVICE, "list_versions_by_function", function_name=name)
    found = {one["Version"] for one in output["Versions"]}
    while marker := output.get("NextMarker"):
        output = call(SERVICE, "list_versions_by_function", function_name=name, marker=marker)
        found |= {one["Version"] for one in output["Versions"]}
    return found


def _shown(made: Any) -> Created:
    arn, version = made["FunctionArn"], made["Version"]
    if not arn.endswith(f":{version}"):
        arn = f"{arn}:{version}"
    return Created(arn, {"FunctionArn": arn, "Version": version})


TYPES = (
    ResourceType(
        "AWS::Lambda::Version",
        structure(
            dict.fromkeys(PLAIN, TEXT),
            "FunctionName",
            refused={
                "FunctionScalingConfig": "functions are not run on instances of their own",
                "ProvisionedConcurrencyConfig": NOT_PROVISIONED,
                "RuntimePolicy": "runtimes are not patched",
            },
        ),
        create,
        update,
        delete,
        read,
        ("FunctionArn", "Version"),
    ),
)
