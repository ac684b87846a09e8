"""The two kinds of error that leave Doorward.

    Exception
    ├── AwsError    answered on the wire: a code, a status and AWS's own sentence
    └── BadInput    told to the person at the command line: where, what was expected, how to mend it

Services derive one class per cause from `AwsError`; its constructor takes facts and writes the
sentence.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

Fault = Literal["Sender", "Receiver"]


class AwsError(Exception):
    """An error a client of the AWS API sees. Never raised directly.

    `code` and `status` are those of the wire; `details` are further elements of the error
    document, such as S3's `<BucketName>`, and texts where that is XML; `headers` are further
    headers of the answer, such as `x-amz-delete-marker`. A class sets `code` and `status`, or an
    instance where they depend on the protocol.
    """

    code: str
    status: int = 400
    fault: ClassVar[Fault] = "Sender"

    def __init__(
        self,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details or {}
        self.headers: Mapping[str, str] = headers or {}


class BadInput(Exception):
    """Input of a person that cannot be used: a flag, a file, a seed, a policy on the command line.

    Args:
        where: file, line, path or flag; empty where there is only one input.
        problem: lower-case sentence without a final period, input in backticks.
        help: how to mend it, in the same form.
    """

    def __init__(self, where: str, problem: str, help: str = "") -> None:  # noqa: A002 - the word users see
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where
        self.problem = problem
        self.help = help
