"""A browser's form as it comes in: the fields before the file, then the bytes of the file.

Read strictly, so that no two readers of one form differ about what it says; in pieces, so that a
large file needs no memory. What follows the file is passed over, as S3 passes it over.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
"""

import re
from enum import Enum, auto

from doorward.base.errors import AwsError
from doorward.wire.refusals import InvalidArgument

FILE = "file"
FIELDS_BYTES = 20 * 1024  # everything before the bytes of the file
AFTER_BYTES = 1 << 20  # fields after the file, which do not count
BREAK = b"\r\n"
BLANK = b"\r\n\r\n"
END = b"--"
AFTER_DELIMITER = len(END)

BOUNDARY = re.compile(
    r"multipart/form-data\s*;(?:[^\"]*;)?\s*boundary=(?:\"([^\"]{1,70})\"|([!-~]{1,70}?))\s*(?:;.*)?",
    re.ASCII | re.IGNORECASE,
)
DISPOSITION = re.compile(
    r"form-data((?:\s*;\s*[a-z*]+=(?:\"[^\"]*\"|[^\s;\"]*))*)\s*", re.ASCII | re.IGNORECASE
)
PARAMETER = re.compile(r";\s*([a-z*]+)=(?:\"([^\"]*)\"|([^\s;\"]*))", re.ASCII | re.IGNORECASE)


class MalformedForm(AwsError):
    """The body is not well-formed.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    code = "MalformedPOSTRequest"
    status = 400

    def __init__(self) -> None:
        super().__init__("The body of your POST request is not well-formed multipart/form-data.")


class FieldsTooLarge(AwsError):
    """The fields before the file are larger than all of them may be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    code = "MaxPostPreDataLengthExceededError"
    status = 400

    def __init__(self) -> None:
        super().__init__("Your POST request fields preceding the upload file were too large.")


class Place(Enum):
    """Where in the body the next byte is."""

    START = auto()
    DELIMITER = auto()
    HEADERS = auto()
    FIELD = auto()
    FILE = auto()
    OVER = auto()


class Form:
    """The form of a request with that *content_type*.

    Attributes:
        fields: names and values before the file, in order.
        filename: the name of the file without its folders; None where it has none.
        begun: the bytes of the file have begun, so that all fields that count are there.
        trailers: nothing ever; a form has no headers behind its body.

    Raises:
        MalformedForm: the type names no boundary.
    """

    def __init__(self, content_type: str) -> None:
        found = BOUNDARY.fullmatch(content_type.strip())
        if found is None:
            raise MalformedForm
        self.fields: list[tuple[str, str]] = []
        self.filename: str | None = None
        self.begun = False
        self.trailers: dict[str, str] = {}
        self._delimiter = BREAK + END + (found[1] or found[2]).encode()
        self._buffer = bytearray(BREAK)  # so that the first delimiter is like the others
        self._place = Place.START
        self._name = ""
        self._received = 0
        self._after = 0

    def feed(self, data: bytes) -> bytes:
        """The bytes of the file in *data*, the next bytes sent.

        Raises:
            MalformedForm: this is no form.
            FieldsTooLarge: the fields are larger than all of them may be.
        """
        self._received += len(data)
        self._buffer += data
        found = bytearray()
        while self._step(found):
            pass
        if not self.begun and self._received > FIELDS_BYTES:
            raise FieldsTooLarge
        return bytes(found)

    def finish(self) -> None:
        """Accept the form as complete.

        Raises:
            InvalidArgument: it has no file.
            MalformedForm: it is cut off.
        """
        if self._place is not Place.OVER:
            raise MalformedForm
        if not self.begun:
            raise InvalidArgument("POST requires exactly one file upload per request.", FILE, "0")

    def _step(self, found: bytearray) -> bool:
        """Take in what comes next; whether anything could be."""
        match self._place:
            case Place.START:
                return self._start()
            case Place.DELIMITER:
                return self._after_delimiter()
            case Place.HEADERS:
                return self._headers()
            case Place.FIELD:
                return self._field()
            case Place.FILE:
                return self._file(found)
            case Place.OVER:
                return self._over()

    def _start(self) -> bool:
        if len(self._buffer) < len(self._delimiter):
            return False
        if not self._buffer.startswith(self._delimiter):
            raise MalformedForm
        del self._buffer[: len(self._delimiter)]
        self._place = Place.DELIMITER
        return True

    def _after_delimiter(self) -> bool:
        if len(self._buffer) < AFTER_DELIMITER:
            return False
        following = bytes(self._buffer[:AFTER_DELIMITER])
        if following not in (BREAK, END):
            raise MalformedForm
        self._place = Place.HEADERS if following == BREAK else Place.OVER
        del self._buffer[:AFTER_DELIMITER]
        return True

    def _headers(self) -> bool:
        end = self._buffer.find(BLANK)
        if end < 0:
            return False
        self._name, filename = _disposition(bytes(self._buffer[:end]))
        del self._buffer[: end + len(BLANK)]
        self._place = Place.FIELD
        if self._name.lower() == FILE:
            self._begin(filename)
        return True

    def _begin(self, filename: str | None) -> None:
        self.begun = True
        self._place = Place.FILE
        if self._received - len(self._buffer) > FIELDS_BYTES:
            raise FieldsTooLarge
        if filename is not None:
            self.filename = re.split(r"[/\\]", filename)[-1]

    def _field(self) -> bool:
        end = self._buffer.find(self._delimiter)
        if end < 0:
            return False
        try:
            value = self._buffer[:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedForm from error
        self.fields.append((self._name, value))
        del self._buffer[: end + len(self._delimiter)]
        self._place = Place.DELIMITER
        return True

    def _file(self, found: bytearray) -> bool:
        end = self._buffer.find(self._delimiter)
        whole = end >= 0
        if not whole:
            end = max(len(self._buffer) - len(self._delimiter) + 1, 0)
        found += self._buffer[:end]
        del self._buffer[:end]
        if whole:
            self._place = Place.OVER
        return False

    def _over(self) -> bool:
        self._after += len(self._buffer)
        self._buffer.clear()
        if self._after > AFTER_BYTES:
            raise MalformedForm
        return False


def _disposition(headers: bytes) -> tuple[str, str | None]:
    """The name of a part, and of its file, from its *headers*."""
    try:
        lines = headers.decode("utf-8").split("\r\n")
    except UnicodeDecodeError as error:
        raise MalformedForm from error
    values = [
        value.strip()
        for name, colon, value in (line.partition(":") for line in lines)
        if colon and name.strip().lower() == "content-disposition"
    ]
    found = DISPOSITION.fullmatch(values[0]) if len(values) == 1 else None
    if found is None:
        raise MalformedForm
    given = [(one[1].lower(), one[2] or one[3] or "") for one in PARAMETER.finditer(found[1])]
    parameters = dict(given)
    if len(parameters) != len(given) or not parameters.get("name"):
        raise MalformedForm
    return parameters["name"], parameters.get("filename")
