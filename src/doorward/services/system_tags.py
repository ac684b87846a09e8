"""Tags whose keys begin with `aws:`, which AWS's services set and nobody else may.

CloudFormation sets three on what it makes; conditions on `aws:ResourceTag` then tell the resources
of a stack from others.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from collections.abc import Iterable, Mapping

from doorward.authz.access import Access
from doorward.base.errors import AwsError
from doorward.services.context import Context

PREFIX = "aws:"
CLOUDFORMATION = "cloudformation.amazonaws.com"
STACK_NAME, STACK_ID, LOGICAL_ID = (
    f"aws:cloudformation:{name}" for name in ("stack-name", "stack-id", "logical-id")
)
KEYS = frozenset({STACK_NAME, STACK_ID, LOGICAL_ID})


def reserved(key: str) -> bool:
    """Whether only AWS may use *key*; case does not matter."""
    return key.lower().startswith(PREFIX)


class ReservedTagKey(AwsError):
    """A request to a service behind the gateway would set or take away a tag of AWS's own."""

    code = "InvalidParameterException"
    status = 400

    def __init__(self, key: str) -> None:
        super().__init__(f"The tag key {key} begins with aws: and is reserved for AWS use.")


def settable(ctx: Context) -> frozenset[str]:
    """The reserved keys that the request may set."""
    return settable_by(ctx.facts.called_via)


def settable_by(called_via: tuple[str, ...]) -> frozenset[str]:
    """The reserved keys that a request may set which these services passed on.

    INVARIANT: what called a service last is noted by the server alone, never taken from a request,
    and CloudFormation refuses such keys in templates.
    """
    return KEYS if called_via[-1:] == (CLOUDFORMATION,) else frozenset()


def is_not_theirs(ctx: Context, keys: Iterable[str]) -> bool:
    """Whether one of *keys* is reserved and not the request's to set or take away."""
    allowed = settable(ctx)
    return any(reserved(key) and key not in allowed for key in keys)


def refuse_others(accesses: Iterable[Access], called_via: tuple[str, ...]) -> None:
    """Refuse a request whose `aws:TagKeys` hold reserved keys that are not its to set.

    Raises:
        ReservedTagKey: they do.
    """
    allowed = settable_by(called_via)
    for one in accesses:
        keys = one.context.get("aws:tagkeys", ())
        for key in (keys,) if isinstance(keys, str) else keys:
            if reserved(key) and key not in allowed:
                raise ReservedTagKey(key)


def of(tags: Mapping[str, str]) -> dict[str, str]:
    """Those of *tags* that AWS set."""
    return {key: value for key, value in tags.items() if reserved(key)}


def own(keys: Iterable[str]) -> list[str]:
    """Those of *keys* that count towards a resource's limit."""
    return [key for key in keys if not reserved(key)]
