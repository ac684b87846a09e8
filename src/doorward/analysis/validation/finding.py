"""A finding about a policy: its code, what to do about it, and where.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
"""

from dataclasses import dataclass
from enum import StrEnum

from doorward.analysis.validation.codes import ERRORS, SECURITY_WARNINGS, SUGGESTIONS, WARNINGS
from doorward.policy.document import NOWHERE, Place

PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
)
Path = tuple[str | int, ...]
"""The way to a node: names of elements and places in lists."""


class Level(StrEnum):
    """How grave a finding is, in AWS's words."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


LEVELS = {
    **dict.fromkeys(ERRORS, Level.ERROR),
    **dict.fromkeys(SECURITY_WARNINGS, Level.SECURITY_WARNING),
    **dict.fromkeys(WARNINGS, Level.WARNING),
    **dict.fromkeys(SUGGESTIONS, Level.SUGGESTION),
}
ANCHORS = {Level.WARNING: "general-warning", Level.SECURITY_WARNING: "security-warning"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `details` say what is wrong and how to mend it."""

    code: str
    details: str
    place: Place = NOWHERE
    path: Path = ()

    @property
    def level(self) -> Level:
        """How grave it is."""
        return LEVELS[self.code]

    @property
    def learn_more(self) -> str:
        """Where AWS tells of the check."""
        kind = ANCHORS.get(self.level, self.level.value.lower())
        slug = self.code.lower().replace("_", "-")
        return f"{PAGE}#access-analyzer-reference-policy-checks-{kind}-{slug}"
