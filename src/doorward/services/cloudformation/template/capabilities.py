"""What a template must be acknowledged to do: make identities, name them, run macros.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from collections.abc import Collection
from typing import Literal

from doorward.base.errors import AwsError
from doorward.services.cloudformation.template.document import Resource, Template
from doorward.services.cloudformation.template.references import calls

Capability = Literal["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

IAM: Capability = "CAPABILITY_IAM"
NAMED_IAM: Capability = "CAPABILITY_NAMED_IAM"
AUTO_EXPAND: Capability = "CAPABILITY_AUTO_EXPAND"

NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""The property that makes CAPABILITY_NAMED_IAM needed."""

IAM_TYPES = frozenset(NAMES) | {
    *("AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"),
    *("AWS::IAM::GroupPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy"),
    *("AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider", "AWS::IAM::ServerCertificate"),
    *("AWS::IAM::ServiceLinkedRole", "AWS::IAM::VirtualMFADevice"),
}
"""The types that need acknowledgement. AWS's list has the first eight; the rest are assumed."""


class InsufficientCapabilities(AwsError):
    """The request does not acknowledge what the template does."""

    code = "InsufficientCapabilitiesException"
    status = 400

    def __init__(self, missing: Collection[str]) -> None:
        super().__init__(f"Requires capabilities : [{', '.join(missing)}]")


def iam_resources(template: Template) -> tuple[Resource, ...]:
    """The resources that need acknowledgement, also those whose condition is false (assumed)."""
    return tuple(one for one in template.resources.values() if one.type in IAM_TYPES)


def needed(template: Template) -> tuple[Capability, ...]:
    """The capabilities that *template* needs, as ValidateTemplate lists them.

    CAPABILITY_NAMED_IAM stands for CAPABILITY_IAM too. The order of two is assumed.
    """
    found: list[Capability] = []
    resources = iam_resources(template)
    if any(NAMES.get(one.type) in one.properties for one in resources):
        found.append(NAMED_IAM)
    elif resources:
        found.append(IAM)
    if expands(template):
        found.append(AUTO_EXPAND)
    return tuple(found)


def expands(template: Template) -> bool:
    """Whether a macro runs over *template* or a part of it."""
    return bool(template.transform) or any(
        name == "Fn::Transform" for name, _, _ in calls(template.body)
    )


def reason(template: Template) -> str | None:
    """Why, as ValidateTemplate says it; None where no resource needs any."""
    types = sorted({one.type for one in iam_resources(template)})
    return (
        f"The following resource(s) require capabilities: [{', '.join(types)}]" if types else None
    )


def missing(
    template: Template, given: Collection[str], *, expand: bool = True
) -> tuple[Capability, ...]:
    """The capabilities that *template* needs and *given* does not have.

    Args:
        template: before its transforms for a request, after them for the identities they make.
        given: as the request has them.
        expand: whether CAPABILITY_AUTO_EXPAND counts; a change set does not need it.
    """
    covered = {*given, IAM} if NAMED_IAM in given else set(given)
    wanted = (one for one in needed(template) if expand or one != AUTO_EXPAND)
    return tuple(one for one in wanted if one not in covered)


def check(template: Template, given: Collection[str], *, expand: bool = True) -> None:
    """Refuse a request that does not acknowledge what *template* does.

    Raises:
        InsufficientCapabilities: names what is missing.
    """
    if found := missing(template, given, expand=expand):
        raise InsufficientCapabilities(found)
