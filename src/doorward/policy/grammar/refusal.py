"""The refusals of a policy document, each carrying AWS's sentence and our own explanation.

Refusal
├── MalformedPolicyDocument             IAM and STS
└── MalformedPolicyDocumentException    Organizations
"""

from doorward.base.errors import AwsError
from doorward.policy.document import NOWHERE, Place


class Refusal(AwsError):
    """AWS would refuse this document. Never raised directly.

    `message` is AWS's sentence. `problem` is ours, lower-case, for people at the command line;
    `place` is where it stands, `NOWHERE` where it concerns the whole document.
    """

    code = "MalformedPolicyDocument"

    def __init__(self, message: str, place: Place = NOWHERE, problem: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.problem = problem or message


class MalformedPolicyDocument(Refusal):
    """What IAM and STS answer."""

    code = "MalformedPolicyDocument"


class MalformedPolicyDocumentException(Refusal):
    """What Organizations answers; it has one sentence for every fault.

    Observed, not documented: https://github.com/org-formation/org-formation-cli/issues/225
    """

    code = "MalformedPolicyDocumentException"

    def __init__(self, problem: str, place: Place = NOWHERE) -> None:
        super().__init__(
            "The provided policy document does not meet the requirements of the specified "
            "policy type.",
            place,
            problem,
        )
