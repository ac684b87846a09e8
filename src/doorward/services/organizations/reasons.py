"""Refusals that come with a reason: input, constraints of the organization, and of handshakes.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html#API_CreatePolicy_Errors
"""

from collections.abc import Mapping
from typing import ClassVar

from doorward.base.errors import AwsError

STANDALONE = (
    "The member account is missing one or more of the prerequisites required to operate as a "
    "standalone account. To add what is missing, sign-in to the member account using the AWS "
    "Organizations console, then select to leave the organization. You will then be prompted to "
    "enter any missing information."
)


class Reasoned(AwsError):
    """A refusal with AWS's name of the reason. Never raised directly."""

    code = "InvalidInputException"
    sentences: ClassVar[Mapping[str, str]]

    def __init__(self, reason: str) -> None:
        super().__init__(self.sentences[reason], {"Reason": reason})


class InvalidInput(Reasoned):
    """A parameter is well-formed but cannot be used."""

    code = "InvalidInputException"
    sentences: ClassVar[Mapping[str, str]] = {
        "DUPLICATE_TAG_KEY": "Tag keys must be unique among the tags attached to the same entity.",
        "END_DATE_NOT_END_OF_MONTH": "The end date must be the end of the last day of the month.",
        "END_DATE_TOO_EARLY": "You provided an invalid end date. The end date is too early.",
        "IMMUTABLE_POLICY": (
            "You specified a policy that is managed by AWS and can't be modified."
        ),
        "INPUT_REQUIRED": "You must include a value for all required parameters.",
        "INVALID_EMAIL_ADDRESS_TARGET": (
            "You specified an invalid email address for the invited account owner."
        ),
        "INVALID_ENUM_POLICY_TYPE": "You specified an invalid policy type string.",
        "INVALID_NEXT_TOKEN": (
            "Get the value for the NextToken parameter from the response to a previous call of "
            "the operation."
        ),
        "INVALID_PARTY_TYPE_TARGET": (
            "You specified the wrong type of entity (account, organization, or email) as a party."
        ),
        "INVALID_PATTERN": "You provided a value that does not match the required pattern.",
        "INVALID_PRINCIPAL": "You specified an invalid principal element in the policy.",
        "INVALID_RESOURCE_POLICY_JSON": "You provided an invalid resource policy document.",
        "INVALID_ROLE_NAME": (
            "You provided a role name that isn't valid. A role name can't begin with the reserved "
            "prefix AWSServiceRoleFor."
        ),
        "INVALID_SYSTEM_TAGS_PARAMETER": (
            "You specified a tag key that is a system tag. You can't add, edit, or delete system "
            "tag keys because they're reserved for AWS use."
        ),
        "MAX_LIMIT_EXCEEDED_FILTER": "You can specify only one filter parameter for the operation.",
        "MOVING_ACCOUNT_BETWEEN_DIFFERENT_ROOTS": (
            "You can move an account only between entities in the same root."
        ),
        "NON_DETACHABLE_POLICY": "You can't detach this AWS Managed Policy.",
        "START_DATE_NOT_BEGINNING_OF_DAY": (
            "You provided an invalid start date. The start date must be the beginning of the day."
        ),
        "START_DATE_NOT_BEGINNING_OF_MONTH": (
            "You provided an invalid start date. The start date must be the first day of the month."
        ),
        "START_DATE_TOO_EARLY": "You provided an invalid start date. The start date is too early.",
        "TARGET_NOT_SUPPORTED": (
            "You can't perform the specified operation on that target entity."
        ),
        "UNRECOGNIZED_SERVICE_PRINCIPAL": "You specified an unrecognized service principal.",
        "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY": (
            "You specified an action that isn't supported in a resource policy."
        ),
        "UNSUPPORTED_POLICY_TYPE_IN_RESOURCE_POLICY": (
            "You specified a policy type that isn't supported in a resource policy."
        ),
        "UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY": (
            "You specified a resource that isn't supported in a resource policy."
        ),
    }


class ConstraintViolation(Reasoned):
    """A limit of the organization, or a state that it is in, stands against it."""

    code = "ConstraintViolationException"
    sentences: ClassVar[Mapping[str, str]] = {
        "ACCOUNT_CANNOT_LEAVE_ORGANIZATION": (
            "You attempted to remove the management account from the organization."
        ),
        "ACCOUNT_CANNOT_LEAVE_WITHOUT_EULA": STANDALONE,
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED": ("You have exceeded the allowed number of AWS accounts."),
        "ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS": (
            "You cannot delete organization due to an ongoing responsibility transfer process."
        ),
        "CANNOT_CLOSE_MANAGEMENT_ACCOUNT": (
            "You attempted to close the management account. To close the management account for "
            "the organization, you must first either remove or close all member accounts in the "
            "organization."
        ),
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR": (
            "You cannot register master account/yourself as delegated administrator for your "
            "organization."
        ),
        "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR": (
            "You cannot register a suspended account as a delegated administrator."
        ),
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG": (
            "You attempted to remove an account that is registered as a delegated administrator "
            "for a service integrated with your organization."
        ),
        "CLOSE_ACCOUNT_QUOTA_EXCEEDED": (
            "You have exceeded close account quota for the past 30 days."
        ),
        "HANDSHAKE_RATE_LIMIT_EXCEEDED": (
            "You attempted to exceed the number of handshakes that you can send in one day."
        ),
        "MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED": (
            "To complete this operation, the management account must have an associated account "
            "in the AWS GovCloud (US-West) Region."
        ),
        "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED": (
            "You attempted to register more delegated administrators than allowed for the service "
            "principal."
        ),
        "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED": (
            "You have attached the maximum number of policies to the specified target."
        ),
        "MAX_TAG_LIMIT_EXCEEDED": "You have exceeded the number of tags allowed on this resource.",
        "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED": (
            "You cannot remove the last policy attached to the specified target. You must have at "
            "least one attached at all times."
        ),
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE": (
            "You attempted to perform an operation that requires the organization to be "
            "configured to support all features."
        ),
        "OU_DEPTH_LIMIT_EXCEEDED": (
            "You attempted to create an OU tree that is too many levels deep."
        ),
        "OU_NUMBER_LIMIT_EXCEEDED": (
            "You attempted to exceed the number of OUs that you can have in an organization."
        ),
        "POLICY_CONTENT_LIMIT_EXCEEDED": (
            "You attempted to create a policy that is larger than the maximum size."
        ),
        "POLICY_NUMBER_LIMIT_EXCEEDED": (
            "You attempted to exceed the number of policies that you can have in an organization."
        ),
        "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE": (
            "You attempted to disable service access before you disabled the policy type."
        ),
        "SERVICE_ACCESS_NOT_ENABLED": (
            "You must enable service access before you delegate an administrator for this service"
        ),
        "TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED": (
            "You cannot update this transfer because it is no longer active."
        ),
        "WAIT_PERIOD_ACTIVE": (
            "After you create an AWS account, you must wait until at least four days after the "
            "account was created."
        ),
    }


class HandshakeConstraintViolation(Reasoned):
    """The handshake cannot be made, or cannot be accepted."""

    code = "HandshakeConstraintViolationException"
    sentences: ClassVar[Mapping[str, str]] = {
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED": ("You have exceeded the allowed number of AWS accounts."),
        "ALREADY_IN_AN_ORGANIZATION": (
            "The provided account is already a member of an organization."
        ),
        "HANDSHAKE_RATE_LIMIT_EXCEEDED": (
            "You attempted to exceed the number of handshakes that you can send in one day."
        ),
        "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES": (
            "You can't issue new invitations to join an organization while it's in the process of "
            "enabling all features."
        ),
        "ORGANIZATION_ALREADY_HAS_ALL_FEATURES": (
            "The handshake request is invalid because the organization has already enabled all "
            "features."
        ),
        "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION": (
            "The handshake request is invalid because the organization has already started the "
            "process to enable all features."
        ),
        "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS": (
            "You cannot perform this operation with the current transfer."
        ),
        "SOURCE_AND_TARGET_CANNOT_MATCH": (
            "An account can't accept a transfer invitation if it is both the sender and recipient "
            "of the invitation."
        ),
        "TARGET_ACCOUNT_VALIDATION_FAILURE": (
            "Billing transfer is not available for your account."
        ),
    }
