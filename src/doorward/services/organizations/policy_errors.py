"""What Organizations refuses about policies, one class per cause.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
"""

from doorward.services.organizations.errors import Plain


class PolicyNotFound(Plain):
    """Neither AWS nor the organization has such a policy."""

    code = "PolicyNotFoundException"
    sentence = "You specified a policy that doesn't exist."


class DuplicatePolicy(Plain):
    """The organization has a policy of that type and name."""

    code = "DuplicatePolicyException"
    sentence = "A policy with the same name already exists."


class PolicyInUse(Plain):
    """The policy is attached to something."""

    code = "PolicyInUseException"
    sentence = "The policy is attached to one or more entities."


class DuplicatePolicyAttachment(Plain):
    """The policy is attached to the target already. Observed: the sentence is that of a name."""

    code = "DuplicatePolicyAttachmentException"
    sentence = "A policy with the specified name and type already exists."


class PolicyNotAttached(Plain):
    """The policy is not attached to the target itself."""

    code = "PolicyNotAttachedException"
    sentence = "The policy isn't attached to the specified target in the specified root."


class TargetNotFound(Plain):
    """The organization has no such root, unit, account or policy."""

    code = "TargetNotFoundException"
    sentence = "You specified a target that doesn't exist."


class PolicyTypeAlreadyEnabled(Plain):
    """The root has the type enabled."""

    code = "PolicyTypeAlreadyEnabledException"
    sentence = "The specified policy type is already enabled."


class PolicyTypeNotEnabled(Plain):
    """The root has not the type enabled."""

    code = "PolicyTypeNotEnabledException"
    sentence = "This operation can be performed only for enabled policy types."


class PolicyTypeNotAvailable(Plain):
    """The organization has not all features."""

    code = "PolicyTypeNotAvailableForOrganizationException"
    sentence = (
        "You can't use the specified policy type with the feature set currently enabled for this "
        "organization."
    )


class EffectivePolicyNotFound(Plain):
    """Nothing of the type applies to the account."""

    code = "EffectivePolicyNotFoundException"
    sentence = "You specified an effective policy that doesn't exist."


class ResourcePolicyNotFound(Plain):
    """The organization has no resource policy."""

    code = "ResourcePolicyNotFoundException"
    sentence = "You specified a resource policy that doesn't exist."
