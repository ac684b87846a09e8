"""Steps of changes that are about a user, a group, a role or a managed policy."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from doorward.analysis.account.change import Change, document, owner
from doorward.analysis.account.model import Account, Group, ManagedPolicy, Role, User
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

Entity = User | Group | Role


def attached(accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* with one more managed policy."""
    made = document(accounts, change)
    if made.arn is not None and any(one.arn == made.arn for one in entity.attached):
        return entity
    return replace(entity, attached=(*entity.attached, made))


def detached(_accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* with a managed policy less."""
    text = change.text("policy")
    kept = tuple(one for one in entity.attached if text not in {one.arn, one.name})
    unread = tuple(one for one in entity.unread if one != text)
    if len(kept) == len(entity.attached) and len(unread) == len(entity.unread):
        raise _absent(change, f"policy `{shown(text)}` attached to", entity)
    return replace(entity, attached=kept, unread=unread)


def put(accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* with an inline policy, new or in the place of one."""
    made = replace(document(accounts, change), name=change.text("name"), arn=None)
    kept = (one for one in entity.inline if one.name != made.name)
    return replace(entity, inline=(*kept, made))


def deleted(_accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* with an inline policy less."""
    name = change.text("name")
    kept = tuple(one for one in entity.inline if one.name != name)
    if len(kept) == len(entity.inline):
        raise _absent(change, f"inline policy `{shown(name)}` of", entity)
    return replace(entity, inline=kept)


def bounded(accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* within a permissions boundary."""
    if isinstance(entity, Group):
        raise BadInput(change.where, "a group has no permissions boundary")
    return replace(entity, boundary=document(accounts, change, "boundary"))


def unbounded(_accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """*entity* without its permissions boundary."""
    if isinstance(entity, Group) or entity.boundary is None:
        raise _absent(change, "permissions boundary of", entity)
    return replace(entity, boundary=None)


def trusted(accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """A role with another trust policy."""
    if not isinstance(entity, Role):
        raise BadInput(change.where, "only a role has a trust policy")
    return replace(entity, trust=replace(document(accounts, change), name="trust policy"))


def joined(accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """A user in one group more."""
    name = change.text("group").rpartition("/")[2]
    number = owner(entity.arn)
    if not any(one.id == number and one.group(name) for one in accounts):
        raise BadInput(change.where, f"no group `{shown(name)}` in account {number}")
    if not isinstance(entity, User):
        raise BadInput(change.where, "only a user is in groups")
    return replace(entity, groups=tuple(dict.fromkeys((*entity.groups, name))))


def left(_accounts: Sequence[Account], change: Change, entity: Entity) -> Entity:
    """A user in one group less."""
    name = change.text("group").rpartition("/")[2]
    if not isinstance(entity, User) or name not in entity.groups:
        raise _absent(change, f"group `{shown(name)}` of", entity)
    return replace(entity, groups=tuple(one for one in entity.groups if one != name))


def _absent(change: Change, what: str, entity: Entity) -> BadInput:
    return BadInput(change.where, f"there is no {what} `{entity.arn}`")


_Step = Callable[[Sequence[Account], Change, Entity], Entity]
_Steps = Callable[[tuple[Account, ...], Change], tuple[Account, ...]]


def on_entity(member: str, step: _Step) -> _Steps:
    """A step over one user, group or role, named by the change's *member*."""

    def run(accounts: tuple[Account, ...], change: Change) -> tuple[Account, ...]:
        entity = _entity(accounts, change, change.text(member))
        made = step(accounts, change, entity)
        return tuple(_with(one, entity, made) for one in accounts)

    return run


def _entity(accounts: Sequence[Account], change: Change, name: str) -> Entity:
    """The user, group or role of that ARN, or of that name where only one has it."""
    every = [one for account in accounts for one in account.entities()]
    found = [one for one in every if one.arn == name]
    found = found or [one for one in every if one.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        problem = f"`{shown(name)}` is the name of {len(found)} users, groups and roles"
        raise BadInput(change.where, problem, "give the ARN")
    raise BadInput(change.where, f"no user, group or role `{shown(name)}`", "give the ARN")


def _with(account: Account, old: Entity, new: Entity) -> Account:
    """*account* with *new* in the place of *old*, if it has that."""
    if isinstance(new, User):
        users = tuple(new if one is old else one for one in account.users)
        return replace(account, users=users)
    if isinstance(new, Group):
        groups = tuple(new if one is old else one for one in account.groups)
        return replace(account, groups=groups)
    return replace(account, roles=tuple(new if one is old else one for one in account.roles))


def rewritten(accounts: tuple[Account, ...], change: Change) -> tuple[Account, ...]:
    """A new default version of a managed policy, for all who have it."""
    arn = change.text("arn")
    number = owner(arn)
    if number not in {one.id for one in accounts}:
        raise BadInput(change.where, f"no policy `{shown(arn)}` that somebody here could change")
    name = arn.rpartition("/")[2]
    new = replace(document(accounts, change), name=name, arn=arn)

    def current(one: Any) -> Any:
        return new if one is not None and one.arn == arn else one

    def mended(entity: Any) -> Any:
        more = {} if isinstance(entity, Group) else {"boundary": current(entity.boundary)}
        unread = tuple(one for one in entity.unread if one != arn)
        gained = (new,) if arn in entity.unread else ()
        attached = (*(current(one) for one in entity.attached), *gained)
        return replace(entity, attached=attached, unread=unread, **more)

    made = []
    for account in accounts:
        if account.id != number:
            made.append(account)
            continue
        others = (one for one in account.policies if one.document.arn != arn)
        made.append(
            replace(
                account,
                users=tuple(mended(one) for one in account.users),
                groups=tuple(mended(one) for one in account.groups),
                roles=tuple(mended(one) for one in account.roles),
                policies=(*others, ManagedPolicy(new)),
            )
        )
    return tuple(made)
