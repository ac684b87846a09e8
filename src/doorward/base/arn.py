"""Amazon Resource Names: taking them apart and putting them together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from typing import NamedTuple, Self

ACCOUNT_DIGITS = 12


class Arn(NamedTuple):
    """The six fields of an ARN; `resource` keeps its colons and slashes."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The ARN that *text* spells, or None where it has fewer than six fields."""
        fields = text.split(":", 5)
        if len(fields) != 6 or fields[0] != "arn":  # noqa: PLR2004 - the six fields of an ARN
            return None
        return cls(*fields[1:])

    def __str__(self) -> str:
        """The ARN as text."""
        return ":".join(("arn", *self))


def is_account(text: str) -> bool:
    """Whether *text* is an account id: twelve ASCII digits."""
    return len(text) == ACCOUNT_DIGITS and text.isascii() and text.isdigit()


def iam(partition: str, account: str, resource: str) -> str:
    """The ARN of an IAM *resource* such as `user/staff/alice`."""
    return f"arn:{partition}:iam::{account}:{resource}"


def entity(partition: str, account: str, kind: str, path: str, name: str) -> str:
    """The ARN of an IAM entity; *path* begins and ends with a slash."""
    return f"arn:{partition}:iam::{account}:{kind}{path}{name}"


def root(partition: str, account: str) -> str:
    """The ARN of the root user of *account*, which in policies means the whole account."""
    return f"arn:{partition}:iam::{account}:root"


def assumed_role(partition: str, account: str, role_name: str, session_name: str) -> str:
    """The ARN of a role session, which does not hold the role's path."""
    return f"arn:{partition}:sts::{account}:assumed-role/{role_name}/{session_name}"


def federated_user(partition: str, account: str, name: str) -> str:
    """The ARN of a federated user session."""
    return f"arn:{partition}:sts::{account}:federated-user/{name}"
