"""What users and roles did, brought into the account that they are of.

Uses come from anywhere that knows who called what when: the store's trail, log files, answers of
IAM. Attempts count, whether they were allowed or not, as AWS counts them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from doorward.analysis.accessible import Access
from doorward.analysis.account.credentials import Key, Row
from doorward.analysis.account.model import Account, ActionUse, Role, ServiceUse, User
from doorward.catalog import tracked_actions


class Use(NamedTuple):
    """A call, or the last of several alike.

    Attributes:
        principal: the ARN of the user or role; of a session, its role's.
        service: the prefix of its actions, such as `s3`.
        action: the name of the action, None where it is not told or not followed.
        at: when.
        key_id: the access key that signed, empty where it is not told.
    """

    principal: str
    service: str
    action: str | None
    at: datetime
    key_id: str = ""


def use(principal: str, source: str, name: str, at: datetime, key_id: str = "") -> Use:
    """The use that an event is, by its `eventSource` and `eventName`."""
    service = tracked_actions.namespace(source)
    return Use(principal, service, tracked_actions.action(service, name), at, key_id)


def told(account: Account, uses: Iterable[Use]) -> Account:
    """*account* with what *uses* tell beside what it told already; the later of both counts.

    They must be all there are of the period that is asked about: what nobody is seen to use is
    unused. Every user and role has its services then, and roles their last use. Uses from before
    something was made are those of another one of its name. Keys are found by their ids, so those
    whose ids are not known keep what the credential report says of them.
    """
    seen = _Seen()
    for one in uses:
        seen.add(one)
    return replace(
        account,
        roles=tuple(_role(one, seen) for one in account.roles),
        credentials=account.credentials and tuple(_row(one, seen) for one in account.credentials),
        accessed=_accessed(account, seen),
    )


@dataclass(slots=True)
class _Seen:
    """The last uses, by who and what; names of actions are in lower case."""

    services: dict[str, dict[str, datetime]] = field(default_factory=dict)
    actions: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    keys: dict[str, datetime] = field(default_factory=dict)

    def add(self, one: Use) -> None:
        """Count a use."""
        services = self.services.setdefault(one.principal, {})
        services[one.service] = max(one.at, services.get(one.service, one.at))
        if one.action is not None:
            what = (one.principal, one.service, one.action.lower())
            self.actions[what] = max(one.at, self.actions.get(what, one.at))
        if one.key_id:
            self.keys[one.key_id] = max(one.at, self.keys.get(one.key_id, one.at))


def _role(role: Role, seen: _Seen) -> Role:
    used = (_since(one, role) for one in seen.services.get(role.arn, {}).values())
    last = _later(role.last_used_at, *used)
    return replace(role, last_used_at=last, use_told=True)


def _row(row: Row, seen: _Seen) -> Row:
    def used(key: Key) -> Key:
        last = seen.keys.get(key.id) if key.id else None
        return replace(key, used_at=_later(key.used_at, last)) if last else key

    return replace(row, keys=tuple(map(used, row.keys)))


def _accessed(account: Account, seen: _Seen) -> Mapping[str, tuple[ServiceUse, ...]]:
    """By the ARN of each user and role, the services that its policies open and their last use."""
    known = account.accessed or {}
    made: dict[tuple[int, ...], Access] = {}
    found: dict[str, tuple[ServiceUse, ...]] = {}
    entities: tuple[User | Role, ...] = (*account.users, *account.roles)
    for entity in entities:
        policies = [one.policy for one in account.identity_policies(entity)]
        # Many have the same policies; the account keeps these, so their identities are unique.
        key = tuple(map(id, policies))
        access = made.get(key) or made.setdefault(key, Access(policies))
        before = {one.namespace: one for one in known.get(entity.arn, ())}
        found[entity.arn] = tuple(
            _service(entity, service, access, seen, before.get(service))
            for service in access.services()
        )
    return found


def _service(
    entity: User | Role, service: str, access: Access, seen: _Seen, before: ServiceUse | None
) -> ServiceUse:
    arn = entity.arn
    last = _since(seen.services.get(arn, {}).get(service), entity)
    known = {one.name.lower(): one.last_at for one in (before and before.actions) or ()}
    actions: tuple[ActionUse, ...] | None = None
    if service in tracked_actions.TRACKED:
        actions = tuple(
            ActionUse(name, _later(_since(used, entity), known.get(lower)))
            for name in sorted(access.actions(service))
            if tracked_actions.follows(service, name)
            for lower in (name.lower(),)
            for used in (seen.actions.get((arn, service, lower)),)
        )
    return ServiceUse(service, _later(last, before.last_at if before else None), actions)


def _since(moment: datetime | None, entity: User | Role) -> datetime | None:
    """*moment*, if *entity* was there by then."""
    made = entity.created_at
    return None if moment is not None and made is not None and moment < made else moment


def _later(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)
