"""Patterns against resources of which a part is unknown: all that they may be, or any of it.

An Allow has to cover whatever the resource may turn out to be; a Deny applies as soon as it may be
meant. Both are asked of one walk along the template, which keeps the set of places in the pattern
that are reached, one bit each, so that time is bounded by the lengths and nothing is tried twice.
"""

from doorward.engine.match import (
    ANY,
    FIELDS,
    ONE,
    UNKNOWN,
    UNKNOWN_CHARACTER,
    ResourcePattern,
    is_template,
)


def agrees(pattern: str, template: str, *, wholly: bool) -> bool:
    """Whether *pattern* covers *template*: every text it may be, or with *wholly* off, some text.

    Where a pattern covers every text only by cases, as `?*` and the empty text together do, it is
    said not to.
    """
    needed: list[str] = []
    starred = 0
    for mark in pattern:
        if mark == ANY:
            starred |= 1 << len(needed)
        else:
            needed.append(mark)
    singles = 0
    fits: dict[str, int] = {}
    for at, mark in enumerate(needed):
        if mark == ONE:
            singles |= 1 << at
        else:
            fits[mark] = fits.get(mark, 0) | 1 << at
    every = (1 << (len(needed) + 1)) - 1
    reached = 1
    for mark in template:
        stays = reached & starred
        if mark == UNKNOWN:
            # Any text leads from the first place reached to it and to all that come after.
            reached = stays if wholly else every & ~((reached & -reached) - 1)
        elif mark == UNKNOWN_CHARACTER:
            reached = stays | (reached & (singles if wholly else every)) << 1 & every
        else:
            reached = stays | (reached & (singles | fits.get(mark, 0))) << 1
        if not reached:
            return False
    return bool(reached >> len(needed) & 1)


def covers(pattern: ResourcePattern, template: str, *, wholly: bool) -> bool:
    """As `agrees`, for a Resource pattern: the fields of an ARN are compared one by one."""
    if pattern.everything:
        return True
    if pattern.never:
        return False
    if not pattern.fields:
        return agrees(pattern.prefix + pattern.rest, template, wholly=wholly)
    found = template.split(":", FIELDS - 1)
    if len(found) != FIELDS or is_template(":".join(found[:-1])):
        return not wholly  # there is no telling where its fields end
    return all(
        wanted == ANY or agrees(wanted, text, wholly=wholly)
        for wanted, text in zip(pattern.fields, found, strict=True)
    )
