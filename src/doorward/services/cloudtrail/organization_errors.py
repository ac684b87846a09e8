"""What CloudTrail refuses for a whole organization.

Sentences are as `errors` says.
"""

from doorward.services.cloudtrail.errors import Named, Plain


class NotOrganizationMasterAccount(Plain):
    """Only the management account may."""

    code = "NotOrganizationMasterAccountException"
    sentence = "This operation can only be performed by the management account of the organization."


class NotOrganizationManagementAccount(Plain):
    """Only the management account may."""

    code = "NotOrganizationManagementAccountException"
    sentence = "This operation can only be performed by the management account of the organization."


class OrganizationsNotInUse(Plain):
    """The account is in no organization."""

    code = "OrganizationsNotInUseException"
    sentence = "Your account is not a member of an organization."


class OrganizationNotInAllFeaturesMode(Plain):
    """The organization has not all features."""

    code = "OrganizationNotInAllFeaturesModeException"
    sentence = "The organization does not have all features enabled."


class CloudTrailAccessNotEnabled(Plain):
    """The organization does not trust CloudTrail."""

    code = "CloudTrailAccessNotEnabledException"
    sentence = "CloudTrail is not enabled as a trusted service of the organization."


class CannotDelegateManagementAccount(Plain):
    """The management account administers everything already."""

    code = "CannotDelegateManagementAccountException"
    sentence = "The management account cannot be registered as a delegated administrator."


class DelegatedAdminAccountLimitExceeded(Plain):
    """There are as many administrators as may be."""

    code = "DelegatedAdminAccountLimitExceededException"
    sentence = "The maximum number of CloudTrail delegated administrators is reached."


class AccountNotFound(Named):
    """The organization has no such account."""

    code = "AccountNotFoundException"
    sentence = "Account {} is not a member of the organization."


class AccountRegistered(Named):
    """It administers CloudTrail."""

    code = "AccountRegisteredException"
    sentence = "Account {} is registered as a delegated administrator."


class AccountNotRegistered(Named):
    """It does not administer CloudTrail."""

    code = "AccountNotRegisteredException"
    sentence = "Account {} is not registered as a delegated administrator."
