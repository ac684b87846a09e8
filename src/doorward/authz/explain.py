"""AWS's own sentence for a denial.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from doorward.authz.access import Access
from doorward.authz.subject import Subject
from doorward.base.errors import AwsError
from doorward.engine.decision import Decision
from doorward.engine.reason import clause
from doorward.engine.request import PrincipalKind

FEDERATED = {
    PrincipalKind.WEB_IDENTITY: "sts:AssumeRoleWithWebIdentity",
    PrincipalKind.SAML: "sts:AssumeRoleWithSAML",
}
"""What whoever comes with a token of an identity provider is told not to be allowed."""


class AccessDenied(AwsError):
    """The caller may not do what was asked."""

    code = "AccessDenied"
    status = 403


def denial(decision: Decision, who: Subject, access: Access) -> AccessDenied:
    """The refusal that *decision* calls for.

    S3 tells the reason only to callers of the account that owns the bucket; everybody else, and
    everybody without a signature, reads `Access Denied`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    """
    who = access.by or who
    if tried := FEDERATED.get(who.principal.kind):
        return AccessDenied(f"Not authorized to perform {tried}")
    s3 = access.action.startswith("s3:")
    foreign = access.account is not None and access.account != who.principal.account
    if who.principal.kind is PrincipalKind.ANONYMOUS or (s3 and foreign):
        return AccessDenied("Access Denied")
    resource = access.named or access.resource
    quoted = f'"{resource}"' if s3 else resource
    reason = clause(decision, access.action)
    return AccessDenied(
        f"User: {who.principal.arn} is not authorized to perform: {access.action} "
        f"on resource: {quoted}" + (f" {reason}" if reason else "")
    )
