"""S3's own words for input that breaks the model's constraints; it names the first one only."""

from collections.abc import Mapping

from doorward.base.errors import AwsError
from doorward.wire.model import Operation
from doorward.wire.refusals import (
    InvalidArgument,
    InvalidRequest,
    InvalidStorageClass,
    MalformedXML,
    MissingRequestBody,
)
from doorward.wire.validate import Problem

MESSAGES: Mapping[str, str] = {
    "encoding-type": "Invalid Encoding Method specified in Request",
    "x-amz-object-attributes": "Invalid attribute name specified.",
}


def refusal(operation: Operation, problems: list[Problem]) -> AwsError:
    """The error that S3 answers to *problems*, of which there is at least one."""
    problem = problems[0]
    name = problem.path[0]
    member = operation.input.members[name]
    location = member.serialization.get("location")
    wire_name = member.serialization.get("name", name)
    if location is None:
        missing = problem.missing and len(problem.path) == 1
        return MissingRequestBody() if missing else MalformedXML()
    if problem.missing:
        where = "header" if location == "header" else "query parameter"
        return InvalidRequest(f"Missing required {where} for this request: {wire_name}")
    value = problem.value or ""
    if name == "StorageClass":
        return InvalidStorageClass(value)
    return InvalidArgument(
        MESSAGES.get(wire_name, f"Invalid value for {wire_name}: {problem.constraint}"),
        wire_name,
        value,
    )
