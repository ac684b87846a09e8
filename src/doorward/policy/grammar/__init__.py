"""What AWS refuses when a policy is created, with AWS's own sentences.

One file per family of policy types; `check` is the way in.
"""

from doorward.policy.grammar.check import PolicyType, check
from doorward.policy.grammar.refusal import (
    MalformedPolicyDocument,
    MalformedPolicyDocumentException,
    Refusal,
)
from doorward.policy.grammar.sizes import size
from doorward.policy.grammar.trust import principals

__all__ = [
    "MalformedPolicyDocument",
    "MalformedPolicyDocumentException",
    "PolicyType",
    "Refusal",
    "check",
    "principals",
    "size",
]
