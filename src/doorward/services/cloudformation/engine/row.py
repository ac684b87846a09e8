"""A resource of a stack being worked on, its state in clear."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doorward.services.cloudformation import statuses
from doorward.store.tables.stack import StackResource

GONE = frozenset({statuses.DELETE_COMPLETE, statuses.DELETE_SKIPPED})
PASSING = (
    *("change", "done", "how", "operation", "wanted", "from", "previous", "aside"),
    *("described", "left", "remove", "deleting", "returning"),
)
"""Members of a state that mean something only while an operation is under way."""


@dataclass(slots=True)
class Row:
    """A resource, and in `state` what only the engine knows of it.

    Of `state`, each absent where it does not apply:

    - `properties`, `attributes`: those of the physical resource; `shown`: the properties masked
    - `needs`: the logical ids that it was made after
    - `deletion_policy`, `update_replace_policy`
    - `suffix`, `token`: what makes its physical name and its requests its own
    - `change`: what the operation under way does to it, `create`, `update`, `replace` or `import`,
      and `done` whether it has
    - `operation`: the one that does it, and `how`, where an earlier one has changed it too
    - `wanted`: the properties that it is to have, and `from`: those that it has until then
    - `previous`: what it was before the operation, to be brought back
    - `aside`: a physical resource that took its place or whose place it took, to be deleted
    - `described`: what the template said of it before the operation
    - `left`: what a failed replacement left behind
    - `remove`: it is to be deleted when the operation has succeeded
    - `creation_policy`: for which signals its creation waits
    - `deleting`: which physical resource is being deleted and since when, where that may wait
    - `returning`: the operation that brings it back to what it was
    """

    resource: StackResource
    state: dict[str, Any]

    @property
    def logical_id(self) -> str:
        """Its name in the template."""
        return self.resource.logical_id

    @property
    def there(self) -> bool:
        """Whether there is a physical resource, as far as is known."""
        return bool(self.resource.physical_id) and self.resource.status not in GONE

    @property
    def since(self) -> datetime:
        """When the work on the physical resource was begun."""
        deleting = self.state.get("deleting")
        return datetime.fromisoformat(deleting["since"]) if deleting else self.resource.updated_at

    @property
    def shown(self) -> Mapping[str, Any] | None:
        """The properties that events show, secrets masked."""
        found: Mapping[str, Any] | None = self.state.get("shown")
        return found

    @property
    def attributes(self) -> dict[str, Any]:
        """What `Fn::GetAtt` gives."""
        found: dict[str, Any] = self.state.get("attributes", {})
        return found

    def settle(self) -> None:
        """The operation on it has ended: only what it is now stays."""
        for name in PASSING:
            self.state.pop(name, None)
