"""For each operation of Access Analyzer, a call that does its work."""

from server import things as make
from server.rows_findings import FINDINGS
from server.rows_generation import GENERATION
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
ROWS: dict[str, Row] = {**CHECKS, **FINDINGS, **GENERATION}
