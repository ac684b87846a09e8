"""Why a certificate, or what it signed, is not believed.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
"""

from doorward.base.errors import AwsError


class CertificateRefused(AwsError):
    """Roles Anywhere's name for every request that it does not believe."""

    code = "AccessDeniedException"
    status = 403


class WrongSignature(CertificateRefused):
    """The key of the certificate did not make the signature."""

    def __init__(self) -> None:
        super().__init__("Invalid signature")


class Untrusted(CertificateRefused):
    """The certificate does not lead to the trust anchor, or may not be used.

    Why is not told: the answer goes to whoever sent the certificate.
    """

    def __init__(self) -> None:
        super().__init__("Untrusted Signing Certificate")
