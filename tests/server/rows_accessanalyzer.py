"""For each operation of Access Analyzer, a call that does its work."""

from server import things as make
from server.place import Side
from server.rows_findings import FINDINGS
from server.things import Row

# What is said of policies that a request brings.
CHECKS: dict[str, Row] = {
    "ValidatePolicy": lambda side: {
        "policyDocument": make.document(side),
        "policyType": "IDENTITY_POLICY",
    },
    "CheckNoNewAccess": lambda side: {
        "newPolicyDocument": make.document(side),
        "existingPolicyDocument": make.document(side),
        "policyType": "IDENTITY_POLICY",
    },
    "CheckAccessNotGranted": lambda side: {
        "policyDocument": make.document(side),
        "access": [{"actions": ["s3:GetObject"]}],
        "policyType": "IDENTITY_POLICY",
    },
    "CheckNoPublicAccess": lambda _: {
        "policyDocument": make.TRUST,
        "resourceType": "AWS::IAM::AssumeRolePolicyDocument",
    },
}


def generation(side: Side, principal: str | None = None) -> str:
    """A policy generation that was given up, so that another one may begin."""
    named = principal or side.arn(f"role/{make.role(side)}")
    made = side.call(
        "accessanalyzer",
        "StartPolicyGeneration",
        policyGenerationDetails={"principalArn": named},
    )
    side.call("accessanalyzer", "CancelPolicyGeneration", jobId=made["jobId"])
    return str(made["jobId"])


def generated(side: Side) -> dict[str, str]:
    principal = side.arn(f"role/{make.role(side)}")
    generation(side, principal)
    return {"principalArn": principal}


# Policies of what was done.
GENERATION: dict[str, Row] = {
    "StartPolicyGeneration": lambda side: {
        "policyGenerationDetails": {"principalArn": side.arn(f"role/{make.role(side)}")},
    },
    "GetGeneratedPolicy": lambda side: {"jobId": generation(side)},
    "CancelPolicyGeneration": lambda side: {"jobId": generation(side)},
    "ListPolicyGenerations": generated,
}
ROWS: dict[str, Row] = {**CHECKS, **FINDINGS, **GENERATION}
