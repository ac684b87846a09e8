"""Rules about one action, narrowed to what is known of the request: what is left is to be solved.

Where nothing is left of a rule, it applies for certain; most questions end there, without a search.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

from doorward.analysis.rules import Question, Rule, Where
from doorward.analysis.values import Settled, answer
from doorward.catalog import actions
from doorward.engine.match import EarlyEnd, wild
from doorward.engine.request import Context, Value
from doorward.engine.variables import wanted

CLOSED = ("aws:principaltag/", "aws:resourcetag/", "iam:resourcetag/")
SOME = "*"
"""Any resource that an action works on."""


@dataclass(frozen=True)
class Place:
    """The resource of a request: `literal` where it is known, else one that `patterns` cover.

    Without either it may be any.
    """

    literal: str | None = None
    patterns: frozenset[str] = frozenset()

    @property
    def asked(self) -> tuple[Where, ...]:
        """What the solver has to see to."""
        # A known resource is a pattern that covers only itself.
        chosen = {self.literal} if self.literal else {wild(one) for one in self.patterns}
        if not chosen:
            return ()
        return (Where(frozenset(chosen), frozenset(), EarlyEnd.PAD, excepted=False),)

    @property
    def shown(self) -> str:
        """A resource for an example."""
        return self.literal or min(self.patterns, default=SOME)


@dataclass(frozen=True)
class Known:
    """What is known of the request: values of keys, and families of keys that are told wholly."""

    settled: Settled
    closed: AbstractSet[str] = field(default_factory=frozenset)

    def has(self, key: str) -> bool:
        """Whether the value of *key*, or that it is absent, is known."""
        return key in self.settled or any(key.startswith(one) for one in self.closed)

    @cached_property
    def context(self) -> Context:
        """The values."""
        return {key: one for key, one in self.settled.items() if one is not None}

    def over(self, rules: Iterable[Rule]) -> Mapping[str, Value | None]:
        """Of the keys that *rules* ask for, the values, None for what is certain to be absent."""
        asked = {key for rule in rules for one in rule.questions for key in keys(one)}
        return {key: self.settled.get(key) for key in asked if self.has(key)}


def place(action: str, resource: str, *, account: str, partition: str = "aws") -> Place:
    """What is known of *resource*, an ARN, a pattern, or `*` for any that *action* works on."""
    if resource != SOME:
        if is_pattern(resource):
            return Place(patterns=frozenset({resource}))
        return Place(literal=resource)
    found = actions.find(action)
    if found is None:
        return Place()
    if not found.resource_types:
        return Place(literal=SOME)  # only policies about everything are about it
    kinds = (actions.resource_type(found.service, one.name) for one in found.resource_types)
    return Place(
        patterns=frozenset(
            _pattern(one.arn, account, partition) for one in kinds if one is not None
        )
    )


def is_pattern(resource: str) -> bool:
    """Whether *resource* has wildcards, and stands for any that it covers."""
    return "*" in resource or "?" in resource


def _pattern(template: str, account: str, partition: str) -> str:
    """The ARNs of a resource type in one account."""
    text = template.replace("${Partition}", partition).replace("${Account}", account)
    while "${" in text:
        before, _, rest = text.partition("${")
        text = f"{before}*{rest.partition('}')[2]}"
    return text


def narrowed(rules: Iterable[Rule], where: Place, known: Known) -> Iterator[Rule]:
    """Those of *rules* that may apply, each with the questions that are still open."""
    context = known.context
    for rule in rules:
        left: list[Question] = []
        for one in rule.questions:
            told = _told(rule, one, where, known, context)
            if told is False:
                break
            if told is None:
                left.append(one)
        else:
            yield rule if len(left) == len(rule.questions) else replace(rule, questions=tuple(left))


def _told(rule: Rule, one: Question, where: Place, known: Known, context: Context) -> bool | None:
    """The answer to a question; None where it is open."""
    if isinstance(one, Where):
        return _at(rule, one, where, known, context)
    if not all(known.has(key) for key in keys(one)):
        return None
    return answer(one, context)


def _at(rule: Rule, one: Where, where: Place, known: Known, context: Context) -> bool | None:
    if where.literal is None or not all(known.has(key) for key in keys(one)):
        return None
    return rule.statement.covers_resource(where.literal, context)


def keys(one: Question) -> Iterator[str]:
    """The condition keys that a question asks for."""
    if isinstance(one, Where):
        for each in one.written:
            yield from wanted(each)
    else:
        yield from one.test.wanted()
