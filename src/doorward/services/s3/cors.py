"""Which origins' pages may read answers of a bucket, and the headers that tell browsers so.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.base.http import Header
from doorward.store import bucket_configurations, buckets

KIND = "cors"
EVERY = "*"
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


class Asked(NamedTuple):
    """What a page wants: its origin, the method, and headers that it would send."""

    origin: str
    method: str
    headers: tuple[str, ...] = ()


class CorsForbidden(AwsError):
    """No rule of the bucket lets the page do that."""

    code = "AccessForbidden"
    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__(f"CORSResponse: {reason}")


class InsufficientInformation(AwsError):
    """A preflight request does not say what it is about."""

    code = "BadRequest"
    status = 400

    def __init__(self) -> None:
        super().__init__("Insufficient information. Origin request header needed.")


def preflight(db: Connection, bucket: str, asked: Asked) -> list[Header]:
    """The headers that let the browser go on.

    Raises:
        CorsForbidden: there is no such bucket, it has no rules, or none lets the page.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
    """
    if buckets.find(db, bucket) is None:
        raise CorsForbidden("Bucket not found")
    found = bucket_configurations.find(db, bucket, KIND)
    if found is None:
        raise CorsForbidden("CORS is not enabled for this bucket.")
    rule = matching(found["CORSRules"], asked)
    if rule is None:
        raise CorsForbidden(
            "This CORS request is not allowed. This is usually because the evalution of Origin, "
            "request method / Access-Control-Request-Method or Access-Control-Request-Headers are "
            "not whitelisted by the resource's CORS spec."
        )
    return told(rule, asked)


def actual(db: Connection, bucket: str, asked: Asked) -> list[Header]:
    """The headers on the answer to a page's own request; none where no rule is for it."""
    found = bucket_configurations.find(db, bucket, KIND)
    rule = matching(found["CORSRules"], asked) if found else None
    return told(rule, asked) if rule else []


def matching(rules: Sequence[Mapping[str, Any]], asked: Asked) -> Mapping[str, Any] | None:
    """The first rule that lets the page do what it asks."""
    for rule in rules:
        headers = [one.lower() for one in rule.get("AllowedHeaders") or ()]
        if (
            _origin(rule, asked.origin) is not None
            and asked.method in rule["AllowedMethods"]
            and all(any(fits(one, name) for one in headers) for name in asked.headers)
        ):
            return rule
    return None


def told(rule: Mapping[str, Any], asked: Asked) -> list[Header]:
    """The headers that tell a browser of *rule*."""
    anyone = _origin(rule, asked.origin) == EVERY
    found = [
        ("access-control-allow-origin", EVERY if anyone else asked.origin),
        ("access-control-allow-methods", ", ".join(rule["AllowedMethods"])),
        ("vary", VARY),
    ]
    if not anyone:
        found.append(("access-control-allow-credentials", "true"))
    if asked.headers:
        found.append(("access-control-allow-headers", ", ".join(asked.headers)))
    if rule.get("ExposeHeaders"):
        found.append(("access-control-expose-headers", ", ".join(rule["ExposeHeaders"])))
    if rule.get("MaxAgeSeconds") is not None:
        found.append(("access-control-max-age", str(rule["MaxAgeSeconds"])))
    return found


def fits(pattern: str, text: str) -> bool:
    """Whether *text* is what *pattern* says, which may hold one `*`."""
    before, star, after = pattern.partition(EVERY)
    if not star:
        return pattern == text
    long_enough = len(text) >= len(before) + len(after)
    return long_enough and text.startswith(before) and text.endswith(after)


def _origin(rule: Mapping[str, Any], origin: str) -> str | None:
    """The pattern of *rule* that *origin* matches."""
    return next((one for one in rule["AllowedOrigins"] if fits(one, origin)), None)
