"""The caller as decisions see it: principal, its entity in the world, its tags and names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doorward.authn.caller import Caller, Session, SessionKind
from doorward.base import arn
from doorward.engine.request import Principal, PrincipalKind
from doorward.world.source import Entity, World


class PrincipalGone(Exception):
    """The user or role behind valid credentials is no longer there, or not the same one."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, looked up in the world.

    `arn` is what `aws:PrincipalArn` holds: of a role session, the role. `userid` and `username`
    are those of the policy variables; `username` is None for all but IAM users. `tags` are the
    entity's, overlaid with those of the session.
    """

    principal: Principal
    arn: str | None
    userid: str
    username: str | None = None
    entity: Entity | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


ANONYMOUS = Subject(Principal(PrincipalKind.ANONYMOUS, ""), None, "anonymous")


def subject(world: World, caller: Caller, partition: str) -> Subject:
    """The subject that *caller* is.

    Raises:
        PrincipalGone: the world does not hold the user or role any more.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    if caller.key:
        if caller.key.user_id is None:
            return _root(caller.key.account, partition)
        return _user(_present(world.user(caller.key.account, caller.key.user_id)))
    if caller.acting:
        name = caller.acting.principal
        return Subject(Principal(PrincipalKind.SERVICE, name), None, name)
    if caller.session is None:
        return ANONYMOUS
    match caller.session.kind:
        case SessionKind.ROOT:
            return _root(caller.session.account, partition)
        case SessionKind.USER:
            return _user(_entity(world, caller.session))
        case SessionKind.ROLE:
            return _role_session(_entity(world, caller.session), caller.session, partition)
        case SessionKind.FEDERATED_USER:
            return _federated_user(world, caller.session, partition)


def _present(entity: Entity | None) -> Entity:
    if entity is None:
        raise PrincipalGone
    return entity


def _entity(world: World, session: Session) -> Entity:
    find = world.role if session.kind is SessionKind.ROLE else world.user
    return _present(find(session.account, session.principal_id or ""))


def _root(account: str, partition: str) -> Subject:
    name = arn.root(partition, account)
    return Subject(Principal(PrincipalKind.ROOT, name, account), name, account)


def _user(user: Entity) -> Subject:
    principal = Principal(PrincipalKind.USER, user.arn, user.account, user.unique_id)
    return Subject(principal, user.arn, user.unique_id, user.name, user, user.tags)


def _role_session(role: Entity, session: Session, partition: str) -> Subject:
    principal = Principal(
        PrincipalKind.ROLE_SESSION,
        arn.assumed_role(partition, role.account, role.name, session.session_name),
        role.account,
        role.unique_id,
        role_arn=role.arn,
        service_linked=role.service_linked,
    )
    userid = f"{role.unique_id}:{session.session_name}"
    return Subject(principal, role.arn, userid, None, role, merge(role.tags, dict(session.tags)))


def _federated_user(world: World, session: Session, partition: str) -> Subject:
    user = None if session.principal_id is None else _entity(world, session)
    name = arn.federated_user(partition, session.account, session.session_name)
    principal = Principal(
        PrincipalKind.FEDERATED_USER,
        name,
        session.account,
        user.unique_id if user else None,
        user_arn=user.arn if user else arn.root(partition, session.account),
    )
    tags = merge(user.tags if user else {}, dict(session.tags))
    userid = f"{session.account}:{session.session_name}"
    return Subject(principal, name, userid, None, user, tags)


def merge(tags: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """*tags* overlaid with *over*; keys compare without case, the later one's case is kept.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    merged = {key.lower(): (key, value) for key, value in tags.items()}
    merged |= {key.lower(): (key, value) for key, value in over.items()}
    return dict(merged.values())
