"""Wildcards and ARNs: whether a pattern of a policy covers a concrete text, in linear time.

A pattern is kept as text in which `*` and `?` have become two characters that no policy can hold,
so that whatever a policy variable brings in stays literal.

A resource whose ARN is not wholly known is a template: `UNKNOWN` stands in it for any text, or for
none, and `UNKNOWN_CHARACTER` for any one character. Both stand only after the fifth colon.
`UNKNOWN` is also the value of a condition key that may have any value, or none.
"""

from enum import Enum

# INVARIANT: halves of surrogate pairs stand in no decoded text and are refused by the parser.
ANY = chr(0xD800)
ONE = chr(0xD801)
UNKNOWN = chr(0xD802)
UNKNOWN_CHARACTER = chr(0xD803)
FIELDS = 6
PIECES = (3, 6)


def glob(pattern: str, text: str) -> bool:
    """Whether *pattern*, with `ANY` and `ONE` as its wildcards, covers the whole of *text*.

    Takes each run of characters between two `ANY` at the first place where it fits, which is
    enough; nothing is tried twice, so no pattern makes it explode.
    """
    if ANY not in pattern:
        return pattern == text or (ONE in pattern and _same(pattern, text))
    head, *middle, tail = pattern.split(ANY)
    at, end = len(head), len(text) - len(tail)
    if end < at or not _same(head, text[:at]) or not _same(tail, text[end:]):
        return False
    for run in middle:
        at = _find(run, text, at, end)
        if at < 0:
            return False
        at += len(run)
    return True


def _same(run: str, text: str) -> bool:
    """Whether *text* agrees with *run*, in which `ONE` agrees with any character."""
    if ONE not in run:
        return run == text
    if len(run) != len(text):
        return False
    return all(wanted in (ONE, found) for wanted, found in zip(run, text, strict=True))


def _find(run: str, text: str, start: int, end: int) -> int:
    """Where *run* first stands in *text* from *start* on and before *end*, or -1.

    With `ONE` in the run, follows all its beginnings at once, one bit each (Shift-And), so that
    time does not grow with the product of the lengths.
    """
    if ONE not in run:
        return text.find(run, start, end)
    anything = 0
    fits: dict[str, int] = {}
    for at, wanted in enumerate(run):
        if wanted == ONE:
            anything |= 1 << at
        else:
            fits[wanted] = fits.get(wanted, 0) | 1 << at
    reached, last = 0, 1 << (len(run) - 1)
    for at in range(start, end):
        reached = (reached << 1 | 1) & (fits.get(text[at], 0) | anything)
        if reached & last:
            return at - len(run) + 1
    return -1


def wild(text: str) -> str:
    """*text* of a policy as a pattern: `*` and `?` become wildcards."""
    return text.replace("*", ANY).replace("?", ONE)


def is_wild(pattern: str) -> bool:
    """Whether there is a wildcard in *pattern*."""
    return ANY in pattern or ONE in pattern


def literal_prefix(pattern: str) -> str:
    """What every text that *pattern* covers begins with."""
    ends = [at for at in (pattern.find(ANY), pattern.find(ONE)) if at >= 0]
    return pattern[: min(ends)] if ends else pattern


def literal_runs(pattern: str) -> list[str]:
    """The stretches between wildcards; every text that *pattern* covers holds each of them."""
    return pattern.replace(ONE, ANY).split(ANY)


def is_template(resource: str) -> bool:
    """Whether a part of *resource* is unknown."""
    return not resource.isascii() and (UNKNOWN in resource or UNKNOWN_CHARACTER in resource)


def shown(resource: str) -> str:
    """*resource* as people read it: an unknown part as `*`, an unknown character as `?`."""
    if resource.isascii():
        return resource
    return resource.replace(UNKNOWN, "*").replace(UNKNOWN_CHARACTER, "?")


def pieces(text: str) -> set[str]:
    """Every few characters of *text* in a row: by these, patterns are found in an index."""
    return {text[at : at + size] for size in PIECES for at in range(len(text) - size + 1)}


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


def padded(pattern: str, early: EarlyEnd) -> bool:
    """Whether an ARN pattern that ends before its sixth field gets wildcards for the rest."""
    match early:
        case EarlyEnd.PAD:
            return True
        case EarlyEnd.WILD:
            return is_wild(pattern)
        case EarlyEnd.FINAL:
            return pattern.endswith(ANY) and not is_wild(pattern[:-1])
        case EarlyEnd.NOTHING:
            return False


class ResourcePattern:
    """A Resource pattern made ready: what it must begin with, and what is left to compare.

    The fields of an ARN are compared one by one, so a wildcard does not cross a colon before the
    resource field; in the resource field it crosses everything. The service field has no wildcard
    but a lone `*` (assumed; AWS refuses one there).

    `everything` is the lone `*`. `whole` covers `prefix` and nothing else, `open_ended` whatever
    begins with it. Otherwise `fields` are compared with those of the resource, or, where `prefix`
    holds all fields but the last, `rest` with what follows it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """

    __slots__ = ("everything", "fields", "never", "open_ended", "prefix", "rest", "whole")

    def __init__(self, pattern: str, early: EarlyEnd = EarlyEnd.PAD) -> None:
        self.everything = pattern == ANY
        self.prefix = literal_prefix(pattern)
        self.rest = pattern[len(self.prefix) :]
        self.fields: tuple[str, ...] = ()
        self.never = False
        arn = pattern.startswith("arn:")
        fields = pattern.split(":", FIELDS - 1)
        if arn and len(fields) < FIELDS:
            self.never = not padded(pattern, early)
            fields += [ANY] * (FIELDS - len(fields))
        flat = not arn or (short(self.prefix) is False and not short(pattern))
        self.whole = flat and not self.rest
        self.open_ended = flat and self.rest == ANY
        if not flat:
            self.fields = tuple(fields)
            self.never = self.never or (fields[2] != ANY and is_wild(fields[2]))

    def covers(self, resource: str) -> bool:
        """Whether it covers a concrete *resource*."""
        if self.everything:
            return True
        if self.whole:
            return resource == self.prefix
        if self.never or not resource.startswith(self.prefix):
            return False
        if self.open_ended:
            return True
        if not self.fields:
            return glob(self.rest, resource[len(self.prefix) :])
        found = resource.split(":", FIELDS - 1)
        if len(found) != FIELDS:
            return False
        return all(
            pattern == ANY or glob(pattern, text)
            for pattern, text in zip(self.fields, found, strict=True)
        )


def covers(pattern: str, resource: str, early: EarlyEnd = EarlyEnd.PAD) -> bool:
    """Whether a Resource pattern covers a concrete resource."""
    return ResourcePattern(pattern, early).covers(resource)


def action_covers(pattern: str, action: str, *, loose: bool = False) -> bool:
    """Whether an Action pattern, in lower case, covers an *action* in lower case.

    The service prefix has no wildcard, except that a lone `*` covers everything; with *loose* it
    may have one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if pattern == ANY:
        return True
    service, colon, name = pattern.partition(":")
    asked, _, operation = action.partition(":")
    if not colon or not name or not (service == asked or (loose and glob(service, asked))):
        return False
    return name == ANY or glob(name, operation)
