"""AWS::Lambda::Function.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.lambda_functions import code
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    INTEGER,
    MAP,
    TEXT,
    TEXTS,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import undone_by, unless

SERVICE = "lambda"
NAME_LIMIT = 64
GONE = "ResourceNotFoundException"
RESERVED = "ReservedConcurrentExecutions"
CONFIGURATION: dict[str, tuple[str, Any]] = {
    "DeadLetterConfig": ("dead_letter_config", {"TargetArn": ""}),
    "Description": ("description", ""),
    "Environment": ("environment", {"Variables": {}}),
    "EphemeralStorage": ("ephemeral_storage", {"Size": 512}),
    "Handler": ("handler", None),
    "ImageConfig": ("image_config", {}),
    "KmsKeyArn": ("kms_key_arn", ""),
    "Layers": ("layers", []),
    "LoggingConfig": ("logging_config", {"LogFormat": "Text"}),
    "MemorySize": ("memory_size", 128),
    "Role": ("role", None),
    "Runtime": ("runtime", None),
    "SnapStart": ("snap_start", {"ApplyOn": "None"}),
    "Timeout": ("timeout", 3),
    "TracingConfig": ("tracing_config", {"Mode": "PassThrough"}),
    "VpcConfig": ("vpc_config", {"SubnetIds": [], "SecurityGroupIds": []}),
}
"""Each property with its parameter and what it is without the property.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""
FIXED = {"Architectures": "architectures", "PackageType": "package_type"}
NO_INSTANCES = "functions are not run on instances of their own"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the function, then reserve its concurrency."""
    name = properties.get("FunctionName") or facts.name(NAME_LIMIT)
    plain = {one: snake for one, (snake, _) in CONFIGURATION.items()} | FIXED
    made = call(
        SERVICE,
        "create_function",
        function_name=name,
        code=code.wire(call, properties["Code"], properties.get("Runtime", "")),
        tags=tags.wanted(properties, facts),
        **{snake: properties[one] for one, snake in plain.items() if one in properties},
    )
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _reserve(call, name, {}, properties)
    return _shown(made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring code, configuration, concurrency and tags up to date."""
    who = {"function_name": physical_id}
    _configure(call, physical_id, old, new)
    if any(old.get(one) != new.get(one) for one in ("Code", "Architectures")):
        given = code.wire(call, new["Code"], new.get("Runtime", ""))
        words = {"ZipFile": "zip_file", "ImageUri": "image_uri"}
        architectures = {"architectures": new["Architectures"]} if "Architectures" in new else {}
        values = {words[one]: value for one, value in given.items()}
        call(SERVICE, "update_function_code", **who, **values, **architectures)
    _reserve(call, physical_id, old, new)
    found = call(SERVICE, "get_function_configuration", **who)
    change, arn = tags.changed(old, new, facts), found["FunctionArn"]
    if change.put:
        call(SERVICE, "tag_resource", resource=arn, tags=change.put)
    if change.removed:
        call(SERVICE, "untag_resource", resource=arn, tag_keys=change.removed)
    return _shown(found)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the function with its versions."""
    with unless(GONE):
        call(SERVICE, "delete_function", function_name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The function as it is, without its code."""
    with unless(GONE):
        output = call(SERVICE, "get_function", function_name=physical_id)
        found = output["Configuration"]
        wire = {"KmsKeyArn": "KMSKeyArn"}
        shown = {
            name: found[wire.get(name, name)]
            for name in (*CONFIGURATION, "Architectures", "PackageType")
            if found.get(wire.get(name, name)) and name not in ("Layers", "SnapStart", "VpcConfig")
        }
        if layers := found.get("Layers"):
            shown["Layers"] = [one["Arn"] if isinstance(one, dict) else one for one in layers]
        if found.get("VpcConfig", {}).get("SubnetIds"):
            names = ("SubnetIds", "SecurityGroupIds", "Ipv6AllowedForDualStack")
            network = found["VpcConfig"]
            shown["VpcConfig"] = {one: network[one] for one in names if one in network}
        if "Environment" in shown:
            shown["Environment"] = {"Variables": shown["Environment"].get("Variables", {})}
        concurrency = output.get("Concurrency", {})
        if RESERVED in concurrency:
            shown[RESERVED] = concurrency[RESERVED]
        tagged = tags.shown(tags.listed(output.get("Tags", {})), facts)
        return {"FunctionName": found["FunctionName"], **shown, **tagged}
    return None


def _configure(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Update what changed of the configuration; what is gone becomes what it is without."""
    changes = {
        snake: new.get(one, default)
        for one, (snake, default) in CONFIGURATION.items()
        if old.get(one) != new.get(one)
    }
    changes = {snake: value for snake, value in changes.items() if value is not None}
    if changes:
        call(SERVICE, "update_function_configuration", function_name=name, **changes)


def _reserve(call: Call, name: str, old: Properties, new: Properties) -> None:
    if old.get(RESERVED) == new.get(RESERVED):
        return
    if RESERVED in new:
        call(
            SERVICE,
            "put_function_concurrency",
            function_name=name,
            reserved_concurrent_executions=new[RESERVED],
        )
    else:
        call(SERVICE, "delete_function_concurrency", function_name=name)


def _shown(found: Any) -> Created:
    response = found.get("SnapStart", {})
    snap = {f"SnapStartResponse.{one}": value for one, value in response.items()}
    attributes = {"Arn": found["FunctionArn"], **snap}
    return Created(found["FunctionName"], attributes)


TYPES = (
    ResourceType(
        "AWS::Lambda::Function",
        structure(
            {
                "Architectures": TEXTS,
                "Code": code.FUNCTION_CODE,
                "DeadLetterConfig": structure({"TargetArn": TEXT}),
                "Description": TEXT,
                "Environment": structure({"Variables": MAP}),
                "EphemeralStorage": structure({"Size": INTEGER}, "Size"),
                "FunctionName": TEXT,
                "Handler": TEXT,
                "ImageConfig": structure(
                    {"Command": TEXTS, "EntryPoint": TEXTS, "WorkingDirectory": TEXT}
                ),
                "KmsKeyArn": TEXT,
                "Layers": TEXTS,
                "LoggingConfig": structure(
                    dict.fromkeys(
                        ("ApplicationLogLevel", "LogFormat", "LogGroup", "SystemLogLevel"), TEXT
                    )
                ),
                "MemorySize": INTEGER,
                "PackageType": TEXT,
                RESERVED: INTEGER,
                "Role": TEXT,
                "Runtime": TEXT,
                "SnapStart": structure({"ApplyOn": TEXT}, "ApplyOn"),
                "Tags": ListOf(structure({"Key": TEXT, "Value": TEXT}, "Key")),
                "Timeout": INTEGER,
                "TracingConfig": structure({"Mode": TEXT}),
                "VpcConfig": structure(
                    {
                        "Ipv6AllowedForDualStack": BOOLEAN,
                        "SecurityGroupIds": TEXTS,
                        "SubnetIds": TEXTS,
                    }
                ),
            },
            "Code",
            "Role",
            refused={
                "CapacityProviderConfig": NO_INSTANCES,
                "CodeSigningConfigArn": "no signature of code is checked",
                "DurableConfig": "functions do not outlive their invocation",
                "FileSystemConfigs": "functions have no file systems",
                "FunctionScalingConfig": NO_INSTANCES,
                "PublishToLatestPublished": NO_INSTANCES,
                "RecursiveLoop": "no loop is looked for",
                "RuntimeManagementConfig": "runtimes are not patched",
                "TenancyConfig": "functions are not kept apart by tenant",
            },
        ),
        create,
        update,
        delete,
        read,
        (
            "Arn",
            "SnapStartResponse",
            "SnapStartResponse.ApplyOn",
            "SnapStartResponse.OptimizationStatus",
        ),
    ),
)
