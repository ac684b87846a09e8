"""Steps of changes that are about a resource's policy, or a place in the organization."""

from collections.abc import Sequence
from dataclasses import replace

from doorward.analysis.account.change import Change, document, owner
from doorward.analysis.account.model import Account, Document, Level, Organization, Resource
from doorward.base.errors import BadInput
from doorward.policy.document import Effect, Policy, Statement, Text, Texts, Version
from doorward.policy.errors import shown


def on_resource(accounts: tuple[Account, ...], change: Change) -> tuple[Account, ...]:
    """Another policy of a resource, or none."""
    arn = change.text("resource")
    policy = document(accounts, change, "resource policy") if "policy" in change.given else None
    for account in accounts:
        for one in account.resources or ():
            if one.arn == arn:
                changed = replace(one, policy=policy, unread=())
                return tuple(_resources(each, one, changed) for each in accounts)
    number = owner(arn) or (accounts[0].id if len(accounts) == 1 else "")
    if number not in {one.id for one in accounts}:
        raise BadInput(change.where, f"no resource `{shown(arn)}` in the accounts")
    added = Resource(arn, policy)
    return tuple(
        replace(one, resources=(*(one.resources or ()), added)) if one.id == number else one
        for one in accounts
    )


def _resources(account: Account, old: Resource, new: Resource) -> Account:
    if account.resources is None:
        return account
    return replace(
        account, resources=tuple(new if one is old else one for one in account.resources)
    )


def guardrail(accounts: tuple[Account, ...], change: Change) -> tuple[Account, ...]:
    """An SCP or RCP more or less at a place of the organization: a root, a unit, an account."""
    target = change.text("target")
    made = tuple(_guarded(accounts, one, change, target) for one in accounts)
    if all(new is old for new, old in zip(made, accounts, strict=True)):
        problem = f"no account here stands under `{shown(target)}`"
        raise BadInput(change.where, problem, "name an account, a unit or a root that is told of")
    return made


def _guarded(accounts: Sequence[Account], account: Account, change: Change, target: str) -> Account:
    place = account.organization
    if place is None:
        if target != account.id:
            return account
        place = Organization((Level(account.id),))
    if not any(one.id == target for one in place.levels):
        return account
    levels = tuple(
        _level(accounts, one, change) if one.id == target else one for one in place.levels
    )
    return replace(account, organization=replace(place, levels=levels))


def _level(accounts: Sequence[Account], level: Level, change: Change) -> Level:
    name, scp = change.text("name"), change.do.endswith("scp")
    there = level.service_control if scp else level.resource_control
    if change.do.startswith("detach"):
        made = tuple(one for one in there if name not in {one.name, one.arn})
        if len(made) == len(there):
            raise BadInput(change.where, f"no policy `{shown(name)}` at `{shown(level.id)}`")
        if not made and scp:
            problem = f"`{shown(level.id)}` would be left without a service control policy"
            raise BadInput(change.where, problem, "attach another one before, as AWS asks for")
    else:
        added = replace(document(accounts, change), name=name, arn=None)
        kept = tuple(one for one in there if one.name != name)
        made = (*((_everything(),) if scp and not there else kept), added)
    return replace(level, service_control=made) if scp else replace(level, resource_control=made)


def _everything() -> Document:
    """The policy that AWS attaches everywhere; where no SCP is told of, it is all there is.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    every = Texts((Text("*"),))
    allowed = Statement(Effect.ALLOW, actions=every, resources=every)
    return Document("FullAWSAccess", Policy((allowed,), Version.NEW))
