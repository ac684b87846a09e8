"""Session tags: given, inherited, and handed on.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from doorward.authn.caller import Session
from doorward.authz.subject import merge
from doorward.engine.request import Value
from doorward.services.operation import Parameters
from doorward.services.sts.errors import InvalidParameterValue, ValidationError

RESERVED = "aws:"


class SessionTags(NamedTuple):
    """The tags of a session and the keys of those that go on to the next one of a chain."""

    tags: Mapping[str, str]
    transitive: tuple[str, ...]


def inherited(session: Session | None) -> dict[str, str]:
    """The transitive tags of the session that calls."""
    if session is None:
        return {}
    keys = {key.lower() for key in session.transitive}
    return {key: value for key, value in session.tags if key.lower() in keys}


def checked(
    session: Session | None,
    tags: Sequence[Mapping[str, str]],
    transitive: Sequence[str] = (),
) -> SessionTags:
    """The tags of the new session.

    Raises:
        InvalidParameterValue: a key is given twice, a transitive key is not among the tags, or a
            tag would replace one that was handed on.
        ValidationError: a key begins with what AWS reserves.
    """
    given = {tag["Key"]: tag["Value"] for tag in tags}
    keys = {key.lower() for key in given}
    if len(keys) != len(tags):
        raise InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    for key in given:
        if key.lower().startswith(RESERVED):
            raise ValidationError(f"{key} is invalid")  # assumed wording
    if any(key.lower() not in keys for key in transitive):
        raise InvalidParameterValue(
            "The specified transitive tag key must be included in the requested tags."
        )
    handed_on = inherited(session)
    if any(key.lower() in keys for key in handed_on):
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session."
        )
    return SessionTags(merge(handed_on, given), (*handed_on, *transitive))


def keys(parameters: Parameters) -> dict[str, Value]:
    """`aws:RequestTag/…`, `aws:TagKeys` and `sts:TransitiveTagKeys` of a request."""
    tags = parameters.get("Tags") or []
    found: dict[str, Value] = {f"aws:requesttag/{tag['Key'].lower()}": tag["Value"] for tag in tags}
    if tags:
        found["aws:tagkeys"] = tuple(tag["Key"] for tag in tags)
    if transitive := parameters.get("TransitiveTagKeys"):
        found["sts:transitivetagkeys"] = tuple(transitive)
    return found
