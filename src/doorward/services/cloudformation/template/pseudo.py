"""The pseudo parameters, and the value of what is not known yet.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from doorward.services.cloudformation.template.document import Value

NO_VALUE = "AWS::NoValue"
NAMES = frozenset(
    {
        *("AWS::AccountId", "AWS::NotificationARNs", NO_VALUE, "AWS::Partition", "AWS::Region"),
        *("AWS::StackId", "AWS::StackName", "AWS::URLSuffix"),
    }
)


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"

    def __repr__(self) -> str:
        """Its name alone."""
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN
"""A value that is not known before its resource exists; what is made of it is not known either."""


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = NO_VALUE


ABSENT = Absent.ABSENT
"""What `AWS::NoValue` gives: the key or the item that has it is left out."""


@dataclass(frozen=True)
class Pseudo:
    """Where and for which stack a template is resolved."""

    account: str
    region: str
    stack_name: str
    stack_id: str
    partition: str = "aws"
    notification_arns: Sequence[str] = ()

    @property
    def url_suffix(self) -> str:
        """The domain of the partition."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def value(self, name: str) -> Value:
        """What `Ref` of the pseudo parameter *name* gives."""
        found: dict[str, Value] = {
            "AWS::AccountId": self.account,
            "AWS::NotificationARNs": list(self.notification_arns),
            NO_VALUE: ABSENT,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": self.url_suffix,
        }
        return found[name]


def known(value: Value) -> bool:
    """Whether *value* has nothing in it that is `UNKNOWN`."""
    match value:
        case Unknown():
            return False
        case dict():
            return all(known(item) for item in value.values())
        case list():
            return all(known(item) for item in value)
        case _:
            return True


def written(value: Value) -> Value:
    """*value* with the text in place of `UNKNOWN` that AWS shows for it in a change set."""
    match value:
        case Unknown():
            return value.value
        case dict():
            return {key: written(item) for key, item in value.items()}
        case list():
            return [written(item) for item in value]
        case _:
            return value
