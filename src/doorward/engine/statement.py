"""A statement made ready: matchers instead of text."""

from collections.abc import Iterator, Sequence

from doorward.engine import match, templates
from doorward.engine.conditions.combine import Test, satisfied
from doorward.engine.conditions.combine import test as made_ready
from doorward.engine.decision import Match, PolicyKind
from doorward.engine.match import ANY, EarlyEnd, ResourcePattern
from doorward.engine.request import Context
from doorward.engine.variables import Template, resolve, template, wanted
from doorward.policy.document import Effect, Statement, Texts

EARLY = {
    PolicyKind.IDENTITY: EarlyEnd.PAD,
    PolicyKind.BOUNDARY: EarlyEnd.PAD,
    PolicyKind.SESSION: EarlyEnd.PAD,
    PolicyKind.SCP: EarlyEnd.FINAL,
    PolicyKind.RCP: EarlyEnd.NOTHING,
}
ATTACHED = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST})
"""Kinds that belong to one resource and need not name it."""


class Resource:
    """One entry of Resource or NotResource.

    `ready` is the pattern where there is no variable in it; otherwise `written` is resolved for
    each request whose resource begins with `prefix`.
    """

    __slots__ = ("early", "prefix", "ready", "written")

    def __init__(self, text: str, early: EarlyEnd, *, variables: bool) -> None:
        # Variables stand only after the fifth colon; elsewhere they are text.
        at = text.find("${")
        allowed = variables and at >= 0 and text.count(":", 0, at) >= match.FIELDS - 1
        self.early = early
        self.written: Template = template(text, wildcards=True, variables=allowed)
        self.ready: ResourcePattern | None = None
        first = self.written.fixed
        if first is not None:
            self.ready = ResourcePattern(first, early)
        elif isinstance(self.written.parts[0], str):
            first = self.written.parts[0]
        self.prefix: str = match.literal_prefix(first or "")

    def covers(self, resource: str, context: Context, *, wholly: bool) -> bool:
        """Whether it covers *resource*; one whose variable has no value covers nothing.

        Where a variable may have any value: whether it covers it whatever that is, or with
        *wholly* off, whether it may cover it.
        """
        if self.ready is not None:
            return self.ready.covers(resource)
        if not resource.startswith(self.prefix):
            return False
        resolved = resolve(self.written, context, None if wholly else ANY)
        return resolved is not None and ResourcePattern(resolved, self.early).covers(resource)

    def agrees(self, resource: str, context: Context, *, wholly: bool) -> bool:
        """Whether it covers a *resource* of which a part is unknown, whatever it may be.

        With *wholly* off, whether it may cover it.
        """
        ready = self.ready
        if ready is None:
            resolved = resolve(self.written, context, None if wholly else ANY)
            if resolved is None:
                return False
            ready = ResourcePattern(resolved, self.early)
        return templates.covers(ready, resource, wholly=wholly)

    def pieces(self) -> set[str]:
        """Pieces of text, after what it begins with, that whatever it covers must hold."""
        fixed = self.written.fixed
        parts = (
            [fixed] if fixed is not None else [p for p in self.written.parts if isinstance(p, str)]
        )
        runs = [run for part in parts for run in match.literal_runs(part)]
        runs[0] = runs[0].removeprefix(self.prefix)
        return {piece for run in runs for piece in match.pieces(run)}

    def has_value(self, context: Context) -> bool:
        """Whether every variable in it has a value."""
        return self.ready is not None or resolve(self.written, context) is not None

    def ends_early(self) -> bool:
        """Whether it is an ARN without its sixth field."""
        return self.written.fixed is not None and match.short(self.written.fixed)


class Compiled:
    """A statement made ready.

    `resources` is None where the statement has no Resource element, as in trust policies; then
    `not_resources` may be what it has. `begins` is what those resources begin with that cover
    whatever begins so; one look tells about all of them. `order` counts all statements of a set.
    `original` is the statement as written, for its principals.
    """

    __slots__ = (
        "actions",
        "begins",
        "deny",
        "early",
        "match",
        "not_actions",
        "not_resources",
        "order",
        "original",
        "resources",
        "tests",
    )

    def __init__(self, original: Statement, found: Match, order: int, *, variables: bool) -> None:
        self.original = original
        self.match = found
        self.order = order
        self.deny = original.effect is Effect.DENY
        self.early = EARLY.get(found.kind, EarlyEnd.WILD)
        self.actions = _actions(original.actions)
        self.not_actions = _actions(original.not_actions)
        self.resources = _resources(original.resources, self.early, variables=variables)
        self.not_resources = _resources(original.not_resources, self.early, variables=variables)
        self.begins: tuple[str, ...] = tuple(
            one.prefix for one in self.resources or () if one.ready and one.ready.open_ended
        )
        self.tests: tuple[Test, ...] = tuple(
            made_ready(one, variables=variables) for one in original.conditions or ()
        )

    def covers_action(self, action: str) -> bool:
        """Whether the statement is about *action*, in lower case.

        A wildcard in the service prefix, which AWS refuses, keeps out and never lets in.
        """
        if self.actions is not None:
            return _any_action(self.actions, action, loose=self.deny)
        if self.not_actions is not None:
            return not _any_action(self.not_actions, action, loose=not self.deny)
        return False

    def covers_resource(self, resource: str, context: Context) -> bool:
        """Whether the statement is about *resource*.

        Of one of which a part is unknown, an Allow has to be about all that it may be, a Deny
        about any of it.

        What a NotResource leaves over that has a variable without a value, or an ARN that ends
        early, is disputed: here an Allow does not apply to it and a Deny does. So it is with a
        statement that names no resource at all, but for policies of a resource (assumed, fail
        closed).

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        """
        if resource == ANY:
            return self._covers_some()
        if self.resources is not None:
            if not resource.isascii() and match.is_template(resource):
                return any(
                    one.agrees(resource, context, wholly=not self.deny) for one in self.resources
                )
            for one in self.resources:
                ready = one.ready
                if ready is None:
                    if one.covers(resource, context, wholly=not self.deny):
                        return True
                elif ready.covers(resource):
                    return True
            return False
        if self.not_resources is None:
            return self.deny or self.match.kind in ATTACHED
        return self._leaves_over(self.not_resources, resource, context)

    def _leaves_over(self, excepted: Sequence[Resource], resource: str, context: Context) -> bool:
        unknown = match.is_template(resource)
        for one in excepted:
            if unknown and one.agrees(resource, context, wholly=self.deny):
                return False
            if not unknown and one.covers(resource, context, wholly=self.deny):
                return False
            if not self.deny and (not one.has_value(context) or self._padded(one)):
                return False
            if self.early in {EarlyEnd.FINAL, EarlyEnd.NOTHING} and one.ends_early():
                return False  # AWS takes no such ARN in an SCP or RCP
        return True

    def _padded(self, one: Resource) -> bool:
        return one.ends_early() and match.padded(one.written.fixed or "", self.early)

    def _covers_some(self) -> bool:
        """For the question about some resource: an Allow needs one, a Deny must cover all."""
        if not self.deny:
            return self.resources is None or bool(self.resources)
        return self.not_resources is None and any(
            one.written.fixed == ANY for one in self.resources or ()
        )

    def satisfied(self, context: Context) -> bool:
        """Whether every condition holds.

        An operator that does not exist, and a key that may have any value, make an Allow fail and
        a Deny hold: fail closed.
        """
        for one in self.tests:
            answer = satisfied(one, context)
            if answer is None:
                answer = self.deny
            if not answer:
                return False
        return True

    def concerns(self, resource: str, context: Context) -> bool:
        """Whether it is about *resource*, or would be if its variables had values."""
        return self.covers_resource(resource, context) or any(
            resource.startswith(one.prefix) and not one.has_value(context)
            for one in self.resources or ()
        )

    def wanted(self) -> Iterator[str]:
        """The condition keys that the statement asks for, those of its variables too."""
        for one in self.tests:
            yield from one.wanted()
        for resource in (self.resources or ()) + (self.not_resources or ()):
            yield from wanted(resource.written)


def _any_action(patterns: Sequence[str], action: str, *, loose: bool) -> bool:
    return any(match.action_covers(pattern, action, loose=loose) for pattern in patterns)


def _actions(texts: Texts | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    return tuple(match.wild(text.value.lower()) for text in texts.items)


def _resources(
    texts: Texts | None, early: EarlyEnd, *, variables: bool
) -> tuple[Resource, ...] | None:
    if texts is None:
        return None
    return tuple(Resource(text.value, early, variables=variables) for text in texts.items)
