"""What IAM refuses, one class per cause of the model, each writing AWS's sentence.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from typing import Self

from doorward.base.errors import AwsError


class NoSuchEntity(AwsError):
    """What the request names does not exist in the account."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The {kind} with name {name} cannot be found.")

    @classmethod
    def saying(cls, message: str) -> Self:
        """The refusal with a sentence of its own."""
        error = cls("", "")
        AwsError.__init__(error, message)
        return error

    @classmethod
    def instance_profile(cls, name: str) -> Self:
        """There is no instance profile of that name."""
        return cls.saying(f"Instance Profile {name} cannot be found.")

    @classmethod
    def open_id_connect_provider(cls, arn: str) -> Self:
        """There is no OpenID Connect provider of that ARN."""
        return cls.saying(f"OpenIDConnect Provider not found for arn {arn}")

    @classmethod
    def saml_provider(cls, arn: str) -> Self:
        """There is no SAML provider of that ARN (the wording is assumed)."""
        return cls.saying(f"SAML Provider not found for arn {arn}")

    @classmethod
    def mfa_device(cls, serial_number: str) -> Self:
        """There is no MFA device of that serial number."""
        return cls.saying(f"MFA Device with serial number {serial_number} does not exist.")


class EntityAlreadyExists(AwsError):
    """An entity of that kind and name exists in the account."""

    code = "EntityAlreadyExists"
    status = 409

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} with name {name} already exists.")

    @classmethod
    def saying(cls, message: str) -> Self:
        """The refusal with a sentence of its own."""
        error = cls("", "")
        AwsError.__init__(error, message)
        return error

    @classmethod
    def instance_profile(cls, name: str) -> Self:
        """The account has an instance profile of that name."""
        return cls.saying(f"Instance Profile {name} already exists.")

    @classmethod
    def provider(cls, url: str) -> Self:
        """The account has an OpenID Connect provider of that URL."""
        return cls.saying(f"Provider with url {url} already exists.")


class DeleteConflict(AwsError):
    """Something still hangs on what should be deleted; *first* says what to do before."""

    code = "DeleteConflict"
    status = 409

    def __init__(self, first: str) -> None:
        super().__init__(f"Cannot delete entity, must {first} first.")


class MfaDeviceInUse(AwsError):
    """Somebody has the MFA device that should be deleted (the wording is unconfirmed)."""

    code = "DeleteConflict"
    status = 409

    def __init__(self) -> None:
        super().__init__("MFA VirtualDevice in use. Must deactivate first.")


class InvalidAuthenticationCode(AwsError):
    """The one-time codes are not those of the MFA device."""

    code = "InvalidAuthenticationCode"
    status = 403

    def __init__(self) -> None:
        super().__init__("Authentication code for device is not valid.")


class LimitExceeded(AwsError):
    """The quota of that name, *most*, is used up."""

    code = "LimitExceeded"
    status = 409

    def __init__(self, quota: str, most: int) -> None:
        super().__init__(f"Cannot exceed quota for {quota}: {most}")


class TooManyTags(AwsError):
    """The resource would have more than 50 tags."""

    code = "LimitExceeded"
    status = 409

    def __init__(self) -> None:
        super().__init__("The number of tags has reached the maximum limit.")


class InvalidInput(AwsError):
    """A parameter is well-formed but cannot be used."""

    code = "InvalidInput"
    status = 400


class ValidationError(AwsError):
    """A parameter is not well-formed."""

    code = "ValidationError"
    status = 400


class MalformedPolicyDocument(AwsError):
    """The policy document is refused."""

    code = "MalformedPolicyDocument"
    status = 400


class UnmodifiableEntity(AwsError):
    """The role belongs to an AWS service."""

    code = "UnmodifiableEntity"
    status = 400

    def __init__(self, role_name: str) -> None:
        super().__init__(
            f"Cannot perform the operation on the protected role '{role_name}' - "
            "this role is only modifiable by AWS"
        )


class PasswordPolicyViolation(AwsError):
    """The password is not what the account's password policy asks for."""

    code = "PasswordPolicyViolation"
    status = 400


class InvalidUserType(AwsError):
    """Only IAM users have what the request is about."""

    code = "InvalidUserType"
    status = 400

    def __init__(self) -> None:
        super().__init__("Only IAM Users can change their own password")


class ReportNotPresent(AwsError):
    """No credential report was made yet."""

    code = "ReportNotPresent"
    status = 410

    def __init__(self) -> None:
        super().__init__("Unknown")


class ReportExpired(AwsError):
    """The last credential report is too old."""

    code = "ReportExpired"
    status = 410

    def __init__(self) -> None:
        super().__init__("Unknown")
