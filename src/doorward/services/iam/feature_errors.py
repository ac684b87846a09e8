"""Why a feature cannot be switched or used; the wordings are assumed.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html#API_EnableOrganizationsRootSessions_Errors
"""

from doorward.base.errors import AwsError


class FeatureEnabled(AwsError):
    """The feature is on already."""

    code = "FeatureEnabled"
    status = 409

    def __init__(self) -> None:
        super().__init__("Outbound web identity federation is already enabled for the account.")


class FeatureDisabled(AwsError):
    """The feature is off."""

    code = "FeatureDisabled"
    status = 404

    def __init__(self) -> None:
        super().__init__("Outbound web identity federation is not enabled for the account.")


class ServiceAccessNotEnabled(AwsError):
    """The organization does not trust IAM."""

    code = "ServiceAccessNotEnabledException"

    def __init__(self) -> None:
        super().__init__("Trusted access is not enabled for IAM in Organizations.")


class NotManagementOrDelegatedAdministrator(AwsError):
    """The caller's account neither manages the organization nor administers IAM for it."""

    code = "AccountNotManagementOrDelegatedAdministratorException"

    def __init__(self) -> None:
        super().__init__(
            "The account is neither the management account nor a delegated administrator for IAM."
        )


class OrganizationNotFound(AwsError):
    """The caller's account is in no organization."""

    code = "OrganizationNotFoundException"

    def __init__(self) -> None:
        super().__init__("No organization is associated with the account.")


class OrganizationNotInAllFeaturesMode(AwsError):
    """The organization is for billing only."""

    code = "OrganizationNotInAllFeaturesModeException"

    def __init__(self) -> None:
        super().__init__("The organization does not have all features enabled.")
