"""Statement ids.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

import re

from doorward.policy.document import Policy, Text

ALPHANUMERIC = re.compile(r"[0-9A-Za-z]*")
WITH_UNDERSCORES = re.compile(r"[0-9A-Za-z_]*")


def wrong_sid(policy: Policy, *, underscores: bool = False) -> Text | None:
    """The first Sid with another character than ASCII letters and digits, and *underscores*."""
    allowed = WITH_UNDERSCORES if underscores else ALPHANUMERIC
    for statement in policy.statements:
        if statement.sid and not allowed.fullmatch(statement.sid.value):
            return statement.sid
    return None


def repeated_sid(policy: Policy) -> Text | None:
    """The first Sid that an earlier statement has too. Empty ones may repeat."""
    known: set[str] = set()
    for statement in policy.statements:
        if statement.sid and statement.sid.value:
            if statement.sid.value in known:
                return statement.sid
            known.add(statement.sid.value)
    return None
