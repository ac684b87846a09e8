"""Tags: keys unique without regard to case, at most 50, shown by key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from collections.abc import Iterable, Mapping, Sequence

from doorward.base.limits import TAGS
from doorward.services.iam.errors import InvalidInput, TooManyTags

Tag = Mapping[str, str]
"""One tag in wire casing: `Key` and `Value`."""


def checked(tags: Sequence[Tag]) -> dict[str, str]:
    """The tags of a new resource by key.

    Raises:
        InvalidInput: a key is given twice, or is one of AWS's own.
        TooManyTags: there are more than 50.
    """
    return added({}, tags)


def added(present: Mapping[str, str], tags: Sequence[Tag]) -> dict[str, str]:
    """*present* with *tags* over it; a key there in another case gets the new case and value.

    Raises:
        InvalidInput: a key is given twice, or is one of AWS's own.
        TooManyTags: there would be more than 50.
    """
    given = [tag["Key"].lower() for tag in tags]
    if len(set(given)) < len(given):
        raise InvalidInput(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    if any(key.startswith("aws:") for key in given):
        raise InvalidInput("The tag keys that begin with aws: are reserved for AWS use.")
    kept = {key: value for key, value in present.items() if key.lower() not in given}
    together = kept | {tag["Key"]: tag["Value"] for tag in tags}
    if len(together) > TAGS:
        raise TooManyTags
    return together


def removed(present: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """*present* without *keys*, whatever their case; keys that are not there are ignored."""
    gone = {key.lower() for key in keys}
    return {key: value for key, value in present.items() if key.lower() not in gone}


def shown(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The tags as IAM lists them, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
