"""Services in service roles: a service principal assumes a role that trusts it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from doorward.authn import resumed
from doorward.authn.caller import Caller, Session, SessionKind
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.authz.compiled import trust_policy
from doorward.authz.explain import denial
from doorward.authz.subject import Subject
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.base.errors import AwsError
from doorward.engine.compile import PolicySet
from doorward.engine.decision import Decision, PolicyKind
from doorward.engine.decision import Outcome as DecisionOutcome
from doorward.engine.request import Principal, PrincipalKind, Value
from doorward.server import identities
from doorward.server.audit import Asked, Outcome, record
from doorward.server.event import ROLE
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.services.sts.errors import ValidationError
from doorward.store import roles
from doorward.store.tables.role import Role

HOUR_SECONDS = 3_600
NOBODY = PolicySet(PolicyKind.TRUST, ())
TEMPORARY = "ASIA"
REFUSED = Decision(DecisionOutcome.IMPLICIT_DENY, PolicyKind.TRUST)


@dataclass(frozen=True, slots=True)
class Given:
    """What a service gives to the session besides its name.

    Attributes:
        tags: session tags, which the trust policy sees as those of the principal, too.
        policies: session policy documents; together with `policy_arns` they limit the session.
        lasting: condition keys that the session keeps.
        within_role: the session may be no longer than the role says; to instances and the like
            AWS gives sessions without regard to that.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    source_identity: str | None = None
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    lasting: tuple[tuple[str, tuple[str, ...]], ...] = ()
    within_role: bool = False

    @property
    def actions(self) -> tuple[str, ...]:
        """What the trust policy must allow."""
        tagging = ("sts:TagSession",) if self.tags else ()
        naming = ("sts:SetSourceIdentity",) if self.source_identity else ()
        return ("sts:AssumeRole", *tagging, *naming)

    @property
    def keys(self) -> dict[str, Value]:
        """The condition keys of these, as the trust policy sees them.

        That session tags are those of the principal is Roles Anywhere's way.

        https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
        """
        found: dict[str, Value] = {}
        for key, value in self.tags.items():
            found[f"aws:requesttag/{key.lower()}"] = value
            found[f"aws:principaltag/{key.lower()}"] = value
        if self.tags:
            found["aws:tagkeys"] = tuple(self.tags)
        if self.source_identity:
            found["sts:sourceidentity"] = self.source_identity
        return found


NOTHING = Given()


def assume(
    running: Running,
    service_principal: str,
    role_arn: str,
    *,
    source_arn: str | None,
    source_account: str | None,
    session_name: str,
    region: str | None = None,
    duration_seconds: int = HOUR_SECONDS,
    given: Given = NOTHING,
) -> Caller:
    """*service_principal*, such as `lambda.amazonaws.com`, in the role of that ARN.

    *source_arn* and *source_account* say for which resource it does so, for the conditions by
    which a trust policy keeps the service from acting for somebody else.

    Raises:
        AccessDenied: the role does not trust the service for that resource, or is not there.
        ValidationError: the session would be longer than the role says.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    region = region or running.settings.region
    asked = _asked(running, service_principal, role_arn, session_name, region)
    try:
        role = _trusting(
            running,
            service_principal,
            role_arn,
            _keys(service_principal, source_arn, source_account, session_name) | given.keys,
            region,
            given.actions,
        )
        if given.within_role and duration_seconds > role.max_session_duration:
            raise ValidationError(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            )
    except AwsError as error:
        _write(running, asked, service_principal, role_arn, Outcome(error.code, error.message))
        raise
    session = _session(running, role, session_name, duration_seconds, given)
    shown = {
        "Credentials": {"AccessKeyId": session.access_key_id, "Expiration": session.expires_at},
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{session_name}",
            "Arn": arn.assumed_role(
                running.settings.partition, role.account, role.name, session_name
            ),
        },
    }
    _write(running, asked, service_principal, role_arn, Outcome(), shown)
    return resumed.of_role(session, region)


def _trusting(
    running: Running,
    service: str,
    role_arn: str,
    keys: dict[str, Value],
    region: str,
    actions: tuple[str, ...],
) -> Role:
    """The role of that ARN, if it trusts the service.

    Raises:
        AccessDenied: it does not, or is not there.
    """
    partition = running.settings.partition
    role = _role(running, role_arn)
    name = Arn.parse(role_arn)
    who = Subject(Principal(PrincipalKind.SERVICE, service), None, service)
    tags = role.tags if role else {}
    asked = Access(
        "",
        role_arn,
        account=name.account if name else None,
        context=keys | {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()},
        tags=tags,
        policy=trust_policy(role.trust) if role else NOBODY,
        policy_kind=PolicyKind.TRUST,
        by=who,
    )
    facts = RequestFacts(region, partition, service, service, secure=True)
    for action in actions:
        access = replace(asked, action=action)
        decision = authorize(
            running.live, resumed.service(), facts, access, running.clock.now(), who=who
        )
        if role is None or running.live.standing(role.account).closed:
            decision = REFUSED
        if role is None or not (decision.allowed or running.settings.mode is not Mode.ENFORCE):
            raise denial(decision, who, access)
    if role is None:
        raise denial(REFUSED, who, asked)
    return role


def _role(running: Running, role_arn: str) -> Role | None:
    name = Arn.parse(role_arn)
    if name is None or name.service != "iam" or not name.resource.startswith("role/"):
        return None
    with running.database.moment(), running.database.read() as db:
        role = roles.find(db, name.account, name.resource.rpartition("/")[2])
    if role is None:
        return None
    partition = running.settings.partition
    exact = arn.entity(partition, role.account, "role", role.path, role.name)
    return role if exact == role_arn else None


def _keys(
    service: str, source_arn: str | None, source_account: str | None, session_name: str
) -> dict[str, Value]:
    keys: dict[str, Value] = {
        "aws:principalisawsservice": "true",
        "aws:principalservicename": service,
        "sts:rolesessionname": session_name,
    }
    if source_arn:
        keys["aws:sourcearn"] = source_arn
    if source_account:
        keys["aws:sourceaccount"] = source_account
    return keys


def _session(
    running: Running, role: Role, session_name: str, seconds: int, given: Given
) -> Session:
    now = running.clock.now().replace(microsecond=0)
    return Session(
        kind=SessionKind.ROLE,
        access_key_id=running.ids.access_key_id(TEMPORARY, role.account),
        secret=running.ids.secret(),
        account=role.account,
        principal_id=role.id,
        principal_name=role.name,
        session_name=session_name,
        issued_at=now,
        expires_at=now + timedelta(seconds=seconds),
        tags=tuple(sorted(given.tags.items())),
        source_identity=given.source_identity,
        policies=given.policies,
        policy_arns=given.policy_arns,
        scoped=bool(given.policies or given.policy_arns),
        context=given.lasting,
    )


def _asked(running: Running, service: str, role_arn: str, session_name: str, region: str) -> Asked:
    return Asked(
        "sts",
        "AssumeRole",
        region,
        service,
        service,
        running.ids.request_id(),
        {"RoleArn": role_arn, "RoleSessionName": session_name},
        reads=True,
    )


def _write(
    running: Running,
    asked: Asked,
    service: str,
    role_arn: str,
    outcome: Outcome,
    output: dict[str, Any] | None = None,
) -> None:
    """Put it on record in the account of the role, as CloudTrail does."""
    now = running.clock.now()
    event_id = running.ids.event_id(now)
    event = record(asked, None, None, now, event_id, outcome, output)
    name = Arn.parse(role_arn)
    event["userIdentity"] = identities.service(service)
    event["recipientAccountId"] = name.account if name else None
    if name is not None:
        event["resources"] = [{"accountId": name.account, "type": ROLE, "ARN": role_arn}]
        event["sharedEventID"] = running.ids.request_id()
    running.recorder.add(event)
