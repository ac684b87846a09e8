"""Which services and actions policies open, for reports on what was used of them.

Only what a statement says of actions counts: conditions and resources are passed over, except that
a Deny closes something only where it has no condition and is about every resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from doorward.catalog import actions
from doorward.catalog.globs import matches
from doorward.policy.document import Effect, Policy, Statement, Texts


class Access:
    """What *policies* open together."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        statements = [statement for policy in policies for statement in policy.statements]
        self._allows = [Covered(one) for one in statements if one.effect is Effect.ALLOW]
        self._denies = [Covered(one) for one in statements if _closes(one)]

    def services(self) -> Iterator[str]:
        """The prefixes of the services of which some action is open, such as `s3`, in order."""
        return (service for service in actions.services() if self.opens(service))

    def opens(self, service: str) -> bool:
        """Whether some action of *service* is open."""
        if not any(one.touches(service) for one in self._allows):
            return False
        whole = any(one.covers_all(service) for one in self._allows)
        if whole and not any(one.touches(service) for one in self._denies):
            return True  # without a look at the actions of the service
        return any(True for _ in self.actions(service))

    def actions(self, service: str) -> Iterator[str]:
        """The names of the actions of *service* that are open."""
        for action in actions.actions(service):
            name = action.full_name.lower()
            denied = any(one.covers(name) for one in self._denies)
            if not denied and any(one.covers(name) for one in self._allows):
                yield action.name


class Covered:
    """The actions of one statement, in lower case, by service."""

    __slots__ = ("_by_service", "_everything", "_listed")

    def __init__(self, statement: Statement) -> None:
        self._listed = statement.actions is not None
        patterns = _lower(statement.actions if self._listed else statement.not_actions)
        self._everything = not {"*", "*:*"}.isdisjoint(patterns)
        self._by_service: defaultdict[str, list[str]] = defaultdict(list)
        for pattern in patterns:
            self._by_service[pattern.partition(":")[0]].append(pattern)

    def _names(self, service: str) -> bool:
        """Whether the statement names some action of *service*."""
        return self._everything or service in self._by_service

    def _names_all(self, service: str) -> bool:
        """Whether the statement names every action of *service*."""
        own = self._by_service.get(service, ())
        return self._everything or any(set(one.partition(":")[2]) == {"*"} for one in own)

    def touches(self, service: str) -> bool:
        """Whether some action of *service* may be among them."""
        return self._names(service) if self._listed else not self._names_all(service)

    def covers_all(self, service: str) -> bool:
        """Whether certainly every action of *service* is among them."""
        return self._names_all(service) if self._listed else not self._names(service)

    def covers(self, action: str) -> bool:
        """Whether *action*, in lower case, is among them."""
        own = self._by_service.get(action.partition(":")[0], ())
        named = self._everything or any(matches(one, action) for one in own)
        return named is self._listed


def _lower(texts: Texts | None) -> list[str]:
    return [text.value.lower() for text in texts.items] if texts else []


def _closes(statement: Statement) -> bool:
    """Whether the statement denies whatever it is about under all circumstances."""
    if statement.effect is not Effect.DENY or statement.conditions:
        return False
    resources = statement.resources
    return resources is not None and any(text.value == "*" for text in resources.items)
