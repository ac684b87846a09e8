"""What the store cannot answer. Whoever asks is refused: nothing is allowed on a guess.

`reason` is for the log of the server; the client reads only that it is refused.
"""

from doorward.base.errors import AwsError


class Unjudged(AwsError):
    """What is stored about the caller or the resource cannot be judged by (our own sentence)."""

    code = "AccessDenied"
    status = 403
    sentence = "Access is denied because what is stored about the request's parties is damaged."

    def __init__(self, reason: str = "") -> None:
        super().__init__(self.sentence)
        self.reason = reason or type(self).__name__


class Unkept(AwsError):
    """A value cannot be kept: PostgreSQL knows no U+0000, and lengths are bounded (our own)."""

    code = "InvalidRequest"
    status = 400

    def __init__(self) -> None:
        super().__init__("The request holds a value that is too long or has the character U+0000.")


class Unreachable(Unjudged):
    """The database does not answer; the same request may be answered later.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """

    code = "ServiceUnavailable"
    status = 503
    fault = "Receiver"
    sentence = "The request has failed due to a temporary failure of the server."
