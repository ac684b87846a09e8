"""AWS::IAM::SAMLProvider.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-samlprovider.html
"""

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.iam.principals import GONE, filled
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import MissingProperty
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 128
METADATA, MODE = "SamlMetadataDocument", "AssertionEncryptionMode"
PARAMETERS = {MODE: "assertion_encryption_mode", "AddPrivateKey": "add_private_key"}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the provider.

    Raises:
        MissingProperty: there is no metadata document.
    """
    if METADATA not in properties:
        raise MissingProperty(f"/{METADATA}")
    arn = call(
        "iam",
        "create_saml_provider",
        name=properties.get("Name") or facts.name(NAME_LIMIT),
        saml_metadata_document=properties[METADATA],
        tags=tags.listed(tags.wanted(properties, facts)),
        **{snake: properties[name] for name, snake in PARAMETERS.items() if name in properties},
    )["SAMLProviderArn"]
    with undone_by(lambda: delete(call, arn, properties, facts), arn):
        return _shown(call, arn)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Exchange the metadata or the encryption mode, and bring tags up to date."""
    who = {"saml_provider_arn": physical_id}
    if changes := {
        snake: new[name]
        for name, snake in ((METADATA, "saml_metadata_document"), (MODE, PARAMETERS[MODE]))
        if name in new and old.get(name) != new[name]
    }:
        call("iam", "update_saml_provider", **who, **changes)
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_saml_provider",
        "untag_saml_provider",
        **who,
    )
    return _shown(call, physical_id)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the provider."""
    with unless(GONE):
        call("iam", "delete_saml_provider", saml_provider_arn=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The provider as it is, without its private keys."""
    with unless(GONE):
        found = call("iam", "get_saml_provider", saml_provider_arn=physical_id)
        return filled(
            {
                "Name": physical_id.rpartition("/")[2],
                METADATA: found[METADATA.replace("Saml", "SAML")],
                MODE: found.get(MODE),
                **tags.shown(found.get("Tags", ()), facts),
            }
        )
    return None


def _shown(call: Call, arn: str) -> Created:
    found = call("iam", "get_saml_provider", saml_provider_arn=arn)
    return Created(arn, {"Arn": arn, "SamlProviderUUID": found["SAMLProviderUUID"]})


TYPES = (
    ResourceType(
        "AWS::IAM::SAMLProvider",
        structure(
            {"Name": TEXT, METADATA: TEXT, MODE: TEXT, "AddPrivateKey": TEXT, "Tags": TAGS},
            refused={
                "PrivateKeyList": "a key is given with AddPrivateKey",
                "RemovePrivateKey": "a new provider has no key to remove",
            },
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "SamlProviderUUID"),
    ),
)
