"""For each operation of Access Analyzer, a call that does its work."""

from server import things as make
from server.things import Row

ROWS: dict[str, Row] = {
    "ValidatePolicy": lambda side: {
        "policyDocument": make.document(side),
        "policyType": "IDENTITY_POLICY",
    },
}
