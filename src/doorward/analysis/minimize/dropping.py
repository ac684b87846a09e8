"""Parts of a statement that say nothing which is not said already, found and left out.

Each function gives *one* with something less, or None where nothing of it is known to be needless.
What remains of the policy is in *others*, with the effect of *one*, and in *denies*.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from doorward.analysis.minimize import elements
from doorward.analysis.minimize.elements import List
from doorward.analysis.minimize.proof import Prover
from doorward.analysis.rules import Where
from doorward.engine.match import ANY, wild
from doorward.engine.principals import named
from doorward.policy.document import Condition, Statement, Text

ONE_LIST: tuple[List, ...] = ("actions", "not_actions")


def _by_length(found: Sequence[Text]) -> list[int]:
    """Places in *found*, the longest text first, of equals the last."""
    return sorted(range(len(found)), key=lambda at: (-len(found[at].value), -at))


def covered_actions(one: Statement, prover: Prover) -> Statement | None:
    """Without the patterns of Action or NotAction that the others of the list cover together."""
    for name in ONE_LIST:
        found = elements.items(one, name)
        masks = [prover.actions.covered((wild(each.value.lower()),)) for each in found]
        kept = list(range(len(found)))
        alone = _once(masks)
        for at in _by_length(found):
            if masks[at] and not masks[at] & alone:
                kept.remove(at)
                alone = _once(masks[each] for each in kept)
        if len(kept) < len(found):
            return elements.with_items(one, name, [found[at] for at in kept])
    return None


def _once(masks: Iterable[int]) -> int:
    """The bits that one of *masks* has and no other."""
    some = several = 0
    for mask in masks:
        several |= some & mask
        some |= mask
    return some & ~several


def covered_resources(one: Statement, prover: Prover) -> Statement | None:
    """Without the resources that another one of the same list covers."""
    names: tuple[List, ...] = ("resources", "not_resources")
    for name in names:
        found = elements.items(one, name)
        kept = [found[at] for at in _needed(one, name, prover)]
        if len(kept) < len(found):
            return elements.with_items(one, name, kept)
    return None


def _needed(one: Statement, name: List, prover: Prover) -> list[int]:
    """The places of what no other of the list covers; of those that cover each other the first."""
    found = elements.items(one, name)
    compiled = prover.compiled(one)
    ready = (compiled.resources if name == "resources" else compiled.not_resources) or ()
    fixed = [each.written.fixed for each in ready]
    firsts = {text.value: at for at, text in reversed(list(enumerate(found)))}
    if ANY in fixed and all(text is not None for text in fixed):
        return [fixed.index(ANY)]
    kept = [at for at, text in enumerate(found) if firsts[text.value] == at]
    for at in [kept[each] for each in _by_length([found[each] for each in kept])]:
        text = fixed[at]
        if text is None or name == "not_resources":
            continue  # a variable, or what an exception leaves over is disputed
        begins = text.split(ANY)[0]
        wider = [
            each
            for each in kept
            if each != at and (other := fixed[each]) is not None and _may_cover(other, begins)
        ]
        if wider and _inside(one, found[at], [found[each] for each in wider], prover):
            kept.remove(at)
    return kept


def _may_cover(pattern: str, begins: str) -> bool:
    """Whether *pattern* has a wildcard before anything that differs from *begins*."""
    head, star, _ = pattern.partition(ANY)
    return bool(star) and begins.startswith(head.split(wild("?"))[0])


def _inside(one: Statement, text: Text, wider: Sequence[Text], prover: Prover) -> bool:
    bare = replace(one, conditions=None)
    piece = elements.with_items(bare, "resources", [text])
    rule = prover.rule(piece)
    if rule is None or not any(isinstance(each, Where) for each in rule.questions):
        return False
    return prover.within(piece, [elements.with_items(bare, "resources", wider)])


def repeated_principals(one: Statement, prover: Prover) -> Statement | None:
    """Without the principals that change nothing for anybody beside the others of the list."""
    if one.principals is None or one.principals.everyone:
        return None
    kept = list(elements.entries(one.principals))
    full = len(kept)
    for entry in sorted(kept, key=lambda each: len(each[1]), reverse=True):
        rest = [each for each in kept if each is not entry]
        if rest and _same_people(rest, kept, prover):
            kept = rest
    return replace(one, principals=elements.principals(kept)) if len(kept) < full else None


def _same_people(
    some: Sequence[tuple[str, str]], every: Sequence[tuple[str, str]], prover: Prover
) -> bool:
    fewer, more = elements.principals(some), elements.principals(every)
    return all(
        named(fewer, caller, fold=fold) == named(more, caller, fold=fold)
        for caller in prover.people()
        for fold in (False, True)
    )


def needless_items(
    one: Statement, others: Sequence[Statement], denies: Sequence[Statement], prover: Prover
) -> Statement | None:
    """Without the actions and resources for which the rest of the policy says the same."""
    names: tuple[List, ...] = ("actions", "resources")
    for name in names:
        kept = list(elements.items(one, name))
        for text in [kept[at] for at in _by_length(kept)]:
            if len(kept) == 1:
                break
            rest = [each for each in kept if each is not text]
            piece = elements.with_items(one, name, [text])
            if prover.ineffective(piece):
                continue  # what AWS refuses is for `validate` to say
            if prover.within(piece, others, denies):
                kept = rest
        if len(kept) < len(elements.items(one, name)):
            return elements.with_items(one, name, kept)
    return None


def needless_conditions(
    one: Statement, others: Sequence[Statement], denies: Sequence[Statement], prover: Prover
) -> Statement | None:
    """Without a condition, or a value of one, that makes no difference."""
    for tried in _with_less(one):
        if prover.within(tried, [one, *others], denies) and prover.within(
            one, [tried, *others], denies
        ):
            return tried
    return None


def _with_less(one: Statement) -> Iterator[Statement]:
    conditions = one.conditions or ()
    for at, condition in enumerate(conditions):
        left = (*conditions[:at], *conditions[at + 1 :])
        yield replace(one, conditions=left or None)
        values = condition.values.items
        for index in reversed(range(len(values)) if len(values) > 1 else range(0)):
            fewer = condition._replace(values=elements.texts(elements.without(values, index)))
            yield replace(one, conditions=_at(conditions, at, fewer))


def _at(conditions: tuple[Condition, ...], at: int, condition: Condition) -> tuple[Condition, ...]:
    return (*conditions[:at], condition, *conditions[at + 1 :])
