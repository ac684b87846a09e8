"""What S3 refuses in lifecycle rules.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from doorward.services.context import Context
from doorward.services.s3.configuration_checks import fresh_id
from doorward.services.s3.errors import InvalidArgument, InvalidRequest, MalformedXML
from doorward.store.tables.bucket import Bucket

Document = Mapping[str, Any]

RULES = 1_000
ID_CHARACTERS = 255
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)
ONE_OF = ("Date", "Days", "ExpiredObjectDeleteMarker")


def lifecycle(ctx: Context, bucket: Bucket, given: Document) -> Document:
    """Lifecycle rules, which Doorward keeps and does not act on.

    Raises:
        MalformedXML: none or too many, or one that does not say to what or when it applies.
        InvalidRequest: one does nothing.
        InvalidArgument: an id comes twice or is too long, or a time cannot be.
    """
    del bucket
    rules = given.get("Rules") or ()
    if not 1 <= len(rules) <= RULES:
        raise MalformedXML
    made = [{"ID": fresh_id(ctx), **rule} for rule in rules]
    ids = [rule["ID"] for rule in made]
    if len(set(ids)) < len(ids):
        raise InvalidArgument(
            "Rule ID must be unique. Found same ID for more than one rule", "ID", ids[0]
        )
    for rule in made:
        _check(rule)
    return {**given, "Rules": made}


def _check(rule: Document) -> None:
    if len(rule["ID"]) > ID_CHARACTERS:
        raise InvalidArgument(
            f"ID length should not exceed allowed limit of {ID_CHARACTERS}", "ID", rule["ID"]
        )
    if ("Prefix" in rule) == ("Filter" in rule):
        raise MalformedXML
    if not any(action in rule for action in ACTIONS):
        raise InvalidRequest("At least one action needs to be specified in a rule")
    for name, action in _actions(rule):
        if name in {"Expiration", "Transitions"}:
            _check_moment(name.removesuffix("s"), action)
    expiration = rule.get("Expiration")
    if expiration is not None and sum(one in expiration for one in ONE_OF) != 1:
        raise MalformedXML


def _actions(rule: Document) -> Iterator[tuple[str, Document]]:
    """The actions of a rule, with the member that each stands in."""
    for name in ACTIONS:
        found = rule.get(name)
        for one in found if isinstance(found, list) else [found]:
            if one is not None:
                yield name, one


def _check_moment(name: str, action: Document) -> None:
    """Refuse days that are not to come, and dates that are not the beginning of a day."""
    days = action.get("Days")
    least = 1 if name == "Expiration" else 0
    if days is not None and days < least:
        kind = "positive" if least else "nonnegative"
        raise InvalidArgument(
            f"'Days' for {name} action must be a {kind} integer", "Days", str(days)
        )
    date: datetime | None = action.get("Date")
    if date is not None and date.timetz().replace(tzinfo=None) != time(0):
        raise InvalidArgument("'Date' must be at midnight GMT", "Date", date.isoformat())
