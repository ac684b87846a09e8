"""Tags of buckets and objects, in headers, bodies and answers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
"""

import re
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qsl

from doorward.base.errors import AwsError
from doorward.services import system_tags
from doorward.services.s3.errors import InvalidArgument, InvalidTag

PER_OBJECT = 10
PER_BUCKET = 50
KEY_CHARACTERS = 128
VALUE_CHARACTERS = 256
CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")
HEADER = "x-amz-tagging"


class TooManyTags(AwsError):
    """An object has at most ten tags, a bucket fifty."""

    code = "BadRequest"
    status = 400

    def __init__(self, kind: str, most: int) -> None:
        super().__init__(f"{kind} tags cannot be greater than {most}")


def from_header(text: str | None) -> dict[str, str]:
    """The tags of an `x-amz-tagging` header, which is spelled like a query string.

    Raises:
        InvalidArgument: it is not spelled so, or names a key twice.
        InvalidTag: a tag cannot be.
        TooManyTags: there are more than ten.
    """
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise _misspelled(text) from error
    if len(dict(pairs)) != len(pairs):
        raise _misspelled(text)
    return _checked(pairs, "Object", PER_OBJECT)


def of_object(tag_set: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The tags of an object from the body of a request.

    Raises:
        InvalidTag: a tag cannot be, or a key comes twice.
        TooManyTags: there are more than ten.
    """
    return _checked([(tag["Key"], tag.get("Value", "")) for tag in tag_set], "Object", PER_OBJECT)


def of_bucket(tag_set: Sequence[Mapping[str, str]], system: Collection[str] = ()) -> dict[str, str]:
    """The tags of a bucket from the body of a request, of AWS's own those in *system*.

    Raises:
        InvalidTag: a tag cannot be, or a key comes twice.
        TooManyTags: there are more than fifty.
    """
    pairs = [(tag["Key"], tag.get("Value", "")) for tag in tag_set]
    return _checked(pairs, "Bucket", PER_BUCKET, system)


def shown(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The tags as answers show them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _checked(
    pairs: Sequence[tuple[str, str]], kind: str, most: int, system: Collection[str] = ()
) -> dict[str, str]:
    if len(system_tags.own(key for key, _ in pairs)) > most:
        raise TooManyTags(kind, most)
    found: dict[str, str] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidTag("Cannot provide multiple Tags with the same key", key)
        if system_tags.reserved(key) and key not in system:
            raise InvalidTag("System tags cannot be added/updated by requester", key)
        if not 1 <= len(key) <= KEY_CHARACTERS or not CHARACTERS.fullmatch(key):
            raise InvalidTag("The TagKey you have provided is invalid", key)
        if len(value) > VALUE_CHARACTERS or not CHARACTERS.fullmatch(value):
            raise InvalidTag("The TagValue you have provided is invalid", key, value)
        found[key] = value
    return found


def _misspelled(text: str) -> InvalidArgument:
    return InvalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
        "parameters without tag name duplicates.",
        HEADER,
        text,
    )
