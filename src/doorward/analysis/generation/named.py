"""What is needed, from actions and resources that somebody names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doorward.analysis.generation import kinds
from doorward.analysis.generation.needed import Needed
from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.catalog.actions import Action
from doorward.engine.match import wild

EVERYTHING = "*"


@dataclass(slots=True)
class Named:
    """The needs; *used* are the resources that some action works on.

    `templates` are placeholders in the place of resources that nobody named.
    """

    resources: Sequence[str]
    placeholders: str | None
    needed: list[Needed] = field(default_factory=list)
    templates: list[Needed] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(self, action: Action, *, pattern: bool) -> bool:
        """Whether *action* has resources among those named; it is refused, unless of a *pattern*.

        Raises:
            BadInput: it needs a resource that is not named.
        """
        if not action.resource_types:
            self.needed.append(Needed(action.full_name, EVERYTHING))
            return True
        if EVERYTHING in self.resources:
            self.used.add(EVERYTHING)
        fitting = {one: self._types(action, one) for one in self.resources if one != EVERYTHING}
        told = frozenset[str]().union(*fitting.values())
        missing = [one for one in action.resource_types if one.required and one.name not in told]
        lacks = bool(missing) or not told
        if lacks and EVERYTHING in self.resources:
            self.needed.append(Needed(action.full_name, EVERYTHING))
            return True
        if lacks and self.placeholders is None:
            if pattern:
                return False
            raise BadInput("", *self._lacking(action))
        for arn, types in fitting.items():
            if types:
                self.used.add(arn)
                self.needed.append(Needed(action.full_name, wild(arn)))
        if lacks and self.placeholders is not None:
            names = {one.name for one in missing or action.resource_types}
            self.templates += (
                Needed(action.full_name, one.placeholder(self.placeholders))
                for one in kinds.kinds(action.service)
                if one.name in names
            )
        return True

    def _types(self, action: Action, arn: str) -> frozenset[str]:
        """The resource types of *action* that *arn* is of."""
        return kinds.of(action.service, wild(arn)) & {one.name for one in action.resource_types}

    def _lacking(self, action: Action) -> tuple[str, str]:
        required = {one.name for one in action.resource_types if one.required}
        wanted = required or {one.name for one in action.resource_types}
        shown = ", ".join(
            f"{one.name} ({one.template})"
            for one in kinds.kinds(action.service)
            if one.name in wanted
        )
        several = "not each" if required else "none"
        problem = f"`{action.full_name}` works on {shown}, and {several} is among the resources"
        return problem, "name it with --resource, or ask for --placeholders"


def named(
    patterns: Sequence[str],
    resources: Sequence[str],
    *,
    dependent: bool = False,
    placeholders: str | None = None,
) -> Named:
    """What *patterns* of actions need on those of *resources* that they work on.

    With *dependent*, also what calls of them may need besides. What nobody names becomes a
    placeholder in the partition *placeholders*.

    Raises:
        BadInput: there is no such action, an action needs a resource that is not named, or no
            action works on a resource that is.
    """
    found = Named(resources, placeholders)
    for pattern in patterns:
        several = "*" in pattern or "?" in pattern
        chosen = _actions(pattern, dependent=dependent)
        fitting = [found.add(one, pattern=several) for one in chosen]
        if True not in fitting:
            raise BadInput("", f"no action of `{pattern}` works on any of the resources")
    unused = [one for one in resources if one not in found.used]
    if unused and set(unused) != {EVERYTHING}:
        problem = f"none of the actions works on `{unused[0]}`"
        raise BadInput("--resource", problem, "see `doorward actions show ACTION`")
    return found


def _actions(pattern: str, *, dependent: bool) -> Iterator[Action]:
    expanded = list(actions.expand(pattern.lower()))
    if not expanded:
        raise BadInput("--action", f"`{pattern}` is no action", "search with `doorward actions`")
    for name in expanded:
        action = actions.find(name)
        if action is None:
            continue
        yield action
        for one in action.dependent_actions if dependent else ():
            if (further := actions.find(one)) is not None:
                yield further
