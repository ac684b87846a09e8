"""The service whose operations the modules of this package declare, and to whom it answers each.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import Finder, Handler, Output, Service, wire_name
from doorward.services.organizations import standing
from doorward.services.organizations.standing import Audience
from doorward.wire import model
from doorward.wire.serialize import Answer


class Organizations(Service):
    """Operations that besides a permission need a standing in the organization."""

    def answer(
        self, *, to: Audience, on: Finder, reads: bool | None = None, name: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the operation of its name, for callers of *to*.

        *on*, *reads* and *name* are as for `operation`. The permission is asked for first, so who
        has none is told so whatever the standing.
        """

        def declare(handler: Handler) -> Handler:
            spelled = name or wire_name(handler.__name__)

            @wraps(handler)
            def answered(ctx: Context, **given: Any) -> Output | Answer:
                def accesses() -> Iterable[Access]:
                    finder = self.operations[spelled].finder
                    return _found(finder, ctx, spelled, given)

                standing.check(ctx, to, accesses)
                return handler(ctx, **given)

            return self.operation(on=on, reads=reads, name=spelled)(answered)

        return declare


def _found(
    finder: Finder | None, ctx: Context, operation: str, given: dict[str, Any]
) -> Iterable[Access]:
    """What the call is authorized on, found again from the function's parameters."""
    names = {
        model.snake(one.name): one.name for one in model.parameters("organizations", operation)
    }
    found = finder(ctx, {names[key]: value for key, value in given.items()}) if finder else ()
    return (found,) if isinstance(found, Access) else found


organizations = Organizations("organizations")
