"""AWS::IAM::OIDCProvider.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
"""

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.iam.principals import GONE, added, filled
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import MissingProperty
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import unless

PARAMETERS = {"ClientIdList": "client_id_list", "ThumbprintList": "thumbprint_list"}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the provider, in one call.

    Raises:
        MissingProperty: there is no `Url`.
    """
    if "Url" not in properties:
        raise MissingProperty("/Url")
    arn = call(
        "iam",
        "create_open_id_connect_provider",
        url=properties["Url"],
        tags=tags.listed(tags.wanted(properties, facts)),
        **{snake: properties[name] for name, snake in PARAMETERS.items() if name in properties},
    )["OpenIDConnectProviderArn"]
    return Created(arn, {"Arn": arn})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Exchange thumbprints at once and client ids one by one, and bring tags up to date."""
    who = {"open_id_connect_provider_arn": physical_id}
    thumbprints = new.get("ThumbprintList", [])
    if old.get("ThumbprintList", []) != thumbprints:
        operation = "update_open_id_connect_provider_thumbprint"
        call("iam", operation, **who, thumbprint_list=thumbprints)
    before, after = old.get("ClientIdList", []), new.get("ClientIdList", [])
    for client_id in added(before, after):
        call("iam", "add_client_id_to_open_id_connect_provider", **who, client_id=client_id)
    for client_id in added(after, before):
        call("iam", "remove_client_id_from_open_id_connect_provider", **who, client_id=client_id)
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_open_id_connect_provider",
        "untag_open_id_connect_provider",
        **who,
    )
    return Created(physical_id, {"Arn": physical_id})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the provider."""
    with unless(GONE):
        call("iam", "delete_open_id_connect_provider", open_id_connect_provider_arn=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The provider as it is."""
    with unless(GONE):
        found = call(
            "iam", "get_open_id_connect_provider", open_id_connect_provider_arn=physical_id
        )
        return filled(
            {
                "Url": f"https://{found['Url'].removeprefix('https://')}",
                "ClientIdList": found.get("ClientIDList"),
                "ThumbprintList": found.get("ThumbprintList"),
                **tags.shown(found.get("Tags", ()), facts),
            }
        )
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::OIDCProvider",
        structure({"Url": TEXT, "ClientIdList": TEXTS, "ThumbprintList": TEXTS, "Tags": TAGS}),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
