"""AWS::ECR::Repository.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents, tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import (
    BOOLEAN,
    DOCUMENT,
    TAGS,
    TEXT,
    ListOf,
    structure,
)
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 256
GONE = "RepositoryNotFoundException"
NO_POLICY = ("RepositoryPolicyNotFoundException", "LifecyclePolicyNotFoundException", GONE)
MUTABLE = "MUTABLE"
POLICY, LIFECYCLE = "RepositoryPolicyText", "LifecyclePolicy"
MUTABILITY, EXCLUSIONS = "ImageTagMutability", "ImageTagMutabilityExclusionFilters"
SCANNING, ENCRYPTION = "ImageScanningConfiguration", "EncryptionConfiguration"
FILTER = ("ImageTagMutabilityExclusionFilterType", "ImageTagMutabilityExclusionFilterValue")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the repository, then its policies."""
    name = properties.get("RepositoryName") or facts.name(NAME_LIMIT).lower()
    said: dict[str, Any] = {}
    if ENCRYPTION in properties:
        words = {"EncryptionType": "encryptionType", "KmsKey": "kmsKey"}
        given = properties[ENCRYPTION]
        said["encryption_configuration"] = {words[one]: given[one] for one in given}
    if SCANNING in properties:
        said["image_scanning_configuration"] = _scanning(properties)
    made = call(
        "ecr",
        "create_repository",
        repository_name=name,
        tags=tags.listed(tags.wanted(properties, facts)),
        **_mutability(properties),
        **said,
    )["repository"]
    with undone_by(lambda: delete(call, name, properties, facts), name):
        _govern(call, name, {}, properties)
    return _shown(made)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring mutability, scanning, policies and tags up to date."""
    who = {"repository_name": physical_id}
    if any(old.get(one) != new.get(one) for one in (MUTABILITY, EXCLUSIONS)):
        call("ecr", "put_image_tag_mutability", **who, **_mutability(new))
    if old.get(SCANNING) != new.get(SCANNING):
        operation = "put_image_scanning_configuration"
        call("ecr", operation, **who, image_scanning_configuration=_scanning(new))
    _govern(call, physical_id, old, new)
    found = call("ecr", "describe_repositories", repository_names=[physical_id])["repositories"][0]
    change = tags.changed(old, new, facts)
    tags.bring(call, "ecr", change, resource_arn=found["repositoryArn"])
    return _shown(found)


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Delete the repository; with images in it only where the template allows it."""
    with unless(GONE):
        force = properties.get("EmptyOnDelete", False)
        call("ecr", "delete_repository", repository_name=physical_id, force=force)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The repository as it is."""
    with unless(GONE):
        who = {"repository_name": physical_id}
        names = [physical_id]
        found = call("ecr", "describe_repositories", repository_names=names)["repositories"][0]
        arn = found["repositoryArn"]
        tagged = call("ecr", "list_tags_for_resource", resource_arn=arn)["tags"]
        shown: dict[str, Any] = {
            "RepositoryName": physical_id,
            MUTABILITY: found.get("imageTagMutability", MUTABLE),
            SCANNING: {"ScanOnPush": found["imageScanningConfiguration"]["scanOnPush"]},
            **tags.shown(tagged, facts),
        }
        if encryption := found.get("encryptionConfiguration"):
            shown[ENCRYPTION] = {one[0].upper() + one[1:]: v for one, v in encryption.items()}
        if filters := found.get("imageTagMutabilityExclusionFilters"):
            shown[EXCLUSIONS] = [_upper(one) for one in filters]
        with unless(*NO_POLICY):
            text = call("ecr", "get_repository_policy", **who)["policyText"]
            shown[POLICY] = documents.value(text)
        with unless(*NO_POLICY):
            text = call("ecr", "get_lifecycle_policy", **who)["lifecyclePolicyText"]
            shown[LIFECYCLE] = {"LifecyclePolicyText": text}
        return shown
    return None


def _mutability(properties: Properties) -> dict[str, Any]:
    said: dict[str, Any] = {"image_tag_mutability": properties.get(MUTABILITY, MUTABLE)}
    if EXCLUSIONS in properties:
        filters = [
            {"filterType": one[FILTER[0]], "filter": one[FILTER[1]]}
            for one in properties[EXCLUSIONS]
        ]
        said["image_tag_mutability_exclusion_filters"] = filters
    return said


def _upper(one: Any) -> dict[str, str]:
    return {FILTER[0]: one["filterType"], FILTER[1]: one["filter"]}


def _scanning(properties: Properties) -> dict[str, bool]:
    return {"scanOnPush": properties.get(SCANNING, {}).get("ScanOnPush", False)}


def _govern(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Put or delete the two policies where they changed."""
    who = {"repository_name": name}
    if old.get(LIFECYCLE) != new.get(LIFECYCLE):
        text = new.get(LIFECYCLE, {}).get("LifecyclePolicyText")
        if text:
            call("ecr", "put_lifecycle_policy", **who, lifecycle_policy_text=text)
        else:
            with unless(*NO_POLICY):
                call("ecr", "delete_lifecycle_policy", **who)
    if old.get(POLICY) != new.get(POLICY):
        if POLICY in new:
            text = documents.text(new[POLICY])
            call("ecr", "set_repository_policy", **who, policy_text=text)
        else:
            with unless(*NO_POLICY):
                call("ecr", "delete_repository_policy", **who)


def _shown(found: Any) -> Created:
    attributes = {"Arn": found["repositoryArn"], "RepositoryUri": found["repositoryUri"]}
    return Created(found["repositoryName"], attributes)


TYPES = (
    ResourceType(
        "AWS::ECR::Repository",
        structure(
            {
                "EmptyOnDelete": BOOLEAN,
                ENCRYPTION: structure({"EncryptionType": TEXT, "KmsKey": TEXT}, "EncryptionType"),
                SCANNING: structure({"ScanOnPush": BOOLEAN}),
                MUTABILITY: TEXT,
                EXCLUSIONS: ListOf(structure(dict.fromkeys(FILTER, TEXT), *FILTER)),
                LIFECYCLE: structure(
                    {"LifecyclePolicyText": TEXT},
                    refused={"RegistryId": "a repository is in the registry of its account"},
                ),
                "RepositoryName": TEXT,
                POLICY: DOCUMENT,
                "Tags": TAGS,
            }
        ),
        create,
        update,
        delete,
        read,
        ("Arn", "RepositoryUri"),
    ),
)
