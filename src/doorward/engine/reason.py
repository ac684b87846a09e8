"""AWS's words for why a request was denied.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from doorward.engine.decision import Decision, Outcome, PolicyKind

NAMES = {
    PolicyKind.IDENTITY: "identity-based policy",
    PolicyKind.RESOURCE: "resource-based policy",
    PolicyKind.BOUNDARY: "permissions boundary",
    PolicyKind.SESSION: "session policy",
    PolicyKind.SCP: "service control policy",
    PolicyKind.RCP: "resource control policy",
    PolicyKind.ENDPOINT: "VPC endpoint policy",
    PolicyKind.TRUST: "role trust policy",
    PolicyKind.PUBLIC_ACCESS_BLOCK: "resource-based policy",
}


def clause(decision: Decision, action: str, *, with_arn: bool = False) -> str:
    """The end of AWS's sentence for *decision*; empty where it was allowed.

    With *with_arn*, an explicit denial by a policy that has an ARN ends with it, as AWS answers
    within an account or organization since 2026.
    """
    if decision.allowed or decision.decided_by is None:
        return ""
    name = NAMES[decision.decided_by]
    if decision.outcome is Outcome.IMPLICIT_DENY:
        return f"because no {name} allows the {action} action"
    article = "an" if name[0] in "aeiou" else "the" if name.startswith("role") else "a"
    return f"with an explicit deny in {article} {name}" + (_arn(decision) if with_arn else "")


def _arn(decision: Decision) -> str:
    for match in decision.matched:
        if match.kind is decision.decided_by and match.arn:
            return f": {match.arn}"
    return ""
