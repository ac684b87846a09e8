"""A principal with every policy that limits or widens it, made ready once.

Policies are shared between principals, so each is compiled to rules and action bitmasks one time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from doorward.analysis import access
from doorward.analysis.rules import Rule, rules
from doorward.analysis.universe import covered, everything
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.match import wild
from doorward.engine.request import Principal


class Block:
    """One policy as rules, found by action."""

    def __init__(self, kind: PolicyKind, named: NamedPolicy) -> None:
        self.kind = kind
        self.named = named
        self._about: dict[int, tuple[Rule, ...]] = {}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The statements that can apply to anything."""
        return tuple(rules(PolicySet(self.kind, [self.named])))

    @cached_property
    def allows(self) -> int:
        """The actions that some Allow is about."""
        return access.union(one for one in self.rules if not one.deny)

    @cached_property
    def grants(self) -> int:
        """The actions that some Allow is about on every resource without a condition."""
        return access.union(one for one in self.rules if not one.deny and one.always)

    @cached_property
    def refuses(self) -> int:
        """The actions that some Deny is about on every resource without a condition."""
        return access.union(one for one in self.rules if one.deny and one.always)

    @cached_property
    def denies(self) -> int:
        """The actions that some Deny is about."""
        return access.union(one for one in self.rules if one.deny)

    def about(self, action: int) -> tuple[Rule, ...]:
        """The rules about one *action*, given as its bit."""
        found = self._about.get(action)
        if found is None:
            spoken = "rules" in self.__dict__ or self._speaks_of(action)
            found = tuple(one for one in self.rules if one.actions & action) if spoken else ()
            self._about[action] = found
        return found

    def _speaks_of(self, action: int) -> bool:
        """Whether a statement may be about *action*; most are not, and need not be compiled."""
        return any(
            one.actions is None
            or any(
                covered(wild(text.value.lower()), loose=loose) & action
                for text in one.actions.items
                for loose in (False, True)
            )
            for one in self.named.policy.statements
        )

    def allows_some(self, action: int) -> bool:
        """Whether some Allow is about *action*."""
        return any(not one.deny for one in self.about(action))


class Blocks:
    """Makes each policy ready once, whoever it is attached to."""

    def __init__(self) -> None:
        self._made: dict[tuple[PolicyKind, int], Block] = {}

    def of(self, kind: PolicyKind, policies: Iterable[NamedPolicy]) -> tuple[Block, ...]:
        """The *policies* made ready, as policies of *kind*."""
        return tuple(self._one(kind, one) for one in policies)

    def _one(self, kind: PolicyKind, named: NamedPolicy) -> Block:
        # A block keeps its policy, so the identity of a policy is not given to another meanwhile.
        key = (kind, id(named.policy))
        found = self._made.get(key)
        if found is None:
            self._made[key] = found = Block(kind, named)
        return found


@dataclass(frozen=True, eq=False)
class Standing:
    """Who asks, and all that decides what it may.

    Attributes:
        principal: the user, or the role as its own sessions are seen.
        identity: policies of its own, attached to it and of its groups.
        boundary: the permissions boundary, None without one.
        scps: the service control policies of each level, root first; None outside organizations.
        tags: those of the user or role; None where the dump does not tell.
        free_tags: sessions may bring tags of their own, so that no tag is certain.
        managed: ARNs of the customer managed policies that reach it, by itself or by a group.
        groups: ARNs of its groups.
        boundary_arn: the ARN of the boundary.
        unread: ARNs of policies that apply to it and whose documents are not known.
    """

    principal: Principal
    identity: tuple[Block, ...]
    boundary: tuple[Block, ...] | None = None
    scps: tuple[tuple[Block, ...], ...] | None = None
    tags: Mapping[str, str] | None = field(default_factory=dict)
    free_tags: bool = False
    managed: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    boundary_arn: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        """The ARN of the user or role."""
        return self.principal.role_arn or self.principal.arn

    @property
    def account(self) -> str:
        """The account of the user or role."""
        return self.principal.account or ""

    @cached_property
    def may(self) -> int:
        """The actions that are not ruled out, whatever the resource and the conditions.

        What only a resource's own policy grants is not among them.
        """
        found = union(one.allows for one in self.identity)
        for level in self.limits():
            found &= union(one.allows for one in level)
        for blocks in self.limited_by():
            found &= ~union(one.refuses for one in blocks)
        return found

    def might(self, action: int) -> bool:
        """Whether *action*, given as its bit, is among those that are not ruled out."""
        if "may" in self.__dict__:
            return bool(self.may & action)
        levels = (self.identity, *self.limits())
        if not all(any(one.allows_some(action) for one in level) for level in levels):
            return False
        every = (block for blocks in self.limited_by() for block in blocks)
        return not any(one.deny and one.always for block in every for one in block.about(action))

    @cached_property
    def administrator(self) -> bool:
        """Whether it may do everything on everything, at its own will.

        Denies are overlooked that leave it every action of IAM, since with these it could undo
        them; SCPs bind administrators too, and are not looked at.
        """
        return self.unbounded and self.grants_all and not self._denied_iam

    @cached_property
    def unbounded(self) -> bool:
        """Whether a policy that allows everything would make it an administrator."""
        if self.boundary is None:
            return True
        return union(one.grants for one in self.boundary) == everything()

    @cached_property
    def grants_all(self) -> bool:
        """Whether its own policies allow everything, without a condition."""
        return union(one.grants for one in self.identity) == everything()

    @cached_property
    def _denied_iam(self) -> bool:
        denied = union(one.denies for one in (*self.identity, *(self.boundary or ())))
        return bool(denied & _iam())

    def limits(self) -> tuple[tuple[Block, ...], ...]:
        """Policies each level of which must allow: the boundary, and SCPs level by level."""
        bounds = () if self.boundary is None else (self.boundary,)
        return (*bounds, *self.controls())

    def controls(self) -> tuple[tuple[Block, ...], ...]:
        """The SCPs; they spare service-linked roles."""
        return () if self.scps is None or self.principal.service_linked else self.scps

    def limited_by(self) -> tuple[tuple[Block, ...], ...]:
        """Every set of policies whose Deny counts."""
        return (self.identity, *self.limits())

    @cached_property
    def identity_set(self) -> PolicySet:
        """Its own policies as the engine takes them."""
        return policy_set(PolicyKind.IDENTITY, self.identity)

    @cached_property
    def boundary_set(self) -> PolicySet | None:
        """Its boundary as the engine takes it."""
        return None if self.boundary is None else policy_set(PolicyKind.BOUNDARY, self.boundary)

    @cached_property
    def scp_sets(self) -> tuple[PolicySet, ...] | None:
        """The SCPs as the engine takes them."""
        if self.scps is None:
            return None
        return tuple(policy_set(PolicyKind.SCP, one) for one in self.scps)


def policy_set(kind: PolicyKind, blocks: Iterable[Block]) -> PolicySet:
    """The policies of *blocks* as the engine takes them."""
    return PolicySet(kind, [one.named for one in blocks])


def union(masks: Iterable[int]) -> int:
    """The actions of all *masks*."""
    found = 0
    for one in masks:
        found |= one
    return found


def _iam() -> int:
    return covered(wild("iam:*"), loose=False)
