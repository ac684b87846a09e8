"""What temporary credentials may not be used for, whatever policies say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
"""

from doorward.authn.caller import Session, SessionKind
from doorward.base.errors import AwsError

OF_USERS = frozenset({"AssumeRole", "GetCallerIdentity", "GetScopedCredentials"})
OF_FEDERATED_USERS = frozenset({"GetCallerIdentity", "GetScopedCredentials"})
LONG_TERM_ONLY = frozenset({"GetSessionToken", "GetFederationToken"})


class Forbidden(AwsError):
    """The kind of credentials cannot call this operation."""

    code = "AccessDenied"
    status = 403


def forbidden(session: Session, service: str, operation: str) -> AwsError | None:
    """The refusal of an operation that such a session cannot call, None where it can."""
    if service == "sts" and operation in LONG_TERM_ONLY:
        return Forbidden(f"Cannot call {operation} with session credentials")
    match session.kind:
        case SessionKind.ROLE:
            return None
        case SessionKind.FEDERATED_USER:
            if service == "iam":
                return Forbidden("Cannot call IAM with GetFederationToken credentials")
            refused = service == "sts" and operation not in OF_FEDERATED_USERS
        case _ if session.signed_in or session.assumed_root or session.delegated:
            return None  # limited no more than their users, or by policies of their own
        case _:
            if service == "iam" and session.mfa_at is None:
                return Forbidden("Cannot call IAM with GetSessionToken credentials without MFA")
            refused = service == "sts" and operation not in OF_USERS
    return Forbidden(f"Cannot call {operation} with session credentials") if refused else None
