"""Many policies made few, none longer than a quota, that decide together as all of them did.

The statements of all are made one policy, that is made smaller, and its statements are dealt out
again: the longest first, each to the first policy in which there is room. Where that takes too
many policies, statements are parted as well to fill what room is left. The same input always gives
the same output.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.minimize import elements
from doorward.analysis.minimize.elements import List
from doorward.analysis.minimize.reduce import Minimized, alike, minimize, refuted
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Policy, Statement, Text, Version
from doorward.policy.grammar.sizes import size
from doorward.policy.render import render

COMMA = 1
NAMES: tuple[List, ...] = ("resources", "actions")
Bins = list[list[Statement]]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What became of some policies.

    Attributes:
        policies: the few, empty where there is a `reason`.
        reason: why it cannot be done, or why it is not proved.
        proved: off where the reason is that equality is not proved.
        minimized: all statements as one policy, before and after.
    """

    policies: tuple[Policy, ...]
    minimized: Minimized
    reason: str = ""
    proved: bool = True


def consolidate(
    policies: Sequence[Policy],
    *,
    most: int,
    characters: int,
    kind: PolicyKind = PolicyKind.IDENTITY,
    wildcards: bool = False,
) -> Consolidated:
    """*policies* as at most *most* of at most *characters* each."""
    version, mixed = _version(policies)
    whole = Policy(_numbered(one for each in policies for one in each.statements), version)
    if mixed:
        return Consolidated((), Minimized(whole, whole), mixed)
    small = minimize(whole, kind, wildcards=wildcards)
    room = characters - size(render(Policy((), version)))
    try:
        dealt = _dealt(small.policy.statements, room)
        if len(dealt) > most:
            dealt = min(dealt, _filled(small.policy.statements, room), key=len)
    except _TooLong as error:
        return Consolidated((), small, str(error))
    if len(dealt) > most:
        return Consolidated((), small, _too_many(small, len(dealt), most, characters))
    made = tuple(_policy(one, version, characters) for one in dealt)
    reason = alike([small.policy], made, kind) or refuted(policies, made, kind)
    if reason:
        return Consolidated((), small, reason, proved=False)
    return Consolidated(made, small)


def _version(policies: Sequence[Policy]) -> tuple[Version | None, str]:
    """The language version that suits all, or why none does."""
    if all(one.version is not Version.NEW for one in policies):
        return Version.OLD, ""
    for number, one in enumerate(policies, 1):
        if one.version is not Version.NEW and "${" in render(one):
            return None, (
                f"policy {number} is of Version 2008-10-17, where `${{` is plain text; in one of "
                "Version 2012-10-17 it would be a policy variable"
            )
    return Version.NEW, ""


def _numbered(statements: Iterator[Statement] | Sequence[Statement]) -> tuple[Statement, ...]:
    return tuple(replace(one, index=at) for at, one in enumerate(statements))


class _TooLong(Exception):
    """A part of a statement that cannot be parted is longer than a policy may be."""


def _too_many(small: Minimized, needed: int, most: int, characters: int) -> str:
    if -(-small.after // characters) > most:
        return (
            f"{small.after:,} characters are left, more than {most} policies of {characters:,} hold"
        )
    return (
        f"{needed} policies of {characters:,} characters are needed, {most} allowed; no better "
        "way was found"
    )


def _length(one: Statement) -> int:
    """The characters that a statement takes in a policy, with a comma."""
    return size(render(Policy((one,)))) - size(render(Policy(()))) + COMMA


def _dealt(statements: Sequence[Statement], room: int) -> Bins:
    """Each statement in the first policy with room, the longest first."""
    pieces = [piece for one in statements for piece in _short(one, room)]
    order = sorted(range(len(pieces)), key=lambda at: (-_length(pieces[at]), at))
    bins: list[tuple[int, list[int]]] = []
    for at in order:
        length = _length(pieces[at])
        for number, (taken, held) in enumerate(bins):
            if taken + length - COMMA <= room:
                bins[number] = (taken + length, [*held, at])
                break
        else:
            bins.append((length, [at]))
    return [[pieces[at] for at in sorted(held)] for _, held in bins]


def _short(one: Statement, room: int) -> Iterator[Statement]:
    """*one* in as many parts as it takes for each to fit into a policy of its own."""
    left: Statement | None = one
    while left is not None and _length(left) - COMMA > room:
        parted = _parted(left, room)
        if parted is None:
            raise _TooLong(
                f"statement {one.index + 1} cannot be parted so that it fits into {room:,} "
                "characters"
            )
        begin, left = parted
        yield begin
    if left is not None:
        yield left


def _filled(statements: Sequence[Statement], room: int) -> Bins:
    """One policy after the other filled to the end, statements parted where it ends."""
    bins: Bins = [[]]
    taken = 0
    waiting = list(reversed(statements))
    while waiting:
        one = waiting.pop()
        length = _length(one)
        if taken + length - COMMA <= room:
            bins[-1].append(one)
            taken += length
            continue
        parted = _parted(one, room - taken)
        if parted is not None:
            bins[-1].append(parted[0])
            one = parted[1]
        elif not bins[-1]:
            raise _TooLong(f"statement {one.index + 1} cannot be parted so that it fits")
        waiting.append(one)
        bins.append([])
        taken = 0
    return [one for one in bins if one]


def _parted(one: Statement, room: int) -> tuple[Statement, Statement] | None:
    """*one* as two, the first as long as there is room; None where no part of it fits."""
    found = [_parted_by(one, name, room) for name in NAMES]
    possible = [each for each in found if each is not None]
    return min(possible, key=lambda each: _length(each[1])) if possible else None


def _parted_by(one: Statement, name: List, room: int) -> tuple[Statement, Statement] | None:
    items = elements.items(one, name)
    low, high = 0, len(items) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _length(elements.with_items(one, name, items[:middle])) - COMMA <= room:
            low = middle
        else:
            high = middle - 1
    if low < 1:
        return None
    first, rest = items[:low], items[low:]
    return elements.with_items(one, name, first), elements.with_items(one, name, rest)


def _policy(statements: Sequence[Statement], version: Version | None, most: int) -> Policy:
    """A policy of *statements*, without those Sids that stood twice where it grows too long."""
    made = Policy(_numbered(_named(statements)), version)
    if size(render(made)) <= most:
        return made
    before = {one.sid.value for one in statements if one.sid is not None}
    bare = (
        one if one.sid is None or one.sid.value in before else replace(one, sid=None)
        for one in made.statements
    )
    return replace(made, statements=tuple(bare))


def _named(statements: Sequence[Statement]) -> Iterator[Statement]:
    """*statements* with Sids that differ from one another."""
    seen: set[str] = set()
    for one in statements:
        if one.sid is not None and one.sid.value:
            name, number = one.sid.value, 2
            while name in seen:
                name, number = f"{one.sid.value}{number}", number + 1
            seen.add(name)
            if name != one.sid.value:
                one = replace(one, sid=Text(name))  # noqa: PLW2901 - the same one, renamed
        yield one
