"""What Organizations refuses, one class per cause, each with AWS's sentence.

Sentences that nobody is known to have recorded follow the reference's descriptions (assumed).

https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html
"""

from typing import ClassVar

from doorward.base.errors import AwsError


class Plain(AwsError):
    """A refusal whose sentence is always the same. Never raised directly."""

    code = "ServiceException"
    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class NotInUse(Plain):
    """The caller's account is in no organization."""

    code = "AWSOrganizationsNotInUseException"
    sentence = "Your account is not a member of an organization."


class AccessDenied(Plain):
    """The caller's account has not the standing that the operation needs."""

    code = "AccessDeniedException"
    sentence = "You don't have permissions to access this resource."


class AccessDeniedForDependency(AwsError):
    """The caller may not have the service-linked role made."""

    code = "AccessDeniedForDependencyException"

    def __init__(self) -> None:
        super().__init__(
            "The request failed because your credentials do not have permission to create the "
            "service-linked role required by AWS Organizations.",
            {"Reason": "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE"},
        )


class AlreadyInOrganization(Plain):
    """The account is in an organization."""

    code = "AlreadyInOrganizationException"
    sentence = "The provided account is already a member of an organization."


class OrganizationNotEmpty(Plain):
    """There are members besides the management account."""

    code = "OrganizationNotEmptyException"
    sentence = (
        "To delete an organization you must first remove all member accounts (except the master)."
    )


class ManagementAccountCannotLeave(Plain):
    """The management account cannot be taken out of its organization."""

    code = "MasterCannotLeaveOrganizationException"
    sentence = (
        "You can't remove a management account from an organization. If you want the management "
        "account to become a member account in another organization, you must first delete the "
        "current organization of the management account."
    )


class AccountNotFound(Plain):
    """The organization has no such account."""

    code = "AccountNotFoundException"
    sentence = "You specified an account that doesn't exist."


class AccountAlreadyClosed(Plain):
    """The account was closed before."""

    code = "AccountAlreadyClosedException"
    sentence = "The provided account is already closed."


class AccountAlreadyRegistered(Plain):
    """The account administers the service already."""

    code = "AccountAlreadyRegisteredException"
    sentence = "The provided account is already a delegated administrator for your organization."


class AccountNotRegistered(Plain):
    """The account does not administer the service."""

    code = "AccountNotRegisteredException"
    sentence = (
        "The provided account is not a registered delegated administrator for your organization."
    )


class CreateAccountStatusNotFound(Plain):
    """The organization made no such request."""

    code = "CreateAccountStatusNotFoundException"
    sentence = "You specified an account creation request that doesn't exist."


class DuplicateAccount(Plain):
    """The account is in the destination already."""

    code = "DuplicateAccountException"
    sentence = "The provided account is already present in the specified destination."


class SourceParentNotFound(Plain):
    """The account is not directly under the source."""

    code = "SourceParentNotFoundException"
    sentence = "You specified a source parent that doesn't exist."


class DestinationParentNotFound(Plain):
    """The organization has no such root or unit."""

    code = "DestinationParentNotFoundException"
    sentence = "You specified a destination parent that doesn't exist."


class ParentNotFound(Plain):
    """The organization has no such root or unit."""

    code = "ParentNotFoundException"
    sentence = "You specified a parent that doesn't exist."


class ChildNotFound(Plain):
    """The organization has no such unit or account."""

    code = "ChildNotFoundException"
    sentence = "You specified a child that doesn't exist."


class RootNotFound(Plain):
    """The organization has no such root."""

    code = "RootNotFoundException"
    sentence = "You specified a root that doesn't exist."


class UnitNotFound(Plain):
    """The organization has no such unit."""

    code = "OrganizationalUnitNotFoundException"
    sentence = "You specified an organizational unit that doesn't exist."


class UnitNotEmpty(Plain):
    """There is an account or a unit in the unit."""

    code = "OrganizationalUnitNotEmptyException"
    sentence = "The specified organizational unit is not empty."


class DuplicateUnit(Plain):
    """The parent has a unit of that name."""

    code = "DuplicateOrganizationalUnitException"
    sentence = "An OU with the same name already exists."


class HandshakeNotFound(Plain):
    """The caller's account takes part in no such handshake."""

    code = "HandshakeNotFoundException"
    sentence = "You specified a handshake that doesn't exist."


class HandshakeAlreadyInState(Plain):
    """The handshake is what the request would make it."""

    code = "HandshakeAlreadyInStateException"
    sentence = "The specified handshake is already in the requested state."


class InvalidHandshakeTransition(Plain):
    """The handshake has ended otherwise."""

    code = "InvalidHandshakeTransitionException"
    sentence = "You can't perform the operation on the handshake in its current state."


class DuplicateHandshake(Plain):
    """The organization has asked the same account the same thing."""

    code = "DuplicateHandshakeException"
    sentence = "A handshake with the same action and target already exists."


class TransferNotFound(Plain):
    """The caller's account takes part in no such transfer."""

    code = "ResponsibilityTransferNotFoundException"
    sentence = "You specified a responsibility transfer that doesn't exist."


class TransferAlreadyInStatus(Plain):
    """The transfer has ended before."""

    code = "ResponsibilityTransferAlreadyInStatusException"
    sentence = "The responsibility transfer is already in the status that you specified."


class InvalidTransferTransition(Plain):
    """The transfer is not in force."""

    code = "InvalidResponsibilityTransferTransitionException"
    sentence = (
        "The responsibility transfer can't transition to the requested state because it's not in "
        "a valid state for this operation."
    )
