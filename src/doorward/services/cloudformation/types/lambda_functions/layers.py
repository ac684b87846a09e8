"""AWS::Lambda::LayerVersion.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html
"""

from doorward.services.cloudformation.types.lambda_functions import code
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import unless

SERVICE = "lambda"
NAME_LIMIT = 64
GONE = "ResourceNotFoundException"
PLAIN = {
    "CompatibleArchitectures": "compatible_architectures",
    "CompatibleRuntimes": "compatible_runtimes",
    "Description": "description",
    "LicenseInfo": "license_info",
}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Publish a version of the layer."""
    made = call(
        SERVICE,
        "publish_layer_version",
        layer_name=properties.get("LayerName") or facts.name(NAME_LIMIT),
        content={"ZipFile": code.fetched(call, properties["Content"])},
        **{snake: properties[name] for name, snake in PLAIN.items() if name in properties},
    )
    arn = made["LayerVersionArn"]
    return Created(arn, {"LayerVersionArn": arn})


def update(
    _call: Call, physical_id: str, _old: Properties, _new: Properties, _facts: Facts
) -> Created:
    """Change nothing: every property that changes asks for another version."""
    return Created(physical_id, {"LayerVersionArn": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the version."""
    with unless(GONE):
        layer, _, version = physical_id.rpartition(":")
        call(SERVICE, "delete_layer_version", layer_name=layer, version_number=int(version))


def read(call: Call, physical_id: str, _facts: Facts) -> Properties | None:
    """The version as it is, without its content."""
    with unless(GONE):
        layer, _, version = physical_id.rpartition(":")
        found = call(SERVICE, "get_layer_version", layer_name=layer, version_number=int(version))
        shown = {name: found[name] for name in PLAIN if found.get(name)}
        return {"LayerName": layer.rpartition(":")[2], **shown}
    return None


TYPES = (
    ResourceType(
        "AWS::Lambda::LayerVersion",
        structure(
            {
                "CompatibleArchitectures": TEXTS,
                "CompatibleRuntimes": TEXTS,
                "Content": code.LAYER_CONTENT,
                "Description": TEXT,
                "LayerName": TEXT,
                "LicenseInfo": TEXT,
            },
            "Content",
        ),
        create,
        update,
        delete,
        read,
        ("LayerVersionArn",),
    ),
)
