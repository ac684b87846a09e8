"""The status of a certificate, key or credential: `Active`, `Inactive`, or `Expired` by time alone.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html
"""

from doorward.services.iam.errors import InvalidInput

ACTIVE = "Active"
INACTIVE = "Inactive"
EXPIRED = "Expired"


def shown(*, active: bool) -> str:
    """The word for it."""
    return ACTIVE if active else INACTIVE


def wanted(status: str) -> bool:
    """Whether *status* switches on; nobody can set `Expired` (the wording is assumed).

    Raises:
        InvalidInput: it is that.
    """
    if status == EXPIRED:
        raise InvalidInput(f"The status {status} cannot be set.")
    return status == ACTIVE
