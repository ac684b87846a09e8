"""What checks of policies answer: a result, a message, and a reason for each statement.

The sentences are AWS's own, as its command line's and SDKs' examples have them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from doorward.policy.document import Statement
from doorward.services.operation import Output


class Sentences(NamedTuple):
    """The messages of one check, and the beginning of each reason."""

    passed: str
    failed: str
    reason: str


class Reason(NamedTuple):
    """A statement for which a check fails; `untold` says why nothing could be proved of it."""

    statement: Statement
    untold: str = ""


def told(reasons: Sequence[Reason], sentences: Sentences) -> Output:
    """The answer: FAIL with *reasons*, PASS where there are none."""
    if not reasons:
        return {"result": "PASS", "message": sentences.passed}
    summaries = [_reason(sentences.reason, one) for one in reasons]
    return {"result": "FAIL", "message": sentences.failed, "reasons": summaries}


def _reason(beginning: str, found: Reason) -> Output:
    statement = found.statement
    named = f"sid: {statement.sid.value}" if statement.sid else f"index: {statement.index}"
    description = f"{beginning} with {named}."
    if found.untold:
        description += f" It could not be ruled out: {found.untold}."
    summary: Output = {"description": description, "statementIndex": statement.index}
    if statement.sid:
        summary["statementId"] = statement.sid.value
    return summary
