"""AWS::IAM::ServerCertificate.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servercertificate.html
"""

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import MissingProperty
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, structure
from doorward.services.cloudformation.types.steps import unless

NAME_LIMIT = 128
PARAMETERS = {"CertificateChain": "certificate_chain", "Path": "path"}


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Upload the certificate, in one call.

    Raises:
        MissingProperty: the certificate or its key is absent.
    """
    for needed in ("CertificateBody", "PrivateKey"):
        if needed not in properties:
            raise MissingProperty(f"/{needed}")
    name = properties.get("ServerCertificateName") or facts.name(NAME_LIMIT)
    made = call(
        "iam",
        "upload_server_certificate",
        server_certificate_name=name,
        certificate_body=properties["CertificateBody"],
        private_key=properties["PrivateKey"],
        tags=tags.listed(tags.wanted(properties, facts)),
        **{snake: properties[key] for key, snake in PARAMETERS.items() if key in properties},
    )["ServerCertificateMetadata"]
    return Created(name, {"Arn": made["Arn"]})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Move the certificate to another path, and bring tags up to date."""
    who = {"server_certificate_name": physical_id}
    if old.get("Path", "/") != new.get("Path", "/"):
        call("iam", "update_server_certificate", **who, new_path=new.get("Path", "/"))
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_server_certificate",
        "untag_server_certificate",
        **who,
    )
    found = call("iam", "get_server_certificate", **who)["ServerCertificate"]
    return Created(physical_id, {"Arn": found["ServerCertificateMetadata"]["Arn"]})


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Delete the certificate."""
    with unless(GONE):
        call("iam", "delete_server_certificate", server_certificate_name=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The certificate as it is; what was uploaded counts as write-only."""
    with unless(GONE):
        found = call("iam", "get_server_certificate", server_certificate_name=physical_id)
        certificate = found["ServerCertificate"]
        return {
            "ServerCertificateName": physical_id,
            "Path": certificate["ServerCertificateMetadata"]["Path"],
            **tags.shown(certificate.get("Tags", ()), facts),
        }
    return None


TYPES = (
    ResourceType(
        "AWS::IAM::ServerCertificate",
        structure(
            {
                "ServerCertificateName": TEXT,
                "CertificateBody": TEXT,
                "CertificateChain": TEXT,
                "PrivateKey": TEXT,
                "Path": TEXT,
                "Tags": TAGS,
            }
        ),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
