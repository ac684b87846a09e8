"""Changes of accounts that nobody made yet: what they would make of the accounts.

A change is a mapping with one member `do` and what that needs, as a file of changes has it:

    changes:
      - {do: attach-policy, principal: alice, policy: arn:aws:iam::aws:policy/ReadOnlyAccess}
      - {do: put-inline-policy, principal: deploy, name: more, policy: {Version: …, Statement: […]}}
      - {do: attach-scp, target: ou-abcd-1, name: no-iam, policy: {…}}

A policy is a document, or the ARN or name of one that the accounts or AWS have.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from doorward.analysis.account import change_entities as entities
from doorward.analysis.account import change_places as places
from doorward.analysis.account.change import Change
from doorward.analysis.account.model import Account
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

NEEDED: Mapping[str, tuple[str, ...]] = {
    "attach-policy": ("principal", "policy"),
    "detach-policy": ("principal", "policy"),
    "put-inline-policy": ("principal", "name", "policy"),
    "delete-inline-policy": ("principal", "name"),
    "put-boundary": ("principal", "policy"),
    "delete-boundary": ("principal",),
    "add-to-group": ("user", "group"),
    "remove-from-group": ("user", "group"),
    "put-policy": ("arn", "policy"),
    "put-trust-policy": ("role", "policy"),
    "put-resource-policy": ("resource", "policy"),
    "delete-resource-policy": ("resource",),
    "attach-scp": ("target", "name", "policy"),
    "detach-scp": ("target", "name"),
    "attach-rcp": ("target", "name", "policy"),
    "detach-rcp": ("target", "name"),
}
"""What can be done, and the members that it needs."""


Step = Callable[[tuple[Account, ...], Change], tuple[Account, ...]]


def read(value: Any, where: str) -> tuple[Change, ...]:
    """The changes in *value*: a list of them, or an object with it under `changes`.

    Raises:
        BadInput: it is none, or a change lacks something or has what it does not need.
    """
    listed = value.get("changes") if isinstance(value, Mapping) else value
    if not isinstance(listed, list):
        raise BadInput(where, "expected a list of changes under `changes`")
    return tuple(_change(one, f"{where}: change {number}") for number, one in enumerate(listed, 1))


def _change(value: Any, where: str) -> Change:
    if not isinstance(value, Mapping):
        raise BadInput(where, "expected an object with `do`")
    do = str(value.get("do"))
    if do not in NEEDED:
        known = ", ".join(f"`{one}`" for one in NEEDED)
        raise BadInput(where, f"`{shown(do)}` is no change", f"one of {known}")
    needed = {"do", *NEEDED[do]}
    for name in needed - value.keys():
        raise BadInput(where, f"`{do}` needs `{name}`")
    for name in value.keys() - needed:
        raise BadInput(where, f"`{do}` takes no `{shown(str(name))}`")
    return Change(do, value, where)


def applied(accounts: Sequence[Account], changes: Iterable[Change]) -> tuple[Account, ...]:
    """The *accounts* as they would be after *changes*, one after the other.

    Raises:
        BadInput: a change is about what is not there.
    """
    now = tuple(accounts)
    for one in changes:
        now = STEPS[one.do](now, one)
    return now


STEPS: Mapping[str, Step] = {
    "attach-policy": entities.on_entity("principal", entities.attached),
    "detach-policy": entities.on_entity("principal", entities.detached),
    "put-inline-policy": entities.on_entity("principal", entities.put),
    "delete-inline-policy": entities.on_entity("principal", entities.deleted),
    "put-boundary": entities.on_entity("principal", entities.bounded),
    "delete-boundary": entities.on_entity("principal", entities.unbounded),
    "add-to-group": entities.on_entity("user", entities.joined),
    "remove-from-group": entities.on_entity("user", entities.left),
    "put-policy": entities.rewritten,
    "put-trust-policy": entities.on_entity("role", entities.trusted),
    "put-resource-policy": places.on_resource,
    "delete-resource-policy": places.on_resource,
    "attach-scp": places.guardrail,
    "detach-scp": places.guardrail,
    "attach-rcp": places.guardrail,
    "detach-rcp": places.guardrail,
}
