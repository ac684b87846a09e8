"""What a request of another service needs: each access with its resource's policy and tags.

`authz` decides on each as on Doorward's own services; the request is passed on only if all are
allowed, in the account that owns the resources.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from doorward.authz.access import Access, RequestFacts
from doorward.authz.compiled import resource_policy
from doorward.base.arn import Arn, is_account, root
from doorward.engine.compile import PolicySet
from doorward.engine.match import is_template, shown
from doorward.engine.request import Value
from doorward.gateway import endpoint_buckets, managed_keys
from doorward.gateway.lookups import OF_CIPHERTEXT, Lookups, RoleOf, completed
from doorward.gateway.mapping import How, Place, Requirement, requirements
from doorward.gateway.memory import UNTOLD, Known, Scope
from doorward.gateway.refusals import OtherRegion, SeveralOwners
from doorward.gateway.sources import Sources
from doorward.gateway.unread import keys
from doorward.policy.errors import PolicySyntaxError

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action
WITH_POLICIES = frozenset(
    {"sqs", "sns", "kms", "lambda", "secretsmanager", "ecr", "dynamodb", "events"}
)
"""Prefixes of actions that are also botocore's names of services whose resources have policies."""


class Passed(NamedTuple):
    """A role, or an instance profile, that a request hands to a service."""

    arn: str
    service: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be allowed, and what is done then.

    Attributes:
        owner: the account that answers.
        accesses: what is decided on.
        passed: the roles that are handed on.
        inferred: actions that the catalogue does not have.
    """

    scope: Scope
    operation: str
    accesses: tuple[Access, ...]
    passed: tuple[Passed, ...] = ()
    inferred: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """The account in which the request is answered."""
        return self.scope.account


def plan(
    sources: Sources,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    facts: RequestFacts,
    account: str,
    role_of: RoleOf,
    *,
    ask: bool = True,
) -> Plan:
    """What the request of a caller from *account* needs.

    Raises:
        Unknown: something must be asked for and *ask* is False.
        UpstreamUnavailable: a resource's policy or tags cannot be read.
        SeveralOwners, OtherRegion: it names resources that no one request can be about.
    """
    place = Place(account, facts.region, facts.partition)
    lookup = Lookups(sources, role_of, ask=ask)
    shown_to = completed(sources, service, operation, parameters)
    needed = requirements(service, operation, shown_to, place, lookup=lookup)
    if service == "ec2" and isinstance(parameters.get("IamInstanceProfile"), Mapping):
        needed = tuple(one for one in needed if not _nobodys(one))
    own = needed[0].action.partition(":")[0] if needed else service
    holder = endpoint_buckets.owner(sources.upstreams, service)
    if holder is not None:
        endpoint_buckets.check(operation, parameters, holder)
    owner = holder or _owner(needed, account)
    region = facts.region if holder is None else endpoint_buckets.REGION
    scope = Scope(service, owner, region)
    asked: dict[tuple[str | None, Arn | None], Known] = {}
    accesses: list[Access] = []
    for one in needed:
        prefix = one.action.partition(":")[0]
        held = holder if prefix == own else None
        for at, resource in enumerate(one.resources):
            if prefix == own:
                _same_region(resource, facts.region)
            reader = service if prefix == own else prefix if prefix in WITH_POLICIES else None
            arn = _readable(sources, reader, resource, held)
            known = asked.get((reader, arn)) or _known(sources, reader, arn, ask=ask)
            asked[reader, arn] = known
            policy = managed_keys.policy(one, resource) or policy_of(
                known, resource, held or account, facts.partition, operation
            )
            kind = one.resource_types[at] if at < len(one.resource_types) else ""
            found = keys(one, resource, kind, known, operation) if _told_here(resource) else {}
            accesses.append(_access(one, resource, known, policy, account, found, held))
    return Plan(
        scope,
        operation,
        tuple(accesses),
        tuple(_passed(needed)),
        tuple(one.action for one in needed if one.how is How.INFERRED),
    )


def _nobodys(one: Requirement) -> bool:
    """Whether it is about the role in an instance profile that holds none, or is not there.

    Nothing is passed then; whoever may do the rest hears that there is no such profile.
    """
    return one.action == PASS_ROLE and not one.known


def _owner(needed: tuple[Requirement, ...], account: str) -> str:
    """The account of the resources that the request itself is about.

    Raises:
        SeveralOwners: there are several.
    """
    if not needed:
        return account
    first = needed[0].action
    arns = [Arn.parse(one) for part in needed if part.action == first for one in part.resources]
    owners = {arn.account for arn in arns if arn and is_account(arn.account)}
    if len(owners) > 1:
        raise SeveralOwners
    return owners.pop() if owners else account


def _same_region(resource: str, region: str) -> None:
    """Refuse a resource of another Region, which the service would look for in this one.

    Raises:
        OtherRegion: it is one.
    """
    arn = Arn.parse(resource)
    if arn and arn.region and arn.region != region and not is_template(arn.region):
        raise OtherRegion(shown(resource), region)


def _readable(
    sources: Sources, service: str | None, resource: str, holder: str | None
) -> Arn | None:
    """What *service* is asked about for *resource*; None where it cannot be."""
    if service is None or is_template(resource) or not sources.upstreams.answers(service):
        return None
    if holder is not None:
        return endpoint_buckets.of(resource, holder)
    arn = Arn.parse(resource)
    return arn if arn is not None and is_account(arn.account) else None


def _known(sources: Sources, service: str | None, arn: Arn | None, *, ask: bool) -> Known:
    return UNTOLD if service is None or arn is None else sources.known(service, arn, ask=ask)


def _told_here(resource: str) -> bool:
    """Whether the keys of a resource are for the gateway to tell; those of known roles are not."""
    arn = Arn.parse(resource)
    return arn is None or arn.service != "iam" or is_template(resource)


def _access(
    one: Requirement,
    resource: str,
    known: Known,
    policy: PolicySet | None,
    account: str,
    keys: Mapping[str, Value],
    holder: str | None,
) -> Access:
    owner = holder or _owner_of(resource)
    return Access(
        one.action,
        resource,
        account=None if owner == account else owner,
        context={**keys, **one.context},
        tags=known.tags,
        policy=policy,
        named=shown(resource) if is_template(resource) else None,
        via=None if one.via is None else f"{one.via}.amazonaws.com",
    )


def _owner_of(resource: str) -> str | None:
    arn = Arn.parse(resource)
    return arn.account if arn and is_account(arn.account) else None


DELEGATING = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "%s"}, '
    '"Action": "kms:*", "Resource": "*"}}'
)
"""The policy that a key is made with where none is given.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
"""

UNREADABLE = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", '
    '"Resource": "*", "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "%s"}}}}'
)


def policy_of(
    known: Known, resource: str, account: str, partition: str, operation: str
) -> PolicySet | None:
    """The policy; one that cannot be read keeps out all but the owner's root, who can mend it.

    A key that is not there, or not yet, is as one without a policy of its own: who may use keys
    hears that there is none. Not so one that only its ciphertext could tell.
    """
    owner = root(partition, _owner_of(resource) or account)
    if known.policy is not None:
        try:
            return resource_policy(known.policy)
        except PolicySyntaxError:
            return resource_policy(UNREADABLE % owner)
    arn = Arn.parse(resource)
    key = arn is not None and arn.service == "kms" and arn.resource.startswith("key/")
    if not key or known.there or (is_template(resource) and operation in OF_CIPHERTEXT):
        return None
    return resource_policy(DELEGATING % owner)


def _passed(needed: tuple[Requirement, ...]) -> Iterator[Passed]:
    for one in needed:
        if one.action == PASS_ROLE:
            service = one.context.get("iam:passedtoservice")
            for arn in one.resources:
                if not is_template(arn):
                    yield Passed(arn, service if isinstance(service, str) else None)
