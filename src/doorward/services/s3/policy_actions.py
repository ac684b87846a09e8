"""Actions and resources of bucket policies: which there are, and which go together.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator
from functools import cache

from doorward.catalog import actions
from doorward.catalog.globs import matches
from doorward.policy.document import Statement
from doorward.services.s3.errors import MalformedPolicy

BUCKET = "bucket"
OBJECT = "object"
KINDS = frozenset({BUCKET, OBJECT})
OF_ACCOUNTS = frozenset({"s3:createbucket"})
"""Actions that are about a bucket, but are never asked of one's policy."""

ACTION = "Policy has invalid action"
RESOURCE = "Policy has invalid resource"
PAIR = "Action does not apply to any resource(s) in statement"
PREFIX = "s3:"
EVERY = "*"


@cache
def known() -> dict[str, frozenset[str]]:
    """The actions that a bucket policy may name, in lower case, with the kinds they work on."""
    found = {}
    for action in actions.actions("s3"):
        kinds = KINDS & {one.name for one in action.resource_types}
        name = action.full_name.lower()
        if kinds and name not in OF_ACCOUNTS:
            found[name] = frozenset(kinds)
    return found


def expanded(pattern: str) -> list[str]:
    """The actions that *pattern* covers, in lower case."""
    lowered = pattern.lower()
    if lowered == EVERY:
        return list(known())
    if lowered in known():
        return [lowered]
    if not lowered.startswith(PREFIX):
        return []
    return [name for name in known() if matches(lowered, name)]


def covered(statement: Statement) -> list[list[str]]:
    """The actions of the statement, a list for each pattern.

    Raises:
        MalformedPolicy: a pattern covers none.
    """
    found = [expanded(pattern) for pattern in _patterns(statement)]
    if not found or not all(found):
        raise MalformedPolicy(ACTION)
    return found


def resource_kinds(statement: Statement, bucket: str, partition: str) -> frozenset[str]:
    """The kinds of resource that the statement is about.

    Raises:
        MalformedPolicy: a resource is neither the bucket nor in it.
    """
    texts = statement.resources or statement.not_resources
    patterns = [text.value for text in texts.items] if texts else []
    if not patterns:
        raise MalformedPolicy(RESOURCE)
    found: set[str] = set()
    for pattern in patterns:
        found |= _kinds(pattern, bucket, partition)
    return frozenset(found) if statement.resources is not None else KINDS


def _kinds(pattern: str, bucket: str, partition: str) -> set[str]:
    """The kinds of resource that one pattern covers: the bucket, objects in it, or both."""
    start = f"arn:{partition}:s3:::{bucket}"
    rest = pattern.removeprefix(start)
    if not pattern.startswith(start) or (rest and rest[0] not in "/*?"):
        raise MalformedPolicy(RESOURCE)
    kinds = set()
    if set(rest) <= {"*"}:
        kinds.add(BUCKET)
    if rest.startswith(("/", "*")) or (rest and "*" in rest):
        kinds.add(OBJECT)
    return kinds


def check_pairs(statement: Statement, kinds: frozenset[str]) -> None:
    """Refuse an action that works on no resource of the statement.

    Raises:
        MalformedPolicy: there is one.
    """
    if statement.actions is None:
        return
    for pattern in _patterns(statement):
        if not any(known()[name] & kinds for name in expanded(pattern)):
            raise MalformedPolicy(PAIR)


def _patterns(statement: Statement) -> Iterator[str]:
    texts = statement.actions or statement.not_actions
    return (text.value for text in texts.items) if texts else iter(())
