"""CloudWatch Logs: log groups and the streams in them.

An action on a log group is authorized on the group's ARN with `:*` at its end, and patterns with
and without it are in use. Both are not the same text, so the group is asked about with what AWS
writes, `log-group:NAME:*`; a pattern `log-group:NAME*` covers it as well.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call

GROUPS = (
    "logGroupName", "logGroupNames", "logGroupIdentifier", "logGroupIdentifiers",
    "logGroupArnList", "resourceIdentifier",
)  # fmt: skip
STREAM = "log-stream"
UNSTARRED = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})
"""Actions that are asked about without the star."""


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The log groups, or the stream in one."""
    if shape.type not in {"log-group", STREAM}:
        return None
    given = [text for member in GROUPS for text in fill.texts(call.parameters.get(member))]
    found = [group(call, one) for one in given] or [call.arn("logs", "log-group")]
    if shape.type == STREAM:
        name = call.text("logStreamName") or UNKNOWN
        return [UNKNOWN if one == UNKNOWN else f"{one}:{STREAM}:{name}" for one in found]
    if call.operation in UNSTARRED:
        return found
    return [UNKNOWN if one == UNKNOWN else f"{one}:*" for one in found]


def group(call: Call, given: str) -> str:
    """The ARN of a log group without the star, from a name or an ARN with it or without."""
    if not given.startswith("arn:"):
        return call.arn("logs", "log-group", LogGroupName=given)
    bare = given.removesuffix(":*")
    right = ":logs:" in bare and ":log-group:" in bare and ":log-stream:" not in bare
    return bare if right else UNKNOWN
