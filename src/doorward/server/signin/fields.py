"""Fields of a query string or form, each given once."""

from urllib.parse import parse_qsl

from doorward.base.http import HttpRequest

MOST_FIELDS = 32
FORM = "application/x-www-form-urlencoded"


class Malformed(Exception):
    """The fields cannot be read, or one stands there twice."""


def read(request: HttpRequest) -> dict[str, str]:
    """The fields of the query string and, of a POST, of the form.

    Raises:
        Malformed: they cannot be read, or one stands there twice.
    """
    texts = [request.query]
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind == FORM:
        texts.append(_text(request.body.read()))
    found: dict[str, str] = {}
    for text in filter(None, texts):
        try:
            pairs = parse_qsl(
                text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
            )
        except ValueError as error:
            raise Malformed from error
        for name, value in pairs:
            if name in found:
                raise Malformed
            found[name] = value
    return found


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed from error
