"""Tags of organizations: keys unique, at most 50.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from doorward.base.limits import TAGS
from doorward.services import system_tags
from doorward.services.organizations.reasons import ConstraintViolation, InvalidInput

Tag = Mapping[str, str]
"""One tag in wire casing: `Key` and `Value`."""


def checked(tags: Sequence[Tag] | None, system: Collection[str] = ()) -> dict[str, str]:
    """The tags of a new resource by key, of AWS's own those in *system*.

    Raises:
        InvalidInput: a key is given twice, or is one of AWS's own.
        ConstraintViolation: there are more than 50.
    """
    return added({}, tags or [], system)


def added(
    present: Mapping[str, str], tags: Sequence[Tag], system: Collection[str] = ()
) -> dict[str, str]:
    """*present* with *tags* over it. Keys that differ in case only are two keys.

    Raises:
        InvalidInput: a key is given twice, or is one of AWS's own.
        ConstraintViolation: there would be more than 50.
    """
    given = [tag["Key"] for tag in tags]
    if len(set(given)) < len(given):
        raise InvalidInput("DUPLICATE_TAG_KEY")
    refuse_system_keys(key for key in given if key not in system)
    together = {**present, **{tag["Key"]: tag["Value"] for tag in tags}}
    if len(system_tags.own(together)) > TAGS:
        raise ConstraintViolation("MAX_TAG_LIMIT_EXCEEDED")
    return together


def removed(present: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """*present* without *keys*; keys that are not there are ignored.

    Raises:
        InvalidInput: a key is one of AWS's own.
    """
    gone = set(keys)
    refuse_system_keys(gone)
    return {key: value for key, value in present.items() if key not in gone}


def refuse_system_keys(keys: Iterable[str]) -> None:
    """Refuse keys that only AWS may use.

    Raises:
        InvalidInput: a key begins with `aws:`.
    """
    if any(system_tags.reserved(key) for key in keys):
        raise InvalidInput("INVALID_SYSTEM_TAGS_PARAMETER")


def shown(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The tags as the wire lists them, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
