"""External access to one resource: a finding for each principal and each set of terms.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from doorward.analysis import universe
from doorward.analysis.access import Access
from doorward.analysis.callers import Caller, callers
from doorward.analysis.findings import subject as subjects
from doorward.analysis.findings.cells import Cell, Terms, cells, held_to, kept_from
from doorward.analysis.findings.strangers import Named, named, standing_for
from doorward.analysis.findings.subject import Granting, Source, Subject
from doorward.analysis.findings.zone import Zone
from doorward.analysis.prove import Given
from doorward.analysis.reached import reached
from doorward.analysis.rules import Question, When, Where
from doorward.catalog import actions
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.match import EarlyEnd, wild
from doorward.engine.public import is_public
from doorward.policy.document import (
    Condition,
    Effect,
    Policy,
    Principals,
    Statement,
    Text,
    Texts,
)


@dataclass(frozen=True, slots=True)
class External:
    """Access from outside of the zone.

    Attributes:
        condition: the terms, a value for each condition key.
        actions: what is allowed, as policies write it, in order.
        public: whether anybody in the world is let in, or anybody with an AWS account.
        restriction: what RCPs have to say.
    """

    principal: Named
    condition: Cell
    actions: tuple[str, ...]
    public: bool
    sources: tuple[Source, ...]
    restriction: str


@dataclass(frozen=True, slots=True)
class _Found:
    principal: Named
    cell: Cell
    actions: int
    source: Source


def external(subject: Subject, zone: Zone) -> list[External]:
    """Everything that lets somebody in who is not in *zone*; the widest first."""
    found: dict[tuple[Named, Cell], list[_Found]] = {}
    for granting in subject.grantings:
        for one in _Looking(subject, granting, zone).all():
            found.setdefault((one.principal, one.cell), []).append(one)
    merged = [
        External(
            who,
            cell,
            tuple(_spelled(_union(parts))),
            who.anyone and _is_public(cell),
            tuple(dict.fromkeys(one.source for one in parts)),
            subject.restriction,
        )
        for (who, cell), parts in found.items()
    ]
    return [one for one in merged if not any(_covers(other, one) for other in merged)]


def _union(parts: Iterable[_Found]) -> int:
    made = 0
    for one in parts:
        made |= one.actions
    return made


def _spelled(found: int) -> Iterator[str]:
    for name in universe.members(found):
        known = actions.find(name)
        yield known.full_name if known else name


def _covers(wide: External, narrow: External) -> bool:
    """Whether *wide* says all that *narrow* says: to anyone, on fewer terms."""
    return (
        wide is not narrow
        and wide.principal.anyone
        and narrow.principal.type != "Federated"
        and set(wide.condition) <= set(narrow.condition)
        and (not narrow.principal.anyone or wide.condition != narrow.condition)
        and set(narrow.actions) <= set(wide.actions)
    )


def _is_public(cell: Cell) -> bool:
    """Whether these terms leave in the public, as S3 means it."""
    conditions = tuple(
        Condition(
            Text("IpAddress" if key == "aws:SourceIp" else "StringLike"),
            Text(key),
            Texts((Text(value),)),
        )
        for key, value in cell
    )
    anyone = Principals((), everyone=True)
    return is_public(Policy((Statement(Effect.ALLOW, principals=anyone, conditions=conditions),)))


class _Looking:
    """Looks at one policy of a resource."""

    def __init__(self, subject: Subject, granting: Granting, zone: Zone) -> None:
        self.subject = subject
        self.granting = granting
        self.zone = zone
        own = tuple(one for one in granting.policy.statements if one.effect is Effect.DENY)
        self.denying = (*own, *subject.denying)
        self.refused = PolicySet(subject.kind, list(_refusals(subject)))
        resources = granting.resources or subjects.named_by(subject.type, subject.arn)
        self.here = _where(resources)
        self.among = subjects.actions_on(subject.type)

    def all(self) -> Iterator[_Found]:
        """What the policy grants to strangers."""
        documents = [self.granting.policy]
        if self.granting.also is not None:
            documents.append(self.granting.also)
        everyone = list(callers(documents))
        for statement in self.granting.allows():
            for who in named(statement, self.zone):
                yield from self._statement(statement, who, everyone)

    def _statement(
        self, statement: Statement, who: Named, everyone: Sequence[Caller]
    ) -> Iterator[_Found]:
        policy = replace(self.granting.policy, statements=(statement, *self.denying))
        grants = PolicySet(self.subject.kind, [NamedPolicy("policy", policy)])
        strangers = standing_for(who, everyone, self.zone)
        terms = [
            one
            for one in _apart((*held_to(statement), *kept_from(self.denying)))
            if self._binds(one, grants, strangers, anyone=who.anyone)
        ]
        for cell in cells(terms):
            if any(self.zone.holds(key.lower(), value) for key, value in cell):
                continue
            met = _met(terms, cell)
            allowed = self._reached(grants, strangers, met, anyone=who.anyone)
            if allowed:
                yield _Found(who, cell, allowed, self._source(cell))

    def _binds(
        self, terms: Terms, grants: PolicySet, strangers: Sequence[Caller], *, anyone: bool
    ) -> bool:
        """Whether nobody is let in who does not meet *terms*."""
        unmet = terms.unmet()
        if unmet is None:
            return True
        return not self._reached(grants, strangers, (unmet,), anyone=anyone)

    def _reached(
        self,
        grants: PolicySet,
        strangers: Sequence[Caller],
        met: tuple[When, ...],
        *,
        anyone: bool,
    ) -> int:
        """The actions that any of *strangers* is let do on those terms."""
        found = 0
        for one in strangers:
            if (left := self.among & ~found) == 0:
                break
            given = self._given(one, (self.here, *met), anyone=anyone)
            new, old = Access(grants, one.principal), Access(self.refused, one.principal)
            allowed = reached(new, old, given, left).actions
            if allowed and self.granting.also is not None:
                allowed &= self._also(one, met, allowed, anyone=anyone)
            found |= allowed
        return found

    def _also(self, who: Caller, met: tuple[When, ...], among: int, *, anyone: bool) -> int:
        """What the policy allows that must allow it too."""
        granting = self.granting
        if granting.also is None:
            return among
        policies = PolicySet(self.subject.kind, [NamedPolicy("policy", granting.also)])
        given = self._given(who, (_where(granting.also_resources), *met), anyone=anyone)
        given = replace(given, settled={**given.settled, **dict(granting.also_given)})
        nothing = Access(PolicySet(self.subject.kind, []), who.principal)
        return reached(Access(policies, who.principal), nothing, given, among).actions

    def _given(self, who: Caller, questions: tuple[Question, ...], *, anyone: bool) -> Given:
        """What is known of the requests of *who*: the account is in KMS's own key, too."""
        settled = dict(who.given.settled)
        account = who.principal.account
        if self.subject.type == "AWS::KMS::Key":
            settled["kms:calleraccount"] = account
        if account is None:
            return Given(settled, (*who.given.questions, *questions))
        settled |= self.zone.settled(account)
        outside = self.zone.strangers(account, anyone=anyone)
        return Given(settled, (*who.given.questions, *questions, *outside))

    def _source(self, cell: Cell) -> Source:
        """Through what it is granted; a policy may hand it over to access points of an account."""
        account = dict(cell).get("s3:DataAccessPointAccount")
        if account is not None and self.granting.source == subjects.OF_POLICY:
            return Source(subjects.ACCESS_POINT_ACCOUNT, (("accessPointAccount", account),))
        return self.granting.source


def _apart(terms: Iterable[Terms]) -> list[Terms]:
    """The first of *terms* for each key."""
    found: dict[str, Terms] = {}
    for one in terms:
        found.setdefault(one.key.lower(), one)
    return list(found.values())


def _met(terms: Sequence[Terms], cell: Cell) -> tuple[When, ...]:
    chosen = dict(cell)
    return tuple(
        one.met(chosen[one.key] if chosen[one.key] in one.values else None) for one in terms
    )


def _where(resources: Sequence[str]) -> Where:
    patterns = frozenset(wild(one) for one in resources)
    return Where(patterns, frozenset(), EarlyEnd.WILD, excepted=False)


def _refusals(subject: Subject) -> Iterator[NamedPolicy]:
    """What RCPs deny, as policies that allow it, so that it can be taken away."""
    if subjects.TYPES[subject.type][0] not in actions.rcp_services():
        return
    anyone = Principals((), everyone=True)
    for level in subject.rcps or ():
        for one in level.policies:
            denied = tuple(
                replace(each, effect=Effect.ALLOW, principals=anyone)
                for each in one.policy.statements
                if each.effect is Effect.DENY
            )
            yield one._replace(policy=replace(one.policy, statements=denied))
