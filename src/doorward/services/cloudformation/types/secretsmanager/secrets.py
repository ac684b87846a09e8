"""AWS::SecretsManager::Secret.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

import json
from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import InvalidRequest
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    INTEGER,
    TAGS,
    TEXT,
    structure,
)
from doorward.services.cloudformation.types.steps import unless

SERVICE = "secretsmanager"
NAME_LIMIT = 512
GONE = "ResourceNotFoundException"
TEXT_OF, RULE = "SecretString", "GenerateSecretString"
PASSWORD = {
    "ExcludeCharacters": "exclude_characters",
    "ExcludeLowercase": "exclude_lowercase",
    "ExcludeNumbers": "exclude_numbers",
    "ExcludePunctuation": "exclude_punctuation",
    "ExcludeUppercase": "exclude_uppercase",
    "IncludeSpace": "include_space",
    "PasswordLength": "password_length",
    "RequireEachIncludedType": "require_each_included_type",
}
PLAIN = {"Description": "description", "KmsKeyId": "kms_key_id"}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the secret, with the text given or one that is generated."""
    made = call(
        SERVICE,
        "create_secret",
        name=properties.get("Name") or facts.name(NAME_LIMIT),
        tags=tags.listed(tags.wanted(properties, facts)),
        **_value(call, properties),
        **{snake: properties[name] for name, snake in PLAIN.items() if name in properties},
    )
    return Created(made["ARN"], {"Id": made["ARN"]})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring description, key, text and tags up to date."""
    said = {
        snake: new.get(name, "") for name, snake in PLAIN.items() if old.get(name) != new.get(name)
    }
    if any(old.get(name) != new.get(name) for name in (TEXT_OF, RULE)):
        said |= _value(call, new)
    if said:
        call(SERVICE, "update_secret", secret_id=physical_id, **said)
    tags.bring(call, SERVICE, tags.changed(old, new, facts), secret_id=physical_id)
    return Created(physical_id, {"Id": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the secret at once (assumed), so that its name is free again."""
    with unless(GONE):
        call(SERVICE, "delete_secret", secret_id=physical_id, force_delete_without_recovery=True)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The secret as it is, never its text."""
    with unless(GONE):
        found = call(SERVICE, "describe_secret", secret_id=physical_id)
        if "DeletedDate" in found:
            return None
        return {
            "Name": found["Name"],
            **{name: found[name] for name in PLAIN if found.get(name)},
            **tags.shown(found.get("Tags", ()), facts),
        }
    return None


def _value(call: Call, properties: Properties) -> dict[str, str]:
    """The text that the secret is to have; nothing where the template says nothing.

    Raises:
        InvalidRequest: it is given and to be generated, or the template for it is no object.
    """
    if TEXT_OF in properties and RULE in properties:
        raise InvalidRequest("You can't specify both SecretString and GenerateSecretString.")
    if TEXT_OF in properties:
        return {"secret_string": properties[TEXT_OF]}
    if RULE not in properties:
        return {}
    rule = properties[RULE]
    asked = {snake: rule[name] for name, snake in PASSWORD.items() if name in rule}
    password = call(SERVICE, "get_random_password", **asked)["RandomPassword"]
    return {"secret_string": _composed(rule, password)}


def _composed(rule: Properties, password: str) -> str:
    """The password alone, or in the JSON object of the rule's template."""
    key, template = rule.get("GenerateStringKey"), rule.get("SecretStringTemplate")
    if (key is None) != (template is None):
        raise InvalidRequest(
            "GenerateStringKey and SecretStringTemplate must be specified together."  # assumed
        )
    if key is None or template is None:
        return password
    try:
        value: Any = json.loads(template)
    except ValueError as error:
        raise InvalidRequest("Could not parse SecretStringTemplate JSON.") from error
    if not isinstance(value, dict):
        raise InvalidRequest("Could not parse SecretStringTemplate JSON.")
    return json.dumps({**value, key: password}, separators=(",", ":"))


TYPES = (
    ResourceType(
        "AWS::SecretsManager::Secret",
        structure(
            {
                "Name": TEXT,
                "Description": TEXT,
                "KmsKeyId": TEXT,
                TEXT_OF: TEXT,
                RULE: structure(
                    {
                        **dict.fromkeys(PASSWORD, BOOLEAN),
                        "ExcludeCharacters": TEXT,
                        "PasswordLength": INTEGER,
                        "GenerateStringKey": TEXT,
                        "SecretStringTemplate": TEXT,
                    }
                ),
                "Tags": TAGS,
            },
            refused={
                "ReplicaRegions": "secrets are in one Region",
                "Type": "secrets of other services are not rotated here",
            },
        ),
        create,
        update,
        delete,
        read,
        ("Id",),
    ),
)
