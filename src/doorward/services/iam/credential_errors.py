"""What IAM refuses about certificates, SSH keys and service-specific credentials.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html#API_UploadServerCertificate_Errors
"""

from typing import Self

from doorward.base.errors import AwsError


class MalformedCertificate(AwsError):
    """A text is no certificate, or certificates do not form a chain."""

    code = "MalformedCertificate"
    status = 400

    @classmethod
    def unreadable(cls) -> Self:
        """The text cannot be read as a certificate."""
        return cls("Unable to parse certificate. Please ensure the certificate is in PEM format.")

    @classmethod
    def unreadable_key(cls) -> Self:
        """The text cannot be read as a private key, or needs a password (assumed wording)."""
        return cls("Unable to parse key; the body is encrypted or not in PEM format.")

    @classmethod
    def chain(cls, index: int) -> Self:
        """The certificate *index* of the chain, -1 being the one before it, does not hold.

        Observed, not documented: this is also the answer to a certificate that is not valid yet.
        """
        return cls(
            "Unable to validate certificate chain. The certificate chain must start with the "
            "immediate signing certificate, followed by any intermediaries in order. The index "
            f"within the chain of the invalid certificate is: {index}"
        )


class KeyPairMismatch(AwsError):
    """The private key is not that of the certificate (the wording is assumed)."""

    code = "KeyPairMismatch"
    status = 400

    def __init__(self) -> None:
        super().__init__("The public key certificate and the private key do not match.")


class InvalidCertificate(AwsError):
    """The certificate is one, but not valid now (the wording is assumed)."""

    code = "InvalidCertificate"
    status = 400

    def __init__(self) -> None:
        super().__init__("The certificate is invalid: it is expired or not valid yet.")


class DuplicateCertificate(AwsError):
    """Somebody in the account has the certificate (the wording is assumed)."""

    code = "DuplicateCertificate"
    status = 409

    def __init__(self) -> None:
        super().__init__("The same certificate is associated with an IAM user in the account.")


class DuplicateSshPublicKey(AwsError):
    """The user has the key (the wording is assumed)."""

    code = "DuplicateSSHPublicKey"
    status = 400

    def __init__(self) -> None:
        super().__init__("The SSH public key is already associated with the specified IAM user.")


class InvalidPublicKey(AwsError):
    """The public key is damaged, or none that SSH can use here (the wording is assumed)."""

    code = "InvalidPublicKey"
    status = 400

    def __init__(self) -> None:
        super().__init__("The public key is malformed or otherwise invalid.")


class UnrecognizedPublicKeyEncoding(AwsError):
    """The text is neither an `ssh-rsa` line nor PEM (the wording is assumed)."""

    code = "UnrecognizedPublicKeyEncoding"
    status = 400

    def __init__(self) -> None:
        super().__init__("The public key encoding format is unsupported or unrecognized.")


class NotSupportedService(AwsError):
    """The service knows no credentials of its own."""

    code = "NotSupportedService"
    status = 404

    def __init__(self, service: str) -> None:
        super().__init__(f"No such service {service} is supported for Service Specific Credentials")
