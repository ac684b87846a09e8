"""Pages of other origins: preflight requests answered, and what browsers may show them.

Nothing is decided here; a browser that may read an answer still gets the one that its user may
have.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

from dataclasses import replace
from urllib.parse import unquote

from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.gateway.streamed import Streamed
from doorward.server.running import Running
from doorward.services.s3 import cors
from doorward.services.s3.cors import Asked, InsufficientInformation
from doorward.wire import address, errors
from doorward.wire.refusals import Dialect

ORIGIN = "origin"
METHOD = "access-control-request-method"
HEADERS = "access-control-request-headers"
S3 = Dialect("rest-xml", "s3")


def is_preflight(running: Running, head: HttpRequest) -> bool:
    """Whether a browser asks if a page may do something with a bucket."""
    return head.method == "OPTIONS" and bucket(running, head) is not None


def preflight(running: Running, head: HttpRequest) -> HttpResponse:
    """The answer to a preflight request, for which nobody signs.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
    """
    origin, method = head.header(ORIGIN), head.header(METHOD)
    given = (head.header(HEADERS) or "").split(",")
    names = tuple(one.strip().lower() for one in given if one.strip())
    try:
        if not origin or not method:
            raise InsufficientInformation
        asked = Asked(origin, method, names)
        with running.database.read() as db:
            found = cors.preflight(db, bucket(running, head) or "", asked)
    except AwsError as error:
        return errors.error(S3, error, running.ids.request_id())
    return HttpResponse(200, tuple(found))


def with_headers(
    running: Running, head: HttpRequest, answer: HttpResponse | Streamed
) -> HttpResponse | Streamed:
    """*answer* with what lets a page of another origin read it, where the bucket lets it.

    What the gateway passes on has the headers of who answered it.
    """
    origin = head.header(ORIGIN)
    if not isinstance(answer, HttpResponse) or origin is None:
        return answer
    named = bucket(running, head)
    if named is None:
        return answer
    with running.database.read() as db:
        found = cors.actual(db, named, Asked(origin, head.method))
    return replace(answer, headers=(*answer.headers, *found)) if found else answer


def bucket(running: Running, head: HttpRequest) -> str | None:
    """The bucket that a request to S3 names, None where it is for something else."""
    scope = address.scope(head)
    place = address.place(head.header("host"), running.settings.hosts)
    if (scope is not None and scope.service != "s3") or place.service not in {None, "s3"}:
        return None
    named = place.bucket or unquote(head.path.removeprefix("/").partition("/")[0])
    return named or None
