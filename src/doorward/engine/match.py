"""Wildcards and ARNs: whether a pattern of a policy covers a concrete text, in linear time.

A pattern is kept as text in which `*` and `?` have become two characters that no policy can hold,
so that whatever a policy variable brings in stays literal.
"""

from enum import Enum

ANY = "\ue000"
ONE = "\ue001"
FIELDS = 6


def glob(pattern: str, text: str) -> bool:
    """Whether *pattern*, with `ANY` and `ONE` as its wildcards, covers the whole of *text*.

    Remembers only the last `ANY`, which is enough: time is at most the product of the lengths of
    one literal run and the text, and no pattern makes it explode.
    """
    if ANY not in pattern:
        return len(pattern) == len(text) and (pattern == text or _same(pattern, text))
    head, *middle, tail = pattern.split(ANY)
    if len(text) < len(head) + len(tail) or not _same(head, text[: len(head)]):
        return False
    if tail and not _same(tail, text[len(text) - len(tail) :]):
        return False
    at, end = len(head), len(text) - len(tail)
    for run in middle:
        at = _find(run, text, at, end)
        if at < 0:
            return False
        at += len(run)
    return True


def _same(run: str, text: str) -> bool:
    """Whether *text*, as long as *run*, agrees with it; `ONE` agrees with any character."""
    if ONE not in run:
        return run == text
    return all(wanted in (ONE, found) for wanted, found in zip(run, text, strict=True))


def _find(run: str, text: str, start: int, end: int) -> int:
    """Where *run* first stands in *text* from *start* on and before *end*, or -1."""
    if ONE not in run:
        return text.find(run, start, end)
    for at in range(start, end - len(run) + 1):
        if _same(run, text[at : at + len(run)]):
            return at
    return -1


def wild(text: str) -> str:
    """*text* of a policy as a pattern: `*` and `?` become wildcards."""
    return text.replace("*", ANY).replace("?", ONE)


class EarlyEnd(Enum):
    """What an ARN pattern means that ends before its sixth field.

    PAD: the missing fields are wildcards, as in identity policies. WILD: so they are where the
    pattern has a wildcard already, such as `arn:aws:sqs:*`. FINAL: only where it ends in one.
    NOTHING: it covers nothing. Only the first is documented, the others are assumed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """

    PAD = 1
    WILD = 2
    FINAL = 3
    NOTHING = 4


def short(pattern: str) -> bool:
    """Whether *pattern* is an ARN that ends before its sixth field."""
    return pattern.startswith("arn:") and pattern.count(":") < FIELDS - 1


def covers(pattern: str, resource: str, early: EarlyEnd = EarlyEnd.PAD) -> bool:
    """Whether a Resource pattern covers a concrete resource.

    The fields are compared one by one, so a wildcard does not cross a colon before the resource
    field; in the resource field it crosses everything. The service field has no wildcard.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if pattern == ANY:
        return True
    if not pattern.startswith("arn:"):
        return glob(pattern, resource)
    wanted = pattern.split(":", FIELDS - 1)
    if len(wanted) < FIELDS:
        if not padded(pattern, early):
            return False
        wanted += [ANY] * (FIELDS - len(wanted))
    found = resource.split(":", FIELDS - 1)
    service = wanted[2]
    if len(found) != FIELDS or (service != ANY and (ANY in service or ONE in service)):
        return False
    return all(
        pattern == text or glob(pattern, text) for pattern, text in zip(wanted, found, strict=True)
    )


def padded(pattern: str, early: EarlyEnd) -> bool:
    """Whether an ARN pattern that ends before its sixth field gets wildcards for the rest."""
    match early:
        case EarlyEnd.PAD:
            return True
        case EarlyEnd.WILD:
            return ANY in pattern or ONE in pattern
        case EarlyEnd.FINAL:
            return pattern.endswith(ANY) and ANY not in pattern[:-1] and ONE not in pattern
        case EarlyEnd.NOTHING:
            return False


def action_covers(pattern: str, action: str) -> bool:
    """Whether an Action pattern, in lower case, covers an *action* in lower case.

    The service prefix has no wildcard, except that a lone `*` covers everything.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if pattern == ANY:
        return True
    service, colon, name = pattern.partition(":")
    asked, _, operation = action.partition(":")
    return bool(colon) and service == asked and bool(name) and glob(name, operation)


def literal_prefix(pattern: str) -> str:
    """What every text that *pattern* covers begins with."""
    ends = [at for at in (pattern.find(ANY), pattern.find(ONE)) if at >= 0]
    return pattern[: min(ends)] if ends else pattern
